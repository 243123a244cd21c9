"""Exercise: give the shapes of everything in a network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

from neurona.explain.stack import Stage, read_stages, sizes_in_words, sizes_of
from neurona.explain.step.by_hand import build_by_hand
from neurona.messages import _, language
from neurona.network import Network
from neurona.nn.losses import MeanSquaredError
from neurona.show.explanation import Explanation
from neurona.show.notation import (
    Blank,
    Call,
    Derivative,
    Number,
    Symbol,
    Term,
    Transpose,
    Word,
    show_text,
)
from neurona.show.notation.compose import side_by_side, sum_of
from neurona.show.page import Inline, Page, Paragraph, Section, Table

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
    def shape_text(self) -> str:
        """The shape as it is written down: N × 3."""
        return " × ".join(map(str, self.shape))


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
    def text(self) -> str:
        """The network as numbers of units."""
        return sizes_in_words(sizes_of(self.stages))

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
        return ("N", width) if self.convention == "rows" else (width, "N")

    def shaped(self, inputs: int, units: int) -> tuple[int | str, ...]:
        """Shape of the weights from inputs to units."""
        return (inputs, units) if self.convention == "rows" else (units, inputs)

    def forward(self, stage: Stage) -> Iterator[Quantity]:
        """W, b, Z and A of a stage."""
        number = str(stage.number)
        before = letter("A", stage.number - 1) if stage.number > 1 else letter("X")
        w, b, z = (letter(name, stage.number) for name in "WbZ")
        if stage.weight:
            yield Quantity(
                w, Word(_("weights")), self.shaped(stage.inputs, stage.units)
            )
            product = (
                side_by_side(before, w)
                if self.convention == "rows"
                else side_by_side(w, before)
            )
            if stage.bias:
                shape = (
                    (1, stage.units)
                    if self.convention == "rows"
                    else (
                        stage.units,
                        1,
                    )
                )
                yield Quantity(b, Word(_("biases")), shape)
                product = sum_of(product, b)
            yield Quantity(z, product, self.of(stage.units))
        function = Symbol(FUNCTION.letter, layer=number)
        a = letter("A", stage.number)
        yield Quantity(a, Call(function, (z,)), self.of(stage.units))

    def backward(self, stage: Stage) -> Iterator[Quantity]:
        """Derivatives of a stage: of Z first, then of its parameters."""
        z, w, b = (letter(name, stage.number) for name in "ZWb")
        delta = letter("Δ", stage.number)
        before = letter("A", stage.number - 1) if stage.number > 1 else letter("X")
        yield Quantity(delta, Derivative(LOSS, z), self.of(stage.units))
        if not stage.weight:
            return
        product = (
            side_by_side(Transpose(before), delta)
            if self.convention == "rows"
            else side_by_side(delta, Transpose(before))
        )
        yield Quantity(
            Derivative(LOSS, w), product, self.shaped(stage.inputs, stage.units)
        )
        if stage.bias:
            shape = (1, stage.units) if self.convention == "rows" else (stage.units, 1)
            added = Word(_("δ added over the samples"))
            yield Quantity(Derivative(LOSS, b), added, shape)

    def page(self) -> Page:
        """The questions, and the answers folded away below."""
        start = _(
            "A {network} network reads N samples as {convention}. Give the shape of "
            "each quantity, and the number of parameters."
        ).format(
            network=self.text,
            convention=_("rows") if self.convention == "rows" else _("columns"),
        )
        return Page(
            _("Give the shapes"),
            (
                Paragraph((start,)),
                self.table(answered=False),
                Paragraph(
                    (
                        _("Parameters in all: "),
                        Blank(Number(self.parameter_count, exact=True)),
                    )
                ),
                Section(
                    (_("Answers"),),
                    (
                        self.table(answered=True),
                        Paragraph((self.counted(),)),
                    ),
                    folded=True,
                ),
            ),
            language(),
        )

    def counted(self) -> str:
        """How the parameters are counted."""
        parts = [
            f"{s.inputs} · {s.units} + {s.units}"
            if s.bias
            else f"{s.inputs} · {s.units}"
            for s in self.stages
            if s.weight
        ]
        return _("Parameters in all: {sum} = {count}.").format(
            sum=" + ".join(parts), count=self.parameter_count
        )

    def table(self, *, answered: bool) -> Table:
        """Quantities and their shapes."""
        headings: tuple[Inline, ...] = (
            (_("quantity"),),
            (_("what it is"),),
            (_("shape"),),
        )
        rows = tuple(
            (
                (quantity.symbol,),
                (quantity.formula,),
                (
                    (quantity.shape_text,)
                    if answered
                    else (Blank(Word(quantity.shape_text)),)
                ),
            )
            for quantity in self.quantities
        )
        return Table(headings, rows)

    def record(self) -> dict[str, Any]:
        """Every quantity and its shape."""
        return {
            "network": self.text,
            "convention": self.convention,
            "parameters": self.parameter_count,
            "shapes": [
                {
                    "quantity": show_text(q.symbol),
                    "formula": show_text(q.formula),
                    "shape": list(q.shape),
                }
                for q in self.quantities
            ],
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
        The network has other layers, or the text is none.

    Examples
    --------
    >>> exercise = give_the_shapes("2-3-1")
    >>> exercise.parameter_count
    13
    >>> exercise.quantities[1].shape_text
    '2 × 3'
    """
    built = build_by_hand(network) if isinstance(network, str) else network
    return ShapesExercise(
        read_stages(built.architecture, MeanSquaredError()), convention
    )


def letter(name: str, layer: int | None = None) -> Symbol:
    return Symbol(name, layer="" if layer is None else str(layer), bold=True)
