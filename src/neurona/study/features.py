"""What the columns that a network reads are called in a sentence or a table."""

from __future__ import annotations

from neurona.data.encoding.encoded import Feature
from neurona.messages import _

__all__ = ["shown_feature"]


def shown_feature(feature: Feature) -> str:
    """Name of a feature in the reader's language; what the table calls it stays.

    Parameters
    ----------
    feature : Feature
        Its stored name is the column's, and perhaps what of it was encoded.

    Examples
    --------
    >>> shown_feature(Feature("joined day of week", "joined"))
    'joined: day of week'
    >>> shown_feature(Feature("city=Rome", "city"))
    'city=Rome'
    """
    part = feature.name.removeprefix(f"{feature.column} ")
    known = {
        "missing": _("missing"),
        "other": _("other"),
        "year": _("year"),
        "month": _("month"),
        "day of week": _("day of week"),
        "day of year, sine": _("day of year, sine"),
        "day of year, cosine": _("day of year, cosine"),
        "sine": _("sine"),
        "cosine": _("cosine"),
        "hour": _("hour"),
        "days": _("days"),
    }
    if part == feature.name or part not in known:
        return feature.name
    return f"{feature.column}: {known[part]}"
