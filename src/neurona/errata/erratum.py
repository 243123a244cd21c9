"""An erratum: what the course notes print, what is correct, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from neurona.messages import _
from neurona.show.page import Inline, Note, Paragraph, Section
from neurona.show.wording import fill, inline_text

__all__ = ["Erratum", "place_in_words"]


@dataclass(frozen=True)
class Erratum:
    """One error of the notes.

    Parameters
    ----------
    name : str
        Its own name, such as ``tanh-slope``.
    places : tuple of str
        Where it is printed, notes and line: ``S2:964``.
    topics : tuple of str
        What it is about: of :data:`~neurona.errata.TOPICS`.
    title : str
    printed, correct, why : tuple of str or Term
        In the reader's language; ``why`` consists of whole sentences.
    """

    name: str
    places: tuple[str, ...]
    topics: tuple[str, ...]
    title: str
    printed: Inline
    correct: Inline
    why: Inline

    @property
    def where(self) -> str:
        """The places in words, such as ``S2, lines 980 and 1003``."""
        return place_in_words(self.places)

    def note(self) -> Note:
        """The erratum as a remark, shown where its topic comes up."""
        sentence = fill(
            _("The notes ({where}) print {printed}. Correct: {correct}."),
            where=self.where,
            printed=self.printed,
            correct=self.correct,
        )
        return Note((*sentence, " ", *self.why), "erratum")

    def section(self) -> Section:
        """The erratum in full."""
        printed = fill(
            _("Printed in {where}: {printed}."), where=self.where, printed=self.printed
        )
        correct = fill(_("Correct: {correct}."), correct=self.correct)
        blocks = (Paragraph(printed), Paragraph(correct), Paragraph(self.why))
        return Section((self.title,), blocks)

    def record(self) -> dict[str, Any]:
        """The erratum for programs, its mathematics as text."""
        return {
            "name": self.name,
            "places": list(self.places),
            "topics": list(self.topics),
            "title": self.title,
            "printed": inline_text(self.printed),
            "correct": inline_text(self.correct),
            "why": inline_text(self.why),
        }


def place_in_words(places: tuple[str, ...]) -> str:
    """Say where something is printed.

    Examples
    --------
    >>> place_in_words(("S2:980", "S2:1003")), place_in_words(("S2:253-260",))
    ('S2, lines 980 and 1003', 'S2, lines 253-260')
    """
    notes = places[0].partition(":")[0]
    lines = [place.partition(":")[2] for place in places]
    if len(lines) > 1:
        return _("{notes}, lines {lines} and {last}").format(
            notes=notes, lines=", ".join(lines[:-1]), last=lines[-1]
        )
    if lines[0].isdecimal():
        return _("{notes}, line {line}").format(notes=notes, line=lines[0])
    return _("{notes}, lines {lines}").format(notes=notes, lines=lines[0])
