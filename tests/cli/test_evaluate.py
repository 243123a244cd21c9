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


CLASSES = "abcdefghij"


@pytest.fixture
def ten(tmp_path):
    rows = [f"{i % 10 + i % 3 / 3},class {CLASSES[i % 10]}" for i in range(400)]
    path = tmp_path / "ten.csv"
    path.write_text("\n".join(["x,y", *rows]) + "\n")
    return path.name


@pytest.mark.parametrize("width", [80, 160])
def test_numbers_of_many_classes_are_never_cut(neurona, train, ten, monkeypatch, width):
    monkeypatch.setenv("COLUMNS", str(width))
    train(ten, "--target", "y", "--quiet")
    found = neurona("evaluate", "model.safetensors", ten, "--json").document
    confusion = np.array(found["confusion"])
    lines = neurona("evaluate", "model.safetensors", ten).out.splitlines()
    assert "…" not in "".join(lines)
    assert max(map(len, lines)) <= width
    for i, word in enumerate(found["classes"]):
        line = next(line for line in lines if line.startswith(f"  {word}"))
        assert f"{confusion[i, i] / confusion[i].sum():.3f}" in line
    wide = any("true ╲ answered" in line for line in lines)
    assert wide == (width == 160)
    np.fill_diagonal(confusion, 0)
    if not wide:
        start = next(i for i, line in enumerate(lines) if "Largest confusions" in line)
        assert lines[start + 4].split()[-1] == str(confusion.max())


def test_rows_that_trained_the_model_are_told_from_others(
    neurona, train, ten, tmp_path
):
    train(ten, "--target", "y", "--quiet", "--quality", "fast")
    said = neurona("evaluate", "model.safetensors", ten).err
    assert "320 of these rows trained the model" in said
    other = ["x,y", *(f"{9 - i % 10},class {CLASSES[i % 10]}" for i in range(400))]
    (tmp_path / "other.csv").write_text("\n".join(other) + "\n")
    assert "trained" not in neurona("evaluate", "model.safetensors", "other.csv").err


def test_cells_of_many_columns_are_noted_with_one_example_each(
    neurona, train, tmp_path
):
    def write(name, mark):
        numbers = [[i % 7 + c / 10 + 0.05 for c in range(9)] for i in range(60)]
        rows = [";".join(f"{n:.2f}".replace(".", mark) for n in row) for row in numbers]
        head = ";".join([*"abcdefgh", "y"])
        (tmp_path / name).write_text("\n".join([head, *rows]) + "\n")

    write("commas.csv", ",")
    write("dots.csv", ".")
    train("commas.csv", "--target", "y", "--quiet")
    notes = neurona("predict", "model.safetensors", "dots.csv").err
    assert notes.count("rows are counted") == 1
    assert notes.count("in row 2") == 8
    assert "in row 3" not in notes
