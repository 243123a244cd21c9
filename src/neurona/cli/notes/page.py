"""Errata and examples of the course notes as one page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from neurona.cli.notes.examples import EXAMPLES, SHOWN_BY, Example
from neurona.errata import TOPICS, Errata
from neurona.errata.collection import NOTES
from neurona.errata.erratum import place_in_words
from neurona.messages import _
from neurona.show.find import find_by_words, words_of
from neurona.show.page import Block, Listing, Page, Section

__all__ = ["CourseNotes"]


@dataclass(frozen=True)
class CourseNotes(Errata):
    """Errata and examples: of a set of notes, of a topic, or all.

    Parameters
    ----------
    topic : str
        A topic, a set of notes or other words; empty for all.

    Examples
    --------
    >>> CourseNotes("tanh").examples[0].command
    'neurona explain "tanh(x)" --at x=1'
    """

    @property
    def examples(self) -> tuple[Example, ...]:
        """The examples, in the order of the notes."""
        topic = self.topic
        if topic in TOPICS:
            return tuple(example for example in EXAMPLES if topic in example.topics)
        if topic.upper() in NOTES:
            return tuple(e for e in EXAMPLES if e.place.startswith(topic.upper()))
        return find_by_words(
            topic, {e: words_of(*(TOPICS[own] for own in e.topics)) for e in EXAMPLES}
        )

    def page(self) -> Page:
        """The errata by notes, then what shows each, then the examples."""
        page = super().page()
        shown = [(e.places, SHOWN_BY[e.name]) for e in self.found if e.name in SHOWN_BY]
        tables = (
            *section(_("What shows these errors"), shown),
            *section(_("Examples"), [((e.place,), e.command) for e in self.examples]),
        )
        return replace(page, blocks=(*page.blocks, *tables))

    def record(self) -> dict[str, Any]:
        """Errata and examples for programs."""
        return super().record() | {
            "examples": [vars(example) for example in self.examples],
        }


def section(
    title: str, commands: Iterable[tuple[tuple[str, ...], str]]
) -> tuple[Block, ...]:
    """Where each is in the notes, and what to type; nothing where there is none.

    A shell takes the places for comments, and no command is ever wrapped.
    """
    lines = [f"# {place_in_words(places)}\n{command}" for places, command in commands]
    return (Section((title,), (Listing("\n".join(lines)),)),) if lines else ()
