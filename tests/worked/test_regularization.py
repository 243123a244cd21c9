"""Worked examples on penalties, dropout and the limits on weights."""

import numpy as np
import pytest

from neurona import graph as g
from neurona.gradient import backward
from neurona.nn.layers import Dropout
from neurona.nn.losses import MeanSquaredError, reduce
from neurona.nn.penalties import L1, L2, MaxNorm
from neurona.reference import evaluate
from tests.nn.cases import Written

TEN_DIGITS = 1e-9
WEIGHT = np.array([[1.0, -2.0], [3.0, 0.5]])


def term_and_slope(penalty, rows):
    w = g.parameter("w", (2, 2))
    term = penalty.term(w, g.constant(float(rows)))
    return evaluate([term, *backward(term, [w])], {w: WEIGHT})


def test_case_g19_l2():
    # ‖W‖² = 1 + 4 + 9 + .25 = 14.25; .1/(2·10)·14.25 = .07125; gradient .1/10·W.
    term, slope = term_and_slope(L2(0.1), 10)
    assert term == pytest.approx(0.07125, rel=TEN_DIGITS)
    assert slope == pytest.approx(np.array([[0.01, -0.02], [0.03, 0.005]]))


def test_case_g19_l1():
    # Σ|w| = 1 + 2 + 3 + .5 = 6.5; .1/10·6.5 = .065; gradient ±.01.
    term, slope = term_and_slope(L1(0.1), 10)
    assert term == pytest.approx(0.065, rel=TEN_DIGITS)
    assert slope == pytest.approx(np.array([[0.01, -0.01], [0.01, 0.01]]))


def test_case_g20_inverted_dropout():
    # Kept numbers are divided by 1 − p = .5: (1, ·, ·, 4) becomes (2, 0, 0, 8).
    a = np.array([[1.0, 2.0, 3.0, 4.0]])
    training = Written(Dropout(0.5), (a,))
    training.values[training.build.seed] = 0
    # The first step of this layer and seed whose mask is (1, 0, 0, 1).
    training.values[training.build.step] = 24
    assert training.value.tolist() == [[2.0, 0.0, 0.0, 8.0]]
    evaluation = Written(Dropout(0.5), (a,), training=False)
    assert evaluation.value.tolist() == a.tolist()


def slope_at(penalty, weight, best):
    """Slope of ½(w − best)² plus the penalty, for one row."""
    w = g.input("w", (1, 1))
    t = g.input("t", (g.BATCH, 1))
    output = g.broadcast(w, (g.BATCH, 1))
    loss = reduce(MeanSquaredError(half=True).per_row(output, t), None)
    total = loss + penalty.term(w, g.rows())
    found = evaluate(backward(total, [w]), {w: [[weight]], t: [[best]]})[0]
    return float(found[0, 0])


@pytest.mark.parametrize(
    ("penalty", "best", "least"),
    [
        # Lasso moves the best weight by λ = .5 towards 0: 2 − .5.
        (L1(0.5), 2.0, 1.5),
        # Ridge divides it by 1 + λ: .3/1.5 and 2/1.5.
        (L2(0.5), 0.3, 0.2),
        (L2(0.5), 2.0, 4 / 3),
    ],
)
def test_case_g28_where_loss_and_penalty_balance(penalty, best, least):
    assert slope_at(penalty, least, best) == pytest.approx(0.0, abs=1e-12)
    assert (
        slope_at(penalty, least - 0.01, best)
        < 0
        < slope_at(penalty, least + 0.01, best)
    )


def test_case_g28_lasso_stops_small_weights_at_zero():
    # At .3 the loss pulls from 0 with .3, less than the .5 of the penalty: uphill on
    # both sides, by .5 − .3 to the right and −.5 − .3 to the left.
    assert slope_at(L1(0.5), 1e-9, 0.3) == pytest.approx(0.2)
    assert slope_at(L1(0.5), -1e-9, 0.3) == pytest.approx(-0.8)


def test_max_norm_shortens_a_units_weights_to_the_limit():
    # The columns have norms √(1 + 9) = 3.162 and √(4 + .25) = 2.062; the limit 2.5
    # multiplies the first by 2.5/√10 and leaves the second.
    found = evaluate([MaxNorm(2.5).constrain(g.constant(WEIGHT))], {})[0]
    assert found[:, 0] == pytest.approx(WEIGHT[:, 0] * 2.5 / np.sqrt(10))
    assert found[:, 1].tolist() == WEIGHT[:, 1].tolist()
