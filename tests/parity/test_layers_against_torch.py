"""Layers against PyTorch, in float64: values, gradients and running statistics."""

import numpy as np
import pytest

from neurona import graph as g
from neurona.gradient import backward
from neurona.nn import layers as k
from tests.nn.cases import Written, rows_of

torch = pytest.importorskip("torch")

# The same formula in float64, in another order of operations.
AGREEMENT = 1e-9
X = rows_of(0, 8, 5)


def compare(layer, peer, inputs, names, *, training=True, transposed=()):
    """Compare output, gradients in input and parameters, and running statistics.

    ``names`` maps our names to PyTorch's; ``transposed`` are those of ours whose peer
    is stored (outputs, inputs).
    """
    written = Written(layer, (inputs,), training=training)
    peer = peer.double().train(training)
    theirs = {**dict(peer.named_parameters()), **dict(peer.named_buffers())}
    rng = np.random.default_rng(4)
    held = {**written.build.parameters, **written.build.states}
    for ours, name in names.items():
        value = rng.uniform(0.5, 1.5, held[f"layer.{ours}"].node.shape)
        written.values[held[f"layer.{ours}"].node] = value
        with torch.no_grad():
            theirs[name].copy_(torch.tensor(value.T if ours in transposed else value))
    real = inputs.dtype.kind == "f"
    x = torch.tensor(inputs, requires_grad=real)
    y = peer(x)
    if y.ndim > 2:
        y = y.reshape(len(inputs), -1)
    slope = rows_of(6, *y.shape)
    y.backward(torch.tensor(slope))

    loss = g.sum(written.output * g.input("slope", written.output.shape))
    written.values |= {"slope": slope}
    parameters = {n: p.node for n, p in written.build.parameters.items()}
    leaves = [*(written.inputs if real else ()), *parameters.values()]
    found = written.run(written.output, *backward(loss, leaves))
    expected = [y.detach().numpy()]
    expected += [x.grad.numpy()] if real else []
    for full in parameters:
        ours = full.removeprefix("layer.")
        grad = theirs[names[ours]].grad.numpy()
        expected.append(grad.T if ours in transposed else grad)
    for a, b in zip(found, expected, strict=True):
        assert a == pytest.approx(b, rel=AGREEMENT, abs=1e-12)
    for full, new in written.build.new_states.items():
        wanted = theirs[names[full.removeprefix("layer.")]].numpy()
        assert written.run(new)[0] == pytest.approx(wanted, rel=AGREEMENT)


@pytest.mark.parametrize(
    ("activation", "peer"),
    [
        ("identity", torch.nn.Identity()),
        ("relu", torch.nn.ReLU()),
        ("gelu", torch.nn.GELU()),
    ],
)
def test_dense(activation, peer):
    compare(
        k.Dense(3, activation),
        torch.nn.Sequential(torch.nn.Linear(5, 3), peer),
        X,
        {"weight": "0.weight", "bias": "0.bias"},
        transposed=("weight",),
    )


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("momentum", [0.1, 0.4])
def test_batch_norm(training, momentum):
    compare(
        k.BatchNorm(momentum=momentum),
        torch.nn.BatchNorm1d(5, momentum=momentum),
        X,
        {
            "scale": "weight",
            "shift": "bias",
            "mean": "running_mean",
            "variance": "running_var",
        },
        training=training,
    )


@pytest.mark.parametrize("epsilon", [1e-5, 0.1])
def test_layer_norm(epsilon):
    compare(
        k.LayerNorm(epsilon=epsilon),
        torch.nn.LayerNorm(5, eps=epsilon),
        X,
        {"scale": "weight", "shift": "bias"},
    )


@pytest.mark.parametrize("index", [[0, 3, 3, 1], [[0, 1], [2, 2], [3, 0]]])
def test_embedding(index):
    compare(
        k.Embedding(4, 3),
        torch.nn.Embedding(4, 3),
        np.array(index),
        {"weight": "weight"},
    )


def test_residual():
    class Block(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.wide, self.back = torch.nn.Linear(5, 7), torch.nn.Linear(7, 5)

        def forward(self, x):
            return x + self.back(torch.tanh(self.wide(x)))

    compare(
        k.Residual([k.Dense(7, "tanh", name="wide"), k.Dense(5, name="back")]),
        Block(),
        X,
        {f"{n}.{p}": f"{n}.{p}" for n in ("wide", "back") for p in ("weight", "bias")},
        transposed=("wide.weight", "back.weight"),
    )
