"""``neurona info``: layers, training, history and data of a model."""

from neurona.native import engine_available, instruction_set


def test_a_model_tells_what_it_holds(neurona, train):
    train("iris", "--quiet", "--optimizer", "adamw")
    ended = neurona("info", "model.safetensors")
    assert (ended.code, ended.err) == (0, "")
    for part in ("dense_1", "adamw(", "3 epochs", "petal width (cm)", "virginica"):
        assert part in ended.out


def test_names_that_look_like_markup_are_printed_as_they_are(neurona, train, tmp_path):
    rows = [f"{i * 0.37 % 1},{'[/x]' if i % 3 else '[b]'}" for i in range(40)]
    path = tmp_path / "odd.csv"
    path.write_text("[bold]a[/x],y\n" + "\n".join(rows) + "\n")
    train(path, "--quiet")
    ended = neurona("info", "model.safetensors")
    assert ended.code == 0
    assert "[bold]a[/x]" in ended.out


def test_the_program_of_the_training_step_is_printed(neurona, train):
    train("iris", "--quiet", "--optimizer", "adamw")
    ended = neurona("info", "model.safetensors", "--program")
    if not engine_available():
        assert (ended.code, ended.out) == (2, "")
        assert "the native engine" in ended.err
        return
    assert (ended.code, ended.err) == (0, "")
    for part in ("arena", "phase 0", "gather_input", "matmul", "contract_rows", "sqrt"):
        assert part in ended.out


def test_the_engine_says_what_it_uses(neurona):
    ended = neurona("info", "--engine")
    assert ended.code == 0
    if engine_available():
        assert instruction_set() in ended.out
    else:
        assert "not built" in ended.out


def test_without_a_model_the_call_must_be_mended(neurona):
    ended = neurona("info")
    assert ended.code == 2
    assert "neurona info MODEL" in ended.err


def test_reasons_are_told_in_the_language_of_the_reader(neurona):
    neurona(
        "--lang", "es", "train", "iris", "--epochs", "1", "--quality", "fast", "--quiet"
    )
    said = neurona("--lang", "en", "info", "model.safetensors").out
    assert "every cell is a number" in said
    assert "texts with 3 different values" in said
    assert "celda" not in said


def test_the_curves_of_a_history_are_labelled(neurona):
    neurona("train", "iris", "--epochs", "2", "--quality", "fast", "--quiet")
    lines = neurona("info", "model.safetensors").out.splitlines()
    start = lines.index("History")
    assert [line.split()[0] for line in lines[start + 2 : start + 4]] == [
        "loss",
        "validation",
    ]
