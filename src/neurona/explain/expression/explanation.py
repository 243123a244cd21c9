"""An expression explained: its graph, forward, backward, and the chain rule."""

from __future__ import annotations

from collections.abc import Mapping

from neurona.explain.expression.numbers import ExpressionNumbers, compute_expression
from neurona.explain.expression.parse import Expression, parse_expression
from neurona.explain.expression.point import check_point
from neurona.explain.expression.write_page import write_page
from neurona.show.explanation import Explanation
from neurona.show.page.blocks import Page

__all__ = ["ExpressionExplanation", "explain_expression"]


class ExpressionExplanation(ExpressionNumbers, Explanation):
    """Every number of an expression and its derivatives at one point, as a page."""

    kind = "expression"

    def page(self) -> Page:
        """The explanation in the reader's language."""
        return write_page(self)


def explain_expression(
    text: str | Expression, at: Mapping[str, float] | None = None
) -> ExpressionExplanation:
    """Explain an expression at a point: values, derivatives and how they come about.

    Parameters
    ----------
    text : str or Expression
        Such as ``"exp(sin(x**2))"``; see :func:`parse_expression`.
    at : mapping of str to float
        A finite number for each variable.

    Raises
    ------
    OptionError
        The expression cannot be read, or the point does not fit it. A value that does
        not exist, as of 1/0, is no error: it is shown at the node where it happens.

    Examples
    --------
    >>> found = explain_expression("exp(sin(x**2))", at={"x": 1.0})
    >>> round(found.value, 10), round(found.gradients["x"], 10)
    (2.3197768247, 2.506761535)
    """
    expression = parse_expression(text) if isinstance(text, str) else text
    point = check_point(expression, at or {})
    return ExpressionExplanation(
        expression, point, *compute_expression(expression, point)
    )
