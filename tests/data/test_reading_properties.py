"""Values written in a column's style are read back, or stay text with a note."""

import csv
import unicodedata
from datetime import datetime, timedelta
from decimal import Decimal

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from neurona.data.columns.schema import find_schema
from neurona.data.reading.reading import MARKS
from neurona.data.reading.ways import read_cells
from neurona.data.sources.read import read_table

EXAMPLES = settings(max_examples=40, deadline=None)


def written(folder, cells, separator, name="c"):
    """Values read from a file with one column beside two plain ones, and the notes."""
    path = folder / "a.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=separator)
        writer.writerow([name, "other", "goal"])
        for i, cell in enumerate(cells):
            goal = [0.5, 1.25, 2.75][i % 3] if i else 7.5
            writer.writerow([cell, i % 2, f"{goal:.2f}"])
    table = read_table(path)
    schema = find_schema(table, "goal", dtype="float64")
    column = schema.column(name)
    parts = [read_cells(b[name], column.reading).values for b in table.batches()]
    values = [None if v != v else v for part in parts for v in part]
    noted = any(repr(name) in note for note in schema.notes)
    return column, values, noted


def grouped(number, decimal, thousands):
    """A decimal number with its marks, as a person writes it."""
    text = f"{abs(number):,}"
    return text.replace(",", "\0").replace(".", decimal).replace("\0", thousands)


MARKED = st.sampled_from(
    [
        (".", ""),
        (",", ""),
        (".", ","),
        (",", "."),
        (",", " "),
        (".", "'"),
        (".", "\xa0"),
    ]
)
SIGNED = st.sampled_from(["-{}", "−{}", "({})"])
DRESSED = st.sampled_from(["{}", "${}", "{} €", "{}%", "USD {}", "{} kg"])
NUMBERS = st.lists(
    st.decimals(min_value=-(10**7), max_value=10**7, places=2), min_size=8, max_size=30
)


@EXAMPLES
@given(NUMBERS, MARKED, SIGNED, DRESSED, st.sampled_from(",;\t"))
def test_numbers_in_any_style_are_read_back(
    tmp_path_factory, numbers, marks, sign, dress, separator
):
    # A few that no other marks would take, so that the style can be known.
    numbers = [*numbers, Decimal("1234567.25"), Decimal("0.75"), Decimal("-3.5")]
    cells = [
        (sign if number < 0 else "{}").format(dress.format(grouped(number, *marks)))
        for number in numbers
    ]
    found, values, noted = written(tmp_path_factory.mktemp("n"), cells, separator)
    plain = marks == (".", "") and dress == "{}" and "(" not in sign
    assert noted or plain
    assert found.reading.kind == "number"
    assert values == [float(number) for number in numbers]


@EXAMPLES
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=3))
def test_every_float_is_read_back_exactly(tmp_path_factory, numbers):
    cells = [*map(repr, numbers), "0.5"]
    found, values, _noted = written(tmp_path_factory.mktemp("f"), cells, ",")
    if found.role != "left out":
        assert values == [*numbers, 0.5]


@EXAMPLES
@given(
    st.lists(st.integers(0, 10**20), min_size=1, max_size=4, unique=True),
    st.integers(2, 5),
)
def test_whole_numbers_that_return_keep_every_digit(tmp_path_factory, numbers, times):
    cells = [str(number) for number in numbers] * times
    _found, values, noted = written(tmp_path_factory.mktemp("i"), cells, ",")
    exact = [int(value) for value in values] == [int(cell) for cell in cells]
    # Where most occur once they are numbers, and a note says that they are rounded.
    assert exact or (noted and len(numbers) * 2 > len(cells))


WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]),
    max_size=8,
)


@EXAMPLES
@given(st.lists(WORDS, min_size=4, max_size=20), st.sampled_from(",;\t"))
def test_words_are_read_back_or_noted(tmp_path_factory, words, separator):
    cells = [*words, "a word", "another word", "a third", "a fourth one"] * 2
    found, values, noted = written(tmp_path_factory.mktemp("w"), cells, separator)
    plain = [unicodedata.normalize("NFC", word.strip()) or None for word in cells]
    if found.reading.kind == "word" and not noted:
        assert values == plain
    else:
        assert noted


STYLES = ["%Y-%m-%d", "%d.%m.%Y", "%B %d, %Y", "%d %b %Y", "%Y-%m-%d %H:%M",
          "%Y-%m-%dT%H:%M:%S", "%m/%d/%Y %I:%M %p"]  # fmt: skip
MOMENTS = st.datetimes(datetime(1700, 1, 1), datetime(2300, 1, 1))


@EXAMPLES
@given(st.lists(MOMENTS, min_size=5, max_size=20), st.sampled_from(STYLES))
def test_times_in_any_style_are_read_back(tmp_path_factory, moments, style):
    # One day that is no month, so that the order of day and month can be known.
    moments = [*moments, datetime(2024, 12, 24, 13, 5)]
    cells = [moment.strftime(style) for moment in moments]
    found, values, _noted = written(tmp_path_factory.mktemp("t"), cells, ";")
    assert found.reading.kind == "time"
    assert values == [datetime.strptime(cell, style) for cell in cells]


ZONES = st.integers(-12 * 4, 14 * 4).map(lambda quarters: 15 * quarters)


@EXAMPLES
@given(st.lists(st.tuples(MOMENTS, ZONES), min_size=4, max_size=20))
def test_zones_are_never_cut(tmp_path_factory, moments):
    moments = [(m.replace(microsecond=0), ahead) for m, ahead in moments]
    cells = [
        f"{m.isoformat()}{'-' if a < 0 else '+'}{abs(a) // 60:02}:{abs(a) % 60:02}"
        for m, a in moments
    ]
    _found, values, noted = written(tmp_path_factory.mktemp("z"), cells, ",")
    zones = {ahead for _moment, ahead in moments}
    kept = len(zones) == 1
    expected = [m if kept else m - timedelta(minutes=a) for m, a in moments]
    assert values == expected
    assert noted or zones == {0}


@EXAMPLES
@given(
    st.lists(st.floats(-1e6, 1e6), min_size=60, max_size=80, unique=True),
    st.lists(st.sampled_from(["T", "<0.1", "n.d."]), min_size=1, max_size=30),
    st.randoms(use_true_random=False),
)
def test_strays_and_marks_never_change_a_column_of_numbers(
    tmp_path_factory, numbers, strays, random
):
    cells = [*map(repr, numbers), *strays, *random.sample(MARKS, 3)]
    random.shuffle(cells)
    found, values, noted = written(tmp_path_factory.mktemp("s"), cells, ";")
    assert found.kind == "numeric"
    assert noted
    texts = {repr(number) for number in numbers}
    assert values == [float(cell) if cell in texts else None for cell in cells]


@EXAMPLES
@given(st.lists(st.integers(-(2**63), 2**63 - 1), min_size=2, max_size=20))
def test_whole_numbers_of_an_array_are_read_as_those_of_a_file(
    tmp_path_factory, numbers
):
    numbers = [*numbers, 1, 2] * 2
    data = {"c": np.array(numbers), "other": np.sin(np.arange(len(numbers)) * 5.0)}
    schema = find_schema(data, "other")
    reading = schema.column("c").reading
    found, values, _noted = written(
        tmp_path_factory.mktemp("a"), map(str, numbers), ","
    )
    assert reading.kind == found.reading.kind
    texts = [str(number) for number in numbers]
    assert values == (texts if reading.kind == "word" else [float(n) for n in numbers])
