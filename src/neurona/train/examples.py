"""What a network learns from: losses chosen, targets checked, rows weighed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

import numpy as np

from neurona.arrays import Array
from neurona.errors import DataError, OptionError
from neurona.graph import Node, Spec
from neurona.messages import _
from neurona.nn.architecture import Architecture
from neurona.nn.losses import (
    ClassWeights,
    Loss,
    LossLike,
    as_loss,
    class_weights,
    ends_in,
)
from neurona.nn.losses.loss import output_count
from neurona.settings import shortened
from neurona.train.arrays import (
    as_numbers,
    check_finite,
    prepare_inputs,
    prepare_weights,
)
from neurona.train.step import ROW_WEIGHT, target_name

__all__ = [
    "LossLike",
    "as_rows",
    "choose_losses",
    "prepare_examples",
    "row_count",
    "target_specs",
    "usual_loss",
    "weigh_classes",
]

Outputs: TypeAlias = Mapping[str, Node]


def row_count(data: Mapping[str, Array]) -> int:
    """Number of rows of arrays that are all as long as each other."""
    return len(next(iter(data.values())))


def choose_losses(
    loss: LossLike | Mapping[str, LossLike] | None, outputs: Outputs, y: Any
) -> dict[str, Loss]:
    """Loss of each output: the one given, else what suits its targets.

    Raises
    ------
    DataError
        The targets are not those of the outputs.
    OptionError
        There is no such loss, or losses are given for other outputs.
    """
    if isinstance(loss, Mapping):
        if set(loss) != set(outputs):
            raise OptionError(
                _("the outputs are {wanted}, but losses were given for {found}").format(
                    wanted=sorted(outputs), found=sorted(loss)
                )
            )
        return {name: as_loss(loss[name]) for name in outputs}
    if loss is not None:
        return {name: as_loss(loss) for name in outputs}
    targets = targets_of(outputs, y)
    return {
        name: as_loss(usual_loss(node, as_numbers(targets[name], "y")))
        for name, node in outputs.items()
    }


def targets_of(outputs: Outputs, y: Any) -> Mapping[str, Any]:
    """Targets by output."""
    if isinstance(y, Mapping):
        if set(y) != set(outputs):
            raise DataError(
                _("the outputs are {wanted}, but y has {found}").format(
                    wanted=sorted(outputs), found=sorted(map(str, y))
                )
            )
        return y
    if len(outputs) > 1:
        raise DataError(
            _("this network has several outputs: pass y as a dict with {names}").format(
                names=", ".join(outputs)
            )
        )
    return dict.fromkeys(outputs, y)


def usual_loss(output: Node, y: Array) -> str:
    """Name of the loss that suits an output and its targets.

    A network that ends in softmax or sigmoid has the one that goes with it. Otherwise,
    where y is of a type of whole numbers: cross-entropy where there are several outputs
    per row, and y has one number per row, or rows of zeros and a single 1; binary
    cross-entropy where there is one, and y is 0 or 1. Else the mean squared error.
    """
    whole = y.dtype.kind in "biu"
    several = output.shape[-1] != 1
    one_each = y.ndim == 1 or (y.ndim == 2 and y.shape[1] == 1)
    if ends_in(output) == "softmax" or (
        several and whole and (one_each or is_one_hot(y))
    ):
        return "cross_entropy"
    binary = whole and y.size and y.min() >= 0 and y.max() <= 1
    if ends_in(output) == "sigmoid" or (not several and binary):
        return "binary_cross_entropy"
    return "mse"


def is_one_hot(y: Array) -> bool:
    """Whether whole numbers are rows of zeros and a single 1.

    Examples
    --------
    >>> is_one_hot(np.eye(3, dtype=int)), is_one_hot(np.array([[1, 1], [0, 1]]))
    (True, False)
    """
    if y.ndim != 2 or y.size == 0:
        return False
    return bool(((y == 0) | (y == 1)).all() and (y.sum(axis=1) == 1).all())


def prepare_examples(
    architecture: Architecture,
    losses: Mapping[str, Loss],
    X: Any,
    y: Any,
    dtype: np.dtype[Any],
    sample_weight: Any = None,
) -> dict[str, Array]:
    """Everything that a step reads, by the name of its input.

    Raises
    ------
    DataError
        There are no rows, X and y are not equally long, or a value cannot be used.
    """
    data = prepare_inputs(X, architecture.inputs, dtype, architecture.categories)
    rows = row_count(data)
    if rows == 0:
        raise DataError(_("there are no rows"))
    outputs = architecture.evaluation.outputs
    targets = targets_of(outputs, y)
    for name, loss in losses.items():
        label = "y" if len(losses) == 1 else f"y[{name!r}]"
        given = as_numbers(targets[name], label)
        check_finite(given, label, dtype)
        target = loss.prepare_target(given, outputs[name].spec)
        if len(target) != rows:
            raise DataError(
                _("X has {rows} rows, but {y} has {found}").format(
                    rows=rows, y=label, found=len(target)
                )
            )
        if target.dtype.kind == "f":
            target = target.astype(dtype, copy=False)
        data[target_name(name)] = target
    if sample_weight is not None:
        data[ROW_WEIGHT] = prepare_weights(sample_weight, rows)
    return data


def weigh_classes(
    data: dict[str, Array],
    losses: Mapping[str, Loss],
    outputs: Outputs,
    weights: ClassWeights,
    rows: Array | None,
    dtype: np.dtype[Any],
    reduction: Literal["mean", "sum"] = "mean",
) -> None:
    """Multiply the weights of the training rows by those of their classes.

    Parameters
    ----------
    data : dict of str to array
        As :func:`prepare_examples` gave it; its row weights are replaced.
    rows : int array or None
        The training rows: only they are counted and weighed.
    dtype : {float32, float64}
        Of the network.
    reduction : {"mean", "sum"}
        For a mean both factors are brought near 1 by powers of two, so that no product
        overflows or vanishes; for a sum their scale is the user's.

    Raises
    ------
    DataError
        The products are beyond the precision of a sum.
    OptionError
        There are no classes, or no such class.
    """
    if len(losses) > 1:
        raise OptionError(_("class weights need a network of one output"))
    ((name, loss),) = losses.items()
    if loss.head == "real":
        raise OptionError(
            _("class weights need classes, but {loss} is a loss over numbers").format(
                loss=loss.name
            )
        )
    target = data[target_name(name)]
    classes = 2
    if loss.head == "classes":
        classes = output_count(outputs[name].spec)
    chosen = slice(None) if rows is None else rows
    factors = {"class_weight": class_weights(target[chosen], weights, classes)}
    total = np.ones(len(target))
    if ROW_WEIGHT in data:
        factors["sample_weight"] = data[ROW_WEIGHT][chosen]
        total = data[ROW_WEIGHT].copy()
    total[chosen] = 1.0
    for factor in factors.values():
        exponent = np.frexp(factor.max(initial=0.0))[1] if reduction == "mean" else 0
        with np.errstate(over="ignore"):
            total[chosen] *= np.ldexp(factor, -exponent)
    if reduction == "sum":
        meant = np.zeros(len(total))
        meant[chosen] = total[chosen]
        check_finite(meant, " · ".join(factors), dtype)
    data[ROW_WEIGHT] = total


def target_specs(
    architecture: Architecture, losses: Mapping[str, Loss], data: Mapping[str, Array]
) -> dict[str, Spec]:
    """What each loss reads, given the targets at hand."""
    outputs = architecture.evaluation.outputs
    return {
        name: loss.target_spec(outputs[name].spec, data[target_name(name)])
        for name, loss in losses.items()
    }


def as_rows(
    rows: Any, count: int, option: str = "rows", wanted: str | None = None
) -> np.ndarray[Any, np.dtype[np.int64]] | None:
    """Row numbers, or a boolean mask of rows, as whole numbers within the data.

    Parameters
    ----------
    rows : int or bool array, optional
    count : int
        How many rows there are.
    option : str
        What a message calls them.
    wanted : str, optional
        What a message says they must be; by default rows.

    Raises
    ------
    OptionError
        They are something else, or there is no such row.

    Examples
    --------
    >>> as_rows([True, False, True], 3)
    array([0, 2])
    """
    if rows is None:
        return None
    try:
        array = np.asarray(rows)
    except ValueError:
        array = np.asarray(None)
    if array.dtype.kind == "b" and array.shape == (count,):
        array = np.flatnonzero(array)
    if array.ndim != 1 or (array.size and array.dtype.kind not in "iu"):
        raise OptionError(
            _("{setting} must be {wanted}, not {found}").format(
                setting=option,
                wanted=wanted or _("a list of row numbers or one flag per row"),
                found=shortened(rows),
            )
        )
    if array.size and (array.min() < 0 or array.max() >= count):
        raise OptionError(
            _("the row numbers of {option} must lie between 0 and {last}").format(
                option=option, last=count - 1
            )
        )
    return array.astype(np.int64)
