"""Letters for the numbers of a step, in the notes' notation: ŷ for predictions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from neurona.explain.letters import Convention, Letters, join, join_name
from neurona.explain.reading import Reading
from neurona.explain.step.choose import Entry
from neurona.graph import Node
from neurona.show.notation import Number, Symbol, Term, Word

__all__ = ["StepLetters"]


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

    def entry(self, entry: Entry) -> Term:
        """Single number of a parameter."""
        name, index = entry
        node = self.parameters[name]
        if node in self:
            return self.term(node, *(str(i + 1) for i in index))
        place = ",".join(map(str, index))
        return Word(f"{name}[{place}]" if place else name)
