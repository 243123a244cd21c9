"""Which marks a page uses, and what its legend says of them."""

from __future__ import annotations

from typing import Any

from neurona.messages import _
from neurona.show.notation import Marked, Term

__all__ = ["mark_meaning", "marks_in", "notes_beside"]

ORDER = ("reused", "new", "warning")


def found_marks(root: Any) -> list[Marked]:
    """Marked terms anywhere inside blocks or terms, in the order of reading."""
    found = []
    waiting = [root]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Marked):
            found.append(part)
        if isinstance(part, tuple):
            waiting.extend(reversed(part))
        elif hasattr(part, "__dataclass_fields__"):
            waiting.extend(reversed(vars(part).values()))
    return found


def marks_in(root: Any) -> list[str]:
    """Kinds of marks that blocks or terms use, in a fixed order.

    Examples
    --------
    >>> from neurona.show.notation import Number, Sum
    >>> marks_in(Sum((Number(1.0), Marked(Number(2.0), "reused"))))
    ['reused']
    """
    kinds = {mark.kind for mark in found_marks(root)}
    return [kind for kind in ORDER if kind in kinds]


def notes_beside(term: Term, reason: str) -> str:
    """Reason beside an equation, and what its marks say in words, each once."""
    notes = dict.fromkeys(mark.note for mark in found_marks(term))
    return "; ".join(filter(None, [reason, *notes]))


def mark_meaning(kind: str) -> str:
    """What the legend says of a kind of mark."""
    return {
        "reused": _("computed before, used again"),
        "new": _("computed here for the first time"),
        "warning": _("look here"),
    }[kind]
