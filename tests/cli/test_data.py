"""What every command takes as DATA."""

import io
import sqlite3
import sys

import polars as pl
import pytest

ROWS = [(i / 10, "red" if i % 3 else "blue", 3 * i + 0.5) for i in range(60)]
TEXT = "x,w,y\n" + "".join(f"{x},{w},{y}\n" for x, w, y in ROWS)


def pipe(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(TEXT.encode())))


def test_every_command_takes_standard_input(train, neurona, monkeypatch):
    pipe(monkeypatch)
    assert train("-", "--target", "y", "--out", "m.safetensors").code == 0
    for command in ("predict", "evaluate", "doctor"):
        pipe(monkeypatch)
        ended = neurona(command, "m.safetensors", "-")
        assert ended.code == 0, ended.err
    pipe(monkeypatch)
    answers = neurona("predict", "m.safetensors", "-").out
    assert len(answers.splitlines()) == 61


def test_a_table_of_a_database_is_trained_on_and_never_written_to(train, tmp_path):
    with sqlite3.connect(tmp_path / "a.db") as made:
        made.execute("CREATE TABLE t (x REAL, w TEXT, y REAL)")
        made.executemany("INSERT INTO t VALUES (?, ?, ?)", ROWS)
    made.close()
    assert train("a.db::t", "--target", "y").code == 0
    ended = train("a.db::t", "--target", "y", "--out", "a.db")
    assert ended.code == 2
    assert "is read and would be overwritten" in ended.err


def test_a_folder_of_parquet_files_is_trained_on(train, tmp_path):
    frame = pl.DataFrame(ROWS, schema=["x", "w", "y"], orient="row")
    (tmp_path / "parts").mkdir()
    for i in (0, 1):
        frame[30 * i : 30 * i + 30].write_parquet(tmp_path / "parts" / f"{i}.parquet")
    ended = train("parts", "--target", "y")
    assert ended.code == 0
    assert "2 Parquet files are read" in ended.err + ended.out


def test_what_is_left_out_of_a_file_is_noted(train, tmp_path):
    (tmp_path / "a.csv").write_text(f"# from a logger\n{TEXT}")
    ended = train("a.csv", "--target", "y")
    assert "1 comment line is left out: '# from a logger'" in ended.err + ended.out


@pytest.mark.parametrize("place", ["a.csv::x", "none.db::t", "a.db::none"])
def test_a_part_that_is_not_there_is_a_wrong_call(neurona, tmp_path, place):
    (tmp_path / "a.csv").write_text(TEXT)
    with sqlite3.connect(tmp_path / "a.db") as made:
        made.execute("CREATE TABLE t (x REAL)")
    made.close()
    assert neurona("train", place).code == 2
