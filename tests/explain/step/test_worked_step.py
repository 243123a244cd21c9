"""Worked steps of every kind of network, their selections and their pages."""

import json

import numpy as np
import pytest

from neurona import (
    SGD,
    Activation,
    Adam,
    BatchNorm,
    Concatenate,
    Dense,
    Dropout,
    Embedding,
    Input,
    LayerNorm,
    Network,
    Residual,
    Scale,
    explain,
    study,
)
from neurona.errors import DataError, OptionError
from neurona.explain.budget import Budget
from neurona.messages import use_language
from neurona.show.notation import format_number
from neurona.show.notation.text import show_text
from neurona.show.page import to_html, to_latex_document
from neurona.show.page.terminal import show_terminal

# Central differences keep about ten digits of numbers near 1.
MEASURED = 1e-7


def as_json(explained):
    """What the command line writes of an explanation, arrays as lists."""
    return json.dumps(explained.to_json(), indent=2)


SAMPLE = np.array([0.3, -0.8, 1.1])


def tied():
    layer = Dense(3, "tanh")
    return Network([layer, layer, Dense(1)], n_inputs=3)


def two_headed():
    word, size = Input("word", 1, "integer"), Input("size", 3)
    joined = Concatenate()(Embedding(4, 2)(word()), size())
    hidden = Dense(3, "relu")(joined)
    heads = {"price": Dense(1)(hidden), "kind": Dense(3)(hidden)}
    return Network(inputs=[word, size], outputs=heads)


NETWORKS = {
    "dense": (lambda: Network([Dense(4, "relu"), Dense(1)], n_inputs=3), 0.5, "mse"),
    "normalized": (
        lambda: Network(
            [Dense(4), BatchNorm(), Activation("relu"), Dropout(0.5), Dense(3)],
            n_inputs=3,
        ),
        1,
        "cross_entropy",
    ),
    "residual": (
        lambda: Network(
            [Residual([Dense(3, "relu"), Dense(3)]), LayerNorm(), Dense(1)], n_inputs=3
        ),
        0.5,
        "mse",
    ),
    "tied": (tied, 0.5, "huber"),
    "scaled": (
        lambda: Network([Scale([0, 1, 0], [1, 2, 3]), Dense(2, "softmax")], n_inputs=3),
        1,
        None,
    ),
    "gaussian": (
        lambda: Network([Dense(2, "gelu"), Dense(2)], n_inputs=3),
        2.0,
        "gaussian_nll",
    ),
    "questions": (
        lambda: Network([Dense(2, "elu"), Dense(3)], n_inputs=3),
        [1.0, 0.0, 1.0],
        "binary_cross_entropy",
    ),
    "distribution": (
        lambda: Network([Dense(2, "softmax"), Dense(3)], n_inputs=3),
        [0.2, 0.3, 0.5],
        "cross_entropy",
    ),
}


@pytest.fixture(autouse=True)
def english():
    use_language("en")
    yield
    use_language("en")


def text_of(page):
    from io import StringIO

    from rich.console import Console

    file = StringIO()
    show_terminal(page, Console(file=file, width=100), details=True)
    return file.getvalue()


@pytest.mark.parametrize("name", NETWORKS)
def test_every_layer_is_explained_with_its_finite_differences(name):
    build, y, loss = NETWORKS[name]
    step = explain.worked_step(build(), SAMPLE, y, loss=loss, optimizer="adam")
    found = json.loads(json.dumps(step.to_json(), allow_nan=False))
    for parameter, checks in found["checks"].items():
        np.testing.assert_allclose(
            checks, found["gradients"][parameter], rtol=MEASURED, atol=MEASURED
        )
    for parameter, chains in found["chains"].items():
        for index, chain in chains.items():
            place = tuple(map(int, index.split(",")))
            value = np.asarray(found["gradients"][parameter])[place]
            np.testing.assert_allclose(chain["product"], value, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("name", NETWORKS)
def test_every_page_can_be_shown_everywhere(name):
    build, y, loss = NETWORKS[name]
    page = explain.worked_step(build(), SAMPLE, y, loss=loss).page()
    shown = text_of(page)
    assert "+ −" not in shown
    assert "+ -" not in shown
    assert "nan" not in shown
    assert "<math" in to_html(page)
    assert r"\begin{document}" in to_latex_document(page)


def test_several_inputs_and_outputs_are_named():
    network = two_headed()
    step = explain.worked_step(
        network,
        {"word": np.array([2]), "size": SAMPLE},
        {"price": 1.0, "kind": 2},
        loss={"price": "mse", "kind": "cross_entropy"},
    )
    found = step.to_json()
    assert found["input"] == {"word": [2], "size": SAMPLE.tolist()}
    assert found["target"] == {"price": [1.0], "kind": 2}
    apart = [float(x[0]) for x in step.numbers.output_losses.values()]
    assert sum(apart) == pytest.approx(step.loss)
    assert "L_kind" in text_of(step.page())


def test_everything_is_computed_in_float64():
    network = Network([Dense(2, "tanh"), Dense(1)], n_inputs=3, dtype="float32")
    twin = Network([Dense(2, "tanh"), Dense(1)], n_inputs=3, dtype="float64")
    twin.parameters.vector[...] = network.parameters.vector
    single = explain.worked_step(network, SAMPLE, 0.5, loss="mse")
    double = explain.worked_step(twin, SAMPLE, 0.5, loss="mse")
    for name, grad in double.gradients.items():
        assert single.gradients[name].tobytes() == grad.tobytes()


def test_dropout_is_off_and_running_statistics_are_used():
    network = Network([BatchNorm(), Dropout(0.9), Dense(1)], n_inputs=3)
    network.states["batch_norm_1.mean"] = [1.0, 1.0, 1.0]
    step = explain.worked_step(network, SAMPLE, 0.5, loss="mse")
    np.testing.assert_allclose(step.numbers.layers[1].x[0], SAMPLE - 1, rtol=1e-4)


def test_the_network_stays_as_it_is():
    network = Network([Dense(1)], n_inputs=3)
    before = network.parameters.vector.copy()
    explain.worked_step(network, SAMPLE, 1.0, loss="mse")
    assert (network.parameters.vector == before).all()


def test_a_trained_network_goes_on_with_its_own_optimizer():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(20, 3)), rng.normal(size=20)
    network = Network([Dense(1)], n_inputs=3, dtype="float64")
    network.fit(X, y, loss="mse", optimizer="adam", epochs=2, batch_size=5, l2=0.1)
    step = explain.worked_step(network, X[0], y[0])
    record = step.to_json()["optimizer"]
    assert (record["name"], record["step"]) == ("adam", 9)
    slots = record["before"]["optimizer/mean/dense_1.weight"]
    assert np.any(np.asarray(slots) != 0)
    # A penalty belongs to whole batches; it is left out, and that is said.
    assert not step.numbers.penalty_gradients
    assert "penalty" in step.notes[0]


@pytest.mark.parametrize("epochs", [1, 8])
def test_a_step_after_a_run_has_its_largest_rate_whatever_the_schedule_ended_at(epochs):
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(20, 3)), rng.normal(size=20)
    network = Network([Dense(1)], n_inputs=3, dtype="float64")
    rule = Adam(learning_rate=0.05)
    history = network.fit(
        X, y, optimizer=rule, schedule="cosine", epochs=epochs, batch_size=5, patience=3
    )
    step = explain.worked_step(network, X[0], y[0])
    assert step.numbers.request.learning_rate == 0.05
    last = format_number(history.learning_rate[-1])
    assert step.notes == (
        f"The learning rate is the largest of the run, 0.05; its schedule ended at "
        f"{last}.",
    )
    assert explain.worked_step(network, X[0], y[0], optimizer=rule).notes == ()


def test_a_rate_that_stayed_needs_no_note():
    network = Network([Dense(1)], n_inputs=3, dtype="float64")
    network.fit(SAMPLE[None], np.array([1.0]), epochs=3)
    assert explain.worked_step(network, SAMPLE, 1.0).notes == ()


def test_after_a_solver_the_step_is_one_of_gradient_descent_and_that_is_said():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(20, 3)), rng.normal(size=20)
    network = Network([Dense(1)], n_inputs=3, dtype="float64")
    network.fit(X, y, optimizer="lbfgs")
    step = explain.worked_step(network, X[0], y[0])
    assert (
        "by lbfgs, from all rows at once; the step here is one of sgd"
        in (step.notes[0])
    )
    with pytest.raises(OptionError, match="lbfgs chose its steps"):
        study.replay_step(network, X, y, at_step=1)


def test_dropout_that_is_left_out_is_said():
    layers = [Dense(4, "tanh"), Residual([Dropout(0.5)]), Dense(1)]
    network = Network(layers, n_inputs=3)
    step = explain.worked_step(network, SAMPLE, 1.0, loss="mse")
    assert step.notes == ("Dropout is left out.",)
    network.fit(SAMPLE[None], np.array([1.0]), epochs=2)
    (said,) = explain.worked_step(network, SAMPLE, 1.0).notes
    assert said.startswith("Dropout is left out. neurona replay")


@pytest.mark.parametrize(
    ("rate", "said"),
    [
        (1e-12, "with the new weights: a change of −"),
        (0.1, "with the new weights: it fell"),
        (1e-30, "with the new weights: it stayed"),
    ],
)
def test_a_change_of_the_loss_is_named_only_where_it_is_seen(rate, said):
    network = Network([Dense(1)], n_inputs=3, dtype="float64", seed=0)
    step = explain.worked_step(
        network, SAMPLE, 1.0, loss="mse", optimizer=SGD(learning_rate=rate)
    )
    assert said in text_of(step.page())


def test_a_penalty_is_a_term_of_its_own_where_it_is_asked_for():
    network = Network([Dense(1)], n_inputs=3, dtype="float64")
    step = explain.worked_step(network, SAMPLE, 1.0, loss="mse", l2=0.1)
    terms = step.to_json()["chains"]["dense_1.weight"]["0,0"]["terms"]
    weight = float(network.parameters["dense_1.weight"][0, 0])
    assert [term["row"] for term in terms] == [0, None]
    # λ/(2N) w² has the slope λ w / N.
    assert terms[1]["product"] == pytest.approx(0.1 * weight)
    assert show_text(step.chain("dense_1.weight", (0, 0))[1].factors[0].symbol)


def test_clipped_gradients_are_what_the_rule_reads():
    network = Network([Dense(1)], n_inputs=3, dtype="float64")
    step = explain.worked_step(
        network, SAMPLE, 99.0, loss="mse", clip_value=0.5, optimizer="sgd"
    )
    moved = step.update["dense_1.bias"] - network.parameters["dense_1.bias"]
    assert moved == pytest.approx(0.1 * 0.5)
    assert "clipped" in text_of(step.page())


LARGE = [Dense(160, "relu"), Dense(160, "relu"), Dense(3)]


def large_step(**options):
    network = Network(LARGE, n_inputs=3, seed=1)
    return explain.worked_step(network, SAMPLE, 1, loss="cross_entropy", **options)


def test_of_a_large_network_the_largest_derivatives_are_explained():
    step = large_step(largest=5)
    shown = [abs(step.gradients[name][index]) for name, index in step.entries]
    every = np.sort(np.concatenate([abs(g).ravel() for g in step.gradients.values()]))
    np.testing.assert_array_equal(np.sort(shown), every[-5:])
    found = step.to_json()
    assert sum(len(chosen) for chosen in found["gradients"].values()) == 5
    assert found["totals"]["dense_2.weight"]["entries"] == 25_600


def test_a_large_network_is_never_a_flood():
    step = large_step()
    assert len(step.entries) == 20
    assert len(text_of(step.page()).splitlines()) < 700


WIDE = [(10, 64), (180, 64), (180, 5), (95, 5), (2_000, 8)]


@pytest.mark.parametrize(("inputs", "units"), WIDE)
def test_the_record_of_a_wide_network_is_less_than_a_megabyte(inputs, units):
    layers = [Dense(units, "relu"), Dense(units, "relu"), Dense(1)]
    network = Network(layers, n_inputs=inputs, seed=1)
    x = np.linspace(-1, 1, inputs)
    step = explain.worked_step(network, x, 1.0, loss="mse")
    assert len(as_json(step)) < 1_000_000


def test_a_page_shows_few_of_many_derivatives():
    network = Network([Dense(30, "relu"), Dense(3)], n_inputs=3)
    step = explain.worked_step(network, SAMPLE, 1, loss="cross_entropy")
    assert len(step.entries) == 213
    assert len(step.shown) == 20
    assert None not in step.to_json()["checks"]["dense_2.bias"]


def test_a_long_sum_shows_no_term_of_zero_where_others_are_not():
    network = Network([Dense(1)], n_inputs=9, dtype="float64", seed=0)
    x = np.zeros(9)
    x[[4, 7]] = 1.0, 2.0
    written = text_of(explain.worked_step(network, x, 1.0, loss="mse").page())
    assert "z₁⁽¹⁾ = w₅₁⁽¹⁾x₅ + w₈₁⁽¹⁾x₈ + … + b₁⁽¹⁾" in written
    assert "0 (7 more terms)" in written


def test_layers_units_and_single_weights_can_be_chosen():
    assert {name for name, _ in large_step(layers=["dense_3"]).entries} == {
        "dense_3.weight",
        "dense_3.bias",
    }
    assert {index[-1] for _, index in large_step(layers=["dense_1"], units=[7]).entries}
    entries = large_step(weights=["dense_3.weight[4,2]", "dense_3.bias"]).entries
    assert entries == (
        ("dense_3.weight", (4, 2)),
        ("dense_3.bias", (0,)),
        ("dense_3.bias", (1,)),
        ("dense_3.bias", (2,)),
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"layers": ["dens_3"]}, "unknown layer 'dens_3'; did you mean dense_3"),
        ({"weights": ["dense_3.wieght"]}, "did you mean dense_3.weight"),
        ({"weights": ["dense_3.bias[3]"]}, r"there is no entry \[3\]"),
        ({"weights": ["dense_3.weight[1]"]}, r"has shape \(160, 3\)"),
        ({"layers": ["dense_3"], "units": [4]}, "counted from 1 to 3"),
        ({"largest": 0}, "largest"),
    ],
)
def test_what_there_is_not_cannot_be_chosen(options, message):
    with pytest.raises(OptionError, match=message):
        large_step(**options)


def test_a_table_of_samples_is_no_sample():
    with pytest.raises(DataError, match="a sample is a row of numbers"):
        explain.worked_step(Network([Dense(1)], n_inputs=1), 3.0, 1.0)


def test_a_threshold_unit_says_why_it_cannot_learn():
    network = Network([Dense(2, "heaviside"), Dense(1)], n_inputs=3)
    step = explain.worked_step(network, SAMPLE, 1.0, loss="mse")
    assert not step.gradients["dense_1.weight"].any()
    assert "slope is 0 wherever it has one" in text_of(step.page())


def test_column_names_are_inert():
    evil = "<script>alert(1)</script>"
    network = Network([Dense(1)], n_inputs=3)
    step = explain.worked_step(
        network,
        SAMPLE,
        1.0,
        loss="mse",
        feature_names=(evil, r"\input{x}", "c"),
        class_names=(evil, "no"),
    )
    page = step.page()
    assert "<script" not in to_html(page)
    assert r"\input{x}" not in to_latex_document(page)
    assert evil in text_of(page)


def test_the_convention_decides_the_order_of_indices():
    network = Network([Dense(2)], n_inputs=3)
    texts = {
        convention: show_text(
            explain.worked_step(
                network, SAMPLE, [1.0, 0.0], loss="mse", convention=convention
            ).letters.entry(("dense_1.weight", (2, 0)))
        )
        for convention in ("rows", "columns")
    }
    assert texts == {"rows": "w₃₁⁽¹⁾", "columns": "w₁₃⁽¹⁾"}


def test_a_notebook_shows_a_worked_step():
    step = explain.worked_step(Network([Dense(1)], n_inputs=3), SAMPLE, 1.0)
    assert "<math" in step._repr_html_()


def test_a_page_of_a_3_3_2_step_is_small():
    network = Network([Dense(3, "relu"), Dense(2, "softmax")], n_inputs=3)
    page = explain.worked_step(network, SAMPLE, 0).page()
    assert len(to_html(page).encode()) < 300_000


def test_pictures_of_a_step_are_drawings():
    from neurona.explain.step.draw import StepPictures

    network = Network([Dense(2, "tanh"), Dense(1)], n_inputs=3)
    step = explain.worked_step(network, SAMPLE, 1.0, loss="mse")
    found = StepPictures(step).to_json()
    assert found["network"].startswith("<svg")
    assert found["graph"].startswith("<svg")
    crossed = Network([Residual([Dense(3)])], n_inputs=3)
    other = explain.worked_step(crossed, SAMPLE, SAMPLE, loss="mse")
    assert "The graph of the loss" in text_of(StepPictures(other).page())


def test_a_deep_stack_of_single_units_is_one_long_chain():
    layers = [Dense(1, "identity" if i % 2 else "arctan") for i in range(800)]
    network = Network(layers, n_inputs=1, seed=0)
    step = explain.worked_step(network, [0.5], [1.0], loss="mse")
    (chain,) = step.chain("dense_1.weight", (0, 0))
    assert len(chain.factors) > 1200
    slope = step.gradients["dense_1.weight"][0, 0]
    assert chain.product == pytest.approx(slope, rel=1e-12)
    assert step.reused > 0


def test_a_softmax_of_large_numbers_is_written_without_overflow():
    network = Network([Dense(2, "softmax")], n_inputs=1, dtype="float64")
    network.parameters["dense_1.weight"] = [[2000.0, 0.0]]
    network.parameters["dense_1.bias"] = [0.0, 1999.0]
    page = text_of(explain.worked_step(network, [1.0], 1).page())
    assert "m⁽¹⁾ = max(zₖ⁽¹⁾) = 2000" in page
    assert "1 / 1.3679 = 0.73106" in page
    assert "0.36788 / 1.3679 = 0.26894" in page
    network.parameters["dense_1.bias"] = [-4000.0, -2001.0]
    page = text_of(explain.worked_step(network, [1.0], 1).page())
    assert "m⁽¹⁾ = max(zₖ⁽¹⁾) = −2000" in page
    assert "0.36788 / 1.3679 = 0.26894" in page


@pytest.mark.parametrize(
    ("end", "loss", "shown"),
    [
        (2, "cross_entropy", "L = −ln(ŷ₂) = 2000"),
        (1, "binary_cross_entropy", "ln(1 − ŷ)) = 2000"),
    ],
)
def test_a_loss_of_large_numbers_is_written_without_a_logarithm_of_zero(
    end, loss, shown
):
    network = Network([Dense(end)], n_inputs=1, dtype="float64")
    network.parameters["dense_1.weight"] = [[2000.0, 0.0][:end]]
    target = 1 if end == 2 else 0.0
    page = text_of(explain.worked_step(network, [1.0], target, loss=loss).page())
    assert shown in page
    assert "The long way has no numbers here" in " ".join(page.split())
    assert "∞" not in page
    assert "not a number" not in page


def test_a_class_without_probability_that_was_not_asked_for_has_slope_zero():
    network = Network([Dense(2, bias=False)], n_inputs=1, dtype="float64")
    network.parameters = {"dense_1.weight": [[0.0, -2000.0]]}
    step = explain.worked_step(network, [1.0], 0, loss="cross_entropy")
    assert "null" not in json.dumps(step.to_json()["backward"])


def test_the_losses_of_weighted_rows_add_up_to_what_is_said():
    network = Network([Dense(1)], n_inputs=3, dtype="float64", seed=0)
    X, y, v = np.array([SAMPLE, SAMPLE + 1]), [1.0, -1.0], [1.0, 3.0]
    step = explain.worked_step(network, X, y, loss="mse", sample_weight=v)
    assert step.numbers.row_losses.sum() / 4 == pytest.approx(step.loss)
    shown = format_number(step.loss)
    assert "L = (1 / (Σₙ vₙ)) · Σₙ vₙLₙ" in text_of(step.page())
    assert f") / 4 = {shown}" in text_of(step.page())
    # A sum of weighted rows is no mean, of one row either.
    alone = explain.worked_step(
        network, SAMPLE, 1.0, loss="mse", sample_weight=[3.0], reduction="sum"
    )
    assert "L = Σₙ vₙLₙ" in text_of(alone.page())


def test_what_rows_give_through_both_uses_of_a_layer_adds_up():
    step = explain.worked_step(
        tied(), np.array([SAMPLE, SAMPLE + 1]), [0.5, 1.0], loss="mse"
    )
    page = text_of(step.page())
    assert "Its weights are those of layer [1]: see there." in page
    (line,) = [x for x in page.splitlines() if x.startswith(" ∂L/∂b₁⁽¹⁾")][:1]
    *rows, total = (float(x.replace("−", "-")) for x in line.split()[1:])
    assert sum(rows) == pytest.approx(total, rel=1e-3)


def test_a_batch_shows_its_inputs_and_how_its_numbers_are_made():
    network = Network([Dense(2, "tanh"), Dense(1)], n_inputs=3, seed=0)
    X = np.array([SAMPLE, SAMPLE + 1])
    page = text_of(explain.worked_step(network, X, [0.5, 1.0], loss="mse").page())
    for shown in (
        " 0     0.3   −0.8   1.1",
        "aⱼ⁽¹⁾ = tanh(zⱼ⁽¹⁾)",
        "∂L/∂aⱼ⁽¹⁾ = δ₁⁽²⁾",
    ):
        assert shown in page


def test_outputs_bear_their_names_in_one_row_and_in_several():
    network, y = two_headed(), {"price": [1.0, 2.0], "kind": [2, 0]}
    x = {"word": np.array([[2], [0]]), "size": np.array([SAMPLE, SAMPLE + 1])}
    losses = {"price": "mse", "kind": "cross_entropy"}
    page = text_of(explain.worked_step(network, x, y, loss=losses).page())
    heading = next(x for x in page.splitlines() if "y_kind" in x and "loss" in x)
    assert heading.split() == ["row", "ŷ_price", "y_price", "ŷ_kind", "y_kind", "loss"]
    assert "A network from word (1), size (3) to price (1), kind (3)" in page


def test_a_budget_says_how_much_a_page_shows():
    network = Network([Dense(7, "tanh"), Dense(1)], n_inputs=7, seed=0)
    x = np.arange(7.0)
    pages = [
        text_of(explain.worked_step(network, x, 1.0, loss="mse", budget=b).page())
        for b in (Budget(), Budget(units=3, terms=4, inputs=2))
    ]
    assert "… and 4 more units." in pages[1]
    assert "5 more inputs are not shown" in pages[1]
    assert len(pages[1]) < len(pages[0])


def test_notes_are_in_the_language_of_whoever_reads_them():
    layers = [Dense(4, "tanh"), Dropout(0.5), Dense(1)]
    step = explain.worked_step(Network(layers, n_inputs=3), SAMPLE, 1.0, loss="mse")
    assert step.notes == ("Dropout is left out.",)
    use_language("es")
    (said,) = step.notes
    assert said != "Dropout is left out."
    assert said in text_of(step.page())


@pytest.mark.parametrize("scale", [1e308, 1e-320, 1e-200])
def test_weights_of_rows_on_any_scale_give_the_mean_of_weights_of_their_shares(scale):
    network = Network([Dense(1)], n_inputs=1, dtype="float64")
    network.parameters["dense_1.weight"] = [[2.0]]
    x, y = np.array([[3.0], [1.0]]), np.array([5.0, 0.0])
    weights = np.array([1.0, 0.5]) * scale
    step = explain.worked_step(
        network, x, y, loss="mse", optimizer="sgd", sample_weight=weights
    )
    # Residuals 1 and 2: (1·1 + ½·4)/1.5 = 2.
    assert step.loss == pytest.approx(2.0, rel=1e-3)
    text = step.to_text()
    assert "not a number" not in text
    assert "divided by their largest" in text
    plain = explain.worked_step(
        network, x, y, loss="mse", optimizer="sgd", sample_weight=[2.0, 1.0]
    )
    assert "divided by their largest" not in plain.to_text()
