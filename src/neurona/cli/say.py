"""What was noticed on the way, told on standard error."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from neurona.messages import _

__all__ = ["say", "say_notes"]


def say(sentence: str) -> None:
    """One line for a person, on standard error."""
    print(sentence, file=sys.stderr, flush=True)


def say_notes(notes: Iterable[str]) -> None:
    """One line per note."""
    for note in notes:
        say(_("note: {note}").format(note=note))
