"""The letter of everything that a network computes, in one place for every view.

One node has three ways of being written: with the index of a unit, with any index, or
as a bold matrix. The letter and the number of the layer are the same in all three.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from neurona.errors import OptionError, unknown_name
from neurona.explain.reading import Reading
from neurona.explain.stages import Stage
from neurona.graph import Node
from neurona.messages import _
from neurona.show.notation.compose import exactly, power_of
from neurona.show.notation.terms import Derivative, Symbol, Term, Word

__all__ = [
    "CONVENTIONS",
    "LOSS",
    "Convention",
    "Letters",
    "check_convention",
    "join",
    "row_shape",
    "slope_in",
]

Convention: TypeAlias = Literal["rows", "columns"]
CONVENTIONS: Final[tuple[Convention, ...]] = ("rows", "columns")

LOSS: Final = Symbol("L")
"""The loss of one sample."""

PARAMETER_LETTERS: Final[Mapping[str, str]] = {
    "weight": "w",
    "bias": "b",
    "scale": "γ",
    "shift": "β",
    "mean": "μ",
    "variance": "σ²",
    "deviation": "σ",
    "low": "ℓ",
    "high": "u",
}
"""By the last part of a parameter's or a state's name."""

OTHER_LETTERS: Final = "θφψωκ"
"""Of what a layer calls otherwise, in its order."""


def check_convention(convention: str) -> Convention:
    """The convention, if there is one of that name.

    Raises
    ------
    OptionError
        There is none.
    """
    for known in CONVENTIONS:
        if convention == known:
            return known
    raise OptionError(unknown_name(_("convention"), convention, CONVENTIONS))


def join(*indices: str) -> str:
    """Indices side by side, with commas where one has several characters.

    Examples
    --------
    >>> join("1", "2"), join("1", "12")
    ('12', '1,12')
    """
    return ("" if all(len(i) == 1 for i in indices) else ",").join(indices)


class Letters:
    """Letters for the nodes of a reading.

    Parameters
    ----------
    reading : Reading
    convention : {"rows", "columns"}
        Whether the weight from input i to unit j is written w_ij or w_ji.
    """

    def __init__(self, reading: Reading, convention: Convention = "rows") -> None:
        self.reading = reading
        self.convention = convention
        named: dict[Node, tuple[str, str, str]] = {}
        several = len(reading.inputs) > 1
        for name, node in reading.inputs.items():
            named[node] = "x", "", name if several else ""
        for stage in reading.stages:
            number = str(stage.number)
            for letter, node in stage.inner.items():
                named.setdefault(node, (letter, number, ""))
            if stage.is_weighted and stage.z is not stage.a:
                named[stage.z] = "z", number, ""
            named.setdefault(stage.a, ("a", number, ""))
        for end in reading.ends:
            named[end.target] = "y", "", end.name if len(reading.ends) > 1 else ""
        build = reading.written.build
        nodes = {name: kept.node for name, kept in build.parameters.items()}
        nodes |= {name: kept.node for name, kept in build.states.items()}
        self.parameters: Mapping[str, Node] = nodes
        others: dict[str, int] = {}
        for name, node in nodes.items():
            if name not in reading.homes:
                continue
            number = str(reading.homes[name].number)
            letter = PARAMETER_LETTERS.get(name.rpartition(".")[2], "")
            if not letter:
                place = others[number] = others.get(number, -1) + 1
                letter = OTHER_LETTERS[place % len(OTHER_LETTERS)]
            named[node] = letter, number, ""
        self.named = named
        self.sums = {s.z: s for s in reading.stages if s.is_weighted}
        self.inner = {node for s in reading.stages for node in s.inner.values()}

    def __contains__(self, node: Node) -> bool:
        """Whether a node has a letter of its own."""
        return node in self.named

    def term(self, node: Node, *indices: str) -> Term:
        """A node with its indices, or without any.

        Parameters
        ----------
        node : Node
        *indices : str
            Numbers from 1, or letters; of a weight that of the input, then the unit's.
        """
        if node not in self.named:
            return Word(str(node.name))
        letter, number, name = self.named[node]
        if self.convention == "columns" and letter == "w":
            indices = indices[::-1]
        if node in self.inner and row_shape(node) in ((), (1,)):
            indices = ()
        return written(letter, join_name(name, join(*indices)), number)

    def slope(self, node: Node, *indices: str) -> Term:
        """∂L in a node: δ of a weighted sum, else as a derivative."""
        if node in self.sums:
            return Symbol("δ", join(*indices), str(self.sums[node].number))
        return slope_in(self.term(node, *indices))

    def z(self, stage: Stage, index: str) -> Term:
        """Weighted sum of a unit, though it be what the stage gives."""
        if stage.is_weighted:
            return Symbol("z", index, str(stage.number))
        return self.term(stage.z, index)

    def matrix(self, node: Node, *, batch: bool) -> Term:
        """A node as a bold letter: a capital for all samples or for weights."""
        if node not in self.named:
            return Word(str(node.name))
        letter, number, name = self.named[node]
        capital = letter == "w" or (batch and letter in "xzay")
        return written(letter.upper() if capital else letter, name, number, bold=True)


def written(letter: str, index: str, number: str, *, bold: bool = False) -> Term:
    """Letter with its index and layer; a ² after it is a power."""
    symbol = Symbol(letter.rstrip("²"), index, number, bold=bold)
    return power_of(symbol, exactly(2)) if letter.endswith("²") else symbol


def row_shape(node: Node) -> tuple[int, ...]:
    """Sizes of the axes of one row of a node, or of a node without rows.

    Examples
    --------
    >>> from neurona import graph as g
    >>> row_shape(g.input("x", (g.BATCH, 3))), row_shape(g.parameter("W", (3, 2)))
    ((3,), (3, 2))
    """
    return tuple(size for size in node.shape if isinstance(size, int))


def join_name(name: str, index: str) -> str:
    """Name of an input before an index."""
    return f"{name},{index}" if name and index else name or index


def slope_in(term: Term, of: Term = LOSS) -> Derivative:
    """∂L/∂term.

    Examples
    --------
    >>> slope_in(Symbol("z")).top == LOSS
    True
    """
    return Derivative(of, term)
