"""Find out how a text file is written: encoding, separator, quotes."""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from dataclasses import dataclass

from neurona.data.sources.layout import Record, find_layout
from neurona.data.sources.records import count_controls
from neurona.errors import DataError
from neurona.messages import _

__all__ = ["MOST_CONTROLS", "TextFormat", "encodings_to_try", "no_text", "sniff_format"]

SEPARATORS = "\t;|,"
SAMPLE_ROWS = 500
MOST_CONTROLS = 0.05
"""Share of control characters from which a file is no text."""

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
    names : tuple of str
    above : int
        Lines above the names, or above the first row where there are none.
    name_lines : int
        Records that hold the names.
    notes : tuple of str
    """

    separator: str
    quote: str | None
    names: tuple[str, ...]
    above: int = 0
    name_lines: int = 1
    notes: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        """Cells of a row."""
        return len(self.names)


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
    if count_controls(sample) > len(sample) * MOST_CONTROLS:
        raise no_text(name)
    return ("utf-8", "cp1252", "latin-1")


def no_text(name: str) -> DataError:
    """Error for a file of other bytes than those of a text."""
    return DataError(
        _(
            "{name} is not a text file: it holds bytes that no text holds; "
            "save it as CSV, or give it the ending of what it is"
        ).format(name=name)
    )


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
        Two columns bear one name, or the line of names is too short or too long.

    Examples
    --------
    >>> found = sniff_format("x;y\n1,5;2\n", "'data.csv'", ",")
    >>> found.separator, found.names
    (';', ('x', 'y'))
    """
    told, said = _told_separator(text)
    skipped = int(said)
    if said:
        text = text.partition("\n")[2]
    quote = _find_quote(text)
    separator = told or _find_separator(text, quote, usual_separator)
    records = _split_records(text, separator, quote)
    layout = find_layout(records, separator, name)
    notes = []
    if said:
        notes.append(_("the line sep={mark} is left out").format(mark=told))
    elif separator != usual_separator:
        shown = _("tabs") if separator == "\t" else repr(separator)
        notes.append(_("columns separated by {mark}").format(mark=shown))
    if quote == "'":
        notes.append(_("texts quoted with {mark}").format(mark='"\'"'))
    return TextFormat(
        separator,
        quote,
        layout.names,
        skipped + records[layout.first].line - 1,
        layout.lines,
        (*notes, *layout.notes),
    )


def _told_separator(text: str) -> tuple[str, bool]:
    """Separator that a first line such as ``sep=;`` tells Excel, if it is one."""
    first, _end, rest = text.partition("\n")
    match = re.fullmatch(r'"?sep=(.)"?[;,\t]*', first.strip(), re.IGNORECASE)
    if match and match[1] in rest.partition("\n")[0]:
        return match[1], True
    return "", False


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
    lines = [line for line in text.split("\n")[:SAMPLE_ROWS] if line.strip()]
    best, best_score = usual, (0.0, 0)
    for separator in SEPARATORS:
        counts = Counter(line.count(separator) for line in lines)
        (most, agreeing), *_others = counts.most_common(1) or [(0, 0)]
        if not most:
            continue
        share = agreeing / len(lines)
        # Rows that all agree settle it; else the mark that the ending promises.
        score = (share, int(separator == usual and share < 1))
        if score > best_score:
            best, best_score = separator, score
    return best


def _split_records(text: str, separator: str, quote: str | None) -> list[Record]:
    lines = text.split("\n")[:SAMPLE_ROWS]
    rows = csv.reader(
        [line.rstrip("\r") + "\n" for line in lines],
        delimiter=separator,
        quotechar=quote or '"',
        quoting=csv.QUOTE_NONE if quote is None else csv.QUOTE_MINIMAL,
    )
    records = []
    try:
        begin = 1
        for row in rows:
            records.append(Record(begin, tuple(row)))
            begin = rows.line_num + 1
    except csv.Error:
        return [
            Record(line, tuple(row.rstrip("\r").split(separator)))
            for line, row in enumerate(lines, 1)
        ]
    return records
