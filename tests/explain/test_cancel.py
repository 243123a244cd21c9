"""What cancels keeps its value, and every match is proved by the gradient."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurona import graph as g
from neurona import reference
from neurona.explain.cancel import (
    MATCHES,
    match_of,
    multiply_and_cancel,
    multiply_out_and_cancel,
)
from neurona.gradient import backward
from neurona.nn.activations import ACTIVATIONS
from neurona.nn.losses import LOSSES
from neurona.show.notation import Power, Product, Quotient, Sum, Symbol, text
from neurona.show.notation.compose import ONE, exactly, minus
from tests.explain.term_values import value_of

# The same factors in another order.
REORDERED = 1e-12
X, Y = Symbol("x"), Symbol("y")
POINT = {X: 1.7, Y: -0.6}

FACTORS = st.recursive(
    st.sampled_from([X, Y, exactly(2), exactly(3), Power(X, exactly(2)), minus(Y)]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda p: Quotient(*p)),
        st.tuples(inner, inner).map(Product),
        inner.map(lambda a: Sum((a, X))),
    ),
    max_leaves=5,
)


@settings(max_examples=200, deadline=None)
@given(st.lists(FACTORS, min_size=1, max_size=4))
def test_a_product_that_was_shortened_has_the_value_it_had(factors):
    try:
        expected = np.prod([value_of(factor, POINT) for factor in factors])
    except ZeroDivisionError:
        return
    for shorten in (multiply_and_cancel, multiply_out_and_cancel):
        found = value_of(shorten(factors), POINT)
        assert found == pytest.approx(expected, rel=REORDERED, abs=REORDERED)


@pytest.mark.parametrize(
    ("factors", "written"),
    [
        ([Quotient(ONE, X), X], "1"),
        ([Quotient(ONE, Power(X, exactly(2))), exactly(2), X], "2 / x"),
        ([Quotient(Y, X), X, minus(Y)], "−y²"),
        ([X, Y], "x · y"),
    ],
)
def test_a_product_is_as_short_as_it_can_be(factors, written):
    assert text.show_text(multiply_and_cancel(factors)) == written


matches = pytest.mark.parametrize("match", MATCHES, ids=lambda m: m.loss)


@matches
@pytest.mark.parametrize("j", [0, 1, 2])
def test_every_line_of_a_match_has_the_value_of_the_gradient(match, j):
    z, t = g.input("z", (3,)), g.input("t", (3,))
    feeds = {z: [0.3, -1.1, 0.8], t: [0.2, 0.5, 0.3]}
    a = match.apply(z)
    total = g.sum(match.textbook(a, t))
    operation = g.make_node(match.loss, z, t)
    p, long, short = reference.evaluate(
        [a, *backward(total, [z]), *backward(g.sum(operation), [z])], feeds
    )
    assert short == pytest.approx(long, rel=REORDERED)

    def indexed(letter):
        return lambda index: Symbol(letter, index)

    a_of, y_of = indexed("a"), indexed("y")
    values = {}
    for k in range(3):
        values |= {a_of(str(k + 1)): p[k], y_of(str(k + 1)): feeds[t][k]}
    lines = match.way(a_of, y_of, str(j + 1), 3)
    for term, reason in lines:
        assert value_of(term, values) == pytest.approx(short[j], rel=REORDERED)
        assert reason
    last = lines[-1][0]
    assert last == match.short(a_of(str(j + 1)), y_of(str(j + 1)))


@matches
def test_a_match_is_of_an_activation_and_a_loss_that_exist(match):
    assert match.activation in ACTIVATIONS
    assert match.loss in LOSSES
    assert match.loss in g.OPERATIONS
    assert match.reason
    assert match_of(match.loss, match.activation) is match
    assert match_of(match.loss, "tanh") is None
