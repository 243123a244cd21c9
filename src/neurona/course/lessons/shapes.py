"""Exercise: give the shapes of everything in a network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

from neurona.explain.reading import sizes_in_words
from neurona.explain.stack import read_stack
from neurona.explain.stages import Stage
from neurona.explain.step.by_hand import build_by_hand
from neurona.messages import _
from neurona.network import Network
from neurona.settings import checked
from neurona.show.explanation import Explanation
from neurona.show.notation import (
    Blank,
    Call,
    Derivative,
    Symbol,
    Term,
    Transpose,
    Word,
    show_text,
)
from neurona.show.notation.compose import exactly, side_by_side, sum_of
from neurona.show.page import Page, Paragraph, Section, Table
from neurona.show.wording import say, tabulate

__all__ = ["Quantity", "ShapesExercise", "give_the_shapes"]

LOSS: Final = Symbol("J")
FUNCTION: Final = Symbol("f")


@dataclass(frozen=True)
class Quantity:
    """One thing whose shape is asked for.

    Parameters
    ----------
    symbol, formula : Term
        What it is called and how it comes about.
    shape : tuple of int or str
        ``N`` stands for the number of samples.
    """

    symbol: Term
    formula: Term
    shape: tuple[int | str, ...]

    @property
    def text(self) -> str:
        """The shape as it is written down: N × 3."""
        return " × ".join(map(str, self.shape))

    def record(self) -> dict[str, Any]:
        """The quantity for programs, its mathematics as text."""
        return {
            "quantity": show_text(self.symbol),
            "formula": show_text(self.formula),
            "shape": self.shape,
        }


@dataclass(frozen=True)
class ShapesExercise(Explanation):
    """The shapes of a network, asked and answered.

    Parameters
    ----------
    stages : tuple of Stage
    convention : {"rows", "columns"}
        Whether samples are rows, X (N, d), or columns, X (d, N).
    """

    kind = "shapes"

    stages: tuple[Stage, ...]
    convention: Literal["rows", "columns"] = "rows"

    @property
    def by_rows(self) -> bool:
        """Whether samples are rows."""
        return self.convention == "rows"

    @property
    def text(self) -> str:
        """The network as numbers of units."""
        return sizes_in_words(
            (self.stages[0].inputs, *(s.units for s in self.stages if s.weight))
        )

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """Everything in the order of computation, forward and then backward."""
        forward = [q for stage in self.stages for q in self.forward(stage)]
        backward = [q for stage in reversed(self.stages) for q in self.backward(stage)]
        x = Quantity(letter("X"), Word(_("the inputs")), self.of(self.stages[0].inputs))
        return (x, *forward, *backward)

    @property
    def parameter_count(self) -> int:
        """Number of weights and biases."""
        return sum(
            s.inputs * s.units + (s.units if s.bias else 0)
            for s in self.stages
            if s.weight
        )

    def of(self, width: int) -> tuple[int | str, ...]:
        """Shape of something that every sample has."""
        return ("N", width) if self.by_rows else (width, "N")

    def shaped(self, inputs: int, units: int) -> tuple[int | str, ...]:
        """Shape of the weights from inputs to units."""
        return (inputs, units) if self.by_rows else (units, inputs)

    def product(self, left: Term, right: Term) -> Term:
        """A product of rows, or the same of columns."""
        return side_by_side(*((left, right) if self.by_rows else (right, left)))

    def forward(self, stage: Stage) -> Iterator[Quantity]:
        """W, b, Z and A of a stage."""
        w, b, z, a = (letter(name, stage.number) for name in "WbZA")
        if stage.weight:
            weights = self.shaped(stage.inputs, stage.units)
            yield Quantity(w, Word(_("weights")), weights)
            product = self.product(before(stage), w)
            if stage.bias:
                yield Quantity(b, Word(_("biases")), self.shaped(1, stage.units))
                product = sum_of(product, b)
            yield Quantity(z, product, self.of(stage.units))
        function = Symbol(FUNCTION.letter, layer=str(stage.number))
        yield Quantity(a, Call(function, (z,)), self.of(stage.units))

    def backward(self, stage: Stage) -> Iterator[Quantity]:
        """Derivatives of a stage: of Z first, then of its parameters."""
        w, b, z, delta = (letter(name, stage.number) for name in "WbZΔ")
        yield Quantity(delta, Derivative(LOSS, z), self.of(stage.units))
        if not stage.weight:
            return
        product = self.product(Transpose(before(stage)), delta)
        weights = self.shaped(stage.inputs, stage.units)
        yield Quantity(Derivative(LOSS, w), product, weights)
        if stage.bias:
            added = Word(_("δ added over the samples"))
            yield Quantity(Derivative(LOSS, b), added, self.shaped(1, stage.units))

    def page(self) -> Page:
        """The questions, and the answers folded away below."""
        start = _(
            "A {network} network reads N samples as {convention}. Give the shape of "
            "each quantity, and the number of parameters."
        )
        counted = _("Parameters in all: {sum} = {count}.")
        parts = (
            f"{s.inputs} · {s.units}" + (f" + {s.units}" if s.bias else "")
            for s in self.stages
            if s.weight
        )
        count = str(self.parameter_count)
        answers = (
            self.table(answered=True),
            say(counted, sum=" + ".join(parts), count=count),
        )
        return Page(
            _("Give the shapes"),
            (
                say(
                    start,
                    network=self.text,
                    convention=_("rows") if self.by_rows else _("columns"),
                ),
                self.table(answered=False),
                Paragraph(
                    (
                        _("Parameters in all: "),
                        Blank(exactly(self.parameter_count)),
                    )
                ),
                Section((_("Answers"),), answers, folded=True),
            ),
        )

    def table(self, *, answered: bool) -> Table:
        """Quantities and their shapes."""
        return tabulate(
            [_("quantity"), _("what it is"), _("shape")],
            [
                [q.symbol, q.formula, q.text if answered else Blank(Word(q.text))]
                for q in self.quantities
            ],
        )

    def record(self) -> dict[str, Any]:
        """Every quantity and its shape."""
        return {
            "network": self.text,
            "convention": self.convention,
            "parameters": self.parameter_count,
            "shapes": self.quantities,
        }


def give_the_shapes(
    network: Network | str = "2-3-1",
    *,
    convention: Literal["rows", "columns"] = "rows",
) -> ShapesExercise:
    """Ask for the shapes of everything in a network, forward and backward.

    Parameters
    ----------
    network : Network or str
        Of dense layers; or numbers of units, inputs first.
    convention : {"rows", "columns"}
        Whether samples are rows or columns.

    Raises
    ------
    OptionError
        The network has other layers, the text is none, or samples are to stand in
        another way.

    Examples
    --------
    >>> exercise = give_the_shapes("2-3-1")
    >>> exercise.parameter_count
    13
    >>> exercise.quantities[1].text
    '2 × 3'
    """
    checked("convention", convention, Literal["rows", "columns"])
    built = build_by_hand(network) if isinstance(network, str) else network
    return ShapesExercise(read_stack(built.architecture).stages, convention)


def letter(name: str, layer: int | None = None) -> Symbol:
    return Symbol(name, layer="" if layer is None else str(layer), bold=True)


def before(stage: Stage) -> Symbol:
    """What a stage reads."""
    return letter("A", stage.number - 1) if stage.number > 1 else letter("X")
