"""``neurona explain``: from the command line to every output."""

import json

import pytest

from neurona.show.notation.box import text_width

WEIGHTS = {
    "dense_1.weight": [[0.1, 0.3], [0.2, 0.4]],
    "dense_1.bias": [0.1, -0.1],
    "dense_2.weight": [[0.5], [-0.5]],
    "dense_2.bias": [0.2],
}

BY_HAND = (
    "explain", "2-2-1", "--activation", "sigmoid", "--output",
    "identity", "--loss", "mse", "--input", "1,0", "--target", "1", "--optimizer",
    "sgd", "--learning-rate", "0.1",
)  # fmt: skip


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
        (("symbols",), "say of what: neurona explain 2-2-1 symbols"),
        (("2-0-1", "cost"), "a network is written as its sizes"),
        (("2-2-1",), "needs a sample: --input 1,0 --target 1"),
        (("3-1", "matrices"), "needs a sample: --input 1,0,1 --target 1"),
        (("2-1", "--input", "1,a", "--target", "1"), "not '1,a'"),
        (("w**2", "--at", "w"), "a point is written as x=1"),
        (("w**2", "--at", "w=1", "--optimizer", "adan"), "did you mean adam"),
        (("w**2", "--at", "w=1", "--set", "beta"), "written as NAME=VALUE"),
        (("w**2", "--at", "w=1", "--format", "pdf"), "unknown format 'pdf'"),
        (("w**2", "--at", "w=1", "--digits", "0"), "digits are from 1 to 17"),
        (("2-1", "matrices", "--convention", "diagonal", "--input", "1,1", "--target",
          "1"), "unknown convention"),
        (("2-2-1", "cost", "symbols"), "unknown view 'cost'"),
        (("m.safetensors", "iris", "--row", "0"), "there is no model file"),
        (("./step", "iris"), "there is no model file step"),
        (("model", "iris"), "there is no model file model"),
        (("m.safetensors", "--row", "3"), "there is no model file"),
        (("m.safetensors", "flow"), "there is no model file"),
    ],
)  # fmt: skip
def test_a_wrong_call_is_told_in_one_sentence(neurona, arguments, message):
    ended = neurona("explain", *arguments)
    assert ended.code == 2
    assert message in ended.error


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("2-2-1", "matrises"), "unknown view 'matrises'; did you mean matrices?"),
        (("m.safetensors", "iris", "stap"), "unknown view 'stap'; did you mean step?"),
        (("m.safetensors", "symbol"), "unknown view 'symbol'; did you mean symbols?"),
        (("2-2-1", "iris"), "unknown view 'iris'; choose one of step, matrices"),
        (("x^2", "flow"), "an expression has no view flow; choose one of derivative"),
        (("perceptorn",), "did you mean neurona learn perceptron"),
        (("iris",), "a model comes before it: neurona explain model.safetensors iris"),
        (("zzzz",), "no file, no lesson and no topic; an expression needs a value"),
        (("tanh",), 'at a point: neurona explain "tanh(x)" --at x=1'),
        (("mish",), 'at a point: neurona explain "mish(x)" --at x=1'),
        (("softmax",), "softmax is a topic of the notes: neurona notes softmax"),
    ],
)
def test_an_unknown_word_offers_the_nearest(neurona, arguments, message):
    ended = neurona("explain", *arguments)
    assert ended.code == 2
    assert message in ended.error


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("2-2-1", "matrises"), "¿quisiste decir matrices?"),
        (("2-2-1", "simbolo"), "¿quisiste decir símbolos?"),
        (("perceptorn",), "neurona learn perceptrón"),
        (("x^2", "--row", "3"), "--row"),
        (("2-2-1", "--rows", "0:4"), "una red a mano no tiene --rows: quítalo"),
    ],
)
def test_so_it_does_in_spanish(neurona, arguments, message):
    ended = neurona("explain", *arguments, "--lang", "es")
    assert ended.code == 2
    assert message in ended.error


@pytest.mark.parametrize(
    "words", [("cost", "2-2-1"), ("2-2-1", "costo"), ("2-2-1", "COST")]
)
def test_a_view_may_stand_anywhere_and_in_spanish(neurona, words):
    ended = neurona("explain", *words, "--format", "json")
    assert ended.document["kind"] == "cost"


def test_the_last_word_that_names_a_view_is_the_view(neurona, train_once, tmp_path):
    train_once(tmp_path / "step", "iris")
    ended = neurona("explain", "./step", "iris", "cost", "--format", "json")
    assert "--format=json" not in ended.err
    assert neurona("explain", "./step", "iris", "--format", "json").document["loss"] > 0
    assert neurona("explain", "./step", "cost").code == 0


def test_a_word_that_names_a_lesson_gives_the_lesson(neurona):
    asked = neurona("explain", "perceptron", "--points", "and")
    assert asked.code == 0
    assert asked.out == neurona("learn", "perceptron", "--points", "and").out


def test_a_sample_that_does_not_fit_is_told_as_wrong_data(neurona):
    ended = neurona("explain", "2-1", "--input", "1", "--target", "1")
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
    ended = neurona("explain", "30,28,31,29,33", "average", "--beta", "0.9")
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
        (("(" * 60_000 + "x", "symbols"), "an expression has no view symbols"),
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
    asked = ("explain", model, "iris", "matrices", "--row", "3", "--format", "json")
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
        ("iris", ("--rows", "149:9999999999999"), "there is no row 150"),
        ("iris", ("--rows", "4:4"), "rows are written as 0:4"),
        ("iris", ("--row", "1", "--rows", "0:4"), "not both"),
        ("wine", ("--row", "1"), "are not those of the model"),
        ("iris", ("--row", "1", "--layer", "dens_1"), "did you mean dense_1"),
    ],
)
def test_rows_that_there_are_not_are_refused(neurona, model, data, arguments, message):
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
        (("matrices",), "in matrices"),
        (("symbols",), "in symbols"),
        (("cost",), "costs"),
        (("picture",), "The graph of the loss"),
    ],
)
def test_a_network_by_hand_has_other_views(neurona, weights, arguments, shown):
    ended = neurona(*BY_HAND, "--weights", weights, *arguments)
    assert ended.code == 0
    assert shown in ended.out


@pytest.mark.parametrize(
    ("view", "arguments", "message"),
    [
        ("flow", ("--row", "3"), "the view flow has no --row: leave it out; step"),
        ("flow", ("--checkpoint", "d"), "leave it out; neurona replay has it"),
        ("prediction", ("--rows", "0:4"), "the view prediction has no --rows"),
        ("matrices", ("--largest", "3"), "step, neurona replay have it"),
        ("symbols", ("--row", "3"), "step, matrices, picture, prediction have it"),
        ("cost", ("--convention", "columns"), "step, matrices, neurona replay have"),
        ("picture", ("--weight", "x"), "step, symbols, neurona replay have it"),
        ("step", ("--weights", "{}"), "a model has no --weights: leave it out; a netw"),
        ("step", ("--at", "x=1"), "the view step has no --at: leave it out; deriv"),
        ("step", ("--count", "3"), "neurona exercise has it"),
        ("step", ("--rwo", "3"), "unknown option of the view step '--rwo'; did you me"),
    ],
)
def test_an_option_that_a_view_does_not_have_names_what_has_it(
    neurona, model, view, arguments, message
):
    ended = neurona("explain", model, "iris", view, *arguments)
    assert ended.code == 2
    assert message in ended.error


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("2-2-1", "--rows", "0:4"),
            "a network by hand has no --rows: leave it out; a",
        ),
        (("x^2", "--at", "x=1", "--row", "3"), "the view derivative has no --row"),
        (("1,2,3", "--at", "x=1"), "the view average has no --at"),
    ],
)
def test_an_option_of_another_subject_is_refused(neurona, arguments, message):
    ended = neurona("explain", *arguments)
    assert ended.code == 2
    assert message in ended.error


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("--network 2-2-1 --input 1,0 --target 1 --matrices",
         "neurona explain 2-2-1 matrices --input 1,0 --target 1"),
        ("m.safetensors iris --prediction --row 3",
         "neurona explain m.safetensors iris prediction --row 3"),
        ("m.safetensors iris --at-step 5 --which-rows",
         "neurona replay m.safetensors iris 5 --which-rows"),
        ("--blank --seeds 1:30 --out e.html",
         "neurona exercise 2-2-1 --seed 1 --count 30 --out e.html"),
        ("--errata tanh", "neurona notes tanh"),
        ("--help --network 2-2-1 --cost", "neurona explain 2-2-1 cost --help"),
        ("2-2-1 --network 2-2-1 --matrices", "neurona explain 2-2-1 matrices"),
        ("--expression w^2 --at w=1", "neurona explain 'w^2' --at w=1"),
        ("2-2-1 --html x.html", "neurona explain 2-2-1 --out x.html"),
        ("--lesson linear-stack --network 2-3-1",
         "neurona learn linear-stack --network 2-3-1"),
        ("--average 0.9 --series 30,28,31",
         "neurona explain 30,28,31 average --beta 0.9"),
        ("m.safetensors iris --flow --through",
         "neurona explain m.safetensors iris flow --through"),
    ],
)  # fmt: skip
def test_old_flags_answer_with_the_new_words(neurona, arguments, words):
    ended = neurona("explain", *arguments.split())
    assert ended.code == 2
    assert ended.error == f"error: this is now written: {words}"


def test_the_flow_is_followed_through_the_training_of_a_model(neurona, model):
    ended = neurona("explain", model, "iris", "flow", "--through", "--format", "json")
    assert [moment["epoch"] for moment in ended.document["moments"]] == [0, 1, 2, 3]
    refused = neurona("explain", model, "iris", "flow", "--through", "--test", "0.3")
    assert "not those that trained" in refused.error


@pytest.mark.parametrize(
    "view", [("flow",), ("prediction",), ("prediction", "--row", "3")]
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


@pytest.mark.parametrize("subject", ["./step", "nohay.safetensors"])
@pytest.mark.parametrize("rest", [(), ("iris",), ("cost",)])
def test_a_model_that_is_not_there_is_what_is_said(neurona, tmp_path, subject, rest):
    (tmp_path / "z.safetensors").touch()
    ended = neurona("explain", subject, *rest)
    assert ended.code == 2
    assert "there is no model file" in ended.error
    assert "z.safetensors" not in ended.error


@pytest.mark.parametrize("name", ["page.pdf", "page.docx"])
def test_an_ending_that_no_format_has_is_refused(neurona, tmp_path, name):
    ended = neurona(*BY_HAND, "--out", name)
    assert ended.code == 2
    assert "no format ends in" in ended.error
    assert ".html" in ended.error
    assert "--format" in ended.error
    assert not (tmp_path / name).exists()
    assert neurona(*BY_HAND, "--out", name, "--format", "text").code == 0


def test_a_model_alone_needs_its_table(neurona, tmp_path):
    (tmp_path / "z.safetensors").touch()
    assert "add the table's file" in neurona("explain", "z.safetensors").error


@pytest.mark.parametrize("name", ["lbfgs", "cg", "gradient_descent", "LBFGS"])
def test_a_solver_is_told_from_an_optimizer(neurona, name):
    ended = neurona("explain", "w^2", "descent", "--at", "w=1", "--optimizer", name)
    assert ended.code == 2
    assert "is a solver: it chooses its steps by itself" in ended.error
    assert "adamw" in ended.error


def test_what_is_no_number_of_a_series_is_pointed_at(neurona):
    ended = neurona("explain", "1,2, x", "average")
    assert ended.code == 2
    assert ended.err.splitlines()[1:] == ["  1,2, x", "       ^"]


def test_a_constant_is_called_one(neurona):
    assert "the expression is a constant" in neurona("explain", "2").out
    assert "is its variable" in neurona("explain", "x", "--at", "x=1").out


@pytest.mark.parametrize(
    ("typed", "meant"), [("x=0,5", "x=0.5"), ("x=0,5,y=2,5", "x=0.5,y=2.5")]
)
def test_a_decimal_comma_is_recognized(neurona, typed, meant):
    assert meant in neurona("explain", "x^2", "--at", typed).error


@pytest.mark.parametrize("command", ["explain", "exercise"])
def test_where_a_page_was_written_is_told(neurona, command):
    call = BY_HAND if command == "explain" else ("exercise", "2-2-1")
    ended = neurona(*call, "--out", "page.html")
    assert (ended.out, ended.err) == ("", "written to page.html\n")
    ended = neurona(*call, "--out", "page.html", "--lang", "es")
    assert ended.err == "escrito en page.html\n"
    assert neurona(*call, "--format", "json").err == ""
