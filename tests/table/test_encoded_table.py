"""Tables whose numbers are kept in files: the same bits, used again, never in doubt."""

import gzip
import os
import shutil
import sqlite3
from contextlib import closing
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest

from neurona.data import batches
from neurona.errors import DataError, OptionError, OutputError
from neurona.mapped_arrays import MappedArray
from neurona.messages import use_language
from neurona.table import encoded_table, shelf, train
from neurona.table.options import TrainOptions
from neurona.table.train import plan_training, train_plan

ROWS = 600


@pytest.fixture
def room(monkeypatch, tmp_path):
    monkeypatch.setenv("NEURONA_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "encoded"


@pytest.fixture
def table(tmp_path):
    """A CSV file of numbers, words and gaps, with a target of either kind."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(ROWS, 3)).round(3)
    frame = pl.DataFrame(
        {
            "a": x[:, 0],
            "b": pl.Series(x[:, 1]).set(pl.Series(x[:, 1] > 1.5), None),
            "place": rng.choice(["north", "south", "west"], ROWS),
            "size": x[:, 0] * 2 + x[:, 2],
            "kind": np.where(x[:, 0] * x[:, 1] > 0, "yes", "no"),
        }
    ).with_columns(pl.when(pl.col("a") > -2.2).then("kind").alias("kind"))
    path = tmp_path / "table.csv"
    frame.write_csv(path)
    return path


def planned(path, limit, **asked):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encoded_table, "MAPPED_BYTES", limit)
        return plan_training(path, TrainOptions(**{"epochs": 2, **asked}))


def kept(path, **asked):
    return planned(path, 0, **asked)


def in_memory_of(path, **asked):
    """As if nothing was ever kept."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NEURONA_CACHE", str(path.with_name("nothing")))
        return planned(path, 1 << 28, **asked)


def names(room):
    return sorted(path.name for path in room.iterdir()) if room.exists() else []


def refuse(*_given, **_named):
    raise AssertionError("the table was opened")


@pytest.mark.parametrize("target", ["kind", "size"])
def test_in_memory_or_in_files_the_bits_are_the_same(monkeypatch, room, table, target):
    monkeypatch.setattr(batches, "LARGE_ROWS", 200)
    monkeypatch.setattr(batches, "BLOCK_ROWS", 8)
    monkeypatch.setattr(batches, "WINDOW_BLOCKS", 5)
    in_memory = in_memory_of(table, target=(target,))
    assert names(room) == []
    in_files = kept(table, target=(target,))
    monkeypatch.setattr(train, "open_source", refuse)
    again = kept(table, target=(target,))
    assert type(in_memory.X) is np.ndarray
    found = train_plan(in_memory)
    for plan in (in_files, again):
        assert isinstance(plan.X, MappedArray)
        np.testing.assert_array_equal(plan.X, in_memory.X)
        np.testing.assert_array_equal(plan.y, in_memory.y)
        assert (plan.X.dtype, plan.y.dtype) == (in_memory.X.dtype, in_memory.y.dtype)
        for part in ("train", "validation", "test"):
            rows = getattr(plan.split, part)
            np.testing.assert_array_equal(rows, getattr(in_memory.split, part))
        assert plan.schema == in_memory.schema
        assert plan.recipe == in_memory.recipe
        assert plan.notes[:-1] == in_memory.notes
        other = train_plan(plan)
        assert other.metrics == found.metrics
        np.testing.assert_array_equal(
            other.model.network.parameters.vector, found.model.network.parameters.vector
        )
    (name,) = names(room)
    assert str(room / name) in in_files.notes[-1]
    assert "kept in" in in_files.notes[-1]
    assert "used again" in again.notes[-1]


def test_weights_belong_to_the_rows_that_have_a_target(room, table):
    weights = np.arange(ROWS, dtype=float)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encoded_table, "MAPPED_BYTES", 0)
        plans = [plan_training(table, TrainOptions(), weights) for _time in range(2)]
    expected = weights[pl.read_csv(table)["kind"].is_not_null().to_numpy()]
    assert len(expected) < ROWS
    for plan in plans:
        np.testing.assert_array_equal(plan.weights, expected)


def test_other_epochs_use_the_numbers_again(monkeypatch, room, table):
    kept(table)
    monkeypatch.setattr(train, "open_source", refuse)
    plan = kept(table, epochs=7, hidden=(5,), l2=0.5)
    assert plan.recipe.epochs == 7
    shutil.copy(table, table.with_name("copy.csv"))
    assert kept(table.with_name("copy.csv")).X.shape == plan.X.shape


def change_a_cell(table):
    content = table.read_bytes()
    table.write_bytes(content.replace(b"north", b"notth", 1))


@pytest.mark.parametrize(
    ("asked", "change"),
    [
        ({"seed": 1}, lambda table: None),
        ({"columns": {"a": "ignore"}}, lambda table: None),
        ({"dtype": "float64"}, lambda table: None),
        ({"test": 0.3}, lambda table: None),
        ({}, change_a_cell),
    ],
)
def test_other_bytes_or_another_schema_are_encoded_anew(room, table, asked, change):
    before = kept(table)
    change(table)
    plan = kept(table, **asked)
    assert "kept in" in plan.notes[-1]
    assert len(names(room)) == 2
    expected = in_memory_of(table, **asked)
    np.testing.assert_array_equal(plan.X, expected.X)
    assert before.X.shape[0] == plan.X.shape[0]


def test_a_database_being_written_to_is_read_anew(room, tmp_path):
    path = tmp_path / "table.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode = wal")
        database.execute("CREATE TABLE t (a REAL, y REAL)")
        rows = np.random.default_rng(0).normal(size=(60, 2)).tolist()
        database.executemany("INSERT INTO t VALUES (?, ?)", rows)
        database.commit()
        database.execute("PRAGMA wal_checkpoint(truncate)")
        before, content = kept(path, target=("y",)), path.read_bytes()
        database.execute("UPDATE t SET y = y + 1000")
        database.commit()
        after = kept(path, target=("y",))
        assert path.read_bytes() == content
    (mean,), (changed,) = (p.model.encoders.target_means for p in (before, after))
    assert changed == pytest.approx(mean + 1000)
    assert names(room) == []
    assert "kept in" in kept(path, target=("y",)).notes[-1]


def test_the_ending_before_that_of_a_packed_file_counts(room, table, tmp_path):
    packed = tmp_path / "table.csv.gz"
    packed.write_bytes(gzip.compress(table.read_bytes()))
    kept(packed)
    other = shutil.copy(packed, tmp_path / "table.jsonl.gz")
    with pytest.raises(DataError):
        kept(other)
    assert "used again" in kept(shutil.copy(packed, tmp_path / "b.CSV.gz")).notes[-1]


def test_options_that_do_not_suit_are_refused_of_numbers_kept_too(room, table):
    kept(table, target=("size",))
    with pytest.raises(OptionError, match="class weights need classes"):
        kept(table, target=("size",), class_weight="balanced")


def test_where_no_folder_is_known_the_numbers_stay_in_memory(monkeypatch, table):
    monkeypatch.setattr(shelf, "cache_folder", lambda: None)
    assert type(kept(table).X) is np.ndarray


def test_damaged_numbers_are_made_again(room, table):
    expected = np.array(kept(table).X)
    (name,) = names(room)
    content = bytearray((room / name / "X.npy").read_bytes())
    content[-2] ^= 64
    (room / name / "X.npy").write_bytes(content)
    plan = kept(table)
    assert "kept in" in plan.notes[-1]
    np.testing.assert_array_equal(plan.X, expected)


def test_folders_of_parquet_files_are_kept_too(monkeypatch, room, table, tmp_path):
    frame = pl.read_csv(table)
    folder = tmp_path / "parts"
    folder.mkdir()
    for number, start in enumerate(range(0, ROWS, 250)):
        frame[start : start + 250].write_parquet(folder / f"{number}.parquet")
    expected = in_memory_of(folder)
    np.testing.assert_array_equal(kept(folder).X, expected.X)
    monkeypatch.setattr(train, "open_source", refuse)
    np.testing.assert_array_equal(kept(folder).X, expected.X)


def test_without_room_nothing_is_written(monkeypatch, room, table):
    usage = SimpleNamespace(free=shelf.SPARE_BYTES)
    monkeypatch.setattr(shelf.shutil, "disk_usage", lambda path: usage)
    with pytest.raises(OutputError, match=r"needs .* where 256\.0 MiB are free"):
        kept(table)
    assert names(room) == []


def test_a_place_that_cannot_be_written_is_named(monkeypatch, table, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("NEURONA_CACHE", str(tmp_path / "file"))
    with pytest.raises(OutputError, match="name another folder in NEURONA_CACHE"):
        kept(table)


def test_a_run_that_ends_early_leaves_nothing_behind(monkeypatch, room, table):
    def interrupt(*_given):
        raise KeyboardInterrupt

    monkeypatch.setattr(encoded_table, "part_of_rows", interrupt)
    with pytest.raises(KeyboardInterrupt):
        kept(table)
    assert names(room) == []


def test_a_file_that_changes_meanwhile_is_not_kept(monkeypatch, room, table):
    def change(*_given):
        change_a_cell(table)
        os.utime(table, ns=(0, 0))
        return np.zeros(ROWS, np.int8)

    monkeypatch.setattr(encoded_table, "part_of_rows", change)
    with pytest.raises(DataError, match="was changed while it was read"):
        kept(table)
    assert names(room) == []


def test_few_are_kept_and_nothing_else_is_touched(room, table):
    (room / "photos").mkdir(parents=True)
    for seed in range(shelf.MOST_KEPT):
        kept(table, seed=seed)
        for age, name in enumerate(reversed(names(room))):
            os.utime(room / name, (1e9 - age, 1e9 - age))
    first = kept(table, seed=0)
    assert "used again" in first.notes[-1]
    kept(table, seed=99)
    assert len(names(room)) == shelf.MOST_KEPT + 1
    assert "photos" in names(room)
    assert "used again" in kept(table, seed=0).notes[-1]


def test_what_was_said_is_told_in_the_language_of_the_run(room, table):
    kept(table)
    with use_language("es"):
        plan = kept(table)
        expected = in_memory_of(table)
    assert plan.schema.columns == expected.schema.columns
    assert plan.notes[:-1] == expected.notes
