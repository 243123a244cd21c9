"""Worksheets: the key is the reference's, the blanks hide it, the seed decides."""

import re
import shutil
import subprocess

import numpy as np
import pytest

from neurona.course.worksheets import make_worksheets, practice_step
from neurona.course.worksheets.exercise import SLOPE
from neurona.errors import OptionError
from neurona.messages import use_language
from neurona.show.notation import Blank, Call, Symbol, format_number
from neurona.show.page import to_html
from tests.explain.term_values import value_of

# Sums of a few products of numbers near 1, in another order than the reference's.
BY_HAND = 1e-12


@pytest.fixture(scope="module")
def thirty():
    return make_worksheets()


def blanks(part):
    """Numbers that are asked for, in the order of the page."""
    if isinstance(part, Blank):
        return [part.answer.value]
    if isinstance(part, tuple | list):
        return [value for inner in part for value in blanks(inner)]
    return [v for inner in vars(part).values() for v in blanks(inner)] if hasattr(
        part, "__dataclass_fields__"
    ) else []  # fmt: skip


def by_hand(step):
    """A 2-2-1 step with sigmoid, identity, squared error and gradient descent."""
    feeds = step.numbers.feeds
    W1, b1 = feeds["dense_1.weight"], feeds["dense_1.bias"]
    W2, b2 = feeds["dense_2.weight"], feeds["dense_2.bias"]
    x = feeds["x"][0]
    (y,) = (float(v[0].item()) for k, v in feeds.items() if k.startswith("target/"))

    def forward(W1, b1, W2, b2):
        z1 = x @ W1 + b1
        a1 = 1 / (1 + np.exp(-z1))
        z2 = (a1 @ W2 + b2)[0]
        return z1, a1, z2, (z2 - y) ** 2

    z1, a1, z2, loss = forward(W1, b1, W2, b2)
    delta2 = 2 * (z2 - y)
    delta1 = delta2 * W2[:, 0] * a1 * (1 - a1)
    dW1, dW2 = np.outer(x, delta1), a1 * delta2
    new = [
        W1 - 0.5 * dW1,
        b1 - 0.5 * delta1,
        W2 - 0.5 * dW2[:, None],
        b2 - 0.5 * delta2,
    ]
    after = forward(*new)[3]
    table = []
    for grad, value in (
        (dW1.ravel(), new[0].ravel()),
        (delta1, new[1]),
        (dW2, new[2].ravel()),
        ([delta2], new[3]),
    ):
        table += [v for pair in zip(grad, value, strict=True) for v in pair]
    return [*z1, *a1, z2, z2, loss, delta2, *delta1, *table, after]


def test_every_answer_is_what_the_arithmetic_by_hand_gives(thirty):
    for exercise in thirty.exercises:
        assert blanks(exercise.section()) == pytest.approx(
            by_hand(exercise.step), rel=BY_HAND, abs=BY_HAND
        )


def test_the_answers_are_the_worked_steps_own_numbers_bit_for_bit():
    (exercise,) = make_worksheets("3-3-2", seeds=[7], activation="tanh").exercises
    found = exercise.step.to_json()
    asked = blanks(exercise.section())
    wanted = [found["loss"], found["loss_after"]]
    for layer in found["forward"]:
        wanted += [*layer["z"], *layer["a"]]
    for name, gradient in found["gradients"].items():
        wanted += [*np.ravel(gradient), *np.ravel(found["update"][name])]
    assert set(wanted) <= set(asked)


@pytest.mark.parametrize(
    ("network", "options"),
    [
        ("2-2-1", {"output": "sigmoid"}),
        ("2-3-3", {"output": "softmax", "activation": "tanh"}),
        ("3-2-2", {"activation": "relu", "loss": "cross_entropy"}),
        ("2-2-1", {"activation": "heaviside"}),
        ("2-2-1", {"optimizer": "adam"}),
        ("2-1", {"loss": "mae"}),
        ("2-2-2-1", {"activation": "leaky_relu", "optimizer": "momentum"}),
        ("2-2-2", {"output": "sigmoid"}),
    ],
)
def test_other_networks_and_rules_make_exercises_too(network, options):
    (exercise,) = make_worksheets(network, seeds=[3], **options).exercises
    gradients = [float(v) for g in exercise.step.gradients.values() for v in g.ravel()]
    assert set(gradients) <= set(blanks(exercise.section()))


@pytest.mark.parametrize("output", ["sigmoid", "softmax"])
def test_the_written_delta_of_a_joint_ending_is_its_value(output):
    (exercise,) = make_worksheets("2-2-2", seeds=[2], output=output).exercises
    layer = exercise.output
    shared = 2 if output == "sigmoid" else 1
    errors = layer.prediction[0] - np.array(exercise.targets)
    assert layer.delta[0] == pytest.approx(errors / shared)


def values_given(exercise):
    """Symbols of an exercise that have a value before anything is computed."""
    step = exercise.step
    known = {Symbol("e"): np.e}
    for entry in step.entries:
        name, index = entry
        value = np.asarray(step.numbers.feeds[name])[index]
        known[step.letters.entry(entry)] = float(value)
    first = step.numbers.layers[0]
    for i in range(first.x.shape[1]):
        known[exercise.x(first, i)] = float(first.x[0, i])
    known |= zip(exercise.target_symbols, exercise.targets, strict=True)
    for layer in step.numbers.layers:
        for j in range(layer.z.shape[1]):
            z = exercise.z(layer, j)
            if layer.slope is not None:
                known[Call(SLOPE, (z,))] = float(layer.slope[0, j])
            for name in ("ReLU", "LeakyReLU"):
                known[Call(name, (z,))] = float(layer.a[0, j])
    return known


@pytest.mark.parametrize(
    ("network", "options"),
    [
        ("2-2-1", {}),
        ("2-2-1", {"output": "sigmoid"}),
        ("2-2-1", {"output": "sigmoid", "loss": "mse"}),
        ("2-2-2", {"output": "sigmoid"}),
        ("2-2-2", {"loss": "binary_cross_entropy"}),
        ("2-3-3", {"output": "softmax", "activation": "tanh"}),
        ("3-2-3", {"loss": "cross_entropy", "activation": "relu"}),
        ("3-2-2", {"activation": "leaky_relu"}),
        ("2-2-2-2", {"activation": "tanh,sigmoid"}),
        ("2-2-1", {"loss": "half_mse"}),
    ],
)
def test_every_written_formula_gives_the_number_that_is_asked_for(network, options):
    for seed in (1, 2, 3):
        (exercise,) = make_worksheets(network, seeds=[seed], **options).exercises
        known = values_given(exercise)
        lines = [*exercise.forward(), *exercise.backward()]
        assert lines
        for line, _reason in lines:
            left, formula, answer = line.sides
            found = float(value_of(formula, known))
            assert found == pytest.approx(answer.answer.value, rel=1e-9, abs=1e-12)
            known[left] = answer.answer.value
        for name, index in exercise.step.entries:
            found = float(value_of(exercise.derivative_formula(name, index), known))
            wanted = float(exercise.step.gradients[name][index])
            assert found == pytest.approx(wanted, rel=1e-9, abs=1e-12)


def test_the_same_seed_gives_the_same_sheet_and_another_seed_another():
    assert make_worksheets(seeds=[5]).to_html() == make_worksheets(seeds=[5]).to_html()
    assert make_worksheets(seeds=[5]).to_html() != make_worksheets(seeds=[6]).to_html()


def test_thirty_seeds_give_thirty_exercises(thirty):
    steps = [e.step.to_json() for e in thirty.exercises]
    assert len({str(step["gradients"]) for step in steps}) == 30


def test_numbers_are_friendly(thirty):
    for exercise in thirty.exercises:
        feeds = exercise.step.numbers.feeds
        for name, values in feeds.items():
            if name.endswith((".weight", ".bias")):
                tenths = np.asarray(values) * 10
                assert np.allclose(tenths, np.round(tenths))
                assert (np.abs(tenths) >= 1 - 1e-9).all()
        assert set(np.ravel(feeds["x"])) <= {0.0, 1.0}
        assert np.any(feeds["x"])


def test_no_relu_stands_on_its_corner_and_no_layer_is_dead():
    for seed in range(1, 11):
        step = practice_step("3-2-1", seed=seed, activation="relu")
        hidden = step.numbers.layers[0]
        assert (np.abs(hidden.z) > 1e-9).all()
        assert hidden.slope.any()


def test_answers_are_hidden_in_the_exercises_and_stand_in_the_key():
    sheets = make_worksheets(seeds=[1])
    (exercise,) = sheets.exercises
    answer = format_number(exercise.step.loss_after)
    assert answer not in re.sub(r"<style>.*?</style>", "", sheets.to_html(key=False))
    assert answer in sheets.key_to_html()
    assert sheets.to_html().count("<main>") == 2


def test_each_exercise_begins_a_page():
    sheets = make_worksheets(seeds=[1, 2])
    assert "break-before: page" in sheets.to_html()
    # The first of the exercises and of the answers follow their titles.
    assert sheets.to_latex().count(r"\clearpage\section*{") == 2
    assert sheets.to_latex().count(r"\end{document}") == 1


def test_html_is_one_file_without_network():
    html = make_worksheets(seeds=[1]).to_html()
    assert "http://" not in html.replace("http://www.w3.org", "")
    assert "<script" not in html


def test_both_languages():
    sheets = make_worksheets(seeds=[1])
    try:
        use_language("es")
        assert 'lang="es"' in sheets.to_html()
    finally:
        use_language("en")
    assert 'lang="en"' in to_html(sheets.page())


@pytest.mark.parametrize(
    ("network", "options"),
    [
        ("2-2-1", {"seeds": []}),
        ("2-2-1", {"seeds": range(5000)}),
        ("20-20-20", {}),
        ("two", {}),
        ("2-2-1", {"activation": "sigmiod"}),
        ("2-2-1", {"loss": "msee"}),
        ("2-2-2", {"output": "softmax", "loss": "mse"}),
        ("2-2-2", {"activation": "softmax"}),
    ],
)
def test_what_cannot_be_an_exercise_is_refused(network, options):
    with pytest.raises(OptionError):
        make_worksheets(network, **options)


@pytest.mark.slow
@pytest.mark.parametrize("paper", ["letter", "A4"])
def test_an_exercise_fills_one_printed_page(paper, tmp_path):
    if not (shutil.which("chromium") and shutil.which("pdfinfo")):
        pytest.skip("chromium or pdfinfo is not installed")
    count = 4
    page = make_worksheets(seeds=range(1, count + 1)).to_html(key=False)
    source, printed = tmp_path / "w.html", tmp_path / "w.pdf"
    source.write_text(page.replace("@page {", f"@page {{ size: {paper};"))
    command = ["chromium", "--headless", "--no-sandbox", f"--print-to-pdf={printed}"]
    subprocess.run(
        [*command, source.as_uri()], capture_output=True, check=True, timeout=120
    )
    said = subprocess.run(["pdfinfo", printed], capture_output=True, check=True).stdout
    assert int(re.search(rb"Pages:\s+(\d+)", said)[1]) == count
