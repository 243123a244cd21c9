"""Why a network answers what it answers for one row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import numpy as np

from neurona.errors import OptionError, unknown_name
from neurona.messages import _
from neurona.network import Network
from neurona.show.explanation import Explanation
from neurona.show.page import Page
from neurona.study.prediction.answer import answer_node, is_classifier
from neurona.study.prediction.cells import cells_of_row
from neurona.study.prediction.integrated import Attribution, integrate_gradients
from neurona.study.prediction.write_pages import write_prediction_page
from neurona.study.table_rows import check_row, open_table
from neurona.table.model import TableModel
from neurona.train.arrays import prepare_inputs

__all__ = [
    "Contribution",
    "PredictionExplanation",
    "explain_prediction",
    "explain_table_prediction",
]

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]

BASELINES: Final = ("zero", "mean")


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
class PredictionExplanation(Explanation):
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
    contributions : tuple of Contribution
        The largest first.
    baseline : {"zero", "mean"}
        What the row is compared with: 0 in every encoded number, which is the mean of
        the training rows for numbers and no category for words; or the mean of all
        rows given.
    baseline_output, output : float
        What is explained, at the baseline and at the row.
    evaluations : int
        Gradients taken on the way.
    """

    kind = "prediction"

    row: int
    prediction: str | float
    probability: float | None
    explained: str
    is_logit: bool
    contributions: tuple[Contribution, ...]
    baseline: str
    baseline_output: float
    output: float
    evaluations: int

    @property
    def total(self) -> float:
        """Sum of the contributions."""
        return sum(entry.value for entry in self.contributions)

    @property
    def gap(self) -> float:
        """How far the sum is from output − baseline output; 0 but for rounding."""
        return self.total - (self.output - self.baseline_output)

    def page(self) -> Page:
        """Explanation in sentences, as a picture and as a table."""
        return write_prediction_page(self)

    def record(self) -> dict[str, Any]:
        """Record of plain values."""
        return {
            "row": self.row,
            "prediction": self.prediction,
            "probability": self.probability,
            "explained": self.explained,
            "is_logit": self.is_logit,
            "baseline": self.baseline,
            "baseline_output": self.baseline_output,
            "output": self.output,
            "sum": self.total,
            "gap": self.gap,
            "contributions": [
                {
                    "column": entry.column,
                    "cell": entry.cell,
                    "value": entry.value,
                    "features": dict(entry.features),
                }
                for entry in self.contributions
            ],
        }


def explain_prediction(
    network: Network,
    X: Any,
    row: int = 0,
    *,
    answer: int | None = None,
    baseline: str = "mean",
    columns: Sequence[str] | None = None,
) -> PredictionExplanation:
    """Explain what a network answers for one row of arrays.

    Parameters
    ----------
    network : Network
        With one output.
    X : array (N, d) or mapping of str to array
    row : int
        From 0.
    answer : int, optional
        Number of the class or target to explain; by default the class predicted.
    baseline : {"mean", "zero"}
        What the row is compared with: the mean of all rows of X, or 0 everywhere.
    columns : sequence of str, optional
        Names of the columns of X.

    Raises
    ------
    DataError
        There is no such row.
    OptionError
        An option cannot be used.

    Examples
    --------
    >>> from neurona import Dense
    >>> network = Network([Dense(1)], n_inputs=2)
    >>> network.parameters["dense_1.weight"] = [[2.0], [-1.0]]
    >>> found = explain_prediction(network, [[1.0, 1.0], [3.0, 0.0]], 1)
    >>> [(entry.column, round(entry.value, 6)) for entry in found.contributions]
    [('x1', 2.0), ('x2', 0.5)]
    """
    architecture = network.architecture
    data = prepare_inputs(
        X, architecture.inputs, np.dtype(np.float64), architecture.categories
    )
    check_row(row, len(next(iter(data.values()))), _("the array"))
    point = {name: array[row] for name, array in data.items()}
    compared = compared_with(baseline, data)
    classifies = is_classifier(network)
    probability, prediction = None, 0.0
    if classifies:
        given = {name: array[row : row + 1] for name, array in data.items()}
        number, probability = likeliest(np.asarray(network.predict_proba(given)))
        chosen = number if answer is None else answer
    else:
        chosen = answer or 0
    found, sign = attribute(network, chosen, point, compared)
    if not classifies:
        prediction = found.output
    names = list(columns) if columns is not None else input_names(network)
    values = np.concatenate([sign * found.values[e.name] for e in architecture.inputs])
    cells = np.concatenate([point[e.name] for e in architecture.inputs])
    if len(names) != len(values):
        raise OptionError(
            _("{found} names for {wanted} columns: give one for each").format(
                found=len(names), wanted=len(values)
            )
        )
    return PredictionExplanation(
        row=row,
        prediction=str(number) if classifies else prediction,
        probability=probability,
        explained=str(chosen),
        is_logit=classifies,
        contributions=ranked(
            Contribution(name, f"{cell:.6g}", float(value), {name: float(value)})
            for name, cell, value in zip(names, cells, values, strict=True)
        ),
        baseline=baseline,
        baseline_output=sign * found.baseline_output,
        output=sign * found.output,
        evaluations=found.evaluations,
    )


def explain_table_prediction(
    model: TableModel,
    data: Any,
    row: int,
    *,
    answer: str | None = None,
    baseline: str = "zero",
) -> PredictionExplanation:
    """Explain what a model answers for one row of a table, by its columns.

    Parameters
    ----------
    model : TableModel
    data : path, name of a bundled set, frame or mapping
    row : int
        From 0.
    answer : str, optional
        Class or target to explain; by default the class predicted, or the first
        target.
    baseline : {"zero", "mean"}
        What the row is compared with: every number at the mean of the training rows
        and no category; or the mean of all rows of the table as they are encoded.

    Raises
    ------
    DataError
        There is no such row, or the table lacks columns of the model.
    OptionError
        There is no such class or target.
    """
    schema = model.encoders.schema
    table = open_table(model, data)
    check_row(row, table.rows, table.name)
    X = np.asarray(model.encoders.transform(table, with_target=False).X, np.float64)
    name = model.network.architecture.inputs[0].name
    classifies = schema.task == "classification"
    known = schema.classes if classifies else schema.targets
    probability: float | None = None
    predicted: str | float
    output = model.output(X[row : row + 1])
    if classifies:
        number, probability = likeliest(output)
        predicted = schema.classes[number]
    else:
        number = 0
        predicted = float(output.reshape(-1)[0])
    if answer is not None:
        if answer not in known:
            kind = _("class") if classifies else _("target")
            raise OptionError(unknown_name(kind, answer, known))
        number = known.index(answer)
        if not classifies:
            predicted = float(output.reshape(-1)[number])
    found, sign = attribute(
        model.network, number, {name: X[row]}, compared_with(baseline, {name: X})
    )
    scale, shift = float(sign), 0.0
    if not classifies:
        scale, shift = (
            model.encoders.target_stds[number],
            model.encoders.target_means[number],
        )
    return PredictionExplanation(
        row=row,
        prediction=predicted,
        probability=probability,
        explained=known[number],
        is_logit=classifies,
        contributions=by_column(
            model, scale * found.values[name], cells_of_row(model, table, row)
        ),
        baseline=baseline,
        baseline_output=scale * found.baseline_output + shift,
        output=scale * found.output + shift,
        evaluations=found.evaluations,
    )


def attribute(
    network: Network,
    number: int,
    row: Mapping[str, Array],
    baseline: Mapping[str, Array],
) -> tuple[Attribution, int]:
    """Integrated gradients of an answer, and the sign with which it counts."""
    answer = answer_node(network, number)
    return integrate_gradients(network, answer.node, row, baseline), answer.sign


def compared_with(baseline: str, data: Mapping[str, Array]) -> dict[str, Array]:
    """Row to compare with, for each input."""
    if baseline not in BASELINES:
        raise OptionError(unknown_name(_("baseline"), baseline, BASELINES))
    if baseline == "mean":
        return {name: array.mean(axis=0) for name, array in data.items()}
    return {name: np.zeros(array.shape[1]) for name, array in data.items()}


def by_column(
    model: TableModel, values: Array, cells: Mapping[str, str]
) -> tuple[Contribution, ...]:
    """What the columns of a table add: the sum over the numbers each is encoded as."""
    features: dict[str, dict[str, float]] = {name: {} for name in cells}
    for feature, value in zip(model.encoders.features, values, strict=True):
        features[feature.column][feature.name] = float(value)
    return ranked(
        Contribution(column, cells[column], sum(parts.values()), parts)
        for column, parts in features.items()
    )


def ranked(contributions: Any) -> tuple[Contribution, ...]:
    return tuple(sorted(contributions, key=lambda entry: -abs(entry.value)))


def likeliest(output: Array) -> tuple[int, float]:
    """Number of the class that one row's probabilities speak for, and its own."""
    if output.shape[1] == 1:
        yes = float(output[0, 0])
        return (1, yes) if yes >= 0.5 else (0, 1 - yes)
    number = int(output[0].argmax())
    return number, float(output[0, number])


def input_names(network: Network) -> list[str]:
    """Names of columns that have none: x1, x2, …, after their input if there are more.

    Examples
    --------
    >>> from neurona import Dense
    >>> input_names(Network([Dense(1)], n_inputs=2))
    ['x1', 'x2']
    """
    inputs = network.architecture.inputs
    single = len(inputs) == 1
    return [
        f"x{i + 1}" if single else f"{entry.name} {i + 1}"
        for entry in inputs
        for i in range(entry.size)
    ]
