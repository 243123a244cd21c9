"""The errata: complete, found by topic, and true where they can be computed."""

import math
import re

import numpy as np
import pytest

from neurona import Dense, Network, graph, reference
from neurona.errata import TOPICS, Errata, errata, errata_page, note_for
from neurona.errors import OptionError
from neurona.explain.optimizer.descent import explain_descent
from neurona.gradient import backward
from neurona.messages import use_language
from neurona.nn.activations import ReLU, Tanh
from neurona.optimize import AdamW
from neurona.show.page import Note, to_html, to_latex_document

# Places that the golden cases list.
LISTED = {
    "S2:964", "S2:980", "S2:1003", "S2:1804", "S2:825", "S2:164", "S2:253-260",
    "S1:284", "S1:156", "S0:131", "S0:138", "S2:90", "S4:753", "S4:652", "S4:140",
    "S4:318", "S3:19", "S2:1586", "S2:876",
}  # fmt: skip


def named(name):
    return next(e for e in errata() if e.name == name)


def told(name):
    """What is printed, what is correct and why, as text."""
    record = named(name).record()
    return record["printed"], record["correct"], record["why"]


def numbers_in(text):
    return [float(n.replace("−", "-")) for n in re.findall(r"−?\d+(?:\.\d+)?", text)]


def test_every_error_of_the_golden_cases_is_told():
    assert {place for e in errata() for place in e.places} >= LISTED


def test_errata_come_in_the_order_of_the_notes():
    first = [re.findall(r"\d+", e.where)[:2] for e in errata()]
    assert first[0] == ["0", "131"]
    numbers = [tuple(map(int, place)) for place in first]
    assert numbers == sorted(numbers)


def test_names_are_unique_and_topics_are_known():
    names = [e.name for e in errata()]
    assert len(set(names)) == len(names)
    assert {topic for e in errata() for topic in e.topics} == set(TOPICS)


@pytest.mark.parametrize("topic", ["tanh", "softmax", "xor", "relu", "adam", "split"])
def test_a_topic_finds_its_errata(topic):
    found = errata(topic)
    assert found
    assert all(topic in e.topics for e in found)


def test_an_unknown_topic_offers_the_nearest():
    with pytest.raises(OptionError, match="softmax"):
        errata("sofmax")


def test_notes_for_several_topics_come_once_each():
    notes = note_for("tanh", "activation", "derivative", "no such topic")
    assert all(isinstance(note, Note) and note.kind == "erratum" for note in notes)
    assert (
        len(notes)
        == len(set(notes))
        == len(
            [
                e
                for e in errata()
                if {"tanh", "activation", "derivative"} & set(e.topics)
            ]
        )
    )
    assert note_for("gelu") == ()


def test_the_page_holds_every_erratum_in_every_output():
    page = errata_page()
    html, latex = to_html(page), to_latex_document(page)
    # Signs such as an apostrophe are written in other ways.
    plain = [e for e in errata() if re.fullmatch(r"[\w ]+", e.title)]
    assert len(plain) > 10
    for erratum in plain:
        assert erratum.title in html
        assert erratum.title in latex
    assert html.count("<h3>") == len(errata())


def test_json_has_printed_correct_and_why():
    records = Errata("tanh").to_json()["errata"]
    assert records[0]["places"] == ["S2:964"]
    # What is printed has tanh in a denominator too.
    assert records[0]["printed"].count("tanh") == 3
    assert records[0]["correct"].count("tanh") == 2
    assert "denominator" in records[0]["why"]


def test_the_page_says_its_language():
    try:
        use_language("es")
        assert errata_page().language == "es"
    finally:
        use_language("en")


# What can be computed is computed.


def test_the_slope_of_tanh_is_one_minus_its_square_and_not_what_is_printed():
    z = graph.input("z")
    (slope,) = backward(Tanh().apply(z), [z])
    at_1 = float(reference.evaluate([slope], {z: 1.0})[0])
    t2 = math.tanh(1.0) ** 2
    assert at_1 == pytest.approx(1 - t2, rel=1e-12)
    why = named("tanh-slope").record()["why"]
    assert f"{1 - t2:.5f}" in why
    assert f"{(1 - t2) / (1 + t2):.5f}" in why


def test_the_slope_of_a_step_is_zero_on_both_sides():
    z = graph.input("z")
    (slope,) = backward(graph.heaviside(z), [z])
    for at in (-1.0, 1.0):
        assert float(reference.evaluate([slope], {z: at})[0]) == 0.0


def test_the_printed_softmax_adds_up_to_1_07():
    printed, correct, why = told("softmax-sum")
    total = sum(numbers_in(printed))
    assert f"{total:.2f}" in why
    of_sum, *shares = numbers_in(correct)
    assert sum(shares) == pytest.approx(of_sum)


def test_the_network_for_xor_has_nine_parameters():
    network = Network([Dense(2, "sigmoid"), Dense(1)], n_inputs=2)
    assert network.summary().total == 9
    assert told("nine-parameters")[1].startswith("nine")


def test_the_perceptrons_update_moves_all_three_numbers():
    # E-mail (1, 5) of class 1, w = (−1, 0), b = −0.5: z = −1.5, so ŷ = 0.
    x, w, b = np.array([1.0, 5.0]), np.array([-1.0, 0.0]), -0.5
    assert w @ x + b == -1.5
    w, b = w + 0.5 * 1 * x, b + 0.5 * 1
    assert [0.5, *w.tolist(), b] == numbers_in(told("perceptron-update")[1])
    assert w @ x + b > 0 > w @ np.array([1.0, 0.0]) + b


def test_two_vectors_alternate_for_the_three_points_without_a_bias():
    X, y = np.array([[0, 1], [0, -1], [-1, 0.5]]), np.array([1, 1, -1])
    w, seen = np.zeros(2), []
    for _sweep in range(6):
        for x, label in zip(X, y, strict=True):
            if (1 if w @ x >= 0 else -1) != label:
                w = w + label * x
                seen.append(tuple(w.tolist()))
    assert set(seen) == {(1.0, -0.5), (1.0, 0.5)}


def test_a_sigmoid_applied_twice_no_longer_computes_xor():
    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    a, b = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    first, second = sigmoid(20 * a + 20 * b - 10), sigmoid(-20 * a - 20 * b + 30)
    right = sigmoid(20 * first + 20 * second - 30)
    printed = sigmoid(20 * sigmoid(first) + 20 * sigmoid(second) - 30)
    assert (right > 0.5).astype(int).tolist() == [0, 1, 1, 0]
    assert (printed > 0.5).astype(int).tolist() == [0, 0, 0, 0]


def test_the_first_average_is_three_and_its_correction_thirty():
    printed, correct, why = told("moving-average")
    for line in (printed, correct):
        beta, before, one, again, value, result = numbers_in(line.partition("=")[2])
        assert beta * before + (one - again) * value == pytest.approx(result)
    temperature, _tenth, first, one, beta, restored = numbers_in(
        why.replace("a tenth", "0.1")
    )
    assert first / (one - beta) == pytest.approx(restored) == temperature


def test_dividing_by_the_deviation_gives_a_deviation_of_one():
    x = np.array([2.0, 4, 4, 4, 5, 5, 7, 9])
    centred, sigma = x - x.mean(), x.std()
    divided = {"σ": centred / sigma, "σ²": centred / sigma**2}
    printed, correct, _why = told("normalization")
    assert divided[correct.partition(" / ")[2]].std() == pytest.approx(1.0)
    assert divided[printed.partition(" / ")[2]].std() == pytest.approx(1 / sigma)


def test_the_printed_shares_leave_a_tenth_out():
    printed, correct, why = told("split-shares")
    assert sum(numbers_in(printed)) == numbers_in(why)[0] < 100
    of_sum, *shares = numbers_in(correct)
    assert sum(shares) == of_sum == 100


def test_the_gradient_of_the_squared_residuals_has_a_minus():
    rng = np.random.default_rng(0)
    X, y, w = rng.normal(size=(5, 2)), rng.normal(size=5), rng.normal(size=2)

    def loss(w):
        return float(((y - X @ w) ** 2).sum() / 10)

    h = 1e-6
    numeric = [(loss(w + h * e) - loss(w - h * e)) / (2 * h) for e in np.eye(2)]
    written = X.T @ (y - X @ w) / 5
    printed, correct, _why = told("gradient-sign")
    assert printed.startswith("∇J = (1 / N) Xᵀ(y − Xw)")
    assert correct.startswith("∇J = −(1 / N) Xᵀ(y − Xw)")
    assert numeric == pytest.approx(-written, rel=1e-6)


def test_the_log_likelihood_has_a_minus_and_a_half():
    # Case G25: r = (−.1, .2, −.3), Σ = .25.
    r, variance = np.array([-0.1, 0.2, -0.3]), 0.25
    density = np.exp(-(r**2) / (2 * variance)) / np.sqrt(2 * np.pi * variance)
    constant = -1.5 * math.log(2 * math.pi)
    written = constant - 1.5 * math.log(variance) - 0.5 * (r**2).sum() / variance
    assert written == pytest.approx(np.log(density).sum())
    assert written == pytest.approx(-0.9573740593)
    correct = told("log-likelihood")[1]
    assert correct.startswith("ℓ = C − (N / 2) log(|Σ|) − (1 / 2) Σ")


def test_he_weights_are_far_below_one():
    he = math.sqrt(2 / 256)
    why = named("weights-close-to-one").record()["why"]
    assert f"{he:.3f}" in why
    # Weights of deviation 1 multiply the deviation by √256.
    assert "16 times" in why
    assert math.sqrt(256) == 16


def test_decay_inside_adam_is_not_decay_of_the_weight():
    assert "AdamW" in told("weight-decay")[1]
    rate, decay = 0.1, 0.5
    steps = {}
    for size in (1.0, 100.0):
        # f = 0·w: nothing but the decay moves the weight.
        rule = AdamW(learning_rate=rate, weight_decay=decay)
        found = explain_descent("0*w", {"w": size}, optimizer=rule)
        steps[size] = size - found.steps[0].after["w"]
    # η λ w of the weight itself, and not the same for large and small ones.
    assert steps == {s: pytest.approx(rate * decay * s) for s in steps}


def test_relu_is_not_bounded_above():
    z = graph.input("z")
    assert float(reference.evaluate([ReLU().apply(z)], {z: 1e6})[0]) == 1e6


def test_and_fires_on_every_row_with_a_threshold_of_zero():
    sums = np.array([0, 1, 1, 2])
    (printed,), (correct,) = (numbers_in(line) for line in told("and-threshold")[:2])
    assert (sums >= correct).astype(int).tolist() == [0, 0, 0, 1]
    assert (sums >= printed).astype(int).tolist() == [1, 1, 1, 1]


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("tangente", "tanh-slope"),
        ("hyperbolic tangent", "tanh-slope"),
        ("media movil", "moving-average"),
        ("función escalón", "heaviside-slope"),
        ("spiral", None),
        ("sobreajuste", "low-errors"),
    ],
)
def test_errata_are_found_by_words_of_both_languages(words, name):
    if name is None:
        with pytest.raises(OptionError, match="topic"):
            errata(words)
    else:
        assert errata(words)[0].name == name


def test_errata_are_found_by_the_set_of_notes():
    found = errata("s2")
    assert found == errata("S2")
    assert {e.where[:2] for e in found} == {"S2"}
    assert errata_page("S2").blocks[1].heading[0].startswith("S2: ")


def test_an_unknown_topic_offers_the_nearest_in_the_readers_language():
    try:
        use_language("es")
        with pytest.raises(OptionError, match="pérdida"):
            errata("perdita")
    finally:
        use_language("en")
