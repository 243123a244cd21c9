"""Cells of a workbook are read as it shows them, as of the text file saved from it."""

import pytest

from neurona.data.columns.schema import find_schema
from neurona.data.sources.read import read_table
from tests.data.workbooks import Fault, Styled, write_xlsx

Y = [0.5, 1.25, 2.75, 4.5]


def rows_of(table):
    return [row for batch in table.batches() for row in batch.rows()]


def book_of(path, cells, name="x", before=0, above=0):
    """A workbook of a column of cells, beside one of numbers, after empty ones."""
    rows = [[name, "y"], *([cell, y] for cell, y in zip(cells, Y, strict=True))]
    empty = [None] * before
    write_xlsx(path, {"A": [[]] * above + [[*empty, *row] for row in rows]})
    return read_table(path)


SHOWN = {
    "shares": (
        [
            Styled(0.07, "0%"),
            Styled(1.285, "0.00%"),
            Styled(0, "0%"),
            Styled(-0.3, "0%"),
        ],
        ["7%", "128.5%", "0%", "-30%"],
    ),
    "shares in colours": (
        [Styled(x, "[Red]0.0%;-0.0%") for x in (0.1, 0.125, 0.29, 0.57)],
        ["10%", "12.5%", "29%", "57%"],
    ),
    "codes": (
        [Styled(x, "00000") for x in (501, 90210, 7, 123456)],
        ["00501", "90210", "00007", "123456"],
    ),
    "codes in two parts": (
        [Styled(x, "00000\\-0000") for x in (5010001, 902101234, 0, 12)],
        ["00501-0001", "90210-1234", "00000-0000", "00000-0012"],
    ),
    "no codes": (
        [Styled(1.5, "00000"), Styled(-3, "00000"), Styled(2, "0.00"), 3],
        ["1.5", "-3", "2", "3"],
    ),
    "errors": (
        [Fault("#N/A"), 1, Fault("#DIV/0!"), Styled(0.5, "0%")],
        ["#N/A", "1", "#DIV/0!", "50%"],
    ),
}


@pytest.mark.parametrize(("cells", "texts"), SHOWN.values(), ids=SHOWN)
@pytest.mark.parametrize(("before", "above"), [(0, 0), (2, 0), (0, 3), (1, 2)])
def test_cells_come_as_they_are_shown(tmp_path, cells, texts, before, above):
    table = book_of(tmp_path / "a.xlsx", cells, before=before, above=above)
    assert [row[0] for row in rows_of(table)] == texts
    assert [float(row[1]) for row in rows_of(table)] == Y
    assert table.row_number(0) == above + 2


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_shares_are_read_as_their_percent_and_named(tmp_path, ending):
    path = tmp_path / f"a.{ending}"
    cells = [Styled(0.07, "0%"), Styled(1.2, "0%"), Styled(0.3, "0%"), Styled(0, "0%")]
    if ending == "xlsx":
        book_of(path, cells)
    else:
        lines = [f"{cell.value:.0%},{y}" for cell, y in zip(cells, Y, strict=True)]
        path.write_text("\n".join(["x,y", *lines]))
    schema = find_schema(read_table(path), "y")
    assert (schema.column("x").low, schema.column("x").high) == (0.0, 120.0)
    assert "column 'x': numbers with a unit, read without it (%)" in schema.notes


def test_codes_keep_their_zeros_as_words(tmp_path):
    cells = [Styled(x, "00000") for x in (501, 501, 90210, 90210)]
    schema = find_schema(book_of(tmp_path / "a.xlsx", cells), "y")
    assert schema.column("x").kind == "categorical"
    assert "column 'x': whole numbers with leading zeros are read as words" in (
        schema.notes
    )


@pytest.mark.parametrize(
    "error", ["#N/A", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#NULL!"]
)
def test_errors_are_missing_with_a_note(tmp_path, error):
    cells = [1.5, Fault(error), 2.5, 7]
    schema = find_schema(book_of(tmp_path / "a.xlsx", cells), "y")
    assert (schema.column("x").kind, schema.column("x").missing) == ("numeric", 1)
    assert f"column 'x': read as missing (1 cell '{error}')" in schema.notes


@pytest.mark.parametrize(
    "text",
    ["#DIV/0!", "#¡DIV/0!", "#N/D", "#NV", "-nan(ind)", "1.#IND", "-1.#QNAN0", "-nan"],
)
@pytest.mark.parametrize("cells", [["1.5", "2.5", "3.5"], ["red", "blue", "red"]])
def test_errors_in_texts_are_missing_in_numbers_and_words(tmp_path, text, cells):
    data = {"x": [*cells, text], "z": [3, 1, 2, 5], "y": Y}
    for missing in (None, ["-9"]):
        schema = find_schema(data, "y", missing=missing)
        assert schema.column("x").missing == 1
        assert any(repr(text) in note for note in schema.notes)
