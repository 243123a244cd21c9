"""The command ``neurona notes``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from neurona.cli.asked import command_of
from neurona.cli.declare import argument
from neurona.cli.notes.names import TOPIC_NAMES
from neurona.cli.vocabulary import Vocabulary
from neurona.errors import OptionError
from neurona.messages import _

if TYPE_CHECKING:
    from neurona.cli.asked import Asked
    from neurona.show.explanation import Explanation

__all__ = ["notes_command"]

SETS = ("S0", "S1", "S2", "S3", "S4")


def notes_command() -> Callable[..., int]:
    """The command, its texts in the language in use."""
    text = _("A set of notes, S0 to S4, or a topic such as tanh; by default all.")
    return command_of(show_notes, [argument("subject", str | None, "TOPIC", text)], ())


def show_notes(asked: Asked) -> Explanation:
    """Errata and examples of a set of notes, of a topic, or all.

    Raises
    ------
    OptionError
        There is no such topic; the message offers the nearest.
    """
    from neurona.cli.notes.page import CourseNotes

    word = asked.subject or ""
    if word.upper() in SETS or not word:
        return CourseNotes(notes=word.upper())
    topic = TOPIC_NAMES.find(word)
    if topic is None:
        every = Vocabulary({one: one for one in SETS} | {**TOPIC_NAMES.spanish})
        raise OptionError(every.unknown(_("topic"), word))
    return CourseNotes(topic=topic)
