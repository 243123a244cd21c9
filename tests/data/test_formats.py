"""Each format that is read, from a file written by other means than it is read by."""

import gzip
import io
import json
import sqlite3
import sys
import zipfile
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

import numpy as np
import polars as pl
import pytest

from neurona.data.columns.schema import find_schema
from neurona.data.sources.formats import FILE_ENDINGS
from neurona.data.sources.read import as_source, read_table
from neurona.errors import DataError, OptionError
from tests.data.workbooks import OLD_BOOK, write_ods, write_xlsx

CSV = "size,colour\n1.5,red\n2.5,blue\n"
ROWS = [("1.5", "red"), ("2.5", "blue")]
RECORDS = [{"size": 1.5, "colour": "red"}, {"size": 2.5, "colour": "blue"}]
VALUES = [(1.5, "red"), (2.5, "blue")]


def rows_of(table):
    return [row for batch in table.batches() for row in batch.rows()]


SHEETS = {
    "Sales": [
        ["place", "day", "sum", "open"],
        ["north", date(2024, 5, 1), 1.5, True],
        ["south", date(2024, 5, 2), None, False],
    ],
    "Staff": [["name", "age"], ["Ann", 41], ["Bob", 7]],
}
WRITERS = {".xlsx": write_xlsx, ".ods": write_ods}


@pytest.mark.parametrize("ending", WRITERS)
def test_the_first_sheet_of_a_workbook_is_read_with_a_note(tmp_path, ending):
    WRITERS[ending](tmp_path / f"a{ending}", SHEETS)
    table = read_table(tmp_path / f"a{ending}")
    assert table.name == f"'a{ending}::Sales'"
    assert table.columns == ("place", "day", "sum", "open")
    place, day, number, is_open = zip(*rows_of(table), strict=True)
    assert place == ("north", "south")
    assert [text[:10] for text in day] == ["2024-05-01", "2024-05-02"]
    assert number == ("1.5", None)
    assert is_open == ("true", "false")
    assert table.notes == (
        f"sheet 'Sales' is read, not 'Staff'; a{ending}::Staff chooses",
    )


@pytest.mark.parametrize("ending", WRITERS)
def test_a_sheet_is_chosen_by_its_name(tmp_path, ending):
    WRITERS[ending](tmp_path / f"a{ending}", SHEETS)
    table = read_table(f"{tmp_path}/a{ending}::Staff")
    assert rows_of(table) == [("Ann", "41"), ("Bob", "7")]
    assert table.notes == ()
    with pytest.raises(OptionError, match="did you mean Staff"):
        read_table(f"{tmp_path}/a{ending}::Stuff")


def test_what_stands_around_the_rows_of_a_sheet_is_found(tmp_path):
    rows = [["Report"], [], [None, "sum", "count"]]
    rows += [[f"p{i}", i + 0.5, i] for i in range(4)]
    rows += [[], ["Total", 8.0, 6], [], ["Source: the ministry"]]
    write_xlsx(tmp_path / "a.xlsx", {"Empty": [], "Title": [["x"]], "Data": rows})
    table = read_table(tmp_path / "a.xlsx")
    assert table.name == "'a.xlsx::Data'"
    assert table.columns == ("column 1", "sum", "count")
    assert rows_of(table) == [(f"p{i}", f"{i}.5", f"{i}") for i in range(4)]
    assert table.notes[1:] == (
        "1 title line is left out: 'Report'",
        "line 9, 'Total', adds up the rows and is left out",
        "1 remark below the rows is left out: 'Source: the ministry'",
    )
    assert [table.row_number(place) for place in (0, 3)] == [4, 7]


def test_a_sheet_without_names_gets_numbered_columns(tmp_path):
    write_xlsx(tmp_path / "a.xlsx", {"A": [[1, "a"], [], [2, "b"], [3, "a"]]})
    table = read_table(tmp_path / "a.xlsx")
    assert table.columns == ("column 1", "column 2")
    assert rows_of(table) == [("1", "a"), ("2", "b"), ("3", "a")]
    assert table.notes[-1] == "1 blank line is left out"


def test_an_old_workbook_is_read(tmp_path):
    (tmp_path / "a.xls").write_bytes(OLD_BOOK)
    table = read_table(tmp_path / "a.xls")
    assert (table.columns, rows_of(table)) == (
        ("x", "y"),
        [("1.5", "red"), ("2.5", "blue")],
    )


def test_a_workbook_without_the_extra_says_what_to_install(tmp_path, monkeypatch):
    write_xlsx(tmp_path / "a.xlsx", SHEETS)
    monkeypatch.setitem(sys.modules, "fastexcel", None)
    with pytest.raises(OptionError, match=r'pip install "neurona\[excel\]"'):
        read_table(tmp_path / "a.xlsx")


@pytest.mark.parametrize("keep", [0.0, 0.3, 0.9])
@pytest.mark.parametrize("ending", WRITERS)
def test_workbooks_cut_short_are_refused(tmp_path, ending, keep):
    path = tmp_path / f"a{ending}"
    WRITERS[ending](path, SHEETS)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * keep)])
    with pytest.raises(DataError, match="not a whole workbook"):
        read_table(path)


def test_a_workbook_without_a_table_is_refused(tmp_path):
    write_xlsx(tmp_path / "a.xlsx", {"A": [], "B": [["title"]]})
    with pytest.raises(DataError, match=r"'a\.xlsx' holds no table"):
        read_table(tmp_path / "a.xlsx")


JSON = {
    "records": (RECORDS, VALUES),
    "records in an object": ({"count": 2, "data": RECORDS}, VALUES),
    "records under any name": ({"results": RECORDS, "next": None}, VALUES),
    "columns": ({"size": [1.5, 2.5], "colour": ["red", "blue"]}, VALUES),
    "columns by row": (
        {"size": {"0": 1.5, "1": 2.5}, "colour": {"0": "red", "1": "blue"}},
        VALUES,
    ),
    "columns and rows apart": (
        {"columns": ["size", "colour"], "index": [0, 1], "data": list(VALUES)},
        VALUES,
    ),
    "lacking keys": (
        [{"size": 1.5}, {"size": None, "colour": "blue"}],
        [(1.5, None), (None, "blue")],
    ),
    "long numbers": (
        [{"size": 2**60 + 1, "colour": "x"}, {"size": 3, "colour": "y"}],
        [("1152921504606846977", "x"), ("3", "y")],
    ),
}


@pytest.mark.parametrize("ending", [".json", ".json.gz"])
@pytest.mark.parametrize(("content", "rows"), JSON.values(), ids=JSON)
def test_json_is_read_in_each_of_its_forms(tmp_path, ending, content, rows):
    text = json.dumps(content).encode()
    path = tmp_path / f"a{ending}"
    path.write_bytes(gzip.compress(text) if ending.endswith("gz") else text)
    table = read_table(path)
    assert table.columns == ("size", "colour")
    assert rows_of(table) == rows


def test_json_with_a_record_on_each_line_is_read_as_such(tmp_path):
    (tmp_path / "a.json").write_text("\n".join(map(json.dumps, RECORDS)))
    assert rows_of(read_table(tmp_path / "a.json")) == VALUES
    (tmp_path / "a.ndjson").write_text("\n".join(map(json.dumps, RECORDS)))
    assert rows_of(read_table(tmp_path / "a.ndjson")) == VALUES


NESTED = [
    {"x": 1, "at": {"city": "Lima", "zip": [1, 2]}, "more": [[3]], "y": 0.5},
    {"x": 2, "at": None, "more": {"deep": {"a": 1}}, "y": 1.5},
    {"x": 4, "at": {"city": "Cusco", "floor": 3}, "tags": ["a", "b"], "y": 2.0},
]


@pytest.mark.parametrize("ending", [".json", ".jsonl"])
def test_parts_of_inner_records_are_columns_and_what_is_deeper_text(tmp_path, ending):
    lines = [*map(json.dumps, NESTED)]
    path = tmp_path / f"a{ending}"
    path.write_text(f"[{','.join(lines)}]" if ending == ".json" else "\n".join(lines))
    table = read_table(path)
    (frame,) = table.batches()
    assert frame.to_dict(as_series=False) == {
        "x": [1, 2, 4],
        "at.city": ["Lima", None, "Cusco"],
        "at.zip": ["[1, 2]", None, None],
        "more": ["[[3]]", None, None],
        "y": [0.5, 1.5, 2.0],
        "more.deep": [None, '{"a": 1}', None],
        "at.floor": [None, None, 3],
        "tags": [None, None, "a|b"],
    }
    (note,) = table.notes
    assert "'at.zip', 'more', 'more.deep' hold lists or records" in note
    asked = {name: "ignore" for name in table.columns if name not in "xy"}
    assert [c.name for c in find_schema(table, "y", columns=asked).inputs] == ["x"]


def test_records_in_memory_are_flat_too():
    table = as_source([{"a": {"b": 1}}, {"a": {"b": 2, "c": "x"}}])
    assert rows_of(table) == [(1.0, None), (2.0, "x")]
    assert table.columns == ("a.b", "a.c")


BAD_JSON = {
    "empty": ("", "is empty"),
    "cut": ('[{"x": 1}, {"x"', "is no JSON"),
    "a number": ("3", "holds no table"),
    "two tables": ('{"a": [{"x": 1}], "b": [{"x": 2}]}', "holds no table"),
    "one name for two": ('[{"x.y": 1, "x": {"y": 1}}]', "two columns .* 'x.y'"),
    "unequal columns": ('{"x": [1], "y": [1, 2]}', "differ in length"),
    "no rows": ("[]", "holds no table"),
}


@pytest.mark.parametrize(("content", "said"), BAD_JSON.values(), ids=BAD_JSON)
def test_json_that_holds_no_table_is_refused(tmp_path, content, said):
    (tmp_path / "a.json").write_text(content)
    with pytest.raises(DataError, match=said):
        read_table(tmp_path / "a.json")


def database(path, views=False):
    with sqlite3.connect(path) as made:
        made.execute('CREATE TABLE "the sales" (size REAL, colour TEXT, n INTEGER)')
        made.executemany(
            'INSERT INTO "the sales" VALUES (?, ?, ?)',
            [(1.5, "red", 1), (2.5, None, 2**60 + 1), (0.5, "red", 3)],
        )
        if views:
            made.execute('CREATE VIEW red AS SELECT * FROM "the sales" WHERE n != 2')
            made.execute("CREATE TABLE other (x INTEGER)")
    made.close()
    return path


@pytest.mark.parametrize("ending", [".db", ".sqlite", ".sqlite3"])
def test_the_only_table_of_a_database_is_read(tmp_path, ending):
    table = read_table(database(tmp_path / f"a{ending}"))
    assert table.name == f"'a{ending}::the sales'"
    assert table.columns == ("size", "colour", "n")
    assert rows_of(table) == [
        (1.5, "red", "1"),
        (2.5, None, "1152921504606846977"),
        (0.5, "red", "3"),
    ]
    assert [b.columns for b in table.batches(["n", "size"])] == [["n", "size"]]


def test_tables_and_views_of_a_database_are_chosen(tmp_path):
    path = database(tmp_path / "a.db", views=True)
    assert read_table(f"{path}::red").rows == 3
    with pytest.raises(
        OptionError, match=r"the sales, red, other; choose .*a\.db::the"
    ):
        read_table(path)
    with pytest.raises(OptionError, match="did you mean other"):
        read_table(f"{path}::othr")
    with pytest.raises(DataError, match="has no rows"):
        read_table(f"{path}::other")


def test_what_is_no_database_is_refused(tmp_path):
    (tmp_path / "a.db").write_text("x,y\n1,2\n" * 200)
    with pytest.raises(DataError, match="cannot be read as a SQLite database"):
        read_table(tmp_path / "a.db")
    with sqlite3.connect(tmp_path / "b.db") as made:
        made.execute("CREATE TABLE t (x BLOB)")
        made.execute("INSERT INTO t VALUES (?)", (b"\0\1",))
    made.close()
    with pytest.raises(DataError, match="column 'x'"):
        rows_of(read_table(tmp_path / "b.db"))


def archive(path, files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return path


def test_the_only_table_of_an_archive_is_read(tmp_path):
    files = {"data/a.csv": CSV, "README.md": "no", "__MACOSX/data/._a.csv": "x"}
    table = read_table(archive(tmp_path / "a.zip", files))
    assert table.name == "'a.csv'"
    assert rows_of(table) == ROWS


def test_a_file_of_an_archive_is_chosen(tmp_path):
    book = io.BytesIO()
    write_xlsx(book, SHEETS)
    path = archive(
        tmp_path / "a.zip",
        {"a.csv": CSV, "b/c.tsv": CSV.replace(",", "\t"), "d.xlsx": book.getvalue()},
    )
    assert rows_of(read_table(f"{path}::c.tsv")) == ROWS
    assert rows_of(read_table(f"{path}::b/c.tsv")) == ROWS
    assert read_table(f"{path}::d.xlsx::Staff").columns == ("name", "age")
    with pytest.raises(OptionError, match=r"a\.csv, b/c\.tsv, d\.xlsx; choose one"):
        read_table(path)
    with pytest.raises(OptionError, match=r"did you mean a\.csv"):
        read_table(f"{path}::aa.csv")


def test_archives_without_a_table_are_refused(tmp_path):
    with pytest.raises(DataError, match=r"holds no table: README\.md"):
        read_table(archive(tmp_path / "a.zip", {"README.md": "x"}))
    path = archive(tmp_path / "b.zip", {"a.csv": CSV * 9})
    path.write_bytes(path.read_bytes()[:60])
    with pytest.raises(DataError, match="not a whole zip file"):
        read_table(path)


def test_a_folder_of_parquet_files_is_one_table(tmp_path):
    for i in range(3):
        frame = pl.DataFrame({"x": range(10 * i, 10 * i + 10), "y": ["a"] * 10})
        frame.write_parquet(tmp_path / f"part-{i}.parquet")
    (tmp_path / "_SUCCESS").touch()
    table = read_table(tmp_path)
    assert table.columns == ("x", "y")
    assert [row[0] for row in rows_of(table)] == list(range(30))
    assert table.notes == ("3 Parquet files are read",)


def test_folders_called_by_a_value_make_a_column(tmp_path):
    for year in (2023, 2024):
        (tmp_path / f"year={year}").mkdir()
        frame = pl.DataFrame({"x": [year + 0.5]})
        frame.write_parquet(tmp_path / f"year={year}" / "a.parquet")
    assert rows_of(read_table(tmp_path)) == [(2023.5, 2023.0), (2024.5, 2024.0)]


def test_parquet_files_of_different_columns_are_refused(tmp_path):
    pl.DataFrame({"x": [1]}).write_parquet(tmp_path / "a.parquet")
    pl.DataFrame({"z": [1]}).write_parquet(tmp_path / "b.parquet")
    with pytest.raises(DataError, match=r"'b\.parquet' and 'a\.parquet'.*'x', 'z'"):
        read_table(tmp_path)


def piped(monkeypatch, content):
    class Pipe(io.TextIOWrapper):
        def isatty(self):
            return False

    monkeypatch.setattr(sys, "stdin", Pipe(io.BytesIO(content)))


def packed_book():
    book = io.BytesIO()
    write_xlsx(book, {"A": [["size", "colour"], [1.5, "red"], [2.5, "blue"]]})
    return book.getvalue()


def columnar(kind):
    file = io.BytesIO()
    frame = pl.DataFrame(RECORDS)
    getattr(frame, f"write_{kind}")(file)
    return file.getvalue()


PIPED = {
    "csv": (CSV.encode(), ROWS),
    "tabs": (CSV.replace(",", "\t").encode(), ROWS),
    "gzip": (gzip.compress(CSV.encode()), ROWS),
    "json": (json.dumps(RECORDS).encode(), VALUES),
    "lines": ("\n".join(map(json.dumps, RECORDS)).encode(), VALUES),
    "parquet": (columnar("parquet"), VALUES),
    "arrow": (columnar("ipc"), VALUES),
    "workbook": (packed_book(), ROWS),
}


@pytest.mark.parametrize(("content", "rows"), PIPED.values(), ids=PIPED)
def test_standard_input_is_read_as_what_it_holds(monkeypatch, content, rows):
    piped(monkeypatch, content)
    assert rows_of(read_table("-")) == rows
    assert rows_of(read_table("-")) == rows


def test_nothing_on_standard_input_is_said(monkeypatch):
    piped(monkeypatch, b"")
    with pytest.raises(DataError, match="standard input is empty"):
        read_table("-")
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(OptionError, match="nothing on standard input"):
        read_table("-")


def test_an_unknown_ending_lists_the_known_ones(tmp_path):
    (tmp_path / "a.docx").write_text("x")
    with pytest.raises(DataError) as caught:
        read_table(tmp_path / "a.docx")
    assert ", ".join(FILE_ENDINGS) in str(caught.value)
    assert ".xlsx" in FILE_ENDINGS


def test_a_part_of_a_file_without_parts_is_refused(tmp_path):
    (tmp_path / "a.csv").write_text(CSV)
    with pytest.raises(OptionError, match="single table"):
        read_table(f"{tmp_path}/a.csv::x")


def test_arrow_tables_are_sources():
    pa = pytest.importorskip("pyarrow")
    table = pa.table(
        {
            "size": [1.5, None],
            "colour": pa.array(["red", "blue"]).dictionary_encode(),
            "count": [2**60 + 1, 1],
        }
    )
    expected = [(1.5, "red", "1152921504606846977"), (None, "blue", "1")]
    for data in (
        table,
        pa.RecordBatchReader.from_batches(table.schema, table.to_batches()),
    ):
        assert rows_of(as_source(data)) == expected
    with pytest.raises(DataError, match="column 'x'"):
        as_source(pa.table({"x": [[1], [2]]}))


def test_pandas_frames_are_sources():
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame(
        {
            "category": pd.Categorical(["a", None], categories=["b", "a"]),
            "rank": pd.Categorical([3, 1], ordered=True),
            "whole": pd.array([2**60 + 1, None], dtype="Int64"),
            "flag": pd.array([True, None], dtype="boolean"),
            "text": pd.array(["x", None], dtype="string"),
            "span": pd.to_timedelta([90, 30], unit="s"),
            "day": pd.to_datetime(["2024-05-01", None]),
            ("a", 1): [1.5, np.nan],
        }
    )
    table = as_source(frame)
    assert table.columns[-1] == "a 1"
    first, second = rows_of(table)
    day = datetime(2024, 5, 1)
    assert first == ("a", 3.0, "1152921504606846977", True, "x", 90.0, day, 1.5)
    assert second[1:7] == (1.0, None, None, None, 30.0, None)
    assert second[0] is None


def test_the_index_of_a_pandas_frame_is_not_lost_in_silence():
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({"x": [1.0, 2.0]}, index=pd.Index([7, 8], name="code"))
    assert as_source(frame).notes == (
        "the index 'code' is left out; reset_index() makes it a column",
    )
    with pytest.raises(DataError, match="two columns of the data are called '1'"):
        as_source(pd.DataFrame([[1, 2]], columns=[1, "1"]))


def test_times_of_different_zones_keep_their_offset():
    west = timezone(timedelta(hours=-6))
    times = [
        datetime(2024, 5, 1, 10, tzinfo=west),
        datetime(2024, 5, 1, 16, tzinfo=UTC),
    ]
    mixed = [row[0] for row in rows_of(as_source({"t": times}))]
    assert [datetime.fromisoformat(text) for text in mixed] == times
    assert [text[-6:] for text in mixed] == ["-06:00", "+00:00"]


def test_pandas_times_with_a_zone_keep_their_offset():
    pd = pytest.importorskip("pandas")
    times = pd.to_datetime(["2024-01-01T10:00", "2024-07-01T10:00"])
    frame = pd.DataFrame({"t": times.tz_localize("America/New_York")})
    texts = [str(row[0]) for row in rows_of(as_source(frame))]
    assert [text[-6:] for text in texts] == ["-05:00", "-04:00"]


def test_arrays_with_fields_and_lists_of_records_are_sources():
    fields = np.array(
        [(1.5, "red"), (2.5, "blue")], dtype=[("size", "f8"), ("colour", "U4")]
    )
    assert rows_of(as_source(fields)) == VALUES
    assert rows_of(as_source(RECORDS)) == VALUES


def test_times_of_day_in_a_workbook_come_without_a_date(tmp_path):
    rows = [["t", "n"], [time(10, 30), 1], [time(0, 15), 2]]
    write_xlsx(tmp_path / "a.xlsx", {"A": rows})
    found = rows_of(read_table(tmp_path / "a.xlsx"))
    assert found == [("10:30:00", "1"), ("00:15:00", "2")]


def test_what_pandas_holds_as_objects_is_read_as_from_any_other_frame():
    pd = pytest.importorskip("pandas")
    decimals = [Decimal("1.5"), None, Decimal("2.25"), Decimal("NaN")]
    times = [time(9, 5), time(10), None, time(23, 59, 1)]
    cut = pd.cut(np.array([np.nan, 1.0, 2.0, 3.0]), [0.5, 2.5, 4.5])
    frame = pd.DataFrame(
        {
            "decimal": decimals,
            "long": [Decimal("0.12345678901234567890")] * 4,
            "time": times,
            "cut": cut,
            "interval": pd.Series(cut).astype("interval"),
            "month": pd.PeriodIndex(["2020-01", None, "2020-02", "2020-03"], freq="M"),
        }
    )
    found = pl.concat(list(as_source(frame).batches()))
    spans = [None, "(0.5, 2.5]", "(0.5, 2.5]", "(2.5, 4.5]"]
    assert found.to_dict(as_series=False) == {
        "decimal": [1.5, None, 2.25, None],
        "long": ["0.12345678901234567890"] * 4,
        "time": ["09:05:00", "10:00:00", None, "23:59:01"],
        "cut": spans,
        "interval": spans,
        "month": ["2020-01", None, "2020-02", "2020-03"],
    }
    of_polars = as_source(pl.DataFrame({"time": times}))
    assert found["time"].equals(next(iter(of_polars.batches()))["time"])
