"""Find out how a text file is written: separator, quotes, decimal marks, header."""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from neurona.errors import DataError
from neurona.messages import _

__all__ = ["TextFormat", "encodings_to_try", "sniff_format"]

SEPARATORS = "\t;|,"
SAMPLE_ROWS = 500
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
COMMA_NUMBER = re.compile(r"[+-]?\d*,\d+([eE][+-]?\d+)?")
MAGIC = {
    b"PK\x03\x04": "Excel / zip",
    b"PAR1": "Parquet",
    b"ARROW1": "Arrow",
    b"\x1f\x8b": "gzip",
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
}


@dataclass(frozen=True)
class TextFormat:
    """How the rows of a text file are written.

    Parameters
    ----------
    separator : str
    quote : str or None
    header : bool
        Whether the first record holds the names.
    names : tuple of str
    notes : tuple of str
    """

    separator: str
    quote: str | None
    header: bool
    names: tuple[str, ...]
    notes: tuple[str, ...]


def encodings_to_try(sample: bytes, name: str) -> tuple[str, ...]:
    """Encodings that the first bytes of a file leave open, likeliest first.

    Raises
    ------
    DataError
        The bytes are not those of a text.

    Examples
    --------
    >>> encodings_to_try(b"a,b", "'data.csv'")
    ('utf-8', 'cp1252', 'latin-1')
    >>> encodings_to_try("a,b".encode("utf-16"), "'data.csv'")
    ('utf-16',)
    """
    for magic, kind in MAGIC.items():
        if sample.startswith(magic):
            raise DataError(
                _(
                    "{name} is not a text file (it looks like {kind}); "
                    "save it as CSV, or give it the ending of what it is"
                ).format(name=name, kind=kind)
            )
    if sample.startswith(codecs.BOM_UTF8):
        return ("utf-8-sig",)
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ("utf-16",)
    zeros = (sample[0::2].count(0), sample[1::2].count(0))
    if sum(zeros) > len(sample) / 4 and min(zeros) == 0:
        return ("utf-16-le",) if zeros[1] else ("utf-16-be",)
    controls = sum(sample.count(byte) for byte in range(32) if byte not in b"\t\n\r\f")
    if sum(zeros) or controls > len(sample) / 100:
        raise DataError(
            _(
                "{name} is not a text file: it holds bytes that no text holds; "
                "save it as CSV, or give it the ending of what it is"
            ).format(name=name)
        )
    return ("utf-8", "cp1252", "latin-1")


def sniff_format(text: str, name: str, usual_separator: str) -> TextFormat:
    r"""Format of a text file, from its first lines.

    Parameters
    ----------
    text : str
        The beginning of the file, up to the end of a line.
    name : str
        What an error calls the file.
    usual_separator : str
        The separator that the file's ending promises.

    Raises
    ------
    DataError
        Two columns bear one name.

    Examples
    --------
    >>> found = sniff_format("x;y\n1,5;2\n", "'data.csv'", ",")
    >>> found.separator, found.names
    (';', ('x', 'y'))
    """
    quote = _find_quote(text)
    separator = _find_separator(text, quote, usual_separator)
    rows = _split_rows(text, separator, quote)
    notes = []
    if separator != usual_separator:
        shown = _("tabs") if separator == "\t" else repr(separator)
        notes.append(_("columns separated by {mark}").format(mark=shown))
    if quote == "'":
        notes.append(_("texts quoted with {mark}").format(mark='"\'"'))
    first = [cell.strip() for cell in rows[0]] if rows else []
    header = not _is_all_numbers(first)
    numbered = [f"column_{i}" for i in range(1, len(first) + 1)]
    if not header:
        notes.append(
            _(
                "no line of names: the first line is data, "
                "the columns are called column_1, column_2, …"
            )
        )
        first = numbered
    names = tuple(n or number for n, number in zip(first, numbered, strict=True))
    _check_duplicates(names, name)
    return TextFormat(separator, quote, header, names, tuple(notes))


def _find_quote(text: str) -> str | None:
    if '"' in text:
        return '"' if re.search(r'(?m)(^|[\t;|,]) *"', text) else None
    opened = len(re.findall(r"(?m)(?:^|[\t;|,])'", text))
    closed = len(re.findall(r"(?m)'(?=[\t;|,\r]|$)", text))
    if opened and opened == closed and text.count("'") == 2 * opened:
        return "'"
    return '"'


def _find_separator(text: str, quote: str | None, usual: str) -> str:
    if quote is not None:
        text = re.sub(f"{quote}[^{quote}]*{quote}", "q", text)
    lines = [line for line in text.splitlines()[:SAMPLE_ROWS] if line.strip()]
    best, best_score = usual, (0.0, 0)
    for separator in SEPARATORS:
        counts = [line.count(separator) for line in lines]
        if not counts or not counts[0]:
            continue
        agreeing = sum(count == counts[0] for count in counts) / len(counts)
        # Rows that all agree settle it; else the mark that the ending promises.
        score = (agreeing, int(separator == usual and agreeing < 1))
        if score > best_score:
            best, best_score = separator, score
    return best


def _split_rows(text: str, separator: str, quote: str | None) -> list[list[str]]:
    lines = text.splitlines(keepends=True)[:SAMPLE_ROWS]
    rows = csv.reader(
        lines,
        delimiter=separator,
        quotechar=quote or '"',
        quoting=csv.QUOTE_NONE if quote is None else csv.QUOTE_MINIMAL,
    )
    try:
        return [row for row in rows if any(cell.strip() for cell in row)]
    except csv.Error:
        return [line.rstrip("\r\n").split(separator) for line in lines if line.strip()]


def _is_all_numbers(cells: Sequence[str]) -> bool:
    if not cells or not all(
        NUMBER.fullmatch(cell) or COMMA_NUMBER.fullmatch(cell) for cell in cells
    ):
        return False
    # Columns called 0, 1, 2, … are what many programs write as names.
    plain = [str(i) for i in range(len(cells) + 1)]
    return not (len(cells) > 2 and list(cells) in (plain[:-1], plain[1:]))


def _check_duplicates(names: Sequence[str], where: str) -> None:
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise DataError(
            _(
                "two columns of {name} are called {column!r}; give each its own name"
            ).format(name=where, column=twice[0])
        )
