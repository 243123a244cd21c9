"""Cells that may mean two things: the file decides, or a note says what was taken."""

import json
import zipfile
from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

from neurona.data.columns.schema import find_schema
from neurona.data.encoding.encode import fit_encoders
from neurona.data.encoding.encoder import Surprises, read_values
from neurona.data.reading.ways import read_cells
from neurona.data.sources.read import as_source, read_table

ROWS = 60


def read(cells, *others, separator=";", tmp_path):
    """Column of a text file beside others, what it is read as, and the notes."""
    columns = [cells, *others, ["no" if i % 3 else "yes" for i in range(len(cells))]]
    names = ["c", *[f"x{i}" for i in range(len(others))], "y"]
    lines = [separator.join(row) for row in [names, *zip(*columns, strict=True)]]
    path = tmp_path / "table.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    schema = find_schema(read_table(path), "y")
    column = schema.column("c")
    values = read_cells(pl.Series(cells), column.reading).values
    return column, list(values), " ".join(schema.notes)


def counted(start=10):
    return [str(start + i) for i in range(ROWS)]


def test_points_before_three_digits_are_thousands_beside_decimal_commas(tmp_path):
    rates = [f"0,{i}" for i in counted()]
    cells = ["4.186", "583", "9.000"] * (ROWS // 3)
    _column, values, notes = read(cells, rates, tmp_path=tmp_path)
    assert values[:3] == [4186, 583, 9000]
    assert "'c': a mark between thousands ('.')" in notes


def test_points_before_three_digits_are_fractions_beside_larger_bare_numbers(tmp_path):
    rates = [f"0,{i}" for i in counted()]
    cells = ["4.186", "58300", "9.125"] * (ROWS // 3)
    _column, values, _notes = read(cells, rates, tmp_path=tmp_path)
    assert values[:3] == [4.186, 58300, 9.125]


def test_commas_before_three_digits_are_fractions_beside_decimal_commas(tmp_path):
    rates = [f"0,{i}" for i in counted()]
    cells = ["4,186", "583", "9,125"] * (ROWS // 3)
    _column, values, _notes = read(cells, rates, tmp_path=tmp_path)
    assert values[:3] == [4.186, 583, 9.125]


@pytest.mark.parametrize("mark", [".", ","])
def test_a_mark_that_nothing_decides_is_a_fraction_with_a_note(mark, tmp_path):
    cells = [f"{i % 9 + 1}{mark}{100 + i}" for i in range(ROWS)]
    _column, values, notes = read(cells, tmp_path=tmp_path)
    assert values == [float(cell.replace(",", ".")) for cell in cells]
    assert "write thousands without a mark" in notes


def test_plain_fractions_beside_others_need_no_note(tmp_path):
    cells = [f"{i % 9 + 1}.{100 + i}" for i in range(ROWS)]
    rates = [f"0.{i}" for i in counted()]
    _column, _values, notes = read(cells, rates, tmp_path=tmp_path)
    assert "write thousands" not in notes


def test_numbers_with_a_doubtful_mark_are_left_out_for_their_mark(tmp_path):
    cells = [f"{i % 9 + 1},{100 + i}" for i in range(ROWS)]
    column, _values, notes = read(cells, counted(), separator="\t", tmp_path=tmp_path)
    assert column.role == "left out"
    assert "a comma may mark thousands or a fraction ('1,100')" in notes
    assert "--columns c=number keeps it" in notes


def test_long_numbers_that_one_float_would_hold_are_different_texts(tmp_path):
    cells = [f"123456789012345671{i}" for i in counted()]
    column, values, _notes = read(cells, counted(), tmp_path=tmp_path)
    assert (column.kind, values) == ("identifier", cells)


def test_a_code_that_looks_as_a_power_keeps_its_letters(tmp_path):
    cells = ["10234", "20511", "22E94"] * (ROWS // 3)
    _column, values, notes = read(cells, counted(), tmp_path=tmp_path)
    assert values == cells
    assert "('22E94')" in notes


def test_telephone_numbers_are_texts(tmp_path):
    cells = [f"+34 610 706 {100 + i}" for i in range(ROWS)]
    column, values, _notes = read(cells, counted(), tmp_path=tmp_path)
    assert (column.reading.kind, values) == ("word", cells)


def test_approximate_numbers_are_strays_among_many(tmp_path):
    cells = [f"{'~' * (i % 9 == 1)}{80 + i}" for i in range(ROWS)]
    column, values, notes = read(cells, counted(), tmp_path=tmp_path)
    assert (column.kind, column.role) == ("numeric", "input")
    assert np.isnan(values).nonzero()[0].tolist() == [1, 10, 19, 28, 37, 46, 55]
    assert "'~81' in row 3" in notes


def test_mixed_currencies_are_told_apart(tmp_path):
    cells = [f"{'$€'[i % 2]}{80 + i}" for i in range(ROWS)]
    _column, _values, notes = read(cells, counted(), tmp_path=tmp_path)
    assert "the units differ ('$', '€')" in notes


MONTHS = "ene feb mar abr may jun jul ago sep oct nov dic".split()
LONG = (
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre "
    "diciembre"
).split()
DATES = {
    "short": lambda d: f"{d.day} {MONTHS[d.month - 1]} {d.year}",
    "dots": lambda d: f"{d.day} {MONTHS[d.month - 1]}. {d.year}",
    "long": lambda d: f"{d.day} de {LONG[d.month - 1]} de {d.year}",
    "dashes": lambda d: f"{d.day:02d}-{MONTHS[d.month - 1]}-{d.year % 100:02d}",
    "clock": lambda d: f"{d.day} {LONG[d.month - 1].title()} {d.year} 00:00:00",
}


@pytest.mark.parametrize("written", DATES.values(), ids=DATES)
def test_dates_with_spanish_months_are_dates(written, tmp_path):
    days = [
        datetime(2015 + i % 7, i % 12 + 1, i % 28 + 1, tzinfo=UTC) for i in range(ROWS)
    ]
    column, values, _notes = read(
        list(map(written, days)), counted(), tmp_path=tmp_path
    )
    assert column.kind == "date"
    assert values == [day.replace(tzinfo=None) for day in days]


LISTS = [["pool", "Wifi"], ["Wifi"], ["sea", "wifi"], ["Wifi", "sea", "pool"]]


@pytest.mark.parametrize("written", [json.dumps, str], ids=["json", "python"])
def test_lists_as_programs_write_them_have_bare_parts_in_one_spelling(written):
    cells = [written(LISTS[i % 4]) for i in range(ROWS)]
    other, goal = np.cos(np.arange(ROWS) * 5.0), np.sin(np.arange(ROWS) * 7.0)
    data = {"c": cells, "other": other, "goal": goal}
    schema = find_schema(data, "goal")
    encoders = fit_encoders(schema, as_source(data))
    features = [feature.name for feature in encoders.features]
    assert features == ["c: Wifi", "c: pool", "c: sea", "other"]
    assert "lists of 3 different parts" in schema.column("c").reason
    assert "'wifi' and 'Wifi'" in " ".join(schema.notes)


def records():
    tags = [["x"], ["x", "y"], [], ["z", "y"], ["z"]]
    return [{"a": i % 7, "tags": tags[i % 5], "ok": i % 3 > 0} for i in range(ROWS)]


@pytest.mark.parametrize("ending", ["json", "jsonl"])
def test_lists_of_texts_in_records_are_lists_in_a_cell(ending, tmp_path):
    path = tmp_path / f"a.{ending}"
    lines = "\n".join(map(json.dumps, records()))
    path.write_text(json.dumps({"data": records()}) if ending == "json" else lines)
    assert find_schema(path, "ok").column("tags").kind == "flags"
    ignored = find_schema(path, "ok", columns={"tags": "ignore"})
    assert ignored.column("tags").role == "left out"


def test_a_record_among_lists_gives_columns_of_its_own(tmp_path):
    rows = records()
    rows[4]["tags"] = {"q": 1}
    path = tmp_path / "a.json"
    path.write_text(json.dumps(rows))
    table = read_table(path)
    assert table.columns == ("a", "tags", "ok", "tags.q")
    (frame,) = table.batches()
    assert frame["tags.q"].to_list() == [1.0 if i == 4 else None for i in range(ROWS)]
    assert frame["tags"][4] is None


def test_a_text_about_the_table_in_an_archive_is_passed_over_with_a_note(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("sales.csv", "x,y\n1,2\n3,4\n")
        archive.writestr("readme.txt", "sold in May\n")
    table = read_table(path)
    assert (table.columns, table.rows) == (("x", "y"), 2)
    assert table.notes == ("'sales.csv' of 'a.zip' is read, not 'readme.txt'",)


@pytest.mark.parametrize(("cells", "said"), [(["0.05", "1"], 1), (["0.05", "30"], 0)])
def test_fractions_where_training_held_percents_are_told(cells, said):
    trained = {
        "p": [f"{i % 40 + 1}%" for i in range(ROWS)],
        "y": ["ab"[i % 3 > 0] for i in range(ROWS)],
    }
    column = find_schema(trained, "y").column("p")
    table, surprises = as_source({"p": cells}), Surprises()
    read_values(
        column,
        pl.Series(cells),
        table=table,
        first_row=0,
        dtype="float32",
        surprises=surprises,
    )
    notes = surprises.reading_notes(table)
    assert sum("shown in percent" in note for note in notes) == said
