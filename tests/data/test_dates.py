"""Dates of several styles: read where each has one meaning, or named with a note."""

import pytest

from neurona.data.columns.schema import find_schema
from neurona.data.encoding.encode import fit_encoders
from neurona.data.reading.read_times import read_times
from neurona.data.reading.ways import read_cells
from neurona.data.sources.read import as_source, read_table
from neurona.errors import DataError
from tests.data.workbooks import write_xlsx

DAYS = [(2024 + i % 2, 1 + i % 9, 13 + i % 15) for i in range(12)]
UNSURE = [(2024, 1 + i % 9, 1 + (i * 7) % 11) for i in range(12)]
ISO = "{0}-{1:02}-{2:02}"
DAY_FIRST = "{2:02}/{1:02}/{0}"
MONTH_FIRST = "{1:02}/{2:02}/{0}"
DOTTED = "{2}.{1}.{0}"
COMPACT = "{0}{1:02}{2:02}"


def table_of(*parts):
    """A column of days, each part of it in a style, beside two of numbers."""
    cells = [style.format(*day) for style, days in parts for day in days]
    return {
        "when": cells,
        "x": [i * i % 7 / 2 for i in range(len(cells))],
        "y": [i / 2 for i in range(len(cells))],
    }


def days_of(column, cells):
    (series,) = [batch["when"] for batch in as_source({"when": cells}).batches()]
    values = read_cells(series, column.reading).values
    return [(value.year, value.month, value.day) for value in values]


MIXED = {
    "ISO and day first": [(ISO, DAYS), (DAY_FIRST, DAYS)],
    "day first says what the unsure ones are": [
        (ISO, DAYS),
        (DAY_FIRST, DAYS + UNSURE),
    ],
    "month first does": [(MONTH_FIRST, DAYS + UNSURE), (ISO, DAYS)],
    "both orders, all sure": [(DAY_FIRST, DAYS), (MONTH_FIRST, DAYS)],
    "three styles": [(ISO, DAYS), (DOTTED, DAYS), (COMPACT, DAYS)],
}


@pytest.mark.parametrize("parts", MIXED.values(), ids=MIXED)
def test_days_of_several_styles_are_read_where_each_has_one_meaning(parts):
    data = table_of(*parts)
    schema = find_schema(data, "y")
    column = schema.column("when")
    assert column.kind == "date"
    assert column.missing == 0
    assert days_of(column, data["when"]) == [day for _s, days in parts for day in days]
    assert any("'when': cells written otherwise" in note for note in schema.notes)


UNTOLD = {
    "ISO and unsure": (
        [(ISO, DAYS), (DAY_FIRST, UNSURE)],
        ["YYYY-MM-DD: 12, '2024-01-13'", "DD/MM/YYYY: 12, '01/01/2024'"],
    ),
    "both orders and unsure": (
        [(DAY_FIRST, DAYS), (MONTH_FIRST, DAYS), (DAY_FIRST, UNSURE)],
        ["DD/MM/YYYY: 24, '13/01/2024'", "MM/DD/YYYY: 24, '01/13/2024'"],
    ),
    "dashes": (
        [(ISO, DAYS), ("{2:02}-{1:02}-{0}", UNSURE)],
        ["DD-MM-YYYY: 12", "MM-DD-YYYY: 12"],
    ),
}


@pytest.mark.parametrize(("parts", "said"), UNTOLD.values(), ids=UNTOLD)
def test_days_of_two_meanings_are_named_with_their_styles(parts, said):
    data = table_of(*parts)
    schema = find_schema(data, "y")
    assert schema.column("when").reading.kind == "word"
    (note,) = [note for note in schema.notes if "'when'" in note]
    assert all(text in note for text in [*said, "--columns when=date"])
    asked = find_schema(data, "y", columns={"when": "date"})
    assert asked.column("when").missing == 0
    assert any("are read as day, month, year" in note for note in asked.notes)


OTHER_STYLES = {
    "ISO": (MONTH_FIRST, "2024-12-25"),
    "a moment of a workbook": (MONTH_FIRST, "2024-12-25 00:00:00"),
    "slashes": (ISO, "12/25/2024"),
    "points": (ISO, "25.12.2024"),
    "the other order": (DAY_FIRST, "12/25/2024"),
    "a name": (COMPACT, "25 Dec 2024"),
    "no marks": (ISO, "20241225"),
}


@pytest.mark.parametrize(("style", "cell"), OTHER_STYLES.values(), ids=OTHER_STYLES)
def test_a_day_of_another_style_is_read_later_with_a_note(style, cell):
    data = table_of((style, DAYS))
    asked = {"when": "date"}
    encoders = fit_encoders(find_schema(data, "y", columns=asked), data)
    own = style.format(2024, 12, 25)
    new = {"when": [own, cell], "x": [1.5, 1.5]}
    encoded = encoders.transform(new, with_target=False)
    assert (encoded.X[0] == encoded.X[1]).all()
    (note,) = encoded.notes
    assert f"'when': cells written otherwise than the rest ({cell!r} in row 2" in note


def test_days_beside_one_of_the_other_order_are_said_to_be_read_as_in_training():
    data = table_of((DAY_FIRST, DAYS))
    encoders = fit_encoders(find_schema(data, "y"), data)
    new = {"when": ["12/25/2024", "06/05/2024"], "x": [1.5, 1.5]}
    notes = encoders.transform(new, with_target=False).notes
    assert any("are read as day, month, year" in note for note in notes)


@pytest.mark.parametrize("cell", ["12/11/2024", "11-12-2024", "2024-13-13", "10/11/12"])
def test_a_day_of_two_meanings_or_of_none_is_refused_later(cell):
    data = table_of((ISO, DAYS))
    encoders = fit_encoders(find_schema(data, "y"), data)
    with pytest.raises(DataError, match="in row 1 where a date such as 2024-12-24"):
        encoders.transform({"when": [cell], "x": [1.5]}, with_target=False)


def test_days_of_a_workbook_are_read_by_a_model_of_texts_and_the_other_way(tmp_path):
    from datetime import date

    texts = table_of((MONTH_FIRST, DAYS))
    path = tmp_path / "a.xlsx"
    rows = [[date(*day), x] for day, x in zip(DAYS, texts["x"], strict=True)]
    write_xlsx(path, {"a": [["when", "x"], *rows]})
    of_texts = fit_encoders(find_schema(texts, "y"), texts)
    of_book = of_texts.transform(read_table(path), with_target=False)
    assert (of_book.X == of_texts.transform(texts).X).all()
    book = {**texts, "when": [ISO.format(*day) for day in DAYS]}
    of_days = fit_encoders(find_schema(book, "y"), book)
    assert (of_days.transform(texts).X == of_days.transform(book).X).all()


NUMBERS = {
    "days": ([int(COMPACT.format(*day)) for day in DAYS], "%Y%m%d"),
    "seconds": ([1_700_000_000 + 86_400 * i for i in range(12)], "epoch s"),
    "milliseconds": ([1_700_000_000_000 + 86_400 * i for i in range(12)], "epoch ms"),
}


@pytest.mark.parametrize(("cells", "style"), NUMBERS.values(), ids=NUMBERS)
@pytest.mark.parametrize("written", [str, float])
def test_numbers_are_dates_where_that_is_asked_for(cells, style, written):
    data = {**table_of((ISO, DAYS)), "when": [*map(written, cells)]}
    schema = find_schema(data, "y", columns={"when": "date"})
    column = schema.column("when")
    assert (column.kind, column.reading.style, column.missing) == ("date", style, 0)
    (series,) = [batch["when"] for batch in as_source(data).batches()]
    values = read_times(series, column.reading).values
    assert {value.year for value in values} <= {2023, 2024, 2025}
    again = fit_encoders(schema, data).transform({**data, "when": [*map(str, cells)]})
    assert again.notes == ()
