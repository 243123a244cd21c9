"""The neuron of McCulloch and Pitts: it counts ones, and learns nothing."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from neurona.arrays import Array
from neurona.errors import OptionError, unknown_name
from neurona.estimators.neurons.binary_inputs import (
    Veto,
    binary_rows,
    count_inputs,
    rule_in_words,
)
from neurona.estimators.neurons.representation import Representation, look_for_unit
from neurona.estimators.readable import Readable
from neurona.messages import _
from neurona.settings import checked
from neurona.show.notation import Symbol
from neurona.show.page import Page
from neurona.show.wording import say, tabulate

__all__ = ["GATES", "McCullochPitts", "TruthTable"]

Z, Y, THETA = map(Symbol, "zyθ")
MOST_INPUTS: Final = 12
"""Inputs whose truth table, of 2ᵈ rows, is still listed."""


@dataclass(frozen=True)
class TruthTable(Readable):
    """What a neuron of binary inputs answers to every row.

    Parameters
    ----------
    unit : McCullochPitts
    rows : tuple of tuple of int
    sums : tuple of int or None
        z of each row; None where an inhibitory input forbids it to fire.
    outputs : tuple of int
    """

    unit: McCullochPitts
    rows: tuple[tuple[int, ...], ...]
    sums: tuple[int | None, ...]
    outputs: tuple[int, ...]

    def page(self) -> Page:
        """One line for each row."""
        inputs = [Symbol("x", str(i + 1)) for i in range(len(self.rows[0]))]
        lines = [
            (*row, _("veto") if z is None else z, y)
            for row, z, y in zip(self.rows, self.sums, self.outputs, strict=True)
        ]
        return Page(
            _("Truth table"),
            (say(self.unit.in_words()), tabulate((*inputs, Z, Y), lines)),
        )


@dataclass(frozen=True)
class McCullochPitts:
    """Neuron that fires where enough of its binary inputs do.

    Math:     z = Σ excitatory x − Σ inhibitory x,   y = 1 where z ≥ θ, else 0
    Shapes:   X (N, d) -> y (N,)

    Parameters
    ----------
    threshold : float
        θ, set by hand: nothing is learned.
    inhibitory : sequence of int
        Columns of the inhibitory inputs, from 0; the others are excitatory.
    veto : {"absolute", "relative"}
        Whether one active inhibitory input is enough to keep the neuron silent, as in
        1943, or takes 1 away from z.

    Raises
    ------
    OptionError
        A setting that cannot be.

    Notes
    -----
    Source: W. McCulloch and W. Pitts, "A logical calculus of the ideas immanent in
    nervous activity", 1943; notes S2:30-100.

    Examples
    --------
    >>> McCullochPitts(threshold=2).predict([[1, 0, 0, 1]])
    array([1])
    >>> McCullochPitts.gate("or").truth_table().outputs
    (0, 1, 1, 1)
    """

    threshold: float = 2
    inhibitory: tuple[int, ...] = ()
    veto: Veto = "absolute"

    def __post_init__(self) -> None:
        checked("threshold", self.threshold, float)
        checked("veto", self.veto, Veto)
        try:
            inhibitory = tuple(map(int, self.inhibitory))
        except (TypeError, ValueError):
            inhibitory = (-1,)
        if min(inhibitory, default=0) < 0 or len({*inhibitory}) < len(inhibitory):
            raise OptionError(
                _(
                    "inhibitory must be different columns, counted from 0, not {found}"
                ).format(found=self.inhibitory)
            )
        object.__setattr__(self, "inhibitory", inhibitory)

    @classmethod
    def gate(cls, name: str, n_inputs: int | None = None) -> McCullochPitts:
        """Neuron that is a logic gate: ``and``, ``or``, ``not`` or ``nand``.

        Parameters
        ----------
        name : str
            In small or capital letters.
        n_inputs : int, optional
            2 by default, and always 1 for ``not``.

        Examples
        --------
        >>> McCullochPitts.gate("AND")
        McCullochPitts(threshold=2, inhibitory=(), veto='absolute')
        """
        make = GATES.get(str(name).lower())
        if make is None:
            raise OptionError(unknown_name(_("gate"), name, GATES))
        only = 1 if str(name).lower() == "not" else None
        count = only or 2 if n_inputs is None else n_inputs
        if type(count) is not int or count < 1 or only not in (None, count):
            raise OptionError(
                _("a gate {name} cannot have {count} inputs").format(
                    name=str(name).upper(), count=count
                )
            )
        return make(count)

    def sums(self, X: Any) -> tuple[Array, Array]:
        """Weighted sum of each row, and whether an inhibitory input forbids it.

        Returns
        -------
        z : int array (N,)
        vetoed : bool array (N,)
        """
        return count_inputs(binary_rows(X), self.inhibitory, self.veto)

    def predict(self, X: Any) -> Array:
        """Answer 1 where the neuron fires and 0 where it does not, (N,).

        Raises
        ------
        DataError
            An input is neither 0 nor 1.
        """
        z, vetoed = self.sums(X)
        return np.where(vetoed, 0, z >= self.threshold).astype(np.int64)

    def truth_table(self, n_inputs: int | None = None) -> TruthTable:
        """Answers to all 2ᵈ rows, as a table to print.

        Parameters
        ----------
        n_inputs : int, optional
            d; by default 2, or as many as the inhibitory inputs need.

        Examples
        --------
        >>> print(McCullochPitts.gate("not").truth_table())
        Truth table
        ═══════════
        <BLANKLINE>
        Fires where z ≥ 0; inhibitory: x1, each takes 1 away.
        <BLANKLINE>
        <BLANKLINE>
         x₁    z   y
         ───────────
          0    0   1
          1   −1   0
        """
        most = max(self.inhibitory, default=-1) + 1
        only_not = most == 1 and self.threshold <= 0
        enough = 1 if only_not else max(2, most)
        count = enough if n_inputs is None else n_inputs
        if not 1 <= count <= MOST_INPUTS:
            raise OptionError(
                _("a truth table has 1 to {most} inputs, not {count}").format(
                    most=MOST_INPUTS, count=count
                )
            )
        rows = tuple(itertools.product((0, 1), repeat=count))
        z, vetoed = self.sums(rows)
        sums = [
            None if no else total
            for total, no in zip(z.tolist(), vetoed.tolist(), strict=True)
        ]
        return TruthTable(
            self,
            rows,
            tuple(sums),
            tuple(self.predict(rows).tolist()),
        )

    def in_words(self) -> str:
        """When it fires, as a sentence."""
        return rule_in_words(self.threshold, self.inhibitory, self.veto)

    @staticmethod
    def can_represent(table: Mapping[Sequence[int], int]) -> Representation:
        """Ask whether one neuron of any threshold and any inhibition is a truth table.

        Parameters
        ----------
        table : mapping of tuple of 0 and 1 to 0 or 1
            Rows that are missing may be answered either way.

        Returns
        -------
        Representation
            False where no neuron is, with the proof by exhaustion.

        Raises
        ------
        DataError
            Rows of different lengths, or other values than 0 and 1.

        Examples
        --------
        >>> xor = {(0, 0): 0, (0, 1): 1, (1, 0): 1, (1, 1): 0}
        >>> bool(McCullochPitts.can_represent(xor))
        False
        >>> McCullochPitts.can_represent({**xor, (1, 1): 1}).unit
        McCullochPitts(threshold=1, inhibitory=(), veto='absolute')
        """
        return look_for_unit(table, McCullochPitts)


GATES: Final[Mapping[str, Callable[[int], McCullochPitts]]] = {
    "and": lambda d: McCullochPitts(d),
    "or": lambda d: McCullochPitts(1),
    "not": lambda d: McCullochPitts(0, (0,), "relative"),
    "nand": lambda d: McCullochPitts(1 - d, tuple(range(d)), "relative"),
}
"""Gates by name, each from its number of inputs.

A veto is too strong for NAND: one active input may not yet silence it.
"""
