"""Any expression: read without Python, run forward and backward, explained."""

from neurona.explain.expression.explanation import (
    ExpressionExplanation,
    explain_expression,
)
from neurona.explain.expression.parse import Expression, parse_expression

__all__ = [
    "Expression",
    "ExpressionExplanation",
    "explain_expression",
    "parse_expression",
]
