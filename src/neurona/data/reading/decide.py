"""Decide how a column is read, from all that was counted of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from neurona.data.reading.reading import CellReading
from neurona.data.reading.trial import Proposal

__all__ = ["Decision", "decide"]


@dataclass(frozen=True)
class Decision:
    """How a column is read, and what a note must say of it.

    Parameters
    ----------
    reading : CellReading
    facts : tuple of (str, str)
        Keys of :data:`neurona.data.reading.notes.NOTES`, each with a detail.
    """

    reading: CellReading
    facts: tuple[tuple[str, str], ...] = ()


def decide(proposals: Sequence[Proposal], asked: str = "") -> Decision:
    """The reading of a column among what the ways propose, words last.

    Parameters
    ----------
    proposals : sequence of Proposal
    asked : str
        Kind of the reading that a person asked for, "" where none did. It stands,
        where the ways propose one, whatever speaks against it.

    Notes
    -----
    Words, where whole numbers that no float64 holds occur again and again; else the
    first that takes every cell; else the one that takes the most, if the others
    are exceptions; else words, with the doubt that spoke against another reading.

    Examples
    --------
    >>> number = Proposal(CellReading("number"), 99, 100, likely=True)
    >>> word = Proposal(CellReading("word"), 100, 100)
    >>> decide([number, word]).reading == CellReading("number", strays=True)
    True
    """
    for one in proposals:
        if one.reading.kind == asked:
            strays = one.taken < one.present
            return Decision(replace(one.reading, strays=strays), one.facts)
    *others, word = proposals
    certain = [one for one in others if not one.doubt and one.taken]
    if word.repeated and any("rounded" in dict(one.facts) for one in certain):
        return Decision(word.reading, (*word.facts, ("digits", "")))
    for one in certain:
        if one.taken == one.present:
            return Decision(one.reading, one.facts)
    likely = [one for one in certain if one.likely]
    if likely:
        best = max(likely, key=lambda one: one.taken)
        return Decision(replace(best.reading, strays=True), best.facts)
    doubts = [
        (one.doubt or "nearly", one.detail)
        for one in others
        if one.doubt == "units" or 2 * one.taken >= one.present > 0
    ]
    return Decision(word.reading, (*word.facts, *doubts[:1]))
