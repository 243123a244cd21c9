"""Lists in a cell: by which sign they are cut, and into which parts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

import polars as pl

from neurona.data.reading.trial_words import LONG_WORD

__all__ = ["SEPARATORS", "find_separator", "one_spelling", "split_lists"]

SEPARATORS = ("|", ";", ",")
"""Signs between the parts of a list; the earlier is taken where two fit."""

BRACKETS = r"^\s*(?:\[(.*)\]|\{(.*)\})\s*$"
"""What a program writes around a list, and around a set."""

QUOTED = r"""^(?:"(.*)"|'(.*)')$"""
"""What a program writes around each of its parts."""

FEWEST_TIMES = 3
"""Times that a part occurs on average, for it to be a part and not a sentence."""


def split_lists(lists: pl.Series, separator: str) -> pl.DataFrame:
    """Parts of lists.

    Returns
    -------
    DataFrame
        ``row``, the place of the list; ``place`` of the part in it; ``part``.

    Examples
    --------
    >>> split_lists(pl.Series(["a| b", None, "b|"]), "|").rows()
    [(0, 0, 'a'), (0, 1, 'b'), (2, 0, 'b')]
    >>> split_lists(pl.Series(['["a", "b"]', "['b']"]), ",").rows()
    [(0, 0, 'a'), (0, 1, 'b'), (1, 0, 'b')]
    """
    lists = lists.str.replace(BRACKETS, "$1$2")
    frame = lists.rename("part").to_frame().with_row_index("row")
    parts = frame.drop_nulls().with_columns(pl.col("part").str.split(separator))
    parts = parts.with_columns(place=pl.int_ranges(pl.col("part").list.len())).explode(
        "part", "place"
    )
    part = pl.col("part").str.strip_chars().str.replace(QUOTED, "$1$2")
    parts = parts.with_columns(part.str.strip_chars())
    return parts.filter(pl.col("part") != "").select("row", "place", "part")


def one_spelling(counts: Mapping[str, int]) -> dict[str, str]:
    """Parts that another spelling, in other case, outnumbers: what they are read as.

    Examples
    --------
    >>> one_spelling({"Wifi": 5, "wifi": 2, "pool": 3})
    {'wifi': 'Wifi'}
    """
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for part in counts:
        groups[part.lower()].append(part)
    usual = {
        folded: min(alike, key=lambda part: (-counts[part], part))
        for folded, alike in groups.items()
        if len(alike) > 1 and len(folded) >= LONG_WORD
    }
    return {
        part: usual[part.lower()]
        for part in counts
        if usual.get(part.lower(), part) != part
    }


def find_separator(counts: Mapping[str, int]) -> str:
    """Sign by which the words of a column are lists, "" where they are none.

    Parameters
    ----------
    counts : mapping of str to int
        Different words, and how often each occurs.

    Notes
    -----
    Words are lists where at least two of them hold the sign; where the parts are fewer
    than the words, and each occurs three times on average; and where at least half of
    the parts stand alone too, or in several places of a list. No list holds a part
    twice. Numbers with commas between are no lists: they may be decimal commas.

    Examples
    --------
    >>> find_separator({"a": 5, "b": 4, "a|b": 3, "b|c": 2, "a|c": 2})
    '|'
    >>> find_separator({"Lima, Peru": 5, "Cusco, Peru": 4, "Quito, Ecuador": 3})
    ''
    """
    words = pl.Series(list(counts), dtype=pl.String)
    for separator in SEPARATORS:
        if int(words.str.contains(separator, literal=True).sum()) < 2:
            continue
        if _are_lists(split_lists(words, separator), separator, [*counts.values()]):
            return separator
    return ""


def _are_lists(parts: pl.DataFrame, separator: str, times: list[int]) -> bool:
    found: Counter[str] = Counter()
    places: defaultdict[str, set[int]] = defaultdict(set)
    lengths = Counter(parts["row"])
    for row, place, spelling in parts.iter_rows():
        part = spelling.lower()
        found[part] += times[row]
        places[part].add(-1 if lengths[row] == 1 else place)
    if separator == "," and not any(part.strip("0123456789. ") for part in found):
        return False
    loose = sum(-1 in where or len(where) > 1 for where in places.values())
    twice = parts.select("row", "part").is_duplicated().any()
    return (
        not twice
        and 1 < len(found) < len(times)
        and found.total() >= FEWEST_TIMES * len(found)
        and 2 * loose >= len(found)
    )
