"""What stands around the rows of a table, and the rows that must never be taken."""

import csv
import io
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from neurona.data.columns.schema import find_schema
from neurona.data.encoding.encode import fit_encoders
from neurona.data.sources import text_table
from neurona.data.sources.read import read_table
from neurona.errors import DataError

NO_NAMES = (
    "no line of names: the first line is data, "
    "the columns are called column 1, column 2, …"
)


def read(folder, content, name="a.csv"):
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_table(path)


def rows_of(table):
    return [row for batch in table.batches() for row in batch.rows()]


def lines(*texts):
    return "".join(text + "\n" for text in texts)


NUMBERS = [f"{i},{i * i + 1}" for i in range(6)]
SALES = [f"{place},{i + 1},{10 * i}" for i, place in enumerate(["n", "s"] * 3)]

FOUND = {
    # what, lines, names, rows, notes
    "sep": (
        ["sep=;", *(line.replace(",", ";") for line in ["x,y", *NUMBERS])],
        ("x", "y"),
        6,
        ["the line sep=; is left out"],
    ),
    "sep as Excel quotes it": (
        ['"sep=,"', "x,y", *NUMBERS],
        ("x", "y"),
        6,
        ["the line sep=, is left out"],
    ),
    "comments": (
        ["# it's a logger", "# units: m, s", "x,y", *NUMBERS],
        ("x", "y"),
        6,
        ['2 comment lines are left out, the first is "# it\'s a logger"'],
    ),
    "percent comment": (
        ["% made by a robot", "x,y", *NUMBERS],
        ("x", "y"),
        6,
        ["1 comment line is left out: '% made by a robot'"],
    ),
    "slashes": (
        ["// one", "", "// two", "x,y", *NUMBERS],
        ("x", "y"),
        6,
        ["2 comment lines are left out, the first is '// one'"],
    ),
    "names in a comment": (
        ["# made today", "# x,y", *NUMBERS],
        ("x", "y"),
        6,
        ["1 comment line is left out: '# made today'"],
    ),
    "names with a mark": (["#x,y", *NUMBERS], ("#x", "y"), 6, []),
    "marked names of texts": (["#id,name", "a,b", "c,d"], ("#id", "name"), 2, []),
    "comment between rows": (
        ["x,y", *NUMBERS[:3], "# the pump failed", *NUMBERS[3:]],
        ("x", "y"),
        6,
        ["1 comment line is left out: '# the pump failed'"],
    ),
    "titles padded": (
        ["Report,,", "made 2024,,", ",,", "place,n,sum", *SALES],
        ("place", "n", "sum"),
        6,
        ["2 title lines are left out: 'Report', 'made 2024'"],
    ),
    "titles alone": (
        ["Report", "", "place,n,sum", *SALES],
        ("place", "n", "sum"),
        6,
        ["1 title line is left out: 'Report'"],
    ),
    "title with commas": (
        ["Report, made 2024", "place,n,sum", *SALES],
        ("place", "n", "sum"),
        6,
        ["1 title line is left out: 'Report, made 2024'"],
    ),
    "title without names": (
        ["measured on Monday", *NUMBERS],
        ("column 1", "column 2"),
        6,
        ["1 title line is left out: 'measured on Monday'", NO_NAMES],
    ),
    "years over units": (
        [",2019,,2020,", "place,n,sum,n,sum"]
        + [f"p{i},{i},{i + 5},{2 * i},{7 - i}" for i in range(4)],
        ("place", "2019 n", "2019 sum", "2020 n", "2020 sum"),
        4,
        ["the names stand in 2 lines and are joined, such as '2019 n'"],
    ),
    "units below names": (
        ["time,speed,place", "s,m/s,", *(f"{i},{i / 2},p" for i in range(4))],
        ("time s", "speed m/s", "place"),
        4,
        ["the names stand in 2 lines and are joined, such as 'time s'"],
    ),
    "total": (
        ["place,n,sum", *SALES, "Total,21,150"],
        ("place", "n", "sum"),
        6,
        ["line 8, 'Total', adds up the rows and is left out"],
    ),
    "total of one column": (
        ["place,n,sum", *SALES, "", "Total:,,150"],
        ("place", "n", "sum"),
        6,
        ["line 9, 'Total:', adds up the rows and is left out"],
    ),
    "means and source": (
        ["place,n,sum", *SALES, "Mean,3.5,25.0", "", "Source: the ministry, 2024"],
        ("place", "n", "sum"),
        6,
        [
            "line 8, 'Mean', adds up the rows and is left out",
            "1 remark below the rows is left out: 'Source: the ministry'",
        ],
    ),
    "a total that is none": (
        ["place,n,sum", *SALES, "total,9,9"],
        ("place", "n", "sum"),
        7,
        [
            "line 8 starts with 'total', but is kept as a row: its numbers are not "
            "the sums of the columns"
        ],
    ),
    "no names": (["u,0.5", "v,0.1", "u,0.4"], ("column 1", "column 2"), 3, [NO_NAMES]),
    "no names over dates": (
        ["2024-01-01,a", "2024-01-02,b"],
        ("column 1", "column 2"),
        2,
        [NO_NAMES],
    ),
    "years as names": (
        ["place,2019,2020", "a,0.5,7", "b,3,4"],
        ("place", "2019", "2020"),
        2,
        [],
    ),
    "a year as a name": (["place,2019", "a,0.5", "b,3"], ("place", "2019"), 2, []),
    "wavelengths as names": (
        ["850,852,854,856", "2.1,2.2,2.1,2.4", "2.2,2.6,2.2,2.9"],
        ("850", "852", "854", "856"),
        2,
        [],
    ),
    "doses as names": (
        ["id,0.5,1,2", "1,5,6,7", "2,6,3,3"],
        ("id", "0.5", "1", "2"),
        2,
        [],
    ),
    "days as names": (
        ["place,2024-01-01,2024-02-01", "a,5,6", "b,3,4"],
        ("place", "2024-01-01", "2024-02-01"),
        2,
        [],
    ),
    "names as R writes them": (
        ["x,y", "a,1,2", "b,3,4", "c,5,6"],
        ("column 1", "x", "y"),
        3,
        ["the first column has no name, as R writes row names"],
    ),
    "separators at the end": (
        ["x,y", "1,2,", "3,4,", "1,5,"],
        ("x", "y", "column 3"),
        3,
        ["each row ends in a separator: the last column is empty"],
    ),
    "blank lines": (
        ["", "x,y", "", *NUMBERS[:2], "", *NUMBERS[2:], "", ""],
        ("x", "y"),
        6,
        ["2 blank lines are left out"],
    ),
    "control characters": (
        ["x,y", "0,\x001", *NUMBERS[1:], *NUMBERS, "\x1a"],
        ("x", "y"),
        12,
        ["2 control characters are left out, the first in line 2"],
    ),
}


@pytest.mark.parametrize(("texts", "names", "rows", "notes"), FOUND.values(), ids=FOUND)
def test_what_stands_around_the_rows_is_found_and_noted(
    tmp_path, texts, names, rows, notes
):
    table = read(tmp_path, lines(*texts))
    assert table.columns == names
    assert table.rows == len(rows_of(table)) == rows
    assert list(table.notes) == notes


@pytest.mark.parametrize(("texts", "names", "rows", "notes"), FOUND.values(), ids=FOUND)
def test_a_large_file_is_read_as_a_small_one(
    tmp_path, monkeypatch, texts, names, rows, notes
):
    held = rows_of(read(tmp_path, lines(*texts)))
    monkeypatch.setattr(text_table, "HELD_BYTES", 0)
    monkeypatch.setattr(
        text_table, "utf8_chunks", in_small_chunks(text_table.utf8_chunks)
    )
    table = read(tmp_path, lines(*texts))
    assert isinstance(table, text_table.TextTable)
    assert (table.columns, table.rows, list(table.notes)) == (names, rows, notes)
    assert rows_of(table) == held


def in_small_chunks(chunks):
    """The first chunk decides on the format, so that only later reads are cut."""
    calls = []

    def cut(*args):
        calls.append(args)
        for chunk in chunks(*args):
            size = len(chunk) if len(calls) == 1 else 7
            yield from (chunk[i : i + size] for i in range(0, len(chunk), size))

    return cut


CASES = {
    "report": (
        ("region", "units", "income"),
        40,
        ("north", "0", "0"),
        ("south", "39", "127"),
    ),
    "comments": (("t", "x"), 40, ("0.0", "0.000"), ("3.9", "74.529")),
    "nohead": (("column 1", "column 2"), 40, ("0.0", "u"), ("3.9", "v")),
}
TEXTS = {
    "comments": ["# written by a logger", "# units: m, s", "t,x"]
    + [f"{i / 10:.1f},{0.049 * i * i:.3f}" for i in range(40)],
    "nohead": [f"{i / 10:.1f},{'uv'[i // 20]}" for i in range(40)],
    "report": ["Quarterly report;;", "made 2024-05-01;;", "", "region;units;income"]
    + [f"{('north', 'south')[i % 2]};{i};{3 * i + 10 * (i % 2)}" for i in range(40)]
    + ["total;780;2600"],
}


def test_a_total_in_which_one_number_is_wrong_is_left_out_and_named(tmp_path):
    table = read(tmp_path, lines(*TEXTS["report"]))
    assert table.rows == 40
    assert table.notes[-1] == (
        "line 45, 'total', adds up the rows and is left out, though not all of its "
        "numbers are sums: 'income' 2600"
    )


@pytest.mark.parametrize("case", ["comments", "nohead", "report"])
def test_the_rows_of_a_case_are_those_it_was_made_of(tmp_path, case):
    table = read(tmp_path, lines(*TEXTS[case]))
    names, count, first, last = CASES[case]
    rows = rows_of(table)
    assert table.columns == names
    assert len(rows) == table.rows == count
    assert rows[0] == first
    assert rows[-1][0] == last[0]


def test_a_row_knows_its_line(tmp_path):
    texts = ["Report,", "", "x,y", "0,1", "", "# pause", "2,3", "4,5", "6,7"]
    table = read(tmp_path, lines(*texts))
    assert [texts[table.row_number(place) - 1] for place in range(4)] == [
        "0,1",
        "2,3",
        "4,5",
        "6,7",
    ]


UNEQUAL = {
    "short": (["x,y", *NUMBERS, "9"], "line 8 of 'a.csv' has 1 column ", "'9'"),
    "long": (["x,y", "1,2,3", *NUMBERS], "line 2 of 'a.csv' has 3 columns", "'1,2,3'"),
    "names": (["x,y", "1,2,3", "1,5,6"], "line 1 of 'a.csv' has 2 columns", "'x,y'"),
    "names that lack a separator": (
        ["x,dy,c", "7,2024-01-e5,b,7", *[f"7,2024-01-0{i},a,{i}" for i in (2, 3, 4)]],
        "line 1 of 'a.csv' has 3 columns",
        "'x,dy,c'",
    ),
    "a row like a comment": (
        ["tag,n", "#a,1", "#b", "#c,2"],
        "line 3 of 'a.csv' has 1 column ",
        "'#b'",
    ),
    "many": (["x,y", *NUMBERS, "8", *NUMBERS, "9"], "line 8", "1 more line is"),
}


@pytest.mark.parametrize(("texts", "where", "what"), UNEQUAL.values(), ids=UNEQUAL)
def test_a_line_of_another_length_is_told_with_what_it_holds(
    tmp_path, texts, where, what
):
    with pytest.raises(DataError) as caught:
        read(tmp_path, lines(*texts))
    assert where in str(caught.value)
    assert what in str(caught.value)


def test_a_file_full_of_control_characters_is_no_text(tmp_path):
    content = lines("x,y", *NUMBERS * 50) + "\x01\x02\x03,4\n" * 200
    with pytest.raises(DataError, match="not a text file"):
        read(tmp_path, content)


# Marks that separate or quote stand in tests of their own: alone they are ambiguous.
WORD = st.text("abcdefgñXYZ #%/-._()=*:©", min_size=1, max_size=6).filter(
    lambda text: text == text.strip() and any(map(str.isalpha, text))
)
COLUMNS = st.sampled_from(
    [
        WORD | st.just(""),
        st.integers(-9999, 9999).map(str) | st.just(""),
        st.floats(-1e6, 1e6).map(lambda x: f"{x:.3f}"),
        st.integers(0, 20_000).map(lambda d: str(date(1970, 1, 1) + timedelta(d))),
    ]
)


@st.composite
def plain_tables(draw):
    names = draw(st.lists(WORD, min_size=1, max_size=5, unique=True))
    columns = [draw(COLUMNS) for _name in names]
    count = draw(st.integers(1, 8))
    return names, [tuple(draw(column) for column in columns) for _row in range(count)]


@settings(
    max_examples=400,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(table=plain_tables(), separator=st.sampled_from(",;\t|"))
def test_a_plain_table_is_read_back_row_for_row(tmp_path, table, separator):
    names, rows = table
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator, lineterminator="\n")
    writer.writerows([names, *rows])
    found = read(tmp_path, text.getvalue())
    assert list(found.columns) == names
    assert [tuple(cell or "" for cell in row) for row in rows_of(found)] == rows


@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    rows=st.lists(
        st.lists(
            st.sampled_from(["", "a", "#", "1", "2", "total", "x y"]),
            min_size=2,
            max_size=2,
        ),
        min_size=2,
        max_size=8,
    )
)
def test_no_line_is_lost_without_a_note(tmp_path, rows):
    rows = [row for row in rows if any(row)]
    try:
        table = read(tmp_path, lines(*(",".join(row) for row in rows)))
    except DataError:
        return
    names = 0 if NO_NAMES in table.notes else 1
    notes = [note for note in table.notes if note != NO_NAMES]
    assert table.rows + names == len(rows) or notes


def test_models_that_number_columns_in_the_old_way_read_files_without_names(tmp_path):
    old = {"column_1": [0.5, 0.1, 0.4, 0.2], "column_2": ["u", "v", "u", "v"]}
    encoders = fit_encoders(find_schema(old, "column_2"), old)
    table = read(tmp_path, lines("0.5,u", "0.1,v", "0.4,u", "0.2,v"))
    assert table.columns == ("column 1", "column 2")
    assert np.array_equal(encoders.transform(table).X, encoders.transform(old).X)
