"""Exercise: what backward still has to compute."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from neurona.explain.letters import LOSS
from neurona.explain.step.ask import worked_step
from neurona.explain.step.by_hand import build_by_hand
from neurona.explain.step.choose import Entry
from neurona.explain.step.worked_step import WorkedStep
from neurona.lazy import settled_property
from neurona.messages import _
from neurona.network import Network
from neurona.nn.losses import as_loss
from neurona.nn.losses.loss import output_count
from neurona.show.explanation import Explanation
from neurona.show.notation import Blank, Derivative, Marked, Symbol, Term, show_text
from neurona.show.notation.compose import exactly, product_of
from neurona.show.page import Page, Section, Table
from neurona.show.wording import Cell, note, say, tabulate
from neurona.train.examples import LossLike

__all__ = ["BackwardTask", "RemainingExercise", "what_remains"]

UNITS, INPUTS = 2, 3
"""Units of each layer, and weights of each unit, that are asked about."""


@dataclass(frozen=True)
class BackwardTask:
    """The derivative of one weight, when backpropagation comes to it.

    Parameters
    ----------
    entry : (name, index)
    derivative : Term
    factors : tuple of Term
        From the loss to the weight.
    known : tuple of bool
        Of each factor, whether a derivative before it needed it too.
    """

    entry: Entry
    derivative: Term
    factors: tuple[Term, ...]
    known: tuple[bool, ...]

    @property
    def new(self) -> tuple[Term, ...]:
        """The factors still to be computed."""
        pairs = zip(self.factors, self.known, strict=True)
        return tuple(factor for factor, known in pairs if not known)

    def record(self) -> dict[str, Any]:
        """The task for programs, its factors as text."""
        name, index = self.entry
        return {
            "parameter": name,
            "index": index,
            "factors": [show_text(factor) for factor in self.factors],
            "known": self.known,
            "new": [show_text(factor) for factor in self.new],
        }


@dataclass(frozen=True, eq=False)
class RemainingExercise(Explanation):
    """For each weight, from the loss backwards: which factors are known, which new.

    Parameters
    ----------
    step : WorkedStep
        Of any numbers: only its symbols are read.
    """

    kind = "remaining"

    step: WorkedStep

    @settled_property
    def tasks(self) -> tuple[BackwardTask, ...]:
        """First weights of the first units of each layer, the last layer first."""
        seen: set[str] = set()
        found = []
        for entry in self.entries():
            chain = self.step.chains.of(entry)[0]
            factors = tuple(factor.symbol for factor in chain.factors)
            texts = [show_text(factor) for factor in factors]
            known = tuple(text in seen for text in texts)
            seen.update(texts)
            derivative = Derivative(LOSS, self.step.letters.entry(entry))
            found.append(BackwardTask(entry, derivative, factors, known))
        return tuple(found)

    def entries(self) -> list[Entry]:
        """The weights that are asked about."""
        found: list[Entry] = []
        for layer in reversed(self.step.numbers.layers):
            inputs, units = layer.x.shape[1], layer.z.shape[1]
            for j in range(min(units, UNITS)):
                weight = layer.stage.weight
                found += [(weight, (i, j)) for i in range(min(inputs, INPUTS))]
                if layer.stage.bias:
                    found.append((layer.stage.bias, (j,)))
        return [entry for entry in found if entry[0] in self.step.gradients]

    def page(self) -> Page:
        """The questions, and the answers folded away below."""
        start = _(
            "Backpropagation goes from the loss to the inputs and keeps every factor. "
            "When it comes to {next}, what does it still have to compute?"
        )
        request = _(
            "Say for each derivative which factors are new: how many, and what they "
            "are."
        )
        goal = _(
            "The goal of all this are the derivatives of the weights and biases, by "
            "which the optimizer updates them. Going back through the layers alone "
            "gives the δ of every unit, which is all but the last factor. {inputs} is "
            "not needed for that: the inputs are not trained."
        )
        saved = _(
            "In the whole network {count} factors are used again instead of being "
            "computed anew: that is backpropagation."
        )
        answers = (
            self.table(answered=True),
            note(goal, inputs=Derivative(Symbol("L"), Symbol("x", bold=True))),
            note(saved, "good", count=str(self.step.reused)),
        )
        return Page(
            _("What does backward still have to compute?"),
            (
                say(start, next=self.tasks[-1].derivative),
                say(request),
                self.table(answered=False),
                Section((_("Answers"),), answers, folded=True),
            ),
        )

    def table(self, *, answered: bool) -> Table:
        """Derivatives, their factors, and what is new of them."""
        rows: list[tuple[Cell, ...]] = []
        for task in self.tasks:
            count, new = exactly(len(task.new)), product_of(*task.new)
            if answered:
                parts: tuple[Term, ...] = tuple(
                    Marked(factor, "reused" if known else "new")
                    for factor, known in zip(task.factors, task.known, strict=True)
                )
                cells: tuple[Cell, ...] = (str(len(task.new)), new)
            else:
                parts, cells = task.factors, (Blank(count), Blank(new))
            rows.append((task.derivative, product_of(*parts), *cells))
        headings = (
            _("derivative"),
            _("chain of factors"),
            _("new"),
            _("still to compute"),
        )
        return tabulate(headings, rows)

    def record(self) -> dict[str, Any]:
        """Each derivative with its factors, known and new."""
        return {"tasks": self.tasks, "reused": self.step.reused}


def what_remains(
    network: Network | str = "2-2-1",
    *,
    activation: str = "sigmoid",
    output: str = "identity",
    loss: LossLike = "mse",
) -> RemainingExercise:
    """Ask what backpropagation still has to compute, derivative by derivative.

    Parameters
    ----------
    network : Network or str
        With dense layers; or numbers of units, inputs first.
    activation, output : str
        Of a network given as text.
    loss : str or Loss

    Raises
    ------
    OptionError
        The text is no network, or a name is unknown.

    Examples
    --------
    >>> exercise = what_remains("2-2-1")
    >>> exercise.tasks[0].known, len(exercise.tasks[1].new)
    ((False, False, False), 1)
    """
    built = (
        build_by_hand(network, activation=activation, output=output)
        if isinstance(network, str)
        else network
    )
    inputs = {x.name: np.ones(x.size) for x in built.architecture.inputs}
    outputs = built.architecture.evaluation.outputs
    width = output_count(next(iter(outputs.values())).spec)
    x = next(iter(inputs.values())) if len(inputs) == 1 else inputs
    rule = as_loss(loss)
    y = 0 if rule.head == "classes" else np.zeros(width)
    step = worked_step(built, x, y, loss=rule, optimizer="sgd", largest=1)
    return RemainingExercise(step)
