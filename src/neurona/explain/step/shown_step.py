"""A step in numbers, and what is shown of it under which letters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from neurona.arrays import Array
from neurona.explain.budget import Budget
from neurona.explain.derive import indices_of
from neurona.explain.excerpt import Excerpt
from neurona.explain.letters import Convention, row_shape
from neurona.explain.step.chains import Chain, Chains
from neurona.explain.step.choose import Entry, largest_of
from neurona.explain.step.figures import Equations
from neurona.explain.step.letters import StepLetters
from neurona.explain.step.numbers import StepNumbers, UnitNumbers
from neurona.graph import Node
from neurona.lazy import settled_property

__all__ = ["Said", "ShownStep", "entries_of"]

Said: TypeAlias = str | Callable[[], str]
"""A sentence, or what writes it in the language of whoever reads."""


@dataclass(frozen=True, eq=False)
class ShownStep:
    """One training step with every number of it, and what is shown.

    Parameters
    ----------
    numbers : StepNumbers
    excerpt : Excerpt
        What of the network is written out.
    rows : tuple of int
        What the rows are called, counted from 0; empty where they have no number.
    feature_names : tuple of str
        Of the inputs; empty where they have none.
    class_names : tuple of str
        Of the classes; empty where there are none.
    entries : tuple of (name, index)
        The weights whose derivatives are explained one by one.
    convention : {"rows", "columns"}
    replayed : int or None
        The step of a real run that this is.
    said : tuple of str or callable
        What is to be known of it, in sentences.
    asked : bool
        Whether the entries were chosen by whoever asked.
    budget : Budget
        How much of it a page shows.
    """

    numbers: StepNumbers
    excerpt: Excerpt
    rows: tuple[int, ...]
    feature_names: tuple[str, ...]
    class_names: tuple[str, ...]
    entries: tuple[Entry, ...]
    convention: Convention = "rows"
    replayed: int | None = None
    said: tuple[Said, ...] = ()
    asked: bool = False
    budget: Budget = field(default_factory=Budget)

    @settled_property
    def letters(self) -> StepLetters:
        """The letter of everything; of a single row categories are known numbers."""
        numbers = self.numbers
        known = {
            node: numbers.trace.values[node][0].reshape(-1)
            for node in numbers.reading.inputs.values()
            if node.dtype == "integer" and numbers.is_alone
        }
        return StepLetters(numbers.reading, self.convention, known)

    @settled_property
    def equations(self) -> Equations:
        """How every number is made, in letters and in numbers."""
        return Equations(self.numbers, self.letters, self.budget.terms)

    @settled_property
    def chains(self) -> Chains:
        """The chain of factors of every weight."""
        return Chains(self.numbers, self.letters, self.equations.in_letters)

    @settled_property
    def layers(self) -> tuple[UnitNumbers, ...]:
        """Numbers of the stages that are written out."""
        return tuple(self.numbers.by_stage[stage] for stage in self.excerpt.stages)

    @property
    def notes(self) -> tuple[str, ...]:
        """What is to be known of it, in the reader's language."""
        said = (part if isinstance(part, str) else part() for part in self.said)
        return tuple(sentence for sentence in said if sentence)

    @property
    def checks(self) -> Mapping[Entry, float]:
        """Finite difference of every entry."""
        return {entry: self.numbers.trace.check(*entry) for entry in self.entries}

    @settled_property
    def shown(self) -> tuple[Entry, ...]:
        """The entries that a page writes out: all of a few, else the largest."""
        budget = self.budget
        most = budget.asked if self.asked else budget.entries
        if len(self.entries) <= most:
            return self.entries
        kept = most if self.asked else budget.largest
        return largest_of(self.gradients, self.entries, kept)

    @property
    def loss(self) -> float:
        """Loss before the step, penalties apart."""
        return self.numbers.loss

    @property
    def loss_after(self) -> float:
        """Loss of the same rows after it."""
        return self.numbers.loss_after

    @property
    def gradients(self) -> Mapping[str, Array]:
        """Gradient of what is minimized, by parameter name."""
        return self.numbers.gradients

    @property
    def update(self) -> Mapping[str, Array]:
        """Parameters after the step."""
        return self.numbers.update

    @property
    def reused(self) -> int:
        """How many factors of one row's chains were known from another chain."""
        return self.chains.reused()

    def chain(self, parameter: str, index: Sequence[int]) -> tuple[Chain, ...]:
        """Chains that add up to the derivative of one weight."""
        return self.chains.of((parameter, tuple(index)))

    def parameters_of(self, layer: UnitNumbers) -> list[str]:
        """Trained parameters that are first used in a layer."""
        homes = self.numbers.homes
        return [name for name in self.gradients if homes.get(name) is layer]

    def units_of(self, layer: UnitNumbers) -> list[int]:
        """Units of a layer that are written out: all of a few, else those asked about.

        Where none was asked about they are those of largest ∂L/∂z.
        """
        count, most = layer.stage.units, self.budget.units
        if count <= most:
            return list(range(count))
        names = {layer.stage.weight, layer.stage.bias} | set(self.parameters_of(layer))
        asked = [index[-1] for name, index in self.shown if name in names]
        if asked:
            return sorted(dict.fromkeys(asked))[:most]
        steepest = np.argsort(-np.abs(layer.delta).max(axis=0), kind="stable")
        return sorted(steepest[: most // 2].tolist())

    def entries_of(self, layer: UnitNumbers, node: Node) -> list[tuple[str, ...]]:
        """Indices of a node that are written out: some units; any, of several rows."""
        if not self.numbers.is_alone:
            return [indices_of(node)]
        return entries_of(node, self.units_of(layer))

    @property
    def row_labels(self) -> list[str]:
        """What the rows of a batch are called."""
        return [str(row) for row in (self.rows or range(self.numbers.rows))]


def entries_of(node: Node, units: Iterable[int]) -> list[tuple[str, ...]]:
    """Indices of some units of a node, from 1, or its only one."""
    sizes = row_shape(node)
    if not sizes or sizes == (1,):
        return [("1",) * len(sizes)]
    return [(str(j + 1),) for j in units if j < sizes[0]]
