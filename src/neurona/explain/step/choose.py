"""Which weights are shown: all of a small network, some of a large one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from neurona.arrays import Array
from neurona.errors import OptionError, unknown_name
from neurona.explain.budget import Budget
from neurona.messages import _
from neurona.settings import Count, checked

__all__ = [
    "Entry",
    "Selection",
    "choose_entries",
    "largest_of",
]

Entry: TypeAlias = tuple[str, tuple[int, ...]]
"""A parameter's name and the place of one of its numbers, counted from 0."""


@dataclass(frozen=True)
class Selection:
    """Which derivatives to explain: what is given narrows the choice.

    Parameters
    ----------
    layers : sequence of str
        Names of layers, such as ``dense_1``.
    units : sequence of int
        Units of those layers, counted from 1 as the symbols are.
    weights : sequence of str
        Single ones: ``dense_1.weight[0,2]``, counted from 0 as in the arrays, or all
        of a parameter: ``dense_1.weight``.
    largest : int, optional
        The k gradients of largest size among those chosen.
    members : sequence of int
        Of a network of many members side by side those that are written out, counted
        from 1.
    """

    layers: tuple[str, ...] = ()
    units: tuple[int, ...] = ()
    weights: tuple[str, ...] = ()
    largest: int | None = None
    members: tuple[int, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether no derivative was asked for."""
        return self == Selection(members=self.members)

    @property
    def names(self) -> tuple[str, ...]:
        """Layers and parameters that were asked for."""
        return (
            *self.layers,
            *(text.partition("[")[0].strip() for text in self.weights),
        )


def choose_entries(
    gradients: Mapping[str, Array], selection: Selection, budget: Budget | None = None
) -> tuple[Entry, ...]:
    """Entries to explain, in the order of the parameters.

    Parameters
    ----------
    gradients : mapping of str to array
    selection : Selection
    budget : Budget, optional

    Raises
    ------
    OptionError
        There is no such layer, unit or weight; the message offers the nearest names.

    Examples
    --------
    >>> grads = {"d.weight": np.array([[0.1], [-3.0]]), "d.bias": np.ones(1)}
    >>> choose_entries(grads, Selection(largest=1))
    (('d.weight', (1, 0)),)
    """
    candidates = chosen_masks(gradients, selection)
    count = sum(int(mask.sum()) for mask in candidates.values())
    most, limits = selection.largest, budget or Budget()
    if most is not None:
        most = checked("largest", most, Count)
    elif count > limits.every:
        most = limits.largest
    if most is None or count <= most:
        return tuple(entries_of(candidates))
    return largest_entries(gradients, candidates, most)


def chosen_masks(
    gradients: Mapping[str, Array], selection: Selection
) -> dict[str, Array]:
    """Of each parameter, which of its numbers were asked for."""
    layers = list(dict.fromkeys(name.rpartition(".")[0] for name in gradients))
    for layer in selection.layers:
        if layer not in layers:
            raise OptionError(unknown_name(_("layer"), layer, layers))
    found = {
        name: np.ones(grad.shape, bool)
        for name, grad in gradients.items()
        if not selection.layers or name.rpartition(".")[0] in selection.layers
    }
    if selection.units:
        found = {name: of_units(mask, selection.units) for name, mask in found.items()}
        if not any(mask.any() for mask in found.values()):
            widest = max((mask.shape[-1] for mask in found.values()), default=0)
            raise OptionError(
                _(
                    "there is no unit {units} there: units are counted from 1 to {last}"
                ).format(units=", ".join(map(str, selection.units)), last=widest)
            )
    if not selection.weights:
        return found
    wanted = {name: np.zeros(grad.shape, bool) for name, grad in gradients.items()}
    for text in selection.weights:
        name, index = read_weight(text, gradients)
        wanted[name][index] = True
    if selection.layers or selection.units:
        for name, mask in found.items():
            wanted[name] |= mask
    return wanted


def of_units(mask: Array, units: Iterable[int]) -> Array:
    """Numbers that lead to some units: the last axis counts them."""
    kept = np.zeros(mask.shape, bool)
    for unit in units:
        if 1 <= unit <= mask.shape[-1]:
            kept[..., unit - 1] = True
    return mask & kept


def read_weight(text: str, gradients: Mapping[str, Array]) -> tuple[str, Any]:
    """Parameter and place that a person means.

    Raises
    ------
    OptionError

    Examples
    --------
    >>> read_weight("dense_1.weight[1,0]", {"dense_1.weight": np.zeros((2, 1))})
    ('dense_1.weight', (1, 0))
    """
    name, bracket, rest = text.strip().partition("[")
    if name not in gradients:
        raise OptionError(unknown_name(_("weight"), name, gradients))
    if not bracket:
        return name, ...
    shape = gradients[name].shape
    try:
        index = tuple(int(part) for part in rest.rstrip("]").split(","))
    except ValueError:
        index = ()
    fits = len(index) == len(shape) and all(
        0 <= i < size for i, size in zip(index, shape, strict=True)
    )
    if not fits:
        raise OptionError(
            _("{name} has shape {shape}: there is no entry [{place}] (from 0)").format(
                name=name, shape=shape, place=rest.rstrip("]")
            )
        )
    return name, index


def entries_of(masks: Mapping[str, Array]) -> Iterable[Entry]:
    for name, mask in masks.items():
        for index in np.argwhere(mask):
            yield name, tuple(int(i) for i in index)


def largest_entries(
    gradients: Mapping[str, Array], masks: Mapping[str, Array], most: int
) -> tuple[Entry, ...]:
    """Entries of largest gradient, in the order of the parameters."""
    sizes = [
        np.where(mask, np.abs(gradients[name]), -1.0).ravel()
        for name, mask in masks.items()
    ]
    every = np.concatenate(sizes)
    every[np.isnan(every)] = -1.0
    # Only what may be among them is sorted, so that the first of equals come first.
    least = np.partition(every, -most)[-most] if most < every.size else -1.0
    candidates = np.flatnonzero(every >= max(least, 0.0))
    order = np.argsort(-every[candidates], kind="stable")[:most]
    kept = np.sort(candidates[order])
    starts = np.cumsum([0, *(size.size for size in sizes)])
    return tuple(
        (name, tuple(int(i) for i in np.unravel_index(flat - start, mask.shape)))
        for (name, mask), start, end in zip(
            masks.items(), starts[:-1], starts[1:], strict=True
        )
        for flat in kept[(kept >= start) & (kept < end)]
    )


def largest_of(
    gradients: Mapping[str, Array], entries: Sequence[Entry], most: int
) -> tuple[Entry, ...]:
    """Entries of largest gradient among some, in their order.

    Examples
    --------
    >>> grads = {"b": np.array([1.0, -3.0, 2.0])}
    >>> largest_of(grads, [("b", (i,)) for i in range(3)], 2)
    (('b', (1,)), ('b', (2,)))
    """
    size = [-abs(float(gradients[name][index])) for name, index in entries]
    kept = set(np.argsort(size, kind="stable")[:most].tolist())
    return tuple(entry for i, entry in enumerate(entries) if i in kept)
