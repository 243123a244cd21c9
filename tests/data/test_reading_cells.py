"""What stands in a cell is what the model sees, or a note says otherwise."""

import csv
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from neurona.data.columns.schema import Schema, find_schema
from neurona.data.encoding.encode import Encoders, fit_encoders
from neurona.data.encoding.target import read_target
from neurona.data.reading.reading import CellReading
from neurona.data.reading.tally import Tally
from neurona.data.reading.trial_numbers import NumberTrial
from neurona.data.reading.ways import read_cells
from neurona.data.sources import text_table
from neurona.data.sources.read import as_source, read_table
from neurona.errors import DataError

TABLES = Path(__file__).parent / "tables"
NAN = float("nan")


def values_of(schema, table, name):
    """Values of a column as the model sees them, missing as None."""
    reading = schema.column(name).reading
    found = [read_cells(batch[name], reading).values for batch in table.batches()]
    values = [value for part in found for value in part]
    return [None if value != value else value for value in values]


def case(name, target):
    table = read_table(TABLES / f"{name}.csv")
    return find_schema(table, target), table


def cells_of(name, column, separator=","):
    with (TABLES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [row[column] for row in csv.DictReader(file, delimiter=separator)]


def column(cells, target=None, **options):
    """Schema of a table with one column beside a target of numbers."""
    rows = len(cells)
    goal = target if target is not None else np.sin(np.arange(rows) * 7.0)
    data = {"c": cells, "other": np.cos(np.arange(rows) * 5.0), "goal": goal}
    return find_schema(data, "goal", **options), as_source(data)


def read_column(cells, **options):
    schema, table = column(cells, **options)
    return schema.column("c"), values_of(schema, table, "c"), " ".join(schema.notes)


# The cases: each with what is right, read by Python's own csv and arithmetic.


def test_one_decimal_comma_at_prediction_changes_its_own_cell_alone():
    schema, table = case("measures", "price")
    encoders = fit_encoders(schema, table)
    new = read_table(TABLES / "measures-new.csv")
    assert values_of(schema, new, "width") == [2.5, 2.5, 0.5]
    assert values_of(schema, new, "height") == [0.375, 0.375, 1.0]
    encoded = encoders.transform(new, with_target=False)
    assert encoded.X[0].tolist() == encoded.X[1].tolist()
    assert any("'2,5' in row 3 as 2.5" in note for note in encoded.notes)


def test_a_list_of_shelves_stays_text_beside_decimal_points():
    schema, table = case("shelf", "weight")
    assert schema.column("shelves").kind == "categorical"
    assert any("'shelves'" in n and "lists" in n for n in schema.notes)
    for name in ("load", "weight"):
        expected = [float(cell) for cell in cells_of("shelf", name, ";")]
        assert values_of(schema, table, name) == expected
    assert values_of(schema, table, "shelves") == cells_of("shelf", "shelves", ";")


def test_long_whole_numbers_are_the_classes_that_stand_there():
    schema, table = case("ledgers", "ledger")
    assert schema.classes == tuple(sorted(set(cells_of("ledgers", "ledger"))))
    assert len(schema.classes) == 3
    y = read_target(schema, table).y
    assert [schema.classes[i] for i in y] == cells_of("ledgers", "ledger")


def test_grades_with_leading_zeros_are_apart():
    schema, table = case("grades", "grade")
    assert schema.classes == ("001", "1", "10")
    y = read_target(schema, table).y
    assert [schema.classes[i] for i in y] == cells_of("grades", "grade")


def test_codes_of_branches_are_categories():
    schema, table = case("branch", "sales")
    assert schema.column("branch").kind == "categorical"
    assert values_of(schema, table, "branch") == cells_of("branch", "branch")


def test_namibia_is_a_class():
    schema, table = case("countries", "country")
    assert (schema.classes, schema.dropped) == (("BW", "NA", "ZA"), 0)
    y = read_target(schema, table).y
    assert np.bincount(y).tolist() == [20, 20, 20]
    asked = find_schema(table, "country", missing=["NA"])
    assert (asked.classes, asked.dropped) == (("BW", "ZA"), 20)


def test_namibia_and_nothing_are_apart():
    schema, table = case("exports", "value")
    expected = [cell or None for cell in cells_of("exports", "country")]
    assert values_of(schema, table, "country") == expected
    assert set(expected) == {"NA", "BW", "ZA", None}
    assert any("'country'" in n and "'NA'" in n for n in schema.notes)


def test_calls_of_two_zones_are_in_utc():
    schema, table = case("calls", "cost")
    expected = [
        datetime.fromisoformat(cell).astimezone(UTC).replace(tzinfo=None)
        for cell in cells_of("calls", "at")
    ]
    assert values_of(schema, table, "at") == expected
    assert any("UTC" in note for note in schema.notes)


PRICES = {
    "list": lambda cell: float(cell.replace("$", "").replace(",", "")),
    "off": lambda cell: float(cell.replace("%", "")),
    "change": lambda c: -float(c.strip("()")) if c.startswith("(") else float(c),
    "rating": lambda cell: float(cell.replace("−", "-")),
    "paid": lambda cell: float(cell.replace(",", "")),
}


def test_prices_are_numbers_however_they_are_written():
    schema, table = case("prices", "paid")
    assert schema.task == "regression"
    for name, number in PRICES.items():
        expected = [number(cell) for cell in cells_of("prices", name)]
        assert values_of(schema, table, name) == expected


def test_members_in_six_spellings_are_one_boolean():
    schema, table = case("members", "renewed")
    assert schema.column("member").kind == "boolean"
    encoders = fit_encoders(schema, table)
    expected = [
        cell.lower() in ("true", "yes") for cell in cells_of("members", "member")
    ]
    place = encoders.transform(table).feature_names.index("member")
    assert encoders.transform(table).X[:, place].tolist() == expected


def test_traces_of_rain_leave_a_regression():
    schema, table = case("rain", "rain")
    assert (schema.task, schema.dropped) == ("regression", 2)
    expected = [None if c == "T" else float(c) for c in cells_of("rain", "rain")]
    assert values_of(schema, table, "rain") == expected
    (note,) = [note for note in schema.notes if "'T'" in note]
    assert "row 9" in note
    assert "row 33" in note


def test_a_footnote_s_star_is_named_and_its_number_read():
    schema, table = case("starred", "output")
    expected = [float(cell.strip("*")) for cell in cells_of("starred", "level")]
    assert values_of(schema, table, "level") == expected
    assert any("'3.286*' in row 25" in note for note in schema.notes)


def test_what_counts_the_rows_is_kept_where_the_target_follows_them():
    schema, _table = case("trend", "sales")
    assert schema.column("t").role == "input"


def test_days_with_names_of_months_are_dates():
    schema, table = case("long-dates", "spent")
    assert schema.column("day").kind == "date"
    expected = [
        datetime.strptime(c, "%b %d, %Y") for c in cells_of("long-dates", "day")
    ]
    assert values_of(schema, table, "day") == expected


# Variants of each kind: cells, how they are read, what the note must say.
FOUR = 4
NUMBERS = {
    "decimal commas": (["0,5", "12,25", "3"], [0.5, 12.25, 3], "decimal commas"),
    "dots of thousands": (["1.234,5", "2.000", "12"], [1234.5, 2000, 12], "thousands"),
    "millions with dots": (["1.234.567", "2.000", "12"], [1234567, 2000, 12], "thous"),
    "us thousands": (["1,234.50", "999", "2,000,000"], [1234.5, 999, 2e6], "thousands"),
    "bare below a thousand": (["1,234", "999", "12"], [1234, 999, 12], "thousands"),
    "bare above a thousand": (["1,234", "2345", "12"], [1.234, 2345, 12], "decimal"),
    "spaces": (["1 234,5", "7", "12 000"], [1234.5, 7, 12000], "thousands"),
    "no-break spaces": (["1\xa0234,5", "7", "12\xa0000"], [1234.5, 7, 12000], "thous"),
    "narrow spaces": (["1\u202f234.5", "7.5", "1"], [1234.5, 7.5, 1], "thousands"),
    "apostrophes": (["1'234.5", "7.25", "12'000"], [1234.5, 7.25, 12000], "thousands"),
    "swiss apostrophes": (["1’234", "7", "12’000"], [1234, 7, 12000], "thousands"),
    "euros after": (["12,50 €", "7,25 €", "1.000,00 €"], [12.5, 7.25, 1000], "€"),
    "codes before": (["USD 12.50", "USD 7.5", "USD -1"], [12.5, 7.5, -1], "USD"),
    "codes after": (["12.5EUR", "7.5 EUR", "1 EUR"], [12.5, 7.5, 1], "EUR"),
    "pounds and minus": (["£12", "-£7", "£-1"], [12, -7, -1], "£"),
    "yen": (["¥1,200", "¥700", "¥90"], [1200, 700, 90], "¥"),
    "percent with a blank": (["12 %", "7.5 %", "-1 %"], [12, 7.5, -1], "%"),
    "parentheses": (["(1,234)", "12", "(7)"], [-1234, 12, -7], "parentheses"),
    "money in parentheses": (["($1,234.5)", "$12", "$7"], [-1234.5, 12, 7], "parenth"),
    "minus sign": (["−1", "−2.5", "3"], [-1, -2.5, 3], ""),
    "kilograms": (["5 kg", "7.5 kg", "6kg"], [5, 7.5, 6], "kg"),
    "stars": (["0.01**", "0.2", "0.04*"], [0.01, 0.2, 0.04], "'0.01**' in row 1"),
    "one comma among points": (
        [*["0.5", "1.5", "2.25"] * 10, "2,5"],
        [*[0.5, 1.5, 2.25] * 10, 2.5],
        "'2,5' in row 31 as 2.5",
    ),
    "one thousand among plain": (
        [*["5", "15", "225"] * 10, "1,000,000"],
        [*[5, 15, 225] * 10, 1e6],
        "thousands",
    ),
    "plus and blanks": ([" +1.5", "2 ", "-3"], [1.5, 2, -3], ""),
    "exponents": (["1e3", "2.5E-2", "7"], [1000, 0.025, 7], ""),
}


@pytest.mark.parametrize(("cells", "values", "note"), NUMBERS.values(), ids=NUMBERS)
def test_numbers_are_read_as_they_are_written(cells, values, note):
    repeat = FOUR if len(cells) < 10 else 1
    found, read, notes = read_column(cells * repeat)
    assert found.reading.kind == "number"
    assert read == values * repeat
    assert note in notes
    assert bool(note) == bool(notes)


TEXTS = {
    "two currencies": (["$5", "€7", "$9", "€11"], "units differ"),
    "grams and kilograms": (["5 kg", "700 g", "6 kg", "80 g"], "units differ"),
    "a comma that may be either": (["1,234", "2,500", "7,125"], "thousands or a fract"),
    "house numbers": (["12a", "13b", "14c", "15d"], ""),
    "ordinals": (["1st", "2nd", "3rd", "1st"], ""),
    "one letter for all": (["101A", "102A", "103A", "101A"], ""),
    "addresses of machines": (["10.0.0.1", "10.0.0.2", "10.0.1.1"], ""),
    "lists": (["1,2,3", "2,3", "1", "1,2,3"], ""),
    "a level of few": (["1", "2", "3", "4", "5"] * 5 + ["6+"] * 2, "'6+' in row 26"),
    "half of it words": (["1", "2", "high", "low"], "'high' in row 3"),
}


@pytest.mark.parametrize(("cells", "note"), TEXTS.values(), ids=TEXTS)
def test_what_is_ambiguous_is_text_with_a_note(cells, note):
    found, read, notes = read_column(cells * FOUR)
    assert found.reading.kind == "word"
    assert read == cells * FOUR
    assert note in notes


def test_a_comma_of_three_digits_is_read_as_the_other_columns_have_it(tmp_path):
    path = tmp_path / "a.csv"
    for other, values in (("0,5", [1.234, 2.5]), ("0.5", [1234, 2500])):
        path.write_text(f"c;o;y\n1,234;{other};1\n2,500;{other};7\n")
        table = read_table(path)
        assert values_of(find_schema(table), table, "c") == values


def test_quoted_thousands_between_commas_are_thousands(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('c,y\n"1,234",1.5\n"2,500",2\n"3,750",4\n')
    table = read_table(path)
    assert values_of(find_schema(table), table, "c") == [1234, 2500, 3750]


WHOLE = {
    "classes": (["9007199254740993", "9007199254740992"] * 9, "word"),
    "of a frame": ([9007199254740993, 9007199254740992] * 9, "word"),
    "of a frame of 64 bits": (np.array([2**60 + 1, 2**60] * 9), "word"),
    "unsigned": (np.array([2**63 + 1, 2**63] * 9, np.uint64), "word"),
    "exact": (["10000000000000000", "20000000000000000"] * 9, "number"),
}


@pytest.mark.parametrize(("cells", "kind"), WHOLE.values(), ids=WHOLE)
def test_long_whole_numbers_keep_every_digit(cells, kind):
    found, read, notes = read_column(cells)
    assert found.reading.kind == kind
    exact = [int(value) for value in read]
    assert exact == [int(cell) for cell in cells]
    assert ("digit" in notes) == (kind == "word")


def test_long_numbers_that_differ_are_rounded_with_a_note():
    cells = [str(10**17 + 2 * i * i + 1) for i in range(30)]
    found, read, notes = read_column(cells)
    assert found.reading.kind == "number"
    assert read == [float(cell) for cell in cells]
    assert "rounded" in notes


CODES = {
    "zip codes": ["02134", "90210", "10001"],
    "with blanks": ["007 ", "08", "15"],
    "one alone": ["1", "2", "03"],
}


@pytest.mark.parametrize("cells", CODES.values(), ids=CODES)
def test_whole_numbers_with_leading_zeros_are_categories(cells):
    found, read, notes = read_column(cells * FOUR)
    assert found.kind == "categorical"
    assert read == [cell.strip() for cell in cells] * FOUR
    assert "leading zeros" in notes


@pytest.mark.parametrize(
    "cells", [["0", "0.5", "10"], ["00.5", "1.5", "2"], ["0", "1"]]
)
def test_a_zero_before_a_point_is_no_code(cells):
    assert read_column(cells * FOUR)[0].reading.kind == "number"


MARKS = {
    "sexes": (["male", "female", "NA"], [None], "read as missing"),
    "countries": (["BW", "ZA", "NA"], ["NA"], "as a value"),
    "regions": (["EU", "US", "NA"], ["NA"], "as a value"),
    "beside empty cells": (["red", "", "None"], ["None"], "as a value"),
    "none of a scale": (["mild", "severe", "none"], ["none"], "as a value"),
    "python's None": (["mild", "severe", "None"], [None], "read as missing"),
    "null": (["red", "blue", "null"], [None], "read as missing"),
    "a minus": (["+", "++", "-"], ["-"], "as a value"),
    "a dash": (["red", "blue", "-"], [None], "read as missing"),
    "sexes in letters": (["M", "F", "NA"], [None], "read as missing"),
    "numbers": (["1.5", "2", "NA"], [None], "read as missing"),
    "dates": (["2024-01-31", "2024-02-28", "NA"], [None], "read as missing"),
}


@pytest.mark.parametrize(("cells", "last", "note"), MARKS.values(), ids=MARKS)
def test_a_mark_is_a_value_among_its_like_and_else_missing(cells, last, note):
    _found, read, notes = read_column(cells * FOUR)
    assert read[2::3] == last * FOUR
    assert note in notes


@pytest.mark.parametrize("cells", [["BW", "ZA", "NA"], ["EU", "US", "NA"]])
def test_a_class_may_be_called_as_a_missing_value_is(cells):
    schema = find_schema({"x": np.sin(np.arange(30.0)), "y": cells * 10})
    assert schema.classes == tuple(sorted(cells))
    schema = find_schema(
        {"x": np.sin(np.arange(30.0)), "y": ["male", "female", "NA"] * 10}
    )
    assert (schema.classes, schema.dropped) == (("female", "male"), 10)


def test_what_is_missing_can_be_said():
    cells = ["-999", "1.5", "NA", "2"] * FOUR
    found, read, notes = read_column(cells, missing=["-999", "NA"])
    assert read == [None, 1.5, None, 2] * FOUR
    assert "'-999'" in notes
    words = ["red", "NA", "", "blue"] * FOUR
    assert read_column(words, missing=["NA"])[1] == ["red", None, None, "blue"] * FOUR
    assert read_column(words[:2] * FOUR, missing=[""])[1] == ["red", "NA"] * FOUR
    assert found.reading.missing == ("-999", "na")


TIMES = {
    "one offset": (
        ["2024-03-01T10:00:00-06:00", "2024-03-01T23:30:00-06:00"],
        ["2024-03-01 10:00", "2024-03-01 23:30"],
        "-06:00",
    ),
    "two offsets": (
        ["2024-03-01T10:00:00-06:00", "2024-03-01T23:30:00+0530"],
        ["2024-03-01 16:00", "2024-03-01 18:00"],
        "UTC",
    ),
    "utc": (["2024-03-01T10:00Z", "2024-03-01 11:00Z"],
            ["2024-03-01 10:00", "2024-03-01 11:00"], ""),
    "halves of the day": (["1/31/2024 1:05 PM", "2/1/2024 12:30 AM"],
                          ["2024-01-31 13:05", "2024-02-01 00:30"], ""),
    "fractions": (["2024-03-01 10:00:00.25", "2024-03-01 10:00:00"],
                  ["2024-03-01 10:00:00.250", "2024-03-01 10:00:00"], ""),
    "months by name": (["3 March 2024", "14 July 2024"],
                       ["2024-03-03", "2024-07-14"], ""),
    "weekdays": (["Fri, 01 Mar 2024 10:00:00 GMT", "Sat, 02 Mar 2024 10:00:00 GMT"],
                 ["2024-03-01 10:00", "2024-03-02 10:00"], ""),
    "months": (["2024-05", "2023-12"], ["2024-05-01", "2023-12-01"], ""),
    "months in words": (["May 2024", "Dec 2023"], ["2024-05-01", "2023-12-01"], ""),
    "weeks": (["2024-W05", "2024-W01"], ["2024-01-29", "2024-01-01"], ""),
    "days of weeks": (["2024-W05-3", "2024-W01-1"], ["2024-01-31", "2024-01-01"], ""),
    "two digits of a year": (["31/01/24", "01/12/99"], ["2024-01-31", "1999-12-01"],
                             "two digits"),
}  # fmt: skip


@pytest.mark.parametrize(("cells", "values", "note"), TIMES.values(), ids=TIMES)
def test_times_are_read_and_never_cut(cells, values, note):
    found, read, notes = read_column(cells * FOUR)
    assert found.kind == "date"
    assert read == [datetime.fromisoformat(value) for value in values] * FOUR
    assert note in notes
    assert bool(note) == bool(notes)


def test_seconds_of_an_epoch_are_numbers():
    assert read_column(["1709287200", "1709290800", "1709290900"])[0].kind == "numeric"


def test_a_zone_at_prediction_is_moved_to_the_clock_of_training():
    day = "2024-03-0{}T10:00:00-06:00"
    schema, table = column([day.format(i % 9 + 1) for i in range(20)])
    encoders = fit_encoders(schema, table)
    new = {"c": ["2024-03-01T16:00:00Z", "2024-03-01T10:00:00-06:00"], "other": [0, 0]}
    encoded = encoders.transform(new, with_target=False)
    assert encoded.X[0].tolist() == encoded.X[1].tolist()


def test_a_frame_with_a_zone_keeps_its_clock_with_a_note():
    moments = pl.Series([datetime(2024, 3, d + 1, 10) for d in range(20)])
    there = moments.dt.replace_time_zone("America/Mexico_City")
    frame = pl.DataFrame(
        {"c": there, "x": np.sin(np.arange(20.0)), "y": ["a", "b"] * 10}
    )
    schema = find_schema(frame)
    assert values_of(schema, as_source(frame), "c") == moments.to_list()
    assert "America/Mexico_City" in schema.notes[0]
    mixed = [
        datetime(2024, 3, 1, 10, tzinfo=UTC) + timedelta(days=d) for d in range(20)
    ]
    assert read_column(mixed)[1] == [m.replace(tzinfo=None) for m in mixed]


STRAYS = {
    "trace": ("T", 30), "not determined": ("n.d.", 40), "below a limit": ("<0.1", 60),
}  # fmt: skip


@pytest.mark.parametrize(("mark", "often"), STRAYS.values(), ids=STRAYS)
def test_stray_cells_leave_numbers(mark, often):
    numbers = [f"{i / 7:.3f}" for i in range(100)]
    cells = [*numbers, *[mark] * often]
    schema, table = column(cells)
    assert schema.column("c").kind == "numeric"
    expected = [float(n) for n in numbers] + [None] * often
    assert values_of(schema, table, "c") == expected
    (note,) = [note for note in schema.notes if repr(mark) in note]
    assert "row 101" in note
    assert f"{often - 3} cells more" in note
    # What strayed in training may stray again.
    encoders = fit_encoders(schema, table)
    new = {"c": ["1.5", "?!"], "other": [0, 0]}
    assert any("'?!'" in n for n in encoders.transform(new, with_target=False).notes)


def test_one_word_among_few_numbers_is_a_stray():
    found, read, notes = read_column(["4", "6", "8"] * 30 + ["rotary"])
    assert found.kind == "numeric"
    assert read == [4, 6, 8] * 30 + [None]
    assert "'rotary' in row 91" in notes


def test_a_target_of_numbers_with_strays_is_a_regression():
    cells = [f"{i / 7:.2f}" for i in range(139)] + ["n.d.", "x"]
    schema, _table = column(np.arange(141.0) ** 2, target=cells)
    assert (schema.task, schema.dropped) == ("regression", 2)


SAME = {
    "case": (["Red", "red", "red ", "blue"], ["red", "red", "red", "blue"], "one word"),
    "accents": (["café", "cafe\u0301", "tea"], ["café", "café", "tea"], "one word"),
    "blanks": (["a", "a ", "b"], ["a", "a", "b"], "one word"),
    "letters": (["m", "M", "m"], ["m", "M", "m"], ""),
    "booleans": (["TRUE", "true", "Y", "n", "No", "FALSE", "TRUE", "FALSE"],
                 ["TRUE", "TRUE", "TRUE", "FALSE", "FALSE", "FALSE", "TRUE", "FALSE"],
                 "one word"),
}  # fmt: skip


@pytest.mark.parametrize(("cells", "values", "note"), SAME.values(), ids=SAME)
def test_spellings_are_one_word_with_a_note_alone(cells, values, note):
    _found, read, notes = read_column(cells * FOUR)
    assert read == values * FOUR
    assert note in notes
    assert bool(note) == bool(notes)


def test_a_category_spelled_otherwise_at_prediction_is_that_one_with_a_note():
    schema, table = column(["Red", "Blue", "0301"] * 7)
    encoders = fit_encoders(schema, table)
    new = {"c": ["red", "Red", "301", "0301"], "other": [0.0] * 4}
    encoded = encoders.transform(new, with_target=False)
    assert encoded.X[0].tolist() == encoded.X[1].tolist()
    assert encoded.X[2].tolist() == encoded.X[3].tolist()
    assert any("'red' → 'Red'" in note for note in encoded.notes)


OPEN_FRACTIONS = {
    "alone": ([100, 315, 42], ["1.200", "80"], True),
    "beside a decimal comma": ([100.5, 315.2, 42.1], ["1.200", "80,5", "7.5"], True),
    "beside another fraction": ([100, 315, 42], ["1.200", "80.5"], False),
    "fractions in training": ([0.125, 1.312, 2.001], ["1.200", "1.312"], False),
}


@pytest.mark.parametrize(
    ("known", "new", "noted"), OPEN_FRACTIONS.values(), ids=OPEN_FRACTIONS
)
def test_three_digits_that_may_be_thousands_are_noted_at_prediction(known, new, noted):
    schema, table = column([str(value) for value in known] * 7)
    encoders = fit_encoders(schema, table)
    cells = {"c": new, "other": [0.0] * len(new)}
    notes = encoders.transform(cells, with_target=False).notes
    assert any("'1.200' in row 1 as 1.2" in note for note in notes) == noted


def test_classes_at_evaluation_are_read_as_in_training():
    data = {"x": np.arange(12.0) ** 2, "y": ["01", "1", "10"] * 4}
    schema = find_schema(data)
    found = read_target(schema, {"x": [1.0, 2.0, 3.0], "y": ["10", "01", "1"]})
    assert [schema.classes[i] for i in found.y] == ["10", "01", "1"]
    with pytest.raises(DataError, match=r"class '001'.*counted from 1"):
        read_target(schema, {"x": [1.0], "y": ["001"]})


LEFT_OUT = {
    "id": (np.random.default_rng(0).permutation(40), "id=number"),
    "t": (np.arange(40), "t=number"),
    "row": (np.arange(1, 41), "row=number"),
    "code": ([f"name {i}" for i in range(40)], "code=text"),
}


@pytest.mark.parametrize(
    ("name", "values"), [(n, v) for n, (v, _o) in LEFT_OUT.items()]
)
def test_a_column_that_is_left_out_is_named_with_what_keeps_it(name, values):
    noise = np.random.default_rng(1).normal(size=40)
    schema = find_schema({name: values, "x": noise, "goal": noise**2})
    assert schema.column(name).role == "left out"
    (note,) = [note for note in schema.notes if "left out" in note]
    assert f"--columns {LEFT_OUT[name][1]}" in note


@pytest.mark.parametrize("name", ["t", "week", "n"])
def test_a_count_of_rows_is_kept_for_a_target_with_a_trend(name):
    t = np.arange(1, 201)
    noise = np.random.default_rng(0).normal(size=200)
    for sales in (100 + 2.0 * t, 50 * np.sin(t / 20) + noise, (t - 100.0) ** 2):
        schema = find_schema({name: t, "x": noise, "sales": sales + noise}, "sales")
        assert schema.column(name).role == "input"
        hidden = find_schema({"rownames": t, "x": noise, "sales": sales + noise})
        assert hidden.column("rownames").role == "left out"


def test_scores_of_few_values_say_which_task_was_taken():
    noise = np.random.default_rng(0).normal(size=100)
    for values, taken, other in (
        (5, "classes", "regression"),
        (30, "number is pr", "class"),
    ):
        schema = find_schema({"x": noise, "score": np.arange(100) % values})
        assert taken in schema.notes[0]
        assert f"--task {other}" in schema.notes[0]
    asked = find_schema(
        {"x": noise, "score": np.arange(100) % 5}, task="classification"
    )
    assert not asked.notes


def test_notes_of_one_kind_are_one():
    columns = {
        f"c{i}": [f"{i / 3:.2f}" for i in range(30)] + ["NA"] for i in range(109)
    }
    for i, cells in enumerate(columns.values()):
        cells[0] = f"{i}.5"
    schema = find_schema({**columns, "y": np.sin(np.arange(31.0))})
    assert len(schema.notes) == 1
    assert "101 columns more" in schema.notes[0]


# The reading is the same however the rows are cut, and after a model file.


@pytest.mark.parametrize("rows", [1, 7, 50])
def test_a_reading_does_not_depend_on_how_the_rows_are_cut(rows, monkeypatch, tmp_path):
    names = [path.stem for path in TABLES.glob("*.csv") if path.stem != "measures-new"]
    for name in names:
        whole = read_table(TABLES / f"{name}.csv")
        expected = find_schema(whole)
        monkeypatch.setattr(text_table, "HELD_BYTES", 0)
        monkeypatch.setattr(
            text_table.TextTable,
            "batches",
            lambda self, columns=None, whole=whole: iter(
                whole.frame.select(list(columns or self.columns)).iter_slices(rows)
            ),
        )
        assert find_schema(read_table(TABLES / f"{name}.csv")) == expected
        monkeypatch.undo()


def test_a_column_of_few_words_is_tried_on_its_different_words_alone(monkeypatch):
    seen: list[int] = []
    update = NumberTrial.update

    def look(trial, values, times):
        seen.append(len(values))
        update(trial, values, times)

    monkeypatch.setattr(NumberTrial, "update", look)
    tally = Tally("x", CellReading().missing)
    for first in range(40):
        tally.update(pl.Series(["red", "blue", str(first % 3)] * 50))
    assert tally.decide("").reading.kind == "word"
    # Once after the first batch, whose words decide for now, and once in the end.
    assert seen == [3, 5]


@pytest.mark.parametrize("cells", [v[0] for v in NUMBERS.values()], ids=NUMBERS)
def test_a_reading_is_the_same_after_a_model_file(cells):
    schema, table = column(cells * FOUR)
    encoders = fit_encoders(schema, table)
    again = Encoders.from_json(json.loads(json.dumps(encoders.to_json())))
    assert again == encoders
    assert again.transform(table).X.tobytes() == encoders.transform(table).X.tobytes()


def older_record(schema):
    """What an earlier version wrote of a schema."""
    record = json.loads(json.dumps(schema.to_json()))
    for fields in record["columns"]:
        reading = fields["reading"]
        clock = " %H:%M" if fields["name"] == "when" else ""
        fields["reading"] = reading["kind"]
        fields["style"] = reading["style"] + clock
    return record


def test_an_older_model_file_keeps_its_meaning(tmp_path):
    rows = 20
    data = {
        "x": [f"{i}.5" for i in range(rows)],
        "when": [f"{i + 1:02}/01/2024 10:00" for i in range(rows)],
        "word": ["none", "some"] * (rows // 2),
        "y": np.sin(np.arange(rows)),
    }
    schema = Schema.from_json(older_record(find_schema(data)))
    assert values_of(schema, as_source(data), "when")[1] == datetime(2024, 1, 2, 10)
    assert values_of(schema, as_source(data), "word") == data["word"]
    path = tmp_path / "comma.csv"
    path.write_text(
        "x;when;word;y\n1.234;01/01/2024 10:00;none;1\n"
        "2,5;01/01/2024 10:00;some;0\n1.234,5;01/01/2024 10:00;some;0\n"
    )
    encoders = fit_encoders(schema, data)
    mean, std = encoders.columns[0].mean, encoders.columns[0].std
    found = encoders.transform(read_table(path), with_target=False).X[:, 0]
    expected = (np.array([1234, 2.5, 1234.5]) - mean) / std
    np.testing.assert_allclose(found, expected, rtol=1e-5)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x,y\n1.5,1\n2,2\nlots,3\n", "'lots' in row 4 where a number such as 1.5"),
        ("x,y\n1.5,1\n\"1,234\",2\n", "'1,234' in row 3 where a number"),
        ("x,y\n1.5,1\n5%,2\n", "'5%' in row 3 where a number"),
        ("x,y\n1.5,1\n1e400,2\n", "row 3, beyond what float64"),
    ],
)  # fmt: skip
def test_a_cell_that_does_not_fit_is_named_with_its_row(tmp_path, text, said):
    schema, table = column([f"{i}.5" for i in range(20)], dtype="float64")
    encoders = fit_encoders(schema, table)
    path = tmp_path / "new.csv"
    path.write_text(text.replace("x,", "c,").replace(",y", ",other"))
    with pytest.raises(DataError, match="the names are row 1") as caught:
        encoders.transform(read_table(path), with_target=False)
    assert said in str(caught.value)


def test_dates_of_python_are_dates():
    days = [date(2024, 1, 1) + timedelta(days=9 * i) for i in range(20)]
    read = read_column(days)[1]
    assert [moment.date() for moment in read] == days


def test_a_unit_in_the_name_is_told_and_may_stand_in_cells_later():
    rows = 20
    data = {
        "weight (kg)": [f"{i}.5" for i in range(rows)],
        "x": np.cos(np.arange(rows)),
    }
    schema = find_schema({**data, "y": np.sin(np.arange(rows))})
    assert schema.column("weight (kg)").reason == "every cell is a number, in kg"
    encoders = fit_encoders(schema, {**data, "y": np.sin(np.arange(rows))})
    new = {"weight (kg)": ["7.5 kg", "7.5"], "x": [0, 0]}
    found = encoders.transform(new, with_target=False)
    assert found.X[0].tolist() == found.X[1].tolist()
    with pytest.raises(DataError, match="'7 g' in row 1"):
        encoders.transform({"weight (kg)": ["7 g"], "x": [0]}, with_target=False)


def test_a_bare_number_among_percents_is_said():
    schema, table = column(["5%", "7.5%", "12%"] * 7)
    encoders = fit_encoders(schema, table)
    found = encoders.transform(
        {"c": ["0.05", "5%"], "other": [0, 0]}, with_target=False
    )
    assert any("'0.05' in row 1 as 0.05" in note for note in found.notes)
    assert not any("'5%'" in note for note in found.notes)


def test_stray_cells_are_counted_in_the_reason():
    schema, _table = case("rain", "rain")
    assert schema.column("rain").reason == "every cell is a number, but for 2"
