"""The public face: what a person builds, trains, asks and saves."""

import copy
import pickle
import time

import numpy as np
import pytest

import neurona
from neurona import (
    SGD,
    BatchNorm,
    Concatenate,
    Dense,
    Dropout,
    Embedding,
    Input,
    Network,
    Residual,
    load,
)
from neurona.errors import OptionError
from neurona.network.data import values_of
from tests.train.runs import X, Y, everything, options, record

# Central differences in float64 with a step of 1e-5.
DIFFERENCES = 1e-6
# The golden cases are printed with ten digits.
TEN_DIGITS = 1e-9


def test_the_face_of_the_readme_runs():
    network = Network([Dense(64, "relu"), Dropout(0.2), Dense(3)], n_inputs=20, seed=0)
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(40, 20)), rng.integers(3, size=40)
    history = network.fit(
        x, y, loss="cross_entropy", optimizer=neurona.Adam(learning_rate=1e-3),
        batch_size=128, epochs=10, validation=(x[:9], y[:9]), sample_weight=None,
        shuffle=True, engine="auto", seed=0,
    )  # fmt: skip
    assert history.loss[-1] < history.loss[0]
    assert {name: p.shape for name, p in network.parameters.items()} == {
        "dense_1.weight": (20, 64), "dense_1.bias": (64,),
        "dense_2.weight": (64, 3), "dense_2.bias": (3,),
    }  # fmt: skip


# --- Case G9: XOR 2-2-1, sigmoid hidden, linear output, L = (y − ŷ)² ---------------


def xor_network(last="identity"):
    network = Network(
        [Dense(2, "sigmoid"), Dense(1, last)], n_inputs=2, dtype="float64"
    )
    # The notes' W1 has hidden units in rows; here inputs are rows.
    network.parameters["dense_1.weight"] = [[0.1, 0.3], [0.2, 0.4]]
    network.parameters["dense_1.bias"] = [0.1, -0.1]
    network.parameters["dense_2.weight"] = [[0.5], [-0.5]]
    network.parameters["dense_2.bias"] = [0.2]
    return network


def test_case_g9_loss_and_gradients():
    network = xor_network()
    assert network.predict([[1, 0]]) == pytest.approx(np.array([[0.2]]))
    loss, gradients = network.loss_and_gradients([[1, 0]], [1], loss="mse")
    assert loss == pytest.approx(0.64, rel=TEN_DIGITS)
    d = 0.1980132582
    expected = {
        "dense_1.weight": [[-d, d], [0, 0]],
        "dense_1.bias": [-d, d],
        "dense_2.weight": [[-0.8797343957], [-0.8797343957]],
        "dense_2.bias": [-1.6],
    }
    for name, value in expected.items():
        assert gradients[name] == pytest.approx(np.array(value), rel=TEN_DIGITS), name


def test_case_g9_one_step_of_descent_through_fit():
    network = xor_network()
    network.fit(
        [[1, 0]], [1], loss="mse", optimizer=SGD(0.1), shuffle=False, batch_size=1,
        epochs=1,
    )  # fmt: skip
    expected = {
        "dense_1.weight": [[0.1198013258, 0.2801986742], [0.2, 0.4]],
        "dense_1.bias": [0.1198013258, -0.1198013258],
        "dense_2.weight": [[0.5879734396], [-0.4120265604]],
        "dense_2.bias": [0.36],
    }
    for name, value in expected.items():
        found = network.parameters[name]
        assert found == pytest.approx(np.array(value), rel=TEN_DIGITS), name
    loss = network.evaluate([[1, 0]], [1])["loss"]
    assert loss == pytest.approx(0.2845803795, rel=TEN_DIGITS)


@pytest.mark.parametrize("last", ["identity", "sigmoid"])
def test_case_g9_with_cross_entropy_from_logits_or_a_sigmoid(last):
    network = xor_network(last)
    loss, gradients = network.loss_and_gradients(
        [[1, 0]], [1], loss="binary_cross_entropy"
    )
    assert loss == pytest.approx(0.5981388694, rel=TEN_DIGITS)
    weight = gradients["dense_1.weight"]
    assert weight[0] == pytest.approx([-0.0557117731, 0.0557117731], rel=TEN_DIGITS)
    assert gradients["dense_2.weight"].ravel() == pytest.approx([-0.2475165727] * 2)
    assert gradients["dense_2.bias"] == pytest.approx([-0.4501660027], rel=TEN_DIGITS)


# --- Case G10: 3-3-2, ReLU, softmax, cross-entropy --------------------------------


@pytest.mark.parametrize("last", ["identity", "softmax"])
@pytest.mark.parametrize(
    ("label", "loss", "bias_1", "weight_1"),
    [
        (0, 0.2876820725, [0, -0.125, 0.0625], [[0, 0], [-0.25, 0.25], [-0.5, 0.5]]),
        (1, 1.3862943611, [0, 0.375, -0.1875], [[0, 0], [0.75, -0.75], [1.5, -1.5]]),
    ],
)
def test_case_g10_backpropagation_through_a_network(
    last, label, loss, bias_1, weight_1
):
    network = Network([Dense(3, "relu"), Dense(2, last)], n_inputs=3, dtype="float64")
    network.parameters["dense_1.weight"] = np.transpose(
        [[1, -1, 0], [0, 1, 1], [1, 0, -1]]
    )
    network.parameters["dense_2.weight"] = np.transpose([[1, 0.5, 0], [0, 0, 0.25]])
    network.parameters["dense_2.bias"] = [np.log(3), 0]
    x = np.array([[1, 2, -1]])
    assert network.transform(x, "dense_1").tolist() == [[0, 1, 2]]
    found, gradients = network.loss_and_gradients(x, [label], loss="cross_entropy")
    assert found == pytest.approx(loss, rel=TEN_DIGITS)
    assert gradients["dense_2.weight"] == pytest.approx(np.array(weight_1))
    # Each row of Ω0's gradient is dz times x.
    assert gradients["dense_1.bias"] == pytest.approx(np.array(bias_1))
    assert gradients["dense_1.weight"] == pytest.approx(np.outer(x, bias_1))


def numeric(network, name, call, step=1e-5):
    """Central differences in every entry of a parameter."""
    found = np.zeros_like(network.parameters[name])
    for index in np.ndindex(found.shape):
        value = network.parameters[name][index]
        ends = []
        for shift in (step, -step):
            network.parameters[name][index] = value + shift
            ends.append(call(network)[0])
        network.parameters[name][index] = value
        found[index] = (ends[0] - ends[1]) / (2 * step)
    return found


@pytest.mark.parametrize("training", [False, True])
def test_gradients_agree_with_central_differences(training):
    layers = [Dense(4, "tanh"), BatchNorm(), Dropout(0.3),
              Residual([Dense(4, "gelu")]), Dense(3)]  # fmt: skip
    network = Network(layers, n_inputs=3, dtype="float64", seed=2)
    weight = np.linspace(0, 1, 12)

    def call(network):
        return network.loss_and_gradients(
            X[:12], Y[:12], loss="cross_entropy", sample_weight=weight, l1=0.1, l2=0.2,
            training=training, seed=4, step=7,
        )  # fmt: skip

    __, gradients = call(network)
    assert list(gradients) == list(network.parameters)
    for name, gradient in gradients.items():
        expected = numeric(network, name, call)
        assert gradient == pytest.approx(expected, rel=DIFFERENCES, abs=1e-9), name


# --- Heads ------------------------------------------------------------------------


def test_logits_become_probabilities_by_the_fitted_losss_link():
    network = everything()
    with pytest.raises(OptionError, match="fit the network"):
        network.predict_proba(X)
    network.fit(X, Y, **options(epochs=1))
    logits, found = network.predict(X), network.predict_proba(X)
    expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    assert found == pytest.approx(expected, rel=1e-5)
    assert (network.predict_class(X) == logits.argmax(axis=1)).all()


def test_one_logit_is_a_probability_by_the_sigmoid():
    network = Network([Dense(1)], n_inputs=1, dtype="float64")
    network.fit([[0.0], [1.0]], [0, 1], epochs=1)
    network.parameters["dense_1.weight"] = [[1.0]]
    network.parameters["dense_1.bias"] = [0.0]
    assert network.predict_proba([[1.0]])[0, 0] == pytest.approx(0.7310585786)
    assert network.predict_class([[-1.0], [0.0], [1.0]]).tolist() == [0, 1, 1]


def test_a_network_that_ends_in_softmax_gives_probabilities_before_any_fit():
    network = Network([Dense(3, "softmax")], n_inputs=3)
    assert (network.predict(X) == network.predict_proba(X)).all()
    assert network.predict(X).sum(axis=1) == pytest.approx(np.ones(len(X)), rel=1e-6)


def test_questions_of_yes_and_no_have_an_answer_each():
    network = Network([Dense(2, "sigmoid")], n_inputs=2)
    network.parameters["dense_1.weight"] = [[9.0, 9.0], [9.0, -9.0]]
    assert network.predict_class(np.eye(2)).tolist() == [[1, 1], [1, 0]]


def test_numbers_have_no_probabilities():
    network = Network([Dense(1)], n_inputs=1)
    network.fit([[0.0]], [1.0], loss="mse", epochs=1)
    for call in (network.predict_proba, network.predict_class):
        with pytest.raises(OptionError, match="mse predicts numbers"):
            call([[0.0]])


@pytest.mark.parametrize(("loss", "units", "expected"), [
    ("poisson", 1, np.exp(2.0)), ("gaussian_nll", 2, 2.0), ("mse", 1, 2.0),
])  # fmt: skip
def test_the_mean_is_what_a_loss_over_numbers_predicts(loss, units, expected):
    network = Network([Dense(units)], n_inputs=1, dtype="float64")
    network.fit([[0.0]], [1.0], loss=loss, epochs=1)
    network.parameters["dense_1.bias"] = [2.0] * units
    assert network.predict_mean([[0.0]]) == pytest.approx(np.array([[expected]]))


@pytest.mark.parametrize("size", [1e3, 1e30])
@pytest.mark.parametrize(
    ("units", "last", "loss", "y"),
    [
        (1, "sigmoid", "binary_cross_entropy", [0.0, 1.0]),
        (1, "identity", "binary_cross_entropy", [0.0, 1.0]),
        (3, "softmax", "cross_entropy", [0, 2]),
        (3, "identity", "cross_entropy", [0, 2]),
    ],
)
def test_huge_logits_train_in_the_stable_form(size, units, last, loss, y):
    network = Network([Dense(units, last)], n_inputs=2)
    network.parameters["dense_1.weight"] = np.full((2, units), size)
    network.parameters["dense_1.weight"][1] *= -1
    x = np.eye(2)
    found, gradients = network.loss_and_gradients(x, y, loss=loss)
    assert np.isfinite(found)
    assert all(np.isfinite(g).all() for g in gradients.values())
    if units == 1:
        # Both rows are as wrong as can be, and the gradient says so: ½·(σ − t)·x.
        assert gradients["dense_1.weight"].ravel().tolist() == [0.5, -0.5]
        assert found == np.float32(size)
    history = network.fit(x, y, loss=loss, optimizer="sgd", epochs=2)
    assert np.isfinite(history.loss).all()


# --- Other readings ---------------------------------------------------------------


def test_transform_gives_any_layers_activations():
    first, block = Dense(4, "relu"), Residual([Dense(4, "tanh", name="inner")])
    network = Network([first, Dropout(0.5), block, Dense(2)], n_inputs=3)
    found = network.transform(X, "dense_1")
    assert found.shape == (len(X), 4)
    assert (found >= 0).all()
    for layer in (0, first, -4):
        assert (network.transform(X, layer) == found).all()
    assert (network.transform(X, "dropout_1") == found).all()
    inner = network.transform(X, "residual_1.inner")
    assert network.transform(X, block) == pytest.approx(found + inner)
    assert (network.transform(X, -1) == network.predict(X)).all()


@pytest.mark.parametrize("layer", ["dense_3", 9, -9, Dense(1), None])
def test_a_layer_that_is_not_there_is_refused(layer):
    with pytest.raises(OptionError, match="layer"):
        everything().transform(X, layer)


def test_predictions_do_not_depend_on_the_size_of_chunks(monkeypatch):
    network = everything("float64")
    whole = network.predict(X), network.evaluate(X, Y, loss="cross_entropy")["loss"]
    monkeypatch.setattr("neurona.train.evaluate.CHUNK_ROWS", 7)
    assert (network.predict(X) == whole[0]).all()
    loss = network.evaluate(X, Y, loss="cross_entropy")["loss"]
    assert loss == pytest.approx(whole[1], rel=1e-12)


def test_predictions_follow_the_parameters():
    network = everything()
    before = network.predict(X)
    network.parameters["dense_2.bias"][...] += 1
    assert network.predict(X) == pytest.approx(before + 1, rel=1e-5)


@pytest.mark.parametrize("seed", [0, 2**63 - 1])
def test_the_seed_decides_the_initial_weights(seed):
    one, two = (Network([Dense(3)], n_inputs=2, seed=seed) for _ in range(2))
    other = Network([Dense(3)], n_inputs=2, seed=7)
    assert (one.parameters.vector == two.parameters.vector).all()
    assert (one.parameters.vector != other.parameters.vector).any()


def test_initialize_forgets_what_was_learned():
    network, fresh = everything(), everything()
    network.fit(X, Y, **options(epochs=2))
    network.initialize()
    assert (network.parameters.vector == fresh.parameters.vector).all()
    assert (network.states.vector == fresh.states.vector).all()
    assert network.history is network.losses is network.training is None
    assert not network._slots


@pytest.mark.parametrize(
    ("network", "text"),
    [
        (
            Network([Dense(64, "relu"), Dropout(0.2), Dense(3)], n_inputs=20),
            "Network([Dense(64, 'relu'), Dropout(0.2), Dense(3)], n_inputs=20)",
        ),
        (
            Network([Dense(1)], n_inputs=2, dtype="float64"),
            "Network([Dense(1)], n_inputs=2, dtype='float64')",
        ),
        (
            Network([Embedding(3, 2)], inputs=[Input("city", 1, "integer")]),
            "Network([Embedding(3, 2)], "
            "inputs=[Input(name='city', size=1, dtype='integer')])",
        ),
    ],
)
def test_repr_reads_as_the_call_that_made_it(network, text):
    assert repr(network) == text
    names = {name: getattr(neurona, name) for name in neurona.__all__}
    again = eval(text, {**names, "Input": Input})
    assert repr(again) == text


def test_a_million_units_on_a_million_units_are_refused_at_once():
    began = time.perf_counter()
    with pytest.raises(OptionError, match=r"TiB to train.*fewer or smaller layers"):
        Network([Dense(1_000_000), Dense(1_000_000)], n_inputs=10)
    assert time.perf_counter() - began < 1.0


def test_a_copy_is_independent():
    network = everything()
    network.fit(X, Y, **options(epochs=1))
    for again in (copy.deepcopy(network), pickle.loads(pickle.dumps(network))):
        assert record(again) == record(network)
        before = network.predict(X)
        again.parameters["dense_2.bias"][...] += 1
        assert (network.predict(X) == before).all()
        assert (again.predict(X) != before).any()


# --- Several inputs and outputs ---------------------------------------------------


def joined(dtype="float64"):
    city, numbers = Input("city", 1, "integer"), Input("numbers", 2)
    hidden = Dense(4, "tanh")(Concatenate()(Embedding(3, 2)(city), numbers))
    return Network(
        outputs={"kind": Dense(2)(hidden), "size": Dense(1)(hidden)}, dtype=dtype
    )


MANY = {"city": np.arange(12) % 3, "numbers": X[:12, :2]}
TARGETS = {"kind": np.arange(12) % 2, "size": X[:12, 2]}


def test_two_inputs_and_two_losses_train_together():
    network = joined()
    losses = {"kind": "cross_entropy", "size": "mse"}
    history = network.fit(
        MANY, TARGETS, loss=losses, optimizer="adam", epochs=30, batch_size=5,
        validation=(MANY, TARGETS), metrics=["accuracy", "r2"],
    )  # fmt: skip
    assert history.loss[-1] < history.loss[0]
    assert set(history.metrics) == {"kind_accuracy", "size_r2"}
    assert set(network.predict(MANY)) == {"kind", "size"}
    assert set(network.predict_proba(MANY)) == {"kind"}
    assert network.predict_class(MANY)["kind"].shape == (12,)


def test_the_loss_of_two_outputs_is_the_sum_of_their_losses():
    network = joined()
    losses = {"kind": "cross_entropy", "size": "mse"}
    both, gradients = network.loss_and_gradients(MANY, TARGETS, loss=losses)
    found = network.predict(MANY)
    squares = np.mean((found["size"][:, 0] - TARGETS["size"]) ** 2)
    logits = found["kind"]
    log_sums = np.log(np.exp(logits).sum(axis=1))
    entropy = np.mean(log_sums - logits[np.arange(12), TARGETS["kind"]])
    assert both == pytest.approx(squares + entropy, rel=1e-12)

    def call(network):
        return network.loss_and_gradients(MANY, TARGETS, loss=losses)

    for name in ("embedding_1.weight", "dense_1.weight"):
        expected = numeric(network, name, call)
        assert gradients[name] == pytest.approx(expected, rel=DIFFERENCES, abs=1e-9)


def test_losses_are_chosen_for_each_output():
    network = joined()
    network.fit(MANY, TARGETS, epochs=1)
    assert {name: loss.name for name, loss in network.losses.items()} == {
        "kind": "cross_entropy",
        "size": "mse",
    }


# --- Files ------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_saved_network_comes_back_bit_for_bit(tmp_path, dtype):
    network = everything(dtype)
    network.fit(X, Y, **options(class_weight={0: 2.0}))
    path = tmp_path / "model.safetensors"
    network.save(path)
    again = load(path)
    assert record(again) == record(network)
    assert again.history == network.history
    assert again.losses == network.losses
    assert again.training == network.training
    assert (again.seed, again.dtype) == (network.seed, network.dtype)
    assert repr(again) == repr(network)
    assert (again.predict_proba(X) == network.predict_proba(X)).all()
    again.save(tmp_path / "again.safetensors")
    assert (tmp_path / "again.safetensors").read_bytes() == path.read_bytes()


def test_a_loaded_network_trains_on_as_the_saved_one_would(tmp_path):
    network = everything()
    network.fit(X, Y, **options(epochs=2))
    network.save(tmp_path / "m.safetensors")
    again = load(tmp_path / "m.safetensors")
    for one in (network, again):
        one.fit(X, Y, **options(epochs=2, loss=None))
    assert record(again) == record(network)


def test_an_untrained_network_and_one_of_several_inputs_can_be_saved(tmp_path):
    network = joined("float32")
    network.save(tmp_path / "m.safetensors")
    again = load(tmp_path / "m.safetensors")
    assert again.history is again.losses is again.training is None
    for name, value in again.predict(MANY).items():
        assert (value == network.predict(MANY)[name]).all()


def test_a_shared_layer_is_saved_once(tmp_path):
    x, shared = Input("x", 3), Dense(3, "tanh", name="shared")
    network = Network(outputs=Dense(1)(shared(shared(shared(x)))))
    network.save(tmp_path / "m.safetensors")
    again = load(tmp_path / "m.safetensors")
    assert list(again.parameters) == [
        "shared.weight", "shared.bias", "dense_2.weight", "dense_2.bias",
    ]  # fmt: skip
    assert (again.predict(X) == network.predict(X)).all()


def test_tensors_bear_exactly_the_names_of_the_parameters(tmp_path):
    safetensors = pytest.importorskip("safetensors.numpy")
    network = everything()
    network.fit(X, Y, **options(epochs=1))
    network.save(tmp_path / "m.safetensors")
    found = safetensors.load_file(tmp_path / "m.safetensors")
    plain = {name: a for name, a in found.items() if "/" not in name}
    assert set(plain) == set(network.parameters)
    for name, array in plain.items():
        assert (array == network.parameters[name]).all()
    assert {name.split("/")[0] for name in found if "/" in name} == {
        "state", "optimizer", "average",
    }  # fmt: skip


# --- Weights in part --------------------------------------------------------------


def test_weights_are_taken_over_in_part(tmp_path):
    source = everything()
    source.fit(X, Y, **options(epochs=2))
    source.save(tmp_path / "m.safetensors")
    for given in (source, tmp_path / "m.safetensors"):
        network = Network([Dense(6, "relu"), BatchNorm(), Dense(9)], n_inputs=3)
        before = network.parameters["dense_2.weight"].copy()
        taken = network.load_parameters(given)
        assert taken == [
            "dense_1.weight", "dense_1.bias",
            "batch_norm_1.scale", "batch_norm_1.shift",
            "batch_norm_1.mean", "batch_norm_1.variance",
        ]  # fmt: skip
        for layer in ("dense_1", "batch_norm_1"):
            assert network.transform(X, layer) == pytest.approx(
                source.transform(X, layer), rel=1e-5
            )
        assert (network.parameters["dense_2.weight"] == before).all()


def test_weights_are_taken_over_by_name():
    source, network = (
        everything(),
        Network(everything().architecture.layers, n_inputs=3),
    )
    assert network.load_parameters(source, "dense_1") == [
        "dense_1.weight", "dense_1.bias",
    ]  # fmt: skip
    values = {"dense_2.bias": [1.0, 2.0, 3.0]}
    assert network.load_parameters(values) == ["dense_2.bias"]
    assert network.parameters["dense_2.bias"].tolist() == [1.0, 2.0, 3.0]


@pytest.mark.parametrize("names", [["dense_1", "dense_2"], ["dnse_1"], ["dense_1.x"]])
def test_weights_that_do_not_fit_change_nothing(names):
    network = Network([Dense(6), Dense(9)], n_inputs=3)
    before = network.parameters.vector.copy()
    with pytest.raises(OptionError, match="dense_"):
        network.load_parameters(everything(), names)
    assert (network.parameters.vector == before).all()


def test_a_frozen_layer_keeps_its_weights_and_its_statistics():
    layers = [Dense(4, trainable=False), BatchNorm(trainable=False), Dense(3)]
    network = Network(layers, n_inputs=3)
    before = values_of(network)
    before = {name: value.copy() for name, value in before.items()}
    network.fit(X, Y, loss="cross_entropy", epochs=2, l2=0.1, average=0.9)
    for name, value in values_of(network).items():
        same = (value == before[name]).all()
        assert same != name.startswith("dense_2"), name
    assert not [name for name in network._slots if "dense_2" not in name]


@pytest.mark.parametrize("given", [{"foo": [1.0]}, {"dense_1.bias": [1.0]}, {}])
def test_taking_over_nothing_is_an_option_error(given):
    with pytest.raises(OptionError, match="nothing was taken over"):
        everything().load_parameters(given)


# --- Guards -----------------------------------------------------------------------


@pytest.mark.parametrize("seed", [-1, 2**63, 0.5, "0", True, None])
def test_a_seed_that_cannot_be_is_one_sentence_everywhere(seed):
    network = everything()
    asks = [lambda: network.initialize(seed)] if seed is not None else []
    if seed is not None:
        asks += [
            lambda: network.fit(X, Y, **options(seed=seed)),
            lambda: network.loss_and_gradients(X, Y, training=True, seed=seed),
            lambda: network.learning_rate_test(X, Y, seed=seed),
        ]
    for ask in (lambda: Network([Dense(1)], n_inputs=1, seed=seed), *asks):
        with pytest.raises(OptionError, match="seed must be a whole number in "):
            ask()


def test_the_largest_seed_draws_masks():
    network = Network([Dropout(0.5), Dense(3)], n_inputs=3, seed=2**63 - 1)
    network.fit(X, Y, epochs=1)
    assert np.isfinite(network.parameters.vector).all()


def test_the_vector_of_parameters_cannot_be_replaced():
    network = everything()
    with pytest.raises(AttributeError):
        network.parameters.vector = np.zeros(3)
    network.parameters.vector[...] = 0.5
    assert (network.parameters["dense_1.weight"] == 0.5).all()


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e39])
def test_a_parameter_that_float32_cannot_hold_is_an_option_error(value):
    network = everything()
    before = network.parameters.vector.copy()
    with pytest.raises(OptionError, match=r"dense_2\.bias must hold finite numbers"):
        network.parameters["dense_2.bias"] = [0.0, value, 0.0]
    assert (network.parameters.vector == before).all()
    if np.isfinite(value):
        double = everything("float64")
        double.parameters["dense_2.bias"] = [0.0, value, 0.0]
        assert double.parameters["dense_2.bias"][1] == value


@pytest.mark.parametrize(
    ("layer", "y", "name"),
    [
        (Dense(3), [[0], [2]], "cross_entropy"),
        (Dense(3), [[0, 1, 0], [1, 0, 0]], "cross_entropy"),
        (Dense(3), [[True, False, False]] * 2, "cross_entropy"),
        (Dense(2), [[1, 1], [0, 1]], "mse"),
        (Dense(3), [[0, 2, -1], [1, 0, 0]], "mse"),
        (Dense(3), [[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]], "mse"),
        (Dense(1), [[0], [1]], "binary_cross_entropy"),
        (Dense(1), [0, 2], "mse"),
    ],
)
def test_the_usual_loss_depends_on_the_targets(layer, y, name):
    network = Network([layer], n_inputs=1)
    network.fit([[0.0], [1.0]], y, epochs=1)
    assert network.losses["output"].name == name


def test_loss_and_gradients_take_the_reduction_and_class_weights_of_a_fit():
    network = everything("float64")
    losses = {"loss": "cross_entropy"}
    weights = {0: 2.0, 1: 0.5}
    each = np.array([weights.get(int(label), 1.0) for label in Y])
    weighed = network.loss_and_gradients(X, Y, **losses, class_weight=weights)
    by_rows = network.loss_and_gradients(X, Y, **losses, sample_weight=each)
    assert weighed[0] == by_rows[0]
    mean, slopes = network.loss_and_gradients(X, Y, **losses)
    total, steeper = network.loss_and_gradients(X, Y, **losses, reduction="sum")
    assert total == pytest.approx(len(X) * mean, rel=1e-12)
    for name, slope in slopes.items():
        assert steeper[name] == pytest.approx(len(X) * slope, rel=1e-9, abs=1e-12)
    with pytest.raises(OptionError, match="reduction"):
        network.loss_and_gradients(X, Y, **losses, reduction="median")


def test_masks_of_loss_and_gradients_are_by_default_those_of_the_network():
    network = Network([Dropout(0.5), Dense(1)], n_inputs=9, seed=4)
    x, y = np.ones((5, 9)), np.zeros(5)
    own, same, other = (
        network.loss_and_gradients(x, y, loss="mse", training=True, seed=seed)[0]
        for seed in (None, 4, 0)
    )
    assert own == same != other


def test_a_callback_sees_the_weights_of_its_epoch():
    network = everything()
    seen = []

    def look(epoch, history):
        scores = network.evaluate(X[40:], Y[40:], loss="cross_entropy")
        seen.append((scores["loss"], epoch.validation_loss))

    network.fit(X, Y, **options(callbacks=look))
    assert len(seen) == 12
    for found, wanted in seen:
        assert found == pytest.approx(wanted, rel=1e-6)


def test_a_callback_that_changes_weights_changes_no_training():
    def spoil(epoch, history):
        for one in (network.parameters, network.states):
            one.vector[...] = 1e9

    network, alone = everything(), everything()
    network.fit(X, Y, **options(callbacks=spoil))
    alone.fit(X, Y, **options())
    assert record(network) == record(alone)


def test_a_fit_that_fails_leaves_the_network_as_it_was():
    def fail(epoch, history):
        if epoch.epoch == 2:
            raise ZeroDivisionError

    network = everything()
    before = network.parameters.vector.copy(), network.states.vector.copy()
    with pytest.raises(ZeroDivisionError):
        network.fit(X, Y, **options(callbacks=fail))
    assert (network.parameters.vector == before[0]).all()
    assert (network.states.vector == before[1]).all()


def test_a_fit_that_cannot_fit_in_memory_is_refused_before_it_begins(monkeypatch):
    network = Network([Dense(1000)], n_inputs=1000)
    parameters = 1000 * 1000 + 1000
    X, y = np.zeros((2, 1000)), np.zeros((2, 1000))
    # Momentum keeps one array: with its own, six of them; Adam keeps two.
    room = int(6.5 * parameters * 4)
    monkeypatch.setattr("neurona.train.memory.available_memory", lambda: room)
    network.fit(X, y, optimizer="momentum", batch_size="full", epochs=1)
    for refused in ({"optimizer": "adam"}, {"optimizer": "momentum", "average": 0.9}):
        with pytest.raises(OptionError, match="this machine has"):
            network.fit(X, y, epochs=1, **refused)


@pytest.mark.parametrize("engine", ["reference", "auto"])
def test_a_row_of_weight_zero_counts_for_nothing_though_its_loss_overflows(engine):
    x, y = [[1.0], [1e30], [2.0]], [1.0, 0.0, 3.0]
    weight = [1.0, 0.0, 1.0]
    network, alone = (Network([Dense(1)], n_inputs=1) for _ in range(2))
    history = network.fit(
        x, y, sample_weight=weight, epochs=2, shuffle=False, engine=engine
    )
    wanted = alone.fit(
        x[::2], y[::2], sample_weight=[1, 1], epochs=2, shuffle=False, engine=engine
    )
    assert history.stopped == "epochs"
    assert history.loss == pytest.approx(wanted.loss, rel=1e-6)
    assert network.evaluate(x, y, sample_weight=weight)["loss"] == pytest.approx(
        alone.evaluate(x[::2], y[::2])["loss"], rel=1e-6
    )
