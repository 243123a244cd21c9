"""``neurona predict``: one answer per row, in the file's own words."""

import csv
import io

import polars as pl
import pytest


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture
def model(train_once, tmp_path):
    path = tmp_path / "model.safetensors"
    return train_once(path, "mixed.csv", "--target", "the answer").name


def test_every_row_is_answered_with_a_word_and_probabilities(neurona, model, mixed):
    new = mixed("new.csv", rows=50, seed=1, unseen=0.1, unanswered=0.2)
    ended = neurona("predict", model, new, "--probabilities")
    assert ended.code == 0
    found = rows(ended.out)
    assert len(found) == 50
    assert list(found[0]) == ["prediction", "probability_bad", "probability_good"]
    for row in found:
        bad, good = float(row["probability_bad"]), float(row["probability_good"])
        assert bad + good == pytest.approx(1, abs=1e-6)
        assert row["prediction"] == ("good" if good >= 0.5 else "bad")


def test_unseen_categories_are_warned_of_once_with_a_count(neurona, model, mixed):
    new = mixed("new.csv", rows=50, seed=1, unseen=0.3)
    unseen = new.read_text().count("Oslo")
    ended = neurona("predict", model, new)
    (note,) = [line for line in ended.err.splitlines() if "not seen" in line]
    assert f"{unseen} cells" in note
    assert "'Oslo'" in note


def test_the_output_file_holds_what_would_be_printed(neurona, model, mixed, tmp_path):
    new = mixed("new.csv", rows=20, seed=1)
    printed = neurona("predict", model, new).out
    ended = neurona("predict", model, new, "--out", "answers.csv")
    assert (ended.code, ended.out) == (0, "")
    assert (tmp_path / "answers.csv").read_text() == printed


@pytest.mark.parametrize("kind", ["reversed", "extra", "no target", "parquet"])
def test_columns_are_found_by_name(neurona, model, mixed, tmp_path, kind):
    new = mixed("new.csv", rows=30, seed=2)
    expected = neurona("predict", model, new).out
    frame = pl.read_csv(new)
    path = tmp_path / "other.csv"
    if kind == "reversed":
        frame.select(reversed(frame.columns)).write_csv(path)
    elif kind == "extra":
        frame.with_columns(more=1).write_csv(path)
    elif kind == "no target":
        frame.drop("the answer").write_csv(path)
    else:
        path = tmp_path / "other.parquet"
        frame.write_parquet(path)
    ended = neurona("predict", model, path)
    assert ended.code == 0
    assert ended.out == expected


def test_a_renamed_column_is_named_with_what_stands_there(neurona, model, mixed):
    new = mixed("new.csv", rows=30)
    new.write_text(new.read_text().replace("age,", "ages,", 1))
    ended = neurona("predict", model, new)
    assert ended.code == 1
    assert "'age'" in ended.error
    assert "'ages'" in ended.error


def test_several_targets_have_a_column_each(neurona, train, numbers):
    train(numbers, "--target", "y", "--target", "z", "--quiet")
    found = rows(neurona("predict", "model.safetensors", numbers).out)
    assert list(found[0]) == ["prediction_y", "prediction_z"]
    assert len(found) == 100
    assert 500 < float(found[0]["prediction_y"]) < 1500


def test_whole_numbers_as_classes_are_given_back_as_written(neurona, train):
    train("digits", "--quiet")
    found = rows(neurona("predict", "model.safetensors", "digits").out)
    assert {row["prediction"] for row in found} <= set(map(str, range(10)))


def test_a_regression_has_no_probabilities(neurona, train, numbers):
    train(numbers, "--target", "y", "--quiet")
    ended = neurona("predict", "model.safetensors", numbers, "--probabilities")
    assert ended.code == 2
    assert "regression" in ended.error


@pytest.mark.parametrize("data", ["new.csv", "model.safetensors"])
def test_what_is_read_is_never_overwritten(neurona, model, mixed, tmp_path, data):
    new = mixed("new.csv", rows=10)
    before = (tmp_path / data).read_bytes()
    ended = neurona("predict", model, new, "--out", tmp_path / data)
    assert ended.code == 2
    assert (tmp_path / data).read_bytes() == before
