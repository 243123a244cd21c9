"""Why a network answers as it does: for one row, and over a whole table."""

from neurona.explain.prediction.dependence import Dependence, partial_dependence
from neurona.explain.prediction.explanation import (
    Contribution,
    PredictionExplanation,
    explain_prediction,
    explain_table_prediction,
)
from neurona.explain.prediction.importance import Importance, permutation_importance
from neurona.explain.prediction.integrated import Attribution, integrate_gradients
from neurona.explain.prediction.table import TableExplanation, explain_table

__all__ = [
    "Attribution",
    "Contribution",
    "Dependence",
    "Importance",
    "PredictionExplanation",
    "TableExplanation",
    "explain_prediction",
    "explain_table",
    "explain_table_prediction",
    "integrate_gradients",
    "partial_dependence",
    "permutation_importance",
]
