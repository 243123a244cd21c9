import numpy as np
import pytest

from neurona import graph as g
from neurona.errors import OptionError
from neurona.gradient import check_gradients
from neurona.nn.penalties import L1, L2, ElasticNet, MaxNorm
from neurona.reference import evaluate
from tests.nn.cases import PENALTIES, rows_of

ROUNDING = 1e-14


@pytest.mark.parametrize("penalty", PENALTIES, ids=repr)
def test_gradients_agree_with_central_differences(penalty):
    w = g.parameter("w", (3, 2))
    x = g.input("x", (g.BATCH,))
    term = penalty.term(w, g.rows()) + 0.0 * g.sum(x)
    check_gradients(term, [w], {w: rows_of(1, 3, 2), x: np.zeros(7)}, order=2)


def test_the_share_of_each_row_shrinks_as_the_batch_grows():
    w, rows = g.constant([[3.0, -4.0]]), g.input("rows")
    for penalty, numerator in ((L2(2), 25.0), (L1(2), 14.0)):
        term = penalty.term(w, rows)
        assert evaluate([term], {rows: 5.0})[0] == pytest.approx(numerator / 5)


def test_elastic_net_is_the_sum_of_both():
    w, rows = g.constant(rows_of(2, 3, 4)), g.constant(6.0)
    terms = [p.term(w, rows) for p in (ElasticNet(0.3, 0.7), L1(0.3), L2(0.7))]
    both, first, second = evaluate(terms, {})
    assert both == pytest.approx(first + second, rel=ROUNDING)


@pytest.mark.parametrize("scale", [1.0, 1e-200, 1e200])
def test_max_norm_scales_down_the_units_that_exceed_it_and_no_others(scale):
    # Columns are the weights of a unit: norms 5, 0.5 and 0, the limit being 1.
    weight = scale * np.array([[3.0, 0.3, 0.0], [4.0, 0.4, 0.0]])
    found = evaluate([MaxNorm(scale).constrain(g.constant(weight))], {})[0]
    assert found[:, 0] / scale == pytest.approx([0.6, 0.8], rel=ROUNDING)
    assert np.array_equal(found[:, 1:], weight[:, 1:])


@pytest.mark.parametrize(
    "make", [lambda: L2(-1), lambda: L1("x"), lambda: MaxNorm(0), lambda: L2(np.inf)]
)
def test_settings_that_cannot_be_are_refused(make):
    with pytest.raises(OptionError):
        make()
