"""The worked step: one training step, every number of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np

from neurona.explain.step.chains import Chain, Chains
from neurona.explain.step.choose import (
    LARGEST,
    MOST_ASKED,
    MOST_SHOWN,
    Entry,
    Selection,
    choose_entries,
    largest_of,
)
from neurona.explain.step.compute_step import compute_step
from neurona.explain.step.differences import MeasuredSlopes
from neurona.explain.step.numbers import StepNumbers, StepRequest
from neurona.explain.step.symbols import Convention, Symbols
from neurona.show.explanation import Explanation
from neurona.show.page import Page

__all__ = ["WorkedStep", "work_step"]

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, eq=False)
class WorkedStep(Explanation):
    """One training step with every number of it.

    Parameters
    ----------
    numbers : StepNumbers
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
    notes : tuple of str
        What is to be known of it, in sentences.
    asked : bool
        Whether the entries were chosen by whoever asked.
    """

    kind = "step"

    numbers: StepNumbers
    rows: tuple[int, ...]
    feature_names: tuple[str, ...]
    class_names: tuple[str, ...]
    entries: tuple[Entry, ...]
    convention: Convention = "rows"
    replayed: int | None = None
    notes: tuple[str, ...] = ()
    asked: bool = False

    @cached_property
    def symbols(self) -> Symbols:
        """The letter of everything."""
        return Symbols(self.numbers, self.convention)

    @cached_property
    def chains(self) -> Chains:
        """The chain of factors of every weight."""
        return Chains(self.numbers, self.symbols)

    @cached_property
    def measured(self) -> MeasuredSlopes:
        """Finite differences of weights, taken when they are asked for."""
        return MeasuredSlopes(self.numbers.total, self.numbers.feeds, self.numbers.rows)

    @property
    def checks(self) -> Mapping[Entry, float]:
        """Finite difference of every entry."""
        return self.measured.of(self.entries)

    @cached_property
    def shown(self) -> tuple[Entry, ...]:
        """The entries that a page writes out: all of a few, else the largest."""
        most = MOST_ASKED if self.asked else MOST_SHOWN
        if len(self.entries) <= most:
            return self.entries
        return largest_of(self.gradients, self.entries, most if self.asked else LARGEST)

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

    def page(self) -> Page:
        """The step in the reader's language."""
        from neurona.explain.step.write_page import write_page

        return write_page(self)

    def record(self) -> dict[str, Any]:
        """The step for programs: see :func:`neurona.explain.step.document.document`."""
        from neurona.explain.step.document import write_document

        return write_document(self)


def work_step(
    request: StepRequest,
    *,
    selection: Selection | None = None,
    rows: Sequence[int] = (),
    feature_names: Sequence[str] = (),
    class_names: Sequence[str] = (),
    convention: Convention = "rows",
    replayed: int | None = None,
    notes: Sequence[str] = (),
) -> WorkedStep:
    """Work a step through.

    Parameters
    ----------
    request : StepRequest
    selection : Selection, optional
        Which derivatives to explain; by default all of a small network, and the
        largest of a large one.
    rows, feature_names, class_names, convention, replayed, notes
        As the worked step has them.

    Raises
    ------
    OptionError
        The selection names a layer, unit or weight that there is not.
    """
    numbers = compute_step(request)
    entries = choose_entries(numbers.gradients, selection or Selection())
    return WorkedStep(
        numbers,
        tuple(rows),
        tuple(feature_names),
        tuple(class_names),
        entries,
        convention,
        replayed,
        tuple(notes),
        asked=selection is not None and not selection.is_empty,
    )
