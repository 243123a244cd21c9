"""``neurona evaluate``: scores on a table that holds the answers."""

import numpy as np
import pytest


@pytest.fixture
def model(train_once, tmp_path):
    path = tmp_path / "model.safetensors"
    return train_once(path, "mixed.csv", "--target", "the answer").name


def test_the_document_has_task_rows_and_metrics(neurona, model, mixed):
    ended = neurona("evaluate", model, mixed(), "--json")
    found = ended.document
    assert (ended.code, found["task"], found["rows"]) == (0, "classification", 200)
    assert {"loss", "accuracy"} <= set(found["metrics"])


def test_rows_without_an_answer_are_left_out_with_a_note(neurona, model, mixed):
    new = mixed("new.csv", rows=50, seed=3, unanswered=0.3)
    missing = sum(line.endswith(",") for line in new.read_text().splitlines())
    ended = neurona("evaluate", model, new, "--json")
    assert ended.document["rows"] == 50 - missing
    assert f"note: {missing} rows without a target are left out" in ended.err


def test_a_table_without_any_answer_is_refused(neurona, model, mixed):
    ended = neurona("evaluate", model, mixed("new.csv", rows=20, unanswered=1.1))
    assert ended.code == 1
    assert "no row of 'new.csv' has a target" in ended.error


def test_a_missing_target_column_is_named(neurona, model, mixed):
    new = mixed("new.csv", rows=20)
    new.write_text(new.read_text().replace("the answer", "the answers", 1))
    ended = neurona("evaluate", model, new)
    assert ended.code == 1
    assert "'new.csv'" in ended.error
    assert "did you mean the answers?" in ended.error


def test_a_class_not_seen_in_training_is_refused(neurona, model, mixed):
    new = mixed("new.csv", rows=20)
    new.write_text(new.read_text().replace(",bad", ",awful"))
    ended = neurona("evaluate", model, new)
    assert ended.code == 1
    assert "'awful'" in ended.error


def test_a_score_that_is_no_number_is_null(neurona, train, numbers, tmp_path):
    train(numbers, "--target", "y", "--quiet")
    one = tmp_path / "one.csv"
    one.write_text("".join(numbers.read_text().splitlines(keepends=True)[:2]))
    ended = neurona("evaluate", "model.safetensors", one, "--json")
    assert ended.code == 0
    assert ended.document["rows"] == 1
    assert "NaN" not in ended.out


def test_the_confusion_matrix_counts_every_row(neurona, model, mixed):
    found = neurona("evaluate", model, mixed(), "--json").document
    confusion = np.array(found["confusion"])
    assert confusion.sum() == found["rows"]
    assert confusion.shape == (len(found["classes"]),) * 2
    assert np.trace(confusion) / found["rows"] == found["metrics"]["accuracy"]
    shown = neurona("evaluate", model, mixed()).out
    assert "recall" in shown
    assert "precision" in shown
