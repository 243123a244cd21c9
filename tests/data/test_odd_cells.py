"""Cells that people complain of are read as meant, or kept as they are written."""

import math

import pytest

from neurona.data.columns.schema import find_schema
from neurona.data.reading.ways import read_cells
from neurona.data.sources.read import read_table

ROWS = 24


def read(tmp_path, cells):
    """Column, values, and the notes on it, of cells that stand in a file."""
    cells = [cells[i % len(cells)] for i in range(ROWS)]
    path = tmp_path / "a.tsv"
    lines = [f"{cell}\t{i / 8}" for i, cell in enumerate(cells)]
    path.write_text("\n".join(["x\ty", *lines]), "utf-8")
    table = read_table(path)
    schema = find_schema(table, "y")
    column = schema.column("x")
    (frame,) = table.batches()
    values = read_cells(frame["x"], column.reading).values
    return column, [*values], [note for note in schema.notes if "'x'" in note]


NUMBERS = {
    "German": (["1.234.567,89", "12,5", "999.000,00"], [1234567.89, 12.5, 999000]),
    "Swiss": (["1'234.50", "1’000’000.25", "7.5"], [1234.5, 1000000.25, 7.5]),
    "Indian": (
        ["1,23,456", "12,34,567.5", "99,999", "5"],
        [123456, 1234567.5, 99999, 5],
    ),
    "a minus behind": (["507.07-", "12.25", "1.50-"], [-507.07, 12.25, -1.5]),
    "a sign before brackets": (
        ["$(200.18)", "$5.25", "$(1.50)"],
        [-200.18, 5.25, -1.5],
    ),
    "Arabic digits": (["٣٤", "٩٠", "٥", "١٢٫٥".replace("٫", ".")], [34, 90, 5, 12.5]),
    "Persian digits": (["۳۴", "۹۰", "۵"], [34, 90, 5]),
    "full width": (["６４", "１２３", "５"], [64, 123, 5]),
    "laps": (["1:23.45", "59:30.5", "0:07,25"], [83.45, 3570.5, 7.25]),
    "more than all": (["250%", "-20%", "99.5%"], [250, -20, 99.5]),
    "where NaN is printed": (
        ["-nan(ind)", "1.25", "1.#IND", "2"],
        [None, 1.25, None, 2],
    ),
    "databases": (["\\N", "1.25", "(null)", "2"], [None, 1.25, None, 2]),
}


@pytest.mark.parametrize(("cells", "values"), NUMBERS.values(), ids=NUMBERS)
def test_numbers_are_read_as_people_write_them(tmp_path, cells, values):
    column, found, notes = read(tmp_path, cells)
    assert column.kind == "numeric"
    for value, expected in zip(found, values, strict=False):
        assert math.isnan(value) if expected is None else value == expected
    marked = any(set(cell) & set(",'’%(N:") or cell[-1] == "-" for cell in cells)
    assert bool(notes) == marked


KEPT = {
    "versions": ["3.3.2", "1.12.0", "1.9.0"],
    "addresses": ["10.0.0.1", "192.168.1.20", "8.8.8.8"],
    "telephones": ["+1 555 123 4567", "(555) 123-4567", "555-123-4567"],
    "fractions": ["1 1/2", "3/4", "2 3/8"],
    "places": ["12°34'N", "5°00'S", "80°59'N"],
    "open ranges": ["0-9", "10-19", "65-"],
    "other digits": ["๑๒", "๓๔", "๕"],
    "clocks in other digits": ["١٢:٣٠", "٠٩:١٥", "٢٣:٥٩"],
    "grades": ["A+", "A-", "B"],
    "ISBN": ["978-3-16-148410-0", "0-306-40615-2", "978-0-13-110362-7"],
    "titers": ["1:20", "1:80", "1:640"],
}


@pytest.mark.parametrize("cells", KEPT.values(), ids=KEPT)
def test_what_is_no_number_stands_as_it_is_written(tmp_path, cells):
    column, found, _notes = read(tmp_path, cells)
    assert column.reading.kind == "word"
    assert found[: len(cells)] == cells


@pytest.mark.parametrize(
    "cells",
    [
        ["nein", "ja"],
        ["non", "oui"],
        ["FALSO", "VERDADERO"],
        ["FALSCH", "WAHR"],
        ["não", "sim"],
    ],
)
def test_pairs_of_other_languages_are_booleans(tmp_path, cells):
    column, _found, _notes = read(tmp_path, cells)
    assert column.kind == "boolean"
    assert column.words == tuple(cells)


def test_numbers_and_words_for_true_are_one_with_a_note(tmp_path):
    column, found, notes = read(tmp_path, ["yes", "no", "1", "0", "yes", "no"])
    assert column.kind == "boolean"
    assert found[:4] == ["yes", "no", "yes", "no"]
    assert "several spellings are read as one word" in notes[0]


@pytest.mark.parametrize(
    ("cells", "odd"),
    [
        (["1:10", "1:20", "1:80"], "'1:80' in row 4"),
        (["2023-02-01", "2023-02-03", "0000-00-00"], "'0000-00-00' in row 4"),
        (["5", "12", "10+"], "'10+' in row 4"),
    ],
)
def test_the_cell_for_which_a_column_is_text_is_shown(tmp_path, cells, odd):
    _column, _found, notes = read(tmp_path, cells)
    assert any(f"are not like the others ({odd})" in note for note in notes)


@pytest.mark.parametrize(
    ("cells", "name", "first"),
    [([44_548, 44_917, 45_002], "date", "44548 = 2021-12-18")],
)
def test_days_as_a_workbook_counts_them_are_named_and_read_when_asked(
    cells, name, first
):
    data = {name: cells * 8, "z": [i % 5 for i in range(24)], "y": [*range(24)]}
    (note,) = [note for note in find_schema(data, "y").notes if f"'{name}'" in note]
    assert f"({first}; --columns {name}=date reads" in note
    column = find_schema(data, "y", columns={name: "date"}).column(name)
    assert (column.kind, column.missing) == ("date", 0)
