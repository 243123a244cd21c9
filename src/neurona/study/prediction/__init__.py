"""Why a network answers as it does: for one row, and over a whole table."""

from neurona.study.prediction.dependence import Dependence, partial_dependence
from neurona.study.prediction.explain_row import (
    explain_prediction,
    explain_table_prediction,
)
from neurona.study.prediction.explanations import (
    PredictionExplanation,
    TableExplanation,
)
from neurona.study.prediction.importance import Importance, permutation_importance
from neurona.study.prediction.integrated import Attribution, integrate_gradients
from neurona.study.prediction.numbers import Contribution
from neurona.study.prediction.table import explain_table

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
