"""Why a network answers what it answers for one row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from neurona.arrays import Array
from neurona.errors import OptionError, unknown_name
from neurona.messages import _
from neurona.network import Network
from neurona.study.evaluate import read_inputs
from neurona.study.prediction.answer import answer_node, is_classifier, output_named
from neurona.study.prediction.attribute import attribute
from neurona.study.prediction.cells import cells_of_row
from neurona.study.prediction.explanations import PredictionExplanation
from neurona.study.prediction.numbers import Contribution
from neurona.study.table_rows import check_row, open_table
from neurona.table.model import TableModel
from neurona.train.examples import row_count

__all__ = ["explain_prediction", "explain_table_prediction"]


def explain_prediction(
    network: Network,
    X: Any,
    row: int = 0,
    *,
    answer: int | None = None,
    baseline: str = "mean",
    columns: Sequence[str] | None = None,
    output: str | None = None,
) -> PredictionExplanation:
    """Explain what a network answers for one row of arrays.

    Parameters
    ----------
    network : Network
    X : array (N, d) or mapping of str to array
    row : int
        From 0.
    answer : int, optional
        Number of the class or target to explain; by default the class predicted.
    baseline : {"mean", "zero"}
        What the row is compared with: the mean of all rows of X, or 0 everywhere. Of
        whole numbers it is the mean, or 0, of what an Embedding looks up for them.
    columns : sequence of str, optional
        Names of the columns of X.
    output : str, optional
        Of several outputs the one to explain; by default the first.

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
    data = read_inputs(network, X)
    check_row(row, row_count(data), _("the array"))
    name = output_named(network, output)
    several = len(architecture.outputs) > 1
    number, probability = 0, None
    classifies = is_classifier(network, name)
    if classifies:
        found = network.predict_proba({n: a[row : row + 1] for n, a in data.items()})
        number, probability = likeliest(found[name] if several else found)
    chosen = number if answer is None else answer
    added = attribute(network, answer_node(network, name, chosen), data, row, baseline)
    names = list(columns) if columns is not None else input_names(network)
    values = np.concatenate([added.values[e.name] for e in architecture.inputs])
    cells = np.concatenate([data[e.name][row] for e in architecture.inputs])
    if len(names) != len(values):
        raise OptionError(
            _("{found} names for {wanted} columns: give one for each").format(
                found=len(names), wanted=len(values)
            )
        )
    label = f"{name} {{}}" if several else "{}"
    return PredictionExplanation(
        row=row,
        prediction=label.format(number) if classifies else added.output,
        probability=probability,
        explained=label.format(chosen),
        is_logit=classifies,
        baseline=baseline,
        baseline_output=added.baseline_output,
        output=added.output,
        contributions=ranked(
            Contribution(name, f"{cell:.6g}", value, {name: value})
            for name, cell, value in zip(names, cells, values.tolist(), strict=True)
        ),
        evaluations=added.evaluations,
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
    network, classifies = model.network, model.task == "classification"
    known = schema.classes if classifies else schema.targets
    answers = model.output(X[row : row + 1])
    number, probability = likeliest(answers) if classifies else (0, None)
    likely = number
    if answer is not None:
        if answer not in known:
            kind = _("class") if classifies else _("target")
            raise OptionError(unknown_name(kind, answer, known))
        number = known.index(answer)
    scale, shift = 1.0, 0.0
    if not classifies:
        scale = model.encoders.target_stds[number]
        shift = model.encoders.target_means[number]
    (entry,) = network.architecture.inputs
    node = answer_node(network, output_named(network, None), number)
    added = attribute(network, node, {entry.name: X}, row, baseline)
    return PredictionExplanation(
        row=row,
        prediction=known[likely] if classifies else float(answers.reshape(-1)[number]),
        probability=probability,
        explained=known[number],
        is_logit=classifies,
        baseline=baseline,
        baseline_output=scale * added.baseline_output + shift,
        output=scale * added.output + shift,
        contributions=by_column(
            model, scale * added.values[entry.name], cells_of_row(model, table, row)
        ),
        evaluations=added.evaluations,
    )


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


def ranked(contributions: Iterable[Contribution]) -> tuple[Contribution, ...]:
    return tuple(sorted(contributions, key=lambda entry: -abs(entry.value)))


def likeliest(probabilities: Any) -> tuple[int, float]:
    """Number of the class that one row's probabilities speak for, and its own."""
    output = np.asarray(probabilities)
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
