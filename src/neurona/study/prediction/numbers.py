"""Numbers behind the answers of a network: for one row, and over a whole table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from neurona.study.prediction.dependence import Dependence
from neurona.study.prediction.importance import Importance

__all__ = ["Contribution", "ExplainedRow", "ExplainedTable"]


@dataclass(frozen=True)
class Contribution:
    """What one column adds to the answer.

    Parameters
    ----------
    column : str
    cell : str
        What stands there in the row.
    value : float
        In the unit of the answer.
    features : mapping of str to float
        The same for each number that the column is encoded as.
    """

    column: str
    cell: str
    value: float
    features: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class ExplainedRow:
    """Why a network answers what it answers for one row.

    Parameters
    ----------
    row : int
        From 0.
    prediction : str or float
        Word of the class, or a number in the target's own unit.
    probability : float or None
        Of that class.
    explained : str
        What the contributions add up to: the name of the class whose logit it is, or
        of the target.
    is_logit : bool
    baseline : {"zero", "mean"}
        What the row is compared with: 0 in every encoded number, which is the mean of
        the training rows for numbers and no category for words; or the mean of all
        rows given.
    baseline_output, output : float
        What is explained, at the baseline and at the row.
    contributions : tuple of Contribution
        The largest first.
    evaluations : int
        Gradients taken on the way.
    """

    row: int
    prediction: str | float
    probability: float | None
    explained: str
    is_logit: bool
    baseline: str
    baseline_output: float
    output: float
    contributions: tuple[Contribution, ...]
    evaluations: int

    @property
    def total(self) -> float:
        """Sum of the contributions."""
        return sum(entry.value for entry in self.contributions)

    @property
    def gap(self) -> float:
        """How far the sum is from output − baseline output; 0 but for rounding."""
        return self.total - (self.output - self.baseline_output)

    def record(self) -> dict[str, Any]:
        """The fields, the sum of the contributions and what it misses."""
        return {**vars(self), "sum": self.total, "gap": self.gap}


@dataclass(frozen=True)
class ExplainedTable:
    """What a model's answers depend on.

    Parameters
    ----------
    metric : {"accuracy", "r2"}
    score : float
        On the rows as they are.
    rows : int
        That were looked at.
    repeats : int
        Shuffles of each column.
    importances : tuple of Importance
        Of every column, the largest first.
    answer : str
        What the dependences are means of: ``probability``, or the name of the target.
    dependences : tuple of Dependence
        Of the columns that matter most.
    """

    metric: str
    score: float
    rows: int
    repeats: int
    importances: tuple[Importance, ...]
    answer: str
    dependences: tuple[Dependence, ...]
