"""The few words that every output puts around the blocks of a page."""

from __future__ import annotations

from neurona.messages import _

__all__ = ["note_label"]


def note_label(kind: str) -> str:
    """Heading of a note.

    Examples
    --------
    >>> note_label("erratum")
    'Erratum'
    """
    return {
        "note": _("Note"),
        "warning": _("Warning"),
        "good": _("Good"),
        "erratum": _("Erratum"),
    }[kind]
