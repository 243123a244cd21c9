"""Every operation is written, and so is the slope of every one that has a gradient."""

import pytest

from neurona import gradient, graph
from neurona.explain.derivatives import OTHER_SLOPES, TEXTBOOK_SLOPES
from neurona.explain.equations import (
    EQUATIONS,
)

operations = pytest.mark.parametrize("operation", sorted(graph.OPERATIONS))


@operations
def test_every_operation_has_an_equation(operation):
    assert operation in EQUATIONS


@operations
def test_every_operation_with_a_gradient_has_a_slope_that_is_written(operation):
    written = operation in OTHER_SLOPES or operation in gradient.DERIVATIVES
    assert written == (operation not in gradient.NO_DERIVATIVE)


@pytest.mark.parametrize(
    "table",
    [EQUATIONS, TEXTBOOK_SLOPES, OTHER_SLOPES],
    ids=["equations", "book", "other"],
)
def test_no_table_of_equations_knows_an_operation_that_does_not_exist(table):
    assert set(table) <= set(graph.OPERATIONS)


def test_a_textbook_slope_stands_in_for_one_of_the_gradients_own():
    assert set(TEXTBOOK_SLOPES) <= set(gradient.DERIVATIVES)
