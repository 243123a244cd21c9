"""What a model's answers depend on, over a whole table."""

from __future__ import annotations

from typing import Any, Final

from neurona.arrays import Array
from neurona.data.split import choose_sample
from neurona.study.prediction.cells import values_of_rows
from neurona.study.prediction.dependence import choose_grid, partial_dependence
from neurona.study.prediction.explanations import TableExplanation
from neurona.study.prediction.importance import REPEATS, permutation_importance
from neurona.study.table_rows import encode_rows, open_table
from neurona.table.model import TableModel
from neurona.train.metrics import METRICS

__all__ = ["explain_table"]

IMPORTANCE_ROWS: Final = 5_000
DEPENDENCE_ROWS: Final = 500
"""Rows of a sample, at most: every column is tried on all of them."""

IMPORTANCE_ANSWERS: Final = 100_000
FEWEST_ROWS: Final = 400
"""Answers that importance may take in all, as long as these rows are looked at."""

MOST_COLUMNS: Final = 6
"""Columns whose partial dependence is shown: those that matter most."""

MOST_CLASSES: Final = 6
"""Classes whose probabilities are told apart in one picture."""


def explain_table(
    model: TableModel,
    data: Any,
    *,
    columns: int = MOST_COLUMNS,
    repeats: int = REPEATS,
    seed: int = 0,
) -> TableExplanation:
    """Measure which columns a model's answers depend on, and how.

    Parameters
    ----------
    model : TableModel
    data : path, name of a bundled set, frame or mapping
        With the target; best rows that the model has not seen.
    columns : int
        Columns whose partial dependence is measured: those that matter most.
    repeats : int
        Shuffles of each column.
    seed : int
        Of the sample and the shuffles.

    Raises
    ------
    DataError
        The table lacks columns of the model, or no row has a target.
    """
    table = open_table(model, data)
    encoded = encode_rows(model, table)
    assert encoded.y is not None
    places = places_of(model)
    affordable = max(IMPORTANCE_ANSWERS // (len(places) * repeats or 1), FEWEST_ROWS)
    chosen = choose_sample(len(encoded.y), min(affordable, IMPORTANCE_ROWS), seed)
    X, y = encoded.X[chosen], encoded.y[chosen]
    metric = "accuracy" if model.task == "classification" else "r2"
    truth = y if metric == "accuracy" else model.encoders.inverse_target(y)

    def score(rows: Array) -> float:
        output = model.output(rows)
        wanted = truth if metric == "accuracy" else truth.reshape(output.shape)
        return METRICS[metric](wanted, output)

    importances = permutation_importance(score, X, places, repeats=repeats, seed=seed)
    few = choose_sample(len(X), DEPENDENCE_ROWS, seed)
    values = values_of_rows(model, table, encoded.rows[chosen[few]])
    dependences = [
        partial_dependence(
            lambda rows: answers(model, rows),
            X[few],
            places[entry.column],
            choose_grid(values[entry.column]),
            entry.column,
        )
        for entry in importances[:columns]
    ]
    return TableExplanation(
        metric=metric,
        score=score(X),
        importances=importances,
        repeats=repeats,
        dependences=tuple(d for d in dependences if d.values),
        answer="probability"
        if metric == "accuracy"
        else ", ".join(model.encoders.schema.targets),
        rows=len(X),
    )


def places_of(model: TableModel) -> dict[str, list[int]]:
    """Numbers that each column is encoded as."""
    found: dict[str, list[int]] = {}
    for number, feature in enumerate(model.encoders.features):
        found.setdefault(feature.column, []).append(number)
    return found


def answers(model: TableModel, rows: Array) -> dict[str, Array]:
    """What is averaged: probabilities of the classes, or the targets' values."""
    output = model.output(rows)
    schema = model.encoders.schema
    if model.task == "regression":
        numbers = output.reshape(len(rows), -1)
        return {name: numbers[:, i] for i, name in enumerate(schema.targets)}
    if len(schema.classes) == 2:
        return {schema.classes[1]: output[:, 1]}
    return {name: output[:, i] for i, name in enumerate(schema.classes[:MOST_CLASSES])}
