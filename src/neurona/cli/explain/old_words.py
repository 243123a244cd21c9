"""Calls as they were written before views were words, told as they are written now.

For one version: then this file goes.
"""

from __future__ import annotations

import shlex
from typing import Final

from neurona.cli.explain.views import NAMES, VIEWS
from neurona.cli.typed import Typed, name_of

__all__ = ["OLD_SWITCHES", "new_words"]

OLD_SWITCHES: Final = frozenset(
    {"matrices", "symbols", "cost", "picture", "flow", "prediction"}
    | {"blank", "errata"}
)
"""Options of the past that no value follows; most were the views."""

OLD: Final = OLD_SWITCHES | {
    "network", "at_step", "seeds", "lesson", "average", "series", "expression", "html",
}  # fmt: skip
"""Options of the past."""


def new_words(typed: Typed) -> str | None:
    """The same call as it is written now; ``None`` if nothing in it is of the past.

    Examples
    --------
    >>> from neurona.cli.typed import part
    >>> new_words(part(["--network", "2-2-1", "--cost"], OLD_SWITCHES))
    'neurona explain 2-2-1 cost'
    >>> new_words(part(["--blank", "--seeds", "4:6", "--answers"], OLD_SWITCHES))
    'neurona exercise 2-2-1 --seed 4 --count 3 --answers'
    """
    given = {name_of(flag): value for flag, value in typed.options}
    if OLD.isdisjoint(given):
        return None
    kept: list[str] = []
    for flag, value in typed.options:
        if name_of(flag) not in OLD:
            kept += [flag] if value is None else [flag, value]
    if "html" in given:
        kept += ["--out", given["html"] or "page.html"]
    network = given.get("network")
    words = list(typed.bare)
    command = "explain"
    if "lesson" in given:
        command, words = "learn", [given["lesson"] or ""]
        kept = [*(["--network", network] if network else []), *kept]
    elif "blank" in given or "seeds" in given:
        command, words = "exercise", [network or "2-2-1"]
        first, _colon, last = (given.get("seeds") or "1:30").partition(":")
        count = 1 + int(last or first) - int(first) if whole(first, last) else 1
        kept = ["--seed", first, "--count", str(count), *kept]
    elif "errata" in given:
        command = "notes"
    elif "at_step" in given:
        command = "replay"
        words = [*(words or ["MODEL", "DATA"]), given["at_step"] or ""]
    else:
        if "average" in given or "series" in given:
            words = [given.get("series") or "30,28,31", "average"]
            kept = ["--beta", given.get("average") or "0.9", *kept]
        subject = network or given.get("expression")
        if subject:
            words = [subject, *(word for word in words if NAMES.find(word))]
        words += [view for view in VIEWS if view in given and view != "average"]
    return shlex.join(["neurona", command, *words, *kept])


def whole(first: str, last: str) -> bool:
    return first.isdecimal() and (last or first).isdecimal()
