"""Damaged files are refused in one sentence, or read as a plain, slow reader does."""

import csv
import io
import re
import unicodedata
from datetime import datetime

import numpy as np
import pytest

from neurona.data.columns.schema import find_schema
from neurona.data.reading.ways import read_cells
from neurona.data.sources.read import read_table
from neurona.errors import NeuronaError

PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
WORDS = ["red", "blue", "green", "NA", "", "dark red", "naïve"]
STYLES = [
    (",", ".", "utf-8"),
    (";", ",", "utf-8"),
    ("\t", ".", "utf-8"),
    ("|", ".", "cp1252"),
    (";", ".", "utf-8-sig"),
    (",", ".", "utf-16"),
]
PIECES = [b'"', b",", b";", b"\t", b"'", b"\r", b"\n", b" ", b".", b"-", b"0", b"7",
          b"NA", b"%", b"$", b"*", b"(", b")", b"e", b"\xe9", b"\xc3", b"\x00", b"#",
          b"1,5", b"1.234", b"T", b"true", "−".encode(), "\u00a0".encode()]  # fmt: skip


def plain_table(random):
    """A table in one of a few styles, as bytes."""
    separator, mark, encoding = STYLES[random.integers(len(STYLES))]
    rows = int(random.integers(3, 30))
    columns = {
        "x": [f"{value:.3f}".replace(".", mark) for value in random.normal(size=rows)],
        "k": [str(value) for value in random.integers(0, 50, rows)],
        "c": [WORDS[i] for i in random.integers(0, len(WORDS), rows)],
        "d": [f"2024-0{m}-{d:02}" for m, d in random.integers(1, 10, (rows, 2))],
        "y": [f"{value:.2f}".replace(".", mark) for value in random.normal(size=rows)],
    }
    file = io.StringIO()
    quoting = csv.QUOTE_ALL if random.random() < 0.3 else csv.QUOTE_MINIMAL
    end = ["\n", "\r\n"][random.integers(2)]
    writer = csv.writer(file, delimiter=separator, quoting=quoting, lineterminator=end)
    writer.writerows([list(columns), *zip(*columns.values(), strict=True)])
    return file.getvalue().encode(encoding)


def mutated(content, random):
    """The bytes with a few pieces put in, taken out, or doubled."""
    for _change in range(random.integers(1, 4)):
        place = int(random.integers(len(content) + 1))
        piece = PIECES[random.integers(len(PIECES))]
        end = place + int(random.integers(0, 4))
        action = random.integers(4)
        if action == 0:
            content = content[:place] + piece + content[place:]
        elif action == 1:
            content = content[:place] + content[end:]
        elif action == 2:
            content = content[:place] + piece + content[end:]
        else:
            lines = content.split(b"\n")
            line = int(random.integers(len(lines)))
            content = b"\n".join([*lines[: line + 1], *lines[line:]])
    return content


def slow_value(text, kind):
    """What a cell says to a reader that knows plain numbers, ISO days and words."""
    text = unicodedata.normalize("NFC", (text or "").strip())
    if not text:
        return None
    if kind == "number":
        number = text.replace("−", "-")
        return float(number) if PLAIN.fullmatch(number) else text
    if kind == "time":
        day = re.sub(r"\s", "", text)
        iso = re.fullmatch(r"\d{4}-\d{1,2}-\d{1,2}", day)
        return datetime.strptime(day, "%Y-%m-%d") if iso else text
    return text


def silent_changes(path):
    """Cells that are read as another value than they hold, without a note.

    Raises
    ------
    NeuronaError
        The file is refused.
    """
    table = read_table(path)
    schema = find_schema(table)
    (frame,) = table.batches()
    found = []
    for column in schema.columns:
        if any(repr(column.name) in note for note in schema.notes):
            continue
        values = read_cells(frame[column.name], column.reading).values
        for text, value in zip(frame[column.name], values, strict=True):
            read = None if value is None or value != value else value
            if read != slow_value(text, column.reading.kind):
                found.append((column.name, text, read))
    return found


def slow_tables(path, separator):
    """Cells of a file by Python's own reader, in each encoding that may be meant.

    A lone carriage return, and a quote in the middle of a cell, mean different things
    to different readers: of a file that holds one nothing is expected.
    """
    content = path.read_bytes()
    for encoding in ("utf-8-sig", "utf-16", "cp1252", "latin-1"):
        try:
            text = content.decode(encoding).replace("\ufeff", "").replace("\0", "")
        except UnicodeError:
            continue
        edge = rf"[{re.escape(separator)}\r\n]"
        inner = re.sub(rf'^"|(?<={edge})"|"(?={edge}|$)', "", text)
        if re.search(r"\r(?!\n)", text) or '"' in inner:
            yield None
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        yield [[cell.strip() for cell in row] for row in rows]


def cells_agree(path):
    """Whether the table holds the cells that a plain reader of its file finds.

    Rows stand in the lines that the table says; a line that is none, but for one of
    names, is spoken of in a note. So are lines that quotes make one row, where this
    reader takes a quote inside a cell for a sign.
    """
    table = read_table(path)
    (frame,) = table.batches()
    cells = [[(cell or "").strip() for cell in row] for row in frame.rows()]
    lines = [table.row_number(place) - 1 for place in range(table.rows)]
    names = not any("no line of names" in note for note in table.notes)
    noted = any("left out" in note or "joined" in note for note in table.notes)
    joined = re.findall(r"lines (\d+) to (\d+) are one row", " ".join(table.notes))
    told = [range(int(first) - 1, int(last)) for first, last in joined]
    for rows in slow_tables(path, table.separator):
        if rows is None:
            return True
        if told:
            kept = [row for i, row in enumerate(rows) if not any(i in t for t in told)]
            apart = [row for row in cells if not any("\n" in cell for cell in row)]
            if [row for row in kept if any(row)][-len(apart) :] == apart:
                return True
            continue
        unread = [row for i, row in enumerate(rows) if any(row) and i not in lines]
        if lines[-1] < len(rows) and [rows[line] for line in lines] == cells:
            return len(unread) == names or noted
    return False


def check(path, seed):
    random = np.random.default_rng(seed)
    path.write_bytes(mutated(plain_table(random), random))
    try:
        changes = silent_changes(path)
    except NeuronaError as error:
        return "refused" if "\n" not in str(error) else "refused in many lines"
    if changes or not cells_agree(path):
        return f"changed in silence: {changes}"
    return "read"


@pytest.mark.parametrize("seed", range(3))
def test_a_mutated_file_is_refused_or_read_as_it_stands(seed, tmp_path):
    ended = [check(tmp_path / "a.csv", 1000 * seed + i) for i in range(100)]
    assert set(ended) == {"read", "refused"}
    assert ended.count("read") >= 20


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3, 13))
def test_many_mutated_files_are_refused_or_read_as_they_stand(seed, tmp_path):
    test_a_mutated_file_is_refused_or_read_as_it_stands(seed, tmp_path)
