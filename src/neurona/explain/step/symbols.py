"""Letters for the numbers of a step, in the notes' notation: z, a, δ, w, ŷ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from neurona.explain.letters import (
    LOSS,
    Convention,
    Letters,
    join,
    join_name,
    slope_in,
)
from neurona.explain.reading import Reading
from neurona.explain.step.choose import Entry
from neurona.explain.step.numbers import StepNumbers, UnitNumbers
from neurona.graph import Node
from neurona.show.notation import Derivative, Number, Symbol, Term, Word

__all__ = ["LOSS", "Convention", "StepLetters", "Symbols"]


class StepLetters(Letters):
    """Letters of a reading, with ŷ for what is predicted, and looked-up rows known.

    Parameters
    ----------
    reading : Reading
    convention : {"rows", "columns"}
    known : mapping of Node to Number
        Whole numbers that are read as they are, such as a category.
    """

    def __init__(
        self,
        reading: Reading,
        convention: Convention = "rows",
        known: Mapping[Node, Any] | None = None,
    ) -> None:
        super().__init__(reading, convention)
        self.categories = known or {}
        for stage in reading.stages:
            if stage.is_weighted and stage.a is stage.z:
                self.named[stage.a] = "a", str(stage.number), ""
        several = len(reading.ends) > 1
        self.outputs: dict[Node, tuple[str, bool, Literal["", "hat"]]] = {}
        for end in reading.ends:
            name = end.name if several else ""
            self.outputs[end.target] = name, end.stage.units > 1, ""
            self.outputs[end.stage.a] = name, end.stage.units > 1, "hat"

    def letter(self, node: Node, *indices: str) -> Term:
        """A node by its letter, though its number be known."""
        return super().term(node, *indices)

    def term(self, node: Node, *indices: str) -> Term:
        """A node with its indices: y or ŷ without one where there is one output."""
        if node in self.categories:
            return Number(float(self.categories[node][int(indices[-1]) - 1]))
        if node not in self.outputs:
            return super().term(node, *indices)
        several = self.outputs[node][1]
        return self.bare(node, join(*indices) if several else "")

    def bare(self, node: Node, index: str = "") -> Symbol:
        """The letter of an output or a target, of all of its units."""
        name, _several, accent = self.outputs[node]
        return Symbol("y", join_name(name, index), accent=accent)


class Symbols:
    """The letter of everything in a step, by numbers that count from 0.

    Parameters
    ----------
    numbers : StepNumbers
    convention : {"rows", "columns"}
        Whether the weight from input i to unit j is written w_ij, as samples are rows
        and W is (inputs, outputs), or w_ji, as where samples are columns.
    """

    def __init__(self, numbers: StepNumbers, convention: Convention = "rows") -> None:
        reading = numbers.reading
        known = {
            node: numbers.trace.values[node][0].reshape(-1)
            for node in reading.inputs.values()
            if node.dtype == "integer" and numbers.is_alone
        }
        self.letters = StepLetters(reading, convention, known)
        build = reading.written.build
        self.parameters = {name: kept.node for name, kept in build.parameters.items()}
        self.parameters |= {name: kept.node for name, kept in build.states.items()}
        self.homes = {
            name: numbers.by_stage[stage] for name, stage in reading.homes.items()
        }

    def x(self, layer: UnitNumbers, i: int) -> Term:
        """What a layer reads."""
        return self.letters.term(layer.stage.reads[0], str(i + 1))

    def input(self, node: Node, i: int) -> Term:
        """One number of an input."""
        return self.letters.letter(node, str(i + 1))

    def z(self, layer: UnitNumbers, j: int) -> Term:
        """Weighted sum of a unit."""
        return self.letters.z(layer.stage, str(j + 1))

    def a(self, layer: UnitNumbers, j: int) -> Term:
        """Activation of a unit; z where it is the loss that applies one."""
        if layer.stage.by_loss:
            return self.z(layer, j)
        return self.letters.term(layer.stage.a, str(j + 1))

    def prediction(self, layer: UnitNumbers, j: int) -> Term:
        """What the network predicts: ŷ, with an index where there are several."""
        return self.letters.term(layer.stage.a, str(j + 1))

    def target(self, layer: UnitNumbers, j: int) -> Term:
        """What the network should predict: y."""
        (end, *_others) = self.letters.reading.ends_at(layer.stage)
        return self.letters.term(end.target, str(j + 1))

    def delta(self, layer: UnitNumbers, j: int) -> Term:
        """δ, the derivative of the loss in z."""
        return self.letters.slope(layer.stage.z, str(j + 1))

    def w(self, layer: UnitNumbers, i: int, j: int) -> Term:
        """Weight from input i to unit j of a layer."""
        return self.entry((layer.stage.weight, (i, j)))

    def b(self, layer: UnitNumbers, j: int) -> Term:
        """Bias of a unit."""
        return self.entry((layer.stage.bias, (j,)))

    def entry(self, entry: Entry) -> Term:
        """Single number of a parameter."""
        name, index = entry
        node = self.parameters[name]
        if node in self.letters:
            return self.letters.term(node, *(str(i + 1) for i in index))
        place = ",".join(map(str, index))
        return Word(f"{name}[{place}]" if place else name)

    def slope(self, entry: Entry) -> Derivative:
        """∂L/∂w of a single number of a parameter."""
        return slope_in(self.entry(entry))
