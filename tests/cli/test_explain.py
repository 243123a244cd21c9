"""``neurona explain``: from the command line to every output."""

import json

import pytest

from neurona.messages import use_language
from neurona.show.notation.box import text_width

WEIGHTS = {
    "dense_1.weight": [[0.1, 0.3], [0.2, 0.4]],
    "dense_1.bias": [0.1, -0.1],
    "dense_2.weight": [[0.5], [-0.5]],
    "dense_2.bias": [0.2],
}

BY_HAND = (
    "explain", "--network", "2-2-1", "--activation", "sigmoid", "--output",
    "identity", "--loss", "mse", "--input", "1,0", "--target", "1", "--optimizer",
    "sgd", "--learning-rate", "0.1",
)  # fmt: skip


@pytest.fixture(autouse=True)
def english():
    use_language("en")
    yield
    use_language("en")


@pytest.fixture
def weights(tmp_path):
    path = tmp_path / "weights.json"
    path.write_text(json.dumps(WEIGHTS))
    return path


@pytest.fixture
def model(train_once, tmp_path):
    return train_once(tmp_path / "iris.safetensors", "iris")


def test_a_step_by_hand_is_one_json_document(neurona, weights):
    ended = neurona(*BY_HAND, "--weights", weights, "--format", "json")
    found = ended.document
    assert ended.code == 0
    assert found["loss"] == pytest.approx(0.64)
    assert found["loss_after"] == pytest.approx(0.2845803795)
    assert list(found)[:4] == ["kind", "version", "input", "target"]


def test_a_step_by_hand_is_shown_on_the_terminal(neurona, weights):
    ended = neurona(*BY_HAND, "--weights", weights)
    assert "a₁⁽¹⁾ = σ(z₁⁽¹⁾) = σ(0.2) = 0.54983" in ended.out
    assert "w₁₁⁽²⁾ ← 0.5 − 0.1 · (−0.87973) = 0.58797" in ended.out
    assert "+ −" not in ended.out


def test_digits_are_the_reader_s_choice(neurona, weights):
    ended = neurona(*BY_HAND, "--weights", weights, "--digits", "3")
    assert "σ(0.2) = 0.55" in ended.out
    assert "0.54983" not in ended.out


def test_details_show_what_is_folded(neurona, weights):
    plain = neurona(*BY_HAND, "--weights", weights)
    whole = neurona(*BY_HAND, "--weights", weights, "--details")
    assert "Measured: (L(w + h) − L(w − h)) / 2h." not in plain.out
    assert "Measured: (L(w + h) − L(w − h)) / 2h." in whole.out


def test_a_step_speaks_spanish_in_its_page(neurona, weights):
    ended = neurona(*BY_HAND, "--weights", weights, "--format", "html", "--lang", "es")
    assert '<html lang="es"' in ended.out


@pytest.mark.parametrize(
    ("name", "begins"),
    [("step.html", "<!"), ("step.tex", "\\documentclass"), ("step.json", "{"),
     ("step.txt", "One training step")],
)  # fmt: skip
def test_the_file_s_name_decides_the_format(neurona, weights, tmp_path, name, begins):
    out = tmp_path / name
    ended = neurona(*BY_HAND, "--weights", weights, "--out", out)
    assert (ended.code, ended.out) == (0, "")
    assert out.read_text(encoding="utf-8").lower().startswith(begins.lower())


def test_without_weights_a_seed_draws_them(neurona):
    found = [
        neurona(*BY_HAND, "--seed", seed, "--format", "json").document
        for seed in (1, 1, 2)
    ]
    assert found[0] == found[1] != found[2]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"dense_1.weight": [[1]]}', "must have shape (2, 2), not (1, 1)"),
        ('{"dense_1.wieght": [[1]]}', "did you mean dense_1.weight"),
        ("{}", "the weights lack dense_1.weight; wanted are dense_1.weight (2, 2)"),
        ('{"dense_1.weight": "x"}', "must have shape (2, 2)"),
        ("[1]", "cannot be read"),
        ("{nonsense", "no JSON that can be read"),
        ("missing.json", "cannot be read"),
    ],
)
def test_weights_that_do_not_fit_say_what_is_wanted(neurona, text, message):
    ended = neurona(*BY_HAND, "--weights", text)
    assert ended.code == 2
    assert message in ended.error


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "say what to explain"),
        (("--network", "2-x"), "a network is written as its sizes"),
        (("--network", "2-2-1"), "needs a sample: --input 1,0 --target 1"),
        (("--network", "2-1", "--input", "1,a", "--target", "1"), "not '1,a'"),
        (("--average", "0.9"), "needs both"),
        (("w**2", "--at", "w"), "a point is written as x=1"),
        (("w**2", "--at", "w=1", "--optimizer", "adan"), "did you mean adam"),
        (("w**2", "--at", "w=1", "--set", "beta"), "written as NAME=VALUE"),
        (("w**2", "--at", "w=1", "--format", "pdf"), "unknown format 'pdf'"),
        (("w**2", "--at", "w=1", "--digits", "0"), "digits are from 1 to 17"),
        (("w**2", "--convention", "diagonal"), "unknown convention"),
        (("--cost", "--symbols"), "one view at a time: --symbols or --cost"),
        (("--lesson", "loop"), "did you mean loops"),
        (("--blank", "--seeds", "9:1"), "seeds are written as 1:30"),
        (("m.safetensors", "iris", "--row", "0"), "there is no model file"),
        (("--at-step", "3"), "a step is replayed of a model"),
        (("--flow",), "say which model and which table"),
    ],
)
def test_a_wrong_call_is_told_in_one_sentence(neurona, arguments, message):
    ended = neurona("explain", *arguments)
    assert ended.code == 2
    assert message in ended.error


def test_a_sample_that_does_not_fit_is_told_as_wrong_data(neurona):
    ended = neurona("explain", "--network", "2-1", "--input", "1", "--target", "1")
    assert ended.code == 1
    assert "this network reads 2" in ended.error


def test_an_output_never_replaces_what_is_read(neurona, weights):
    ended = neurona(*BY_HAND, "--weights", weights, "--out", weights)
    assert ended.code == 2
    assert json.loads(weights.read_text()) == WEIGHTS


def test_optimizers_are_followed_on_an_expression(neurona):
    ended = neurona(
        "explain", "w**2", "--at", "w=1", "--optimizer", "adam", "--steps", "3",
        "--format", "json",
    )  # fmt: skip
    after = [step["after"]["w"] for step in ended.document["steps"]]
    assert after == pytest.approx([0.9000000005, 0.8004122287, 0.7015862729], rel=1e-9)


def test_an_average_is_explained(neurona):
    ended = neurona("explain", "--average", "0.9", "--series", "30,28,31,29,33")
    assert "V₅ = 0.9 · 10.145 + 0.1 · 33 = 12.43" in ended.out


def test_an_expression_is_explained_at_a_point(neurona):
    ended = neurona("explain", "exp(sin(x**2))", "--at", "x=1", "--format", "json")
    assert ended.document["value"] == pytest.approx(2.3197768247)


@pytest.mark.parametrize(
    "text", ["+".join("x" * 150), "sin(" * 100 + "x" + ")" * 100, "x" + " " * 5000]
)
def test_a_long_expression_is_no_file(neurona, tmp_path, text):
    (tmp_path / "out.json").write_text("{}")
    ended = neurona("explain", text, "--at", "x=1", "--out", tmp_path / "out.json")
    assert ended.code == 0
    record = json.loads((tmp_path / "out.json").read_text())
    assert record["gradients"]["x"] == pytest.approx(record["checks"]["x"], rel=1e-6)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("(" * 60_000 + "x", "--at", "x=1"), "is never closed"),
        (("sin(" * 20_000 + "x" + ")" * 20_000,), "more than 10000 operations"),
        (("(" * 60_000 + "x", "--symbols"), "there is no model file"),
        (("(" * 60_000 + "x", "iris"), "there is no model file"),
        (("x" * 60_000, "--at", "x=1"), "may have 60 letters"),
        (("x", "--at", "x" * 60_000), "a point is written as x=1"),
    ],
)
def test_what_is_far_too_long_is_refused_in_few_words(neurona, arguments, said):
    ended = neurona("explain", *arguments)
    assert ended.code == 2
    assert said in ended.error
    assert len(ended.err) < 1000


@pytest.mark.parametrize(
    "arguments",
    [
        ("-x**2", "--at", "x=2"),
        ("--", "-x**2", "--at", "x=2"),
        ("--at", "x=2", "--", "-x**2"),
    ],
)
def test_an_expression_may_begin_with_a_minus(neurona, arguments):
    ended = neurona("explain", *arguments)
    assert ended.code == 0
    assert "At x = 2: f(x) = −4." in ended.out


def test_a_row_of_a_model_is_explained(neurona, model):
    found = neurona("explain", model, "iris", "--row", "3", "--format", "json").document
    assert found["rows"] == [3]
    assert len(found["input"]) == 4
    assert found["target"] == 0
    asked = ("explain", model, "iris", "--row", "3", "--matrices", "--format", "json")
    assert neurona(*asked).document["row"] == 3
    shown = neurona("explain", model, "iris", "--row", "3", "--largest", "3").out
    assert "One training step on row 3" in shown
    assert "petal length (cm)" in shown
    assert "The true class is setosa" in shown


def test_a_mini_batch_of_a_model_is_explained(neurona, model):
    found = neurona(
        "explain", model, "iris", "--rows", "0:4", "--format", "json"
    ).document
    assert found["rows"] == [0, 1, 2, 3]
    assert sum(found["row_losses"]) / 4 == pytest.approx(found["loss"])
    shown = neurona("explain", model, "iris", "--rows", "50,0")
    assert "One training step on rows 50, 0" in shown.out


@pytest.mark.parametrize(
    ("data", "arguments", "message"),
    [
        ("iris", ("--row", "150"), "there is no row 150: iris has 150 rows"),
        ("iris", ("--rows", "149:152"), "there is no row 150"),
        ("iris", ("--rows", "4:4"), "rows are written as 0:4"),
        ("iris", ("--row", "1", "--rows", "0:4"), "not both"),
        ("wine", ("--row", "1"), "are not those of the model"),
        ("iris", ("--row", "1", "--layer", "dens_1"), "did you mean dense_1"),
        ("iris", ("--at-step", "100000"), "steps, counted from 1"),
        ("iris", ("--at-step", "2", "--test", "0.3"), "not those that trained"),
        ("iris", ("--at-step", "2", "--row", "1"), "has its own rows"),
    ],
)
def test_rows_and_steps_that_there_are_not_are_refused(
    neurona, model, data, arguments, message
):
    ended = neurona("explain", model, data, *arguments)
    assert ended.code in (1, 2)
    assert message in ended.error


def test_a_row_without_a_target_cannot_be_explained(neurona, train, tmp_path):
    path = tmp_path / "holes.csv"
    lines = [f"{i % 7},{i % 5},{i % 2}" for i in range(60)]
    path.write_text("\n".join(["a,b,y", *lines, "1,2,"]) + "\n")
    model = tmp_path / "m.safetensors"
    assert train(path, "--target", "y", "--quiet", "--out", model).code == 0
    ended = neurona("explain", model, path, "--row", "60")
    assert "row 60 of" in ended.error
    assert "has no target" in ended.error


def test_a_step_of_the_run_is_replayed(neurona, model):
    found = neurona(
        "explain", model, "iris", "--at-step", "5", "--format", "json"
    ).document
    assert found["replayed"] == 5
    assert found["optimizer"]["step"] == 5
    shown = neurona("explain", model, "iris", "--at-step", "5", "--which-rows").out
    assert "Which rows moved the loss at step 5" in shown


def test_model_and_checkpoint_tell_the_split_of_their_run(neurona, train, tmp_path):
    model, folder = tmp_path / "m.safetensors", tmp_path / "run"
    train("iris", "--quiet", "--out", model, "--test", "0.3", "--checkpoint", folder)
    asked = ("explain", model, "iris", "--at-step", "2")
    assert neurona(*asked).code == 0
    assert neurona(*asked, "--checkpoint", folder).code == 0
    assert "not those that trained" in neurona(*asked, "--test", "0.2").error


@pytest.mark.parametrize(
    ("name", "shown"),
    [("perceptron", "Why the perceptron stops"), ("shapes", "the shapes")],
)
def test_a_lesson_is_given_by_its_name(neurona, name, shown):
    ended = neurona("explain", "--lesson", name)
    assert ended.code == 0
    assert shown in ended.out


def test_an_unknown_lesson_offers_the_nearest(neurona):
    assert "perceptron" in neurona("explain", "--lesson", "perceptrón").error


def test_a_script_in_a_column_name_is_inert(neurona, train, tmp_path):
    path, model = tmp_path / "evil.csv", tmp_path / "m.safetensors"
    lines = [f"{i % 7},{i % 5},{i % 2}" for i in range(60)]
    path.write_text("\n".join(["<script>alert(1)</script>,b,y", *lines]) + "\n")
    train(path, "--target", "y", "--quiet", "--out", model)
    ended = neurona("explain", model, path, "--row", "0", "--format", "html")
    assert ended.code == 0
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in ended.out
    assert "<script" not in ended.out


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (("--matrices",), "in matrices"),
        (("--symbols",), "in symbols"),
        (("--cost",), "costs"),
        (("--picture",), "The graph of the loss"),
    ],
)
def test_a_network_by_hand_has_other_views(neurona, weights, arguments, shown):
    ended = neurona(*BY_HAND, "--weights", weights, *arguments)
    assert ended.code == 0
    assert shown in ended.out


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (("--errata", "tanh"), "Printed in S2, line 964"),
        (("--blank", "--seeds", "1:2"), "2 exercises"),
        (("--lesson", "linear-stack"), "multiplied out"),
        (("--lesson", "loops"), "Loops against matrices"),
        (("--lesson", "variance"), "variance"),
        (("--lesson", "shapes", "--answers"), "2 × 3"),
        (("--lesson", "remaining"), "still have to compute"),
    ],
)
def test_lessons_need_no_model(neurona, arguments, shown):
    ended = neurona("explain", *arguments)
    assert ended.code == 0
    assert shown in ended.out


@pytest.mark.parametrize(
    ("view", "arguments", "message"),
    [
        ("--flow", ("--row", "3"), "--row has no use for --flow: leave it out"),
        ("--flow", ("--at-step", "3"), "--at-step has no use for --flow"),
        ("--flow", ("--test", "0.2"), "--test has no use for --flow"),
        ("--prediction", ("--rows", "0:4"), "--rows has no use for --prediction"),
        ("--matrices", ("--largest", "3"), "--largest has no use for --matrices"),
        ("--symbols", ("--row", "3"), "--row has no use for --symbols"),
        ("--cost", ("--convention", "columns"), "--convention has no use for --cost"),
        ("--picture", ("--weight", "x"), "--weight has no use for --picture"),
        ("--blank", ("--seeds", "1"), "MODEL has no use for --blank"),
        ("--row", ("3", "--weights", "{}"), "--weights has no use for a step of a"),
        ("--row", ("3", "--at", "x=1"), "--at has no use for a step of a model"),
        ("--at-step", ("3", "--loss", "mse"), "--loss has no use for a replayed step"),
        ("--network", ("2-2-1",), "MODEL has no use for a network by hand"),
        ("--series", ("1,2", "--average", "0.9"), "MODEL has no use for a moving"),
    ],
)
def test_an_option_that_would_change_nothing_is_refused(
    neurona, model, view, arguments, message
):
    ended = neurona("explain", model, "iris", view, *arguments)
    assert ended.code == 2
    assert message in ended.error


@pytest.mark.parametrize("lesson", ["loops", "remaining"])
def test_a_lesson_refuses_what_it_has_no_use_for(neurona, lesson):
    ended = neurona("explain", "--lesson", lesson, "--convention", "columns")
    assert ended.code == 2
    assert "unknown option of the lesson" in ended.error


def test_an_expression_refuses_the_options_of_a_network(neurona):
    ended = neurona("explain", "x^2", "--at", "x=1", "--row", "3")
    assert "--row has no use for an expression" in ended.error


def test_the_flow_is_followed_through_the_training_of_a_model(neurona, model):
    ended = neurona("explain", model, "iris", "--flow", "--through", "--format", "json")
    assert [moment["epoch"] for moment in ended.document["moments"]] == [0, 1, 2, 3]
    refused = neurona("explain", model, "iris", "--flow", "--through", "--test", "0.3")
    assert "not those that trained" in refused.error


@pytest.mark.parametrize(
    "view", [("--flow",), ("--prediction",), ("--prediction", "--row", "3")]
)
def test_a_model_and_its_table_have_other_views(neurona, model, view):
    ended = neurona("explain", model, "iris", *view)
    assert ended.code == 0
    assert ended.out


TALL = " + ".join(f"{n}*x^{n}" for n in range(2, 9))
"""An expression whose derivative is long enough to fill any line."""


def widest(ended):
    assert ended.code == 0
    return max(map(text_width, ended.out.splitlines()))


@pytest.mark.parametrize("columns", ["50", "120"])
def test_text_that_is_no_terminal_s_is_as_wide_as_asked(neurona, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", columns)
    assert (
        int(columns) * 0.7
        < widest(neurona("explain", TALL, "--at", "x=1"))
        <= int(columns)
    )


def test_text_that_is_no_terminal_s_has_88_columns(neurona, monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    assert 80 < widest(neurona("explain", TALL, "--at", "x=1")) <= 88
