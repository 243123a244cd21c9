"""Whole networks against PyTorch, in float64: losses, gradients and three steps."""

from itertools import pairwise

import numpy as np
import pytest

from neurona import (
    SGD,
    Activation,
    AdaGrad,
    Adam,
    AdamW,
    AMSGrad,
    BatchNorm,
    Concatenate,
    Dense,
    Dropout,
    Embedding,
    Input,
    LayerNorm,
    Momentum,
    Nadam,
    Nesterov,
    Network,
    RMSProp,
)
from neurona.native.available import engine_available
from tests.train.runs import rows_of

torch = pytest.importorskip("torch")

# The same formula in float64, in another order of operations.
AGREEMENT = 1e-9
ROWS = 24
NUMBERS = rows_of(1, ROWS, 5)
CITIES = np.random.default_rng(2).integers(7, size=(ROWS, 2))
CLASSES = np.random.default_rng(3).integers(3, size=ROWS)
VALUES = rows_of(4, ROWS, 2)
ANSWERS = np.random.default_rng(5).integers(2, size=(ROWS, 1)).astype(float)


def perceptron():
    ours = [Dense(8, "tanh"), Dropout(0.0), Dense(3)]
    peer = torch.nn.Sequential(
        torch.nn.Linear(5, 8), torch.nn.Tanh(), torch.nn.Dropout(0.0),
        torch.nn.Linear(8, 3),
    )  # fmt: skip
    names = {"dense_1": "0", "dense_2": "3"}
    entropy = torch.nn.functional.cross_entropy
    return (
        Network(ours, n_inputs=5, dtype="float64"), peer, names, NUMBERS, CLASSES,
        "cross_entropy", entropy,
    )  # fmt: skip


def normalized():
    # A bias before a batch normalization has a gradient of rounding errors alone.
    ours = [
        Dense(6, bias=False), BatchNorm(), Activation("relu"), Dense(4, "gelu"),
        LayerNorm(), Dense(2),
    ]  # fmt: skip
    peer = torch.nn.Sequential(
        torch.nn.Linear(5, 6, bias=False), torch.nn.BatchNorm1d(6), torch.nn.ReLU(),
        torch.nn.Linear(6, 4), torch.nn.GELU(), torch.nn.LayerNorm(4),
        torch.nn.Linear(4, 2),
    )  # fmt: skip
    names = {"dense_1": "0", "batch_norm_1": "1", "dense_2": "3", "layer_norm_1": "5",
             "dense_3": "6"}  # fmt: skip
    return (
        Network(ours, n_inputs=5, dtype="float64"), peer, names, NUMBERS, VALUES,
        "mse", torch.nn.functional.mse_loss,
    )  # fmt: skip


class Tabular(torch.nn.Module):
    """Embedding of two columns beside five numbers."""

    def __init__(self):
        super().__init__()
        self.table = torch.nn.Embedding(7, 3)
        self.hidden = torch.nn.Linear(11, 6)
        self.last = torch.nn.Linear(6, 1)

    def forward(self, cities, numbers):
        rows = torch.cat([self.table(cities).flatten(1), numbers], 1)
        return self.last(torch.nn.functional.silu(self.hidden(rows)))


def embedded():
    cities, numbers = Input("cities", 2, "integer"), Input("numbers", 5)
    joined = Concatenate()(Embedding(7, 3)(cities), numbers)
    network = Network(
        inputs=[cities, numbers], outputs=Dense(1)(Dense(6, "silu")(joined)),
        dtype="float64",
    )  # fmt: skip
    names = {"embedding_1": "table", "dense_1": "hidden", "dense_2": "last"}
    return (
        network, Tabular(), names, {"cities": CITIES, "numbers": NUMBERS}, ANSWERS,
        "binary_cross_entropy", torch.nn.functional.binary_cross_entropy_with_logits,
    )  # fmt: skip


def deep():
    widths = (5, 7, 6, 5, 4, 1)
    peer, names = torch.nn.Sequential(), {}
    for i, (a, b) in enumerate(pairwise(widths)):
        names[f"dense_{i + 1}"] = str(len(peer))
        peer.append(torch.nn.Linear(a, b))
        if b > 1:
            peer.append(torch.nn.ELU())
    ours = [Dense(w, "elu") for w in widths[1:-1]] + [Dense(1)]
    return (
        Network(ours, n_inputs=5, dtype="float64"), peer, names, NUMBERS, VALUES[:, :1],
        "huber", torch.nn.functional.huber_loss,
    )  # fmt: skip


@pytest.fixture(autouse=True)
def _float64():
    """Float64 throughout: NAdam keeps its product in torch's default precision."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(before)


SHAPES = [perceptron, normalized, embedded, deep]
KINDS = {"weight": "weight", "bias": "bias", "scale": "weight", "shift": "bias",
         "mean": "running_mean", "variance": "running_var"}  # fmt: skip


def theirs(names, peer, full):
    """PyTorch's tensor of one of ours, and whether it is transposed."""
    layer, kind = full.split(".")
    held = {**dict(peer.named_parameters()), **dict(peer.named_buffers())}
    return held[f"{names[layer]}.{KINDS[kind]}"], full.startswith("dense") and (
        kind == "weight"
    )


def turned(tensor, transposed):
    array = tensor.detach().numpy()
    return array.T if transposed else array


def copied(shape):
    """A network and its peer with the same weights."""
    network, peer, names, X, y, loss, their_loss = shape()
    peer.double().train()
    for full, value in network.parameters.items():
        tensor, transposed = theirs(names, peer, full)
        with torch.no_grad():
            tensor.copy_(torch.tensor(value.T if transposed else value))
    target = torch.tensor(y)

    def their_step():
        inputs = X.values() if isinstance(X, dict) else [X]
        peer.zero_grad()
        value = their_loss(peer(*map(torch.tensor, inputs)), target)
        value.backward()
        return value

    return network, peer, names, X, y, loss, their_step


@pytest.mark.parametrize("shape", SHAPES)
def test_losses_and_gradients_agree(shape):
    network, peer, names, X, y, loss, their_step = copied(shape)
    found, gradients = network.loss_and_gradients(X, y, loss=loss, training=True)
    assert found == pytest.approx(their_step().item(), rel=AGREEMENT)
    assert set(gradients) == set(network.parameters)
    for full, gradient in gradients.items():
        tensor, transposed = theirs(names, peer, full)
        expected = turned(tensor.grad, transposed)
        assert gradient == pytest.approx(expected, rel=AGREEMENT, abs=1e-12), full


OPTIMIZERS = [
    (SGD(0.1), torch.optim.SGD, {}),
    (Momentum(0.1), torch.optim.SGD, {"momentum": 0.9}),
    (Nesterov(0.1), torch.optim.SGD, {"momentum": 0.9, "nesterov": True}),
    (AdaGrad(0.1), torch.optim.Adagrad, {}),
    (RMSProp(0.01), torch.optim.RMSprop, {"alpha": 0.9}),
    (Adam(0.01), torch.optim.Adam, {}),
    (Adam(0.01, weight_decay=0.1), torch.optim.Adam, {"weight_decay": 0.1}),
    (AdamW(0.01), torch.optim.AdamW, {}),
    (AMSGrad(0.01), torch.optim.Adam, {"amsgrad": True}),
    (Nadam(0.01), torch.optim.NAdam, {}),
]


ENGINES = ["reference", *(["native"] if engine_available() else [])]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("optimizer", "peer_class", "settings"), OPTIMIZERS)
def test_three_steps_agree(shape, optimizer, peer_class, settings, engine):
    network, peer, names, X, y, loss, their_step = copied(shape)
    settings = {"weight_decay": getattr(optimizer, "weight_decay", 0.0), **settings}
    theirs_moves = peer_class(peer.parameters(), lr=optimizer.learning_rate, **settings)
    history = network.fit(
        X,
        y,
        loss=loss,
        optimizer=optimizer,
        epochs=3,
        batch_size="full",
        shuffle=False,
        engine=engine,
    )
    for value in history.loss:
        assert value == pytest.approx(their_step().item(), rel=AGREEMENT)
        theirs_moves.step()
    for full, value in {**network.parameters, **network.states}.items():
        tensor, transposed = theirs(names, peer, full)
        expected = turned(tensor, transposed)
        assert value == pytest.approx(expected, rel=AGREEMENT, abs=1e-10), full
