"""An erratum: what the course notes print, what is correct, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from neurona.errata.formulas import FORMULAS
from neurona.messages import _
from neurona.show.page import Inline, Note, Paragraph, Section
from neurona.show.wording import fill, inline_text

__all__ = ["Erratum", "place_in_words"]


@dataclass(frozen=True, eq=False)
class Erratum:
    """One error of the notes.

    Parameters
    ----------
    name : str
        Its own name, such as ``tanh-slope``.
    where : str
        Places in which it is printed, notes and line: ``S2:964``.
    about : str
        Some of :data:`~neurona.errata.TOPICS`.
    heading, printed, correct, why : str
        Messages in English, with places for its :data:`FORMULAS`; ``why`` consists of
        whole sentences.
    """

    name: str
    where: str
    about: str
    heading: str
    printed: str
    correct: str
    why: str

    @property
    def title(self) -> str:
        """What it is called, in the reader's language."""
        return _(self.heading)

    @property
    def places(self) -> tuple[str, ...]:
        """Notes and line of each place, in their order."""
        return tuple(self.where.split())

    @property
    def topics(self) -> frozenset[str]:
        """What it is about."""
        return frozenset(self.about.split())

    def said(self) -> dict[str, Inline]:
        """What is printed, what is correct and why, in the reader's language."""
        formulas = FORMULAS.get(self.name, {})
        messages = {"printed": self.printed, "correct": self.correct, "why": self.why}
        return {key: fill(_(text), **formulas) for key, text in messages.items()}

    def note(self) -> Note:
        """The erratum as a remark, shown where its topic comes up."""
        sentence = _("The notes ({where}) print {printed}. Correct: {correct}.")
        place = place_in_words(self.places)
        return Note(fill(f"{sentence} {{why}}", where=place, **self.said()), "erratum")

    def section(self) -> Section:
        """The erratum in full."""
        place, said = place_in_words(self.places), self.said()
        lines = _("Printed in {where}: {printed}."), _("Correct: {correct}."), "{why}"
        blocks = tuple(Paragraph(fill(line, where=place, **said)) for line in lines)
        return Section((self.title,), blocks)

    def record(self) -> dict[str, Any]:
        """The erratum for programs, its mathematics as text."""
        return {
            "name": self.name,
            "places": self.places,
            "topics": self.about.split(),
            "title": self.title,
            **{key: inline_text(said) for key, said in self.said().items()},
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
