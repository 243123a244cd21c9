import csv
import gzip
import json

import numpy as np
import polars as pl
import pytest

from neurona.data.sources import lines_table, text_table
from neurona.data.sources.read import as_source, read_table
from neurona.data.sources.records import read_blocks
from neurona.errors import DataError, OptionError

PLAIN = "size,colour\n1.5,red\n2.5,blue\n"


def write(folder, name, content):
    path = folder / name
    data = content.encode() if isinstance(content, str) else content
    path.write_bytes(gzip.compress(data) if path.suffix.lower() == ".gz" else data)
    return path


def rows_of(table):
    return [row for batch in table.batches() for row in batch.rows()]


TEXTS = {
    "plain": ("a.csv", PLAIN, ()),
    "upper case ending": ("a.CSV", PLAIN, ()),
    "txt": ("a.txt", PLAIN, ()),
    "gzip": ("a.csv.gz", PLAIN, ()),
    "tabs in tsv": ("a.tsv", PLAIN.replace(",", "\t"), ()),
    "tabs in packed tsv": ("a.tsv.gz", PLAIN.replace(",", "\t"), ()),
    "tabs in csv": ("a.csv", PLAIN.replace(",", "\t"), ("columns separated by tabs",)),
    "bars": ("a.csv", PLAIN.replace(",", "|"), ("columns separated by '|'",)),
    "semicolons": ("a.csv", PLAIN.replace(",", ";"), ("columns separated by ';'",)),
    "windows line ends": ("a.csv", PLAIN.replace("\n", "\r\n"), ()),
    "mac line ends": ("a.csv", PLAIN.replace("\n", "\r"), ()),
    "no last line end": ("a.csv", PLAIN.rstrip(), ()),
    "blank lines": (
        "a.csv",
        "\n" + PLAIN.replace("\n", "\n\n"),
        ("2 blank lines are left out",),
    ),
    "byte order mark": ("a.csv", PLAIN.encode("utf-8-sig"), ()),
    "utf-16": ("a.csv", PLAIN.encode("utf-16"), ("read as UTF-16",)),
    "utf-16 unmarked": ("a.csv", PLAIN.encode("utf-16-le"), ("read as UTF-16",)),
    "utf-16 big": ("a.csv", PLAIN.encode("utf-16-be"), ("read as UTF-16",)),
    "quotes": ("a.csv", '"size","colour"\n"1.5","red"\n2.5,blue\n', ()),
    "single quotes": (
        "a.csv",
        "'size','colour'\n'1.5','red'\n'2.5','blue'\n",
        ('texts quoted with "\'"',),
    ),
}


@pytest.mark.parametrize(("name", "content", "notes"), TEXTS.values(), ids=TEXTS)
def test_text_files_are_read_however_they_are_written(tmp_path, name, content, notes):
    table = read_table(write(tmp_path, name, content))
    assert table.columns == ("size", "colour")
    assert table.rows == 2
    assert rows_of(table) == [("1.5", "red"), ("2.5", "blue")]
    assert table.notes == notes


@pytest.mark.parametrize("size", [7, 16, 64])
@pytest.mark.parametrize("quote", [None, '"'])
def test_blocks_hold_whole_records_whatever_the_chunks(size, quote):
    text = b'a,b\n1,"x\ny"\n2,z\n3,"w"' if quote else b"a,b\n1,x\n2,y\n\n3,z"
    chunks = (text[i : i + size] for i in range(0, len(text), size))
    blocks = [block.data for block in read_blocks(chunks, quote)]
    assert b"".join(blocks) == text + b"\n"
    for block in blocks:
        assert block.endswith(b"\n")
        assert block.count(b'"') % 2 == 0


def test_a_large_file_is_read_anew_and_gives_what_a_held_one_gives(
    tmp_path, monkeypatch
):
    path = write(tmp_path, "a.csv", "\n" + PLAIN + "\n" + "3.5,'x\n" * 300_000)
    held = read_table(path)
    monkeypatch.setattr(text_table, "HELD_BYTES", 0)
    fresh = read_table(path)
    assert isinstance(fresh, text_table.TextTable)
    assert rows_of(fresh) == rows_of(held)
    assert fresh.rows == held.rows == 300_002


def test_latin_1_is_read_with_a_note(tmp_path):
    table = read_table(
        write(tmp_path, "a.csv", "ciudad,n\nCórdoba,1\n".encode("cp1252"))
    )
    assert rows_of(table) == [("Córdoba", "1")]
    assert table.notes == ("read as latin-1 (Windows-1252)",)


def test_a_latin_1_letter_after_the_first_chunk_is_found(tmp_path):
    body = b"a,b\n" + b"x,1\n" * 600_000 + "ñ,2\n".encode("latin-1")
    table = read_table(write(tmp_path, "a.csv", body))
    assert table.rows == 600_001
    *_rest, last = table.batches(["a"])
    assert last["a"][-1] == "ñ"


def test_quoted_separators_and_line_ends_stay_in_their_cell(tmp_path):
    table = read_table(write(tmp_path, "a.csv", 'x,y\n"a,b","two\nlines"\n"q""q",c\n'))
    assert rows_of(table) == [("a,b", "two\nlines"), ('q"q', "c")]


def test_a_quote_inside_a_word_is_a_letter(tmp_path):
    table = read_table(write(tmp_path, "a.csv", 'pipe,n\n5" pipe,1\n6 pipe,2\n'))
    assert rows_of(table) == [('5" pipe', "1"), ("6 pipe", "2")]


def test_a_file_without_names_gets_numbered_columns(tmp_path):
    table = read_table(write(tmp_path, "a.csv", "0,0,0\n0,1,1\n"))
    assert table.columns == ("column 1", "column 2", "column 3")
    assert table.rows == 2
    assert len(table.notes) == 1


def test_numbers_in_order_are_names(tmp_path):
    table = read_table(write(tmp_path, "a.csv", "0,1,2\n5,6,7\n"))
    assert table.columns == ("0", "1", "2")


def test_an_unnamed_column_is_called_by_its_place(tmp_path):
    assert read_table(write(tmp_path, "a.csv", ",y\n7,8\n")).columns == (
        "column 1",
        "y",
    )


def test_an_empty_line_of_a_single_column_is_a_missing_value(tmp_path):
    table = read_table(write(tmp_path, "a.csv", "x\na\n\nb\n"))
    assert rows_of(table) == [("a",), (None,), ("b",)]


BROKEN = {
    "empty": ("a.csv", "", "is empty"),
    "blank": ("a.csv", " \n\n", "is empty"),
    "only a mark": ("a.csv", b"\xef\xbb\xbf", "is empty"),
    "empty utf-16": ("a.csv", b"\xff\xfe", "is empty"),
    "empty packed": ("a.csv.gz", "", "is empty"),
    "empty lines": ("a.jsonl", "", "is empty"),
    "empty parquet": ("a.parquet", "", "is empty"),
    "header only": ("a.csv", "x,y\n", "no rows"),
    "short row": ("a.csv", "x,y\n1,2\n3\n", "line 3 of 'a.csv' has 1 column "),
    "long row": ("a.csv", "x,y\n1,2\n\n3,4,5\n", "line 4 of 'a.csv' has 3 columns"),
    "short row after quotes": (
        "a.csv",
        'x,y\n"two\nlines",2\n3\n',
        "line 4 of 'a.csv' has 1 column ",
    ),
    "stray quotes": ("a.csv", 'x,y\n"a"b",c\n"d",e\n"f,g\n', "quotes"),
    "open quote": ("a.csv", 'x,y\n"1,2\n3,4\n', "never closed"),
    "zero bytes": ("a.csv", b"a,b\n\0\x01,2\n", "not a text file"),
    "late zero bytes": (
        "a.csv",
        b"a,b\n" + b"1,2\n" * 9 + b"\0\0\0,2\n",
        "not a text file",
    ),
    "random bytes": (
        "a.csv",
        np.random.default_rng(0).bytes(3000),
        "not a text file",
    ),
    "picture": ("a.csv", b"\x89PNG\r\n\x1a\n" + b"abc" * 20, "looks like PNG"),
    "workbook": ("a.csv", b"PK\x03\x04" + b"abc" * 20, "looks like Excel"),
    "twin names": ("a.csv", "x,x\n1,2\n", "two columns of 'a.csv' are called 'x'"),
    "unknown ending": ("a.docx", "x", "ending that is not known"),
    "no ending": ("data", "x", "ending that is not known"),
    "no workbook": ("a.xlsx", "x", "not a whole workbook"),
    "not parquet": ("a.parquet", "hello there", "not a whole Parquet file"),
    "not arrow": ("a.arrow", "hello there", "not a whole Arrow file"),
    "no record": ("a.jsonl", '{"x": 1}\n[1]\n', "line 2 of 'a.jsonl'"),
    "cut record": ("a.jsonl", '{"x": 1}\n{"x": ', "line 2 of 'a.jsonl'"),
    "one name for two": ("a.jsonl", '{"x.y": 1, "x": {"y": 2}}\n', "'x.y'"),
    "latin-1 record": ("a.jsonl", b'{"x": "\xf1"}\n', "UTF-8"),
}


@pytest.mark.parametrize(("name", "content", "said"), BROKEN.values(), ids=BROKEN)
def test_broken_files_are_refused_in_one_sentence(tmp_path, name, content, said):
    path = write(tmp_path, name, content)
    with pytest.raises(DataError) as caught:
        read_table(path)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("keep", [0.0, 0.3, 0.9])
def test_a_gzip_file_cut_short_is_refused(tmp_path, keep):
    path = tmp_path / "a.csv.gz"
    packed = gzip.compress(PLAIN.encode() * 100)
    path.write_bytes(packed[: max(5, int(len(packed) * keep))])
    with pytest.raises(DataError, match="not a whole gzip file"):
        read_table(path)


def test_a_text_called_gz_is_refused(tmp_path):
    path = tmp_path / "a.csv.gz"
    path.write_text(PLAIN)
    with pytest.raises(DataError, match="not a whole gzip file"):
        read_table(path)


@pytest.mark.parametrize("ending", [".parquet", ".arrow", ".feather"])
def test_columnar_files_are_read_in_batches(tmp_path, ending):
    path = tmp_path / f"a{ending}"
    frame = pl.DataFrame({"x": range(150_000), "y": ["a", "b", None] * 50_000})
    write_frame = frame.write_parquet if ending == ".parquet" else frame.write_ipc
    write_frame(path)
    table = read_table(path)
    batches = list(table.batches(["y", "x"]))
    assert table.rows == 150_000
    assert len(batches) > 1
    assert pl.concat(batches)["x"].to_list() == list(range(150_000))


@pytest.mark.parametrize("ending", [".parquet", ".arrow"])
@pytest.mark.parametrize("keep", [0.2, 0.6, 0.99])
def test_columnar_files_cut_short_are_refused(tmp_path, ending, keep):
    path = tmp_path / f"a{ending}"
    frame = pl.DataFrame({"x": np.random.default_rng(0).normal(size=2000)})
    write_frame = frame.write_parquet if ending == ".parquet" else frame.write_ipc
    write_frame(path)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * keep)])
    with pytest.raises(DataError, match="not a whole"):
        read_table(path)


def test_nested_columns_of_parquet_are_refused(tmp_path):
    pl.DataFrame({"x": [[1], [2]]}).write_parquet(tmp_path / "a.parquet")
    with pytest.raises(DataError, match="column 'x'"):
        read_table(tmp_path / "a.parquet")


@pytest.mark.parametrize("ending", [".jsonl", ".jsonl.gz"])
def test_records_may_lack_keys_and_mix_types(tmp_path, ending, monkeypatch):
    monkeypatch.setattr(lines_table, "LINES_AT_ONCE", 2)
    records = [{"x": 1, "y": True}, {"x": "NA"}, {"x": 2.5, "z": "é"}]
    text = "\n".join(map(json.dumps, records)) + "\n\n"
    table = read_table(write(tmp_path, f"a{ending}", text))
    assert table.columns == ("x", "y", "z")
    assert table.rows == 3
    first, second = table.batches()
    assert first["x"].to_list() == ["1", "NA"]
    assert second.rows() == [(2.5, None, "é")]


def test_a_key_without_letters_goes_by_its_number(tmp_path):
    text = '{"y": 1.5, "": 3}\n{"": 4, "y": 2.5}\n'
    table = read_table(write(tmp_path, "a.jsonl", text))
    assert table.columns == ("y", "column 2")
    assert rows_of(table) == [(1.5, 3), (2.5, 4)]
    (frame,) = table.batches(["column 2"])
    assert frame.columns == ["column 2"]


def test_chosen_columns_come_in_the_order_asked(tmp_path):
    path = write(tmp_path, "a.csv", PLAIN)
    table = read_table(path, columns=["colour"])
    assert rows_of(table) == [("red",), ("blue",)]
    with pytest.raises(OptionError, match="did you mean colour"):
        read_table(path, columns=["color"])


def test_a_missing_file_is_a_wrong_option_with_the_nearest_name(tmp_path):
    write(tmp_path, "iris.csv", PLAIN)
    with pytest.raises(OptionError, match=r"did you mean 'iris\.csv'"):
        read_table(tmp_path / "irsi.csv")
    with pytest.raises(OptionError, match="check the name"):
        read_table(tmp_path / "nowhere" / "a.csv")


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(DataError, match="is a folder without"):
        read_table(tmp_path)


def test_frames_and_mappings_are_sources():
    mapping = {"x": np.array([1, 2]), "y": ["a", None]}
    for data in (mapping, pl.DataFrame(mapping), pl.LazyFrame(mapping)):
        table = as_source(data)
        assert rows_of(table) == [(1.0, "a"), (2.0, None)]
    assert as_source(table) is table


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({"x": [1, 2], "y": [1]}, DataError),
        ({"x": np.zeros((2, 2))}, DataError),
        ({"x": [[1], [2]]}, DataError),
        ({"x": [object()]}, DataError),
        ({"x": []}, DataError),
        (pl.DataFrame({"x": [[1]]}), DataError),
        (3, OptionError),
    ],
)
def test_what_is_no_table_is_refused(data, error):
    with pytest.raises(error):
        as_source(data)


def test_all_kinds_of_columns_become_plain():
    frame = pl.DataFrame(
        {
            "category": pl.Series(["a", "b"], dtype=pl.Categorical),
            "day": pl.Series(["2024-01-02", None]).str.to_date(),
            "span": pl.Series([90, 30]).cast(pl.Duration("ms")),
            "clock": pl.Series(["10:00:30", "00:00:00"]).str.to_time(),
            "money": pl.Series(["1.25", "2.50"]).cast(pl.Decimal(10, 2)),
        }
    )
    row = rows_of(as_source(frame))[0]
    assert row[0] == "a"
    assert str(row[1]) == "2024-01-02 00:00:00"
    assert row[2:] == (0.09, "10:00:30", 1.25)


def test_a_column_whose_name_is_a_pattern_stands_for_itself_alone(tmp_path):
    names = ("a", "*", "^a.*$", "b")
    path = tmp_path / "odd.csv"
    path.write_text(",".join(names) + "\n1,2,3,4\n")
    frame = pl.DataFrame({name: [place] for place, name in enumerate(names)})
    frame.write_parquet(tmp_path / "odd.parquet")
    for source in (path, tmp_path / "odd.parquet", frame):
        (found,) = as_source(source).batches(("*", "^a.*$"))
        assert found.columns == ["*", "^a.*$"]


ROWS_WITH_QUOTES = ['1,"a",2', '3,"b, c",4', '5,"d",6']
COMMENTS = {
    "never closed": ['# it is 5" wide', *ROWS_WITH_QUOTES],
    "closed in another": ['# say "this', *ROWS_WITH_QUOTES, '# and "that'],
    "closed by rows": ['% a ", and more', *ROWS_WITH_QUOTES[:2], ROWS_WITH_QUOTES[2]],
    "several": [ROWS_WITH_QUOTES[0], '# 1"', *ROWS_WITH_QUOTES[1:], '# 2"', '# 3"'],
}


@pytest.mark.parametrize("lines", COMMENTS.values(), ids=COMMENTS)
@pytest.mark.parametrize("size", [3, 1000])
def test_a_quote_in_a_comment_hides_no_rows(tmp_path, lines, size, monkeypatch):
    from neurona.data.sources import records, text_table

    monkeypatch.setattr(records, "CHUNK_BYTES", size)
    monkeypatch.setattr(text_table, "CHUNK_BYTES", size)
    rows = [line for line in lines if line[0] not in "#%"]
    text = "\n".join(["x,c,y", '0,"z",0', '0,"z",0', *lines, '7,"e",8'])
    table = read_table(write(tmp_path, "a.csv", text))
    plain = csv.reader(['0,"z",0', '0,"z",0', *rows, '7,"e",8'])
    assert rows_of(table) == [*map(tuple, plain)]
    assert any("comment line" in note for note in table.notes)


SWALLOWED = {
    "two": ['1,"a,2', '3,b",4'],
    "three": ['1,"a,2', "3,b,4", '5,c",6'],
    "in quotes": ['"1","a,2', '3,b","4"'],
}


@pytest.mark.parametrize("lines", SWALLOWED.values(), ids=SWALLOWED)
def test_quotes_around_the_ends_of_rows_are_named(tmp_path, lines):
    text = "\n".join(["x,c,y", "0,z,0", "0,z,0", *lines, "7,e,8"])
    table = read_table(write(tmp_path, "a.csv", text))
    assert table.rows == 4
    (note,) = table.notes
    assert f"lines 4 to {3 + len(lines)} are one row" in note
    assert repr(lines[0]) in note


def test_a_text_of_several_lines_is_a_cell_without_a_note(tmp_path):
    text = 'x,c,y\n1,"good\nand fresh, too",2\n3,"bad\n\nsoup",4\n5,fine,6\n'
    assert read_table(write(tmp_path, "a.csv", text)).notes == ()
