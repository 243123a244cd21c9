"""The worked step: one training step, every number of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from neurona.explain.budget import Budget
from neurona.explain.excerpt import choose_excerpt
from neurona.explain.letters import Convention
from neurona.explain.step.choose import Selection, choose_entries
from neurona.explain.step.compute_step import compute_step
from neurona.explain.step.document import write_document
from neurona.explain.step.numbers import StepRequest
from neurona.explain.step.shown_step import Said, ShownStep
from neurona.explain.step.write_page import write_page
from neurona.show.explanation import Explanation
from neurona.show.page import Page

__all__ = ["WorkedStep", "work_step"]


@dataclass(frozen=True, eq=False)
class WorkedStep(ShownStep, Explanation):
    """One training step explained: its numbers, its page and its JSON."""

    kind = "step"

    def page(self) -> Page:
        """The step in the reader's language."""
        return write_page(self)

    def record(self) -> dict[str, Any]:
        """The step for programs: see :func:`neurona.explain.step.document.document`."""
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
    notes: Sequence[Said] = (),
    budget: Budget | None = None,
) -> WorkedStep:
    """Work a step through.

    Parameters
    ----------
    request : StepRequest
    selection : Selection, optional
        Which derivatives to explain; by default all of a small network, and the
        largest of a large one.
    rows, feature_names, class_names, convention, replayed
        As the worked step has them.
    notes : sequence of str or callable
        What is to be known, in sentences, or what writes them when they are read.
    budget : Budget, optional
        How much a page shows.

    Raises
    ------
    OptionError
        The selection names a layer, unit, weight or member that there is not.
    """
    numbers = compute_step(request)
    limits, asked = budget or Budget(), selection or Selection()
    excerpt = choose_excerpt(
        numbers.reading, asked.members, asked.names, most=limits.members
    )
    own = {n: grad for n, grad in numbers.gradients.items() if n in excerpt.parameters}
    return WorkedStep(
        numbers,
        excerpt,
        tuple(rows),
        tuple(feature_names),
        tuple(class_names),
        choose_entries(own, asked, limits),
        convention,
        replayed,
        tuple(notes),
        asked=not asked.is_empty,
        budget=limits,
    )
