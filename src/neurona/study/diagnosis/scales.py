"""Findings about scale: inputs and targets far from mean 0 and deviation 1."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, TypeAlias

import numpy as np

from neurona import graph as g
from neurona.graph import BATCH, Graph, Node
from neurona.messages import _, ngettext
from neurona.show.notation import format_number
from neurona.study.diagnosis.examination import Examination
from neurona.study.diagnosis.finding import Finding
from neurona.study.evaluate import evaluate_nodes, read_inputs

__all__ = ["unscaled_inputs", "unscaled_target"]

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]

SAMPLE: Final = 1_000

LARGE: Final = 5.0
"""Root mean square above which a column is too large: standardized it is 1."""

SMALL: Final = 0.05
"""Deviation below which a column hardly moves a weighted sum."""


def unscaled_inputs(found: Examination) -> Iterator[Finding]:
    """Columns that the first layers with weights read, too large or too small."""
    values = values_read(found)
    if values is None or len(values) < 2:
        return
    size = np.sqrt(np.mean(values**2, axis=0))
    deviation = values.std(axis=0)
    # A flag is what it is: a rare one varies little.
    flags = np.isin(values, (0.0, 1.0)).all(axis=0)
    moving = (deviation > 0) & ~flags
    large = np.flatnonzero(moving & (size > LARGE))
    small = np.flatnonzero(moving & (deviation < SMALL))
    names = found.columns if len(found.columns) == values.shape[1] else None
    if large.size:
        worst = int(large[np.argmax(size[large])])
        chosen, digits, evidence = large, 4, {"largest_rms": float(size[worst])}
        text = ngettext(
            "The inputs are not scaled: {count} column of {all} is large, {name} with "
            "mean {mean} and deviation {deviation}.",
            "The inputs are not scaled: {count} of {all} columns are large, such as "
            "{name} with mean {mean} and deviation {deviation}.",
            large.size,
        )
    elif small.size and small.size >= 0.5 * moving.sum():
        worst = int(small[np.argmin(deviation[small])])
        chosen, digits = small, 3
        evidence = {"smallest_deviation": float(deviation[worst])}
        text = ngettext(
            "The inputs are not scaled: {count} column of {all} hardly varies, {name} "
            "with deviation {deviation}.",
            "The inputs are not scaled: {count} of {all} columns hardly vary, such as "
            "{name} with deviation {deviation}.",
            small.size,
        )
    else:
        return
    yield Finding(
        "inputs_not_scaled",
        "serious" if size[worst] > 10 * LARGE else "moderate",
        text.format(
            count=chosen.size,
            all=values.shape[1],
            name=column_name(worst, names),
            mean=format_number(float(values[:, worst].mean()), 4),
            deviation=format_number(float(deviation[worst]), digits),
        ),
        _(
            "Standardize the inputs, (x − μ)/σ with μ and σ of the training rows; "
            "Scale.of(X) is a layer that does it."
        ),
        {"columns": [column_name(int(i), names) for i in chosen], **evidence},
    )


def unscaled_target(found: Examination) -> Iterator[Finding]:
    """Targets of a regression far from mean 0 and deviation 1."""
    name = found.single_output
    if name is None or found.classifies or found.losses[name].name == "poisson":
        return
    _X, y = found.main.sample(SAMPLE)
    truth = np.asarray(y, np.float64).reshape(len(y), -1)
    deviation = truth.std(axis=0)
    size = np.sqrt(np.mean(truth**2, axis=0))
    worst = int(np.argmax(size))
    least = int(np.argmin(np.where(deviation > 0, deviation, np.inf)))
    large = size[worst] > LARGE
    if not large and not 0 < deviation[least] < SMALL:
        return
    at = worst if large else least
    mean, spread = float(truth[:, at].mean()), float(deviation[at])
    yield Finding(
        "target_not_scaled",
        "serious" if size[worst] > 10 * LARGE else "moderate",
        _(
            "The target is not scaled: its mean is {mean} and its deviation "
            "{deviation}, so the size of loss and gradients is set by its unit."
        ).format(mean=format_number(mean, 4), deviation=format_number(spread, 4)),
        _(
            "Train on (y − μ)/σ with μ and σ of the training rows, and turn "
            "predictions back with ŷσ + μ."
        ),
        {"mean": mean, "deviation": spread},
    )


def values_read(found: Examination) -> Array | None:
    """Numbers that the layers with weights read, before any other such layer.

    Layers that only rescale, such as ``Scale`` and ``BatchNorm``, have done their work
    by then.
    """
    written = found.network.architecture.evaluation
    nodes = g.topological_order(written.outputs.values())
    behind: set[Node] = set()
    read: dict[Node, None] = {}
    for node in nodes:
        if any(part in behind for part in node.inputs):
            behind.add(node)
        elif node.operation == "matmul" and node.inputs[0].shape[:1] == (BATCH,):
            behind.add(node)
            read[node.inputs[0]] = None
    plain = [node for node in read if node.dtype == "float"]
    if not plain:
        return None
    X, _y = found.main.sample(SAMPLE)
    data = read_inputs(found.network, X)
    values = evaluate_nodes(found.network, Graph.of(*plain).outputs, data)
    return np.concatenate(list(values.values()), axis=1)


def column_name(number: int, names: tuple[str, ...] | None) -> str:
    return repr(names[number]) if names else _("column {number}").format(number=number)
