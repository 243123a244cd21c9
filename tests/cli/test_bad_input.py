"""Every wrong call and every bad file ends in one clear sentence; nothing is lost."""

import pytest

from neurona.messages import use_language

BINARY = bytes(range(256)) * 8
HEADER_AND = "x,y\n"

FAULTS = {
    "empty.csv": (b"", "is empty"),
    "header.csv": (b"x,y\n", "no rows"),
    "ragged.csv": (b"x,y\n1,a\n2\n3,b\n", "line 3 of 'ragged.csv' has 1 column "),
    "binary.csv": (BINARY, "is not a text file"),
    "broken.csv.gz": (BINARY, "gzip"),
    "broken.parquet": (BINARY, "Parquet"),
    "one.csv": (b"x,y\n1,a\n", "one row"),
    "single.csv": (b"x,y\n1,a\n2,a\n3,a\n", "single class"),
    "none.csv": (b"x,y\n1,\n2,\n3,\n", "has no values"),
    "infinite.csv": (b"x,y\n1,a\ninf,b\n3,a\n4,b\n", "infinity in row 3"),
    "huge.csv": (b"x,y\n1,a\n1e300,b\n3,a\n4,b\n", "float64"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_bad_file_fails_with_one_sentence(train, tmp_path, name):
    content, words = FAULTS[name]
    (tmp_path / name).write_bytes(content)
    ended = train(tmp_path / name, "--target", "y")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.splitlines()[:-1] == [f"reading {tmp_path / name} …"]
    assert words in ended.error
    assert name in ended.error or "'y'" in ended.error
    assert not (tmp_path / "model.safetensors").exists()


def test_numbers_beyond_single_precision_train_in_double(train, tmp_path):
    rows = [f"{i}e299,{'ab'[i % 2]}" for i in range(1, 30)]
    (tmp_path / "huge.csv").write_text("x,y\n" + "\n".join(rows) + "\n")
    assert train(tmp_path / "huge.csv", "--dtype", "float64", "--quiet").code == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("--task foo", "unknown task 'foo'"),
        ("--task regression", "holds texts"),
        ("--hidden 0", "whole numbers of at least 1"),
        ("--hidden 8,x", "whole numbers of at least 1"),
        ("--hidden 1000000,1000000", "use fewer or smaller layers"),
        ("--activation reluu", "did you mean relu"),
        ("--output-activation foo", "unknown activation"),
        ("--output-activation sigmoid", "softmax"),
        ("--loss mse", "loss over numbers"),
        ("--loss cross_entropi", "did you mean cross_entropy"),
        ("--initializer foo", "unknown initializer"),
        ("--optimizer adamm", "did you mean adam"),
        ("--optimizer lbfgs", "lbfgs is offered in Python alone"),
        ("--optimizer Gradient-Descent", "optimizer='gradient_descent'"),
        ("--learning-rate 0", "--learning-rate"),
        ("--learning-rate nan", "--learning-rate"),
        ("--learning-rate x", "--learning-rate"),
        ("--schedule foo", "unknown schedule"),
        ("--momentum 1.5", "momentum"),
        ("--momentum 0.9 --optimizer adam", "adam has no momentum"),
        ("--l1 -1", "l1 must be"),
        ("--l2 nan", "l2 must be"),
        ("--dropout 1", "[0, 1)"),
        ("--batch-size 0", "--batch-size must be"),
        ("--epochs 0", "epochs"),
        ("--patience -1", "patience"),
        ("--validation 1", "validation"),
        ("--validation 0.5 --test 0.5", "leave nothing for training"),
        ("--seed -1", "seed must be a whole number in [0, 2⁶³ − 1], not -1"),
        (f"--seed {10**19}", "seed must be a whole number in [0, 2⁶³ − 1]"),
        ("--dtype float16", "did you mean"),
        ("--engine foo", "unknown engine"),
        ("--out no/such/model.safetensors", "does not exist"),
        ("--out .", "it is a folder"),
        ("--checkpoint no/such/folder", "does not exist"),
        ("--resume", "--checkpoint"),
        ("--target petal_width", "unknown target column"),
        ("--bogus", "--bogus"),
        ("--lang fr", "unknown language"),
    ],
)
def test_a_wrong_call_is_told_before_anything_is_printed(train, tmp_path, arguments,
                                                         words):  # fmt: skip
    ended = train("iris", *arguments.split())
    assert (ended.code, ended.out) == (2, "")
    assert words in ended.error
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("train",), "DATA"),
        (("train", "iriss"), "did you mean iris"),
        (("train", "none.csv"), "there is no file"),
        (("fit", "iris"), "fit"),
        (("info", "none.safetensors"), "there is no model file"),
        (("predict", "none.safetensors", "iris"), "there is no model file"),
        (("evaluate", "none.safetensors", "iris"), "there is no model file"),
    ],
)
def test_what_does_not_exist_is_a_wrong_call(neurona, arguments, words):
    ended = neurona(*arguments)
    assert (ended.code, ended.out) == (2, "")
    assert words in ended.error


def test_the_data_are_never_overwritten_by_the_model(train, numbers):
    before = numbers.read_bytes()
    ended = train(numbers, "--target", "y", "--out", numbers)
    assert ended.code == 2
    assert numbers.read_bytes() == before


def test_no_command_shows_the_help(neurona):
    ended = neurona()
    assert ended.code == 2
    assert "train" in ended.out


@pytest.mark.parametrize("command", ["info", "predict", "evaluate"])
@pytest.mark.parametrize("fault", ["cut", "flipped", "text", "folder"])
def test_a_damaged_model_is_refused(neurona, train, tmp_path, command, fault):
    train("xor", "--quiet", "--validation", "0", "--test", "0")
    path = tmp_path / "model.safetensors"
    whole = path.read_bytes()
    if fault == "cut":
        path.write_bytes(whole[:-1])
    elif fault == "flipped":
        path.write_bytes(whole[:-9] + bytes([whole[-9] ^ 1]) + whole[-8:])
    elif fault == "text":
        path.write_text("not a model")
    else:
        path = tmp_path
    ended = neurona(command, path, *(["xor"] if command != "info" else []))
    assert (ended.code, ended.out) == (1, "")
    assert str(path) in ended.error


def test_a_traceback_is_shown_with_debug_alone(train):
    assert "Traceback" not in train("iris", "--task", "foo").err
    assert "Traceback" in train("iris", "--task", "foo", "--debug").err


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_other_encodings_and_decimal_commas_are_read_with_a_note(train, tmp_path,
                                                                 encoding):  # fmt: skip
    rows = [f"{i},{i % 7};{'sí' if i % 2 else 'no'}" for i in range(40)]
    path = tmp_path / "points.csv"
    path.write_text("größe;antwort\n" + "\n".join(rows) + "\n", encoding)
    found = train(path, "--json").document
    assert found["classes"] == ["no", "sí"]
    assert any("decimal commas" in note for note in found["notes"])
    assert any("';'" in note for note in found["notes"])


@pytest.mark.parametrize("arguments", [("--lang",), ("learn", "--lang"), ("--lang=",)])
def test_the_language_needs_a_value(neurona, arguments):
    ended = neurona(*arguments)
    assert ended.code == 2
    assert ended.error == "error: --lang needs a value: en, es"


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("option", ["--learning-rate", "--steps"])
def test_a_setting_is_called_as_its_option(neurona, language, option):
    call = ("explain", "w^2", "descent", "--at", "w=1", option, "-1")
    ended = neurona(*call, "--lang", language)
    assert ended.code == 2
    assert ended.err.startswith(f"error: {option} ")


def test_a_language_that_there_is_not_is_told_in_the_reader_s():
    with use_language("es"), pytest.raises(ValueError, match="no hay mensajes"):
        use_language("fr")
