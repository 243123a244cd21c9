"""The command ``neurona notes``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from neurona.cli.asked import command_of
from neurona.cli.declare import argument
from neurona.messages import _

if TYPE_CHECKING:
    from neurona.cli.asked import Asked
    from neurona.show.explanation import Explanation

__all__ = ["notes_command"]


def notes_command() -> Callable[..., int]:
    """The command, its texts in the language in use."""
    text = _("A set of notes, S0 to S4, or a topic such as tanh; by default all.")
    return command_of(show_notes, [argument("subject", str | None, "TOPIC", text)], ())


def show_notes(asked: Asked) -> Explanation:
    """Errata and examples of a set of notes, of a topic, or all."""
    from neurona.cli.notes.page import CourseNotes

    return CourseNotes(asked.subject or "")
