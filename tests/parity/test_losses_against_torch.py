"""Losses and activation functions against PyTorch, in float64."""

import numpy as np
import pytest

from neurona import graph as g
from neurona.gradient import backward
from neurona.graph import BATCH
from neurona.nn import activations as a
from neurona.nn import losses as s
from neurona.reference import evaluate

torch = pytest.importorskip("torch")

# The same formula in float64, in another order of operations.
AGREEMENT = 1e-9
ROWS, OUTPUTS = 7, 4

F = torch.nn.functional


def numbers(seed):
    return 2.0 * np.random.default_rng(seed).normal(size=(ROWS, OUTPUTS))


LABELS = np.random.default_rng(1).integers(0, OUTPUTS, ROWS)
YES_OR_NO = np.random.default_rng(2).uniform(size=(ROWS, OUTPUTS))
COUNTS = np.random.default_rng(3).poisson(2.0, (ROWS, OUTPUTS)).astype(float)
SHARES = np.random.default_rng(4).dirichlet(np.ones(OUTPUTS), ROWS)
HALF = numbers(5)[:, :2]


def gaussian(full):
    def loss(z, t):
        mean, log_variance = z[:, :2], z[:, 2:]
        return F.gaussian_nll_loss(
            mean, t, torch.exp(log_variance), full=full, eps=1e-30
        )

    return loss


def case_name(part):
    return repr(part) if isinstance(part, s.Loss | a.ActivationFunction) else ""


PAIRS = [
    (s.MeanSquaredError(), numbers(0), F.mse_loss),
    (s.MeanSquaredError(half=True), numbers(0), lambda z, t: 0.5 * F.mse_loss(z, t)),
    (s.MeanAbsoluteError(), numbers(0), F.l1_loss),
    (s.Minkowski(3), numbers(0), lambda z, t: ((z - t).abs() ** 3).mean()),
    (s.Huber(), numbers(0), F.huber_loss),
    (s.Huber(delta=2.5), numbers(0), lambda z, t: F.huber_loss(z, t, delta=2.5)),
    (s.CrossEntropy(), LABELS, F.cross_entropy),
    (s.CrossEntropy(), SHARES, F.cross_entropy),
    (
        s.CrossEntropy(label_smoothing=0.1),
        LABELS,
        lambda z, t: F.cross_entropy(z, t, label_smoothing=0.1),
    ),
    (s.BinaryCrossEntropy(), YES_OR_NO, F.binary_cross_entropy_with_logits),
    (s.GaussianNLL(), HALF, gaussian(full=True)),
    (s.GaussianNLL(full=False), HALF, gaussian(full=False)),
    (s.Poisson(), COUNTS, F.poisson_nll_loss),
    (s.Poisson(full=True), COUNTS, lambda z, t: F.poisson_nll_loss(z, t, full=True)),
]


@pytest.mark.parametrize(("loss", "target", "peer"), PAIRS, ids=case_name)
def test_loss_and_gradient_agree(loss, target, peer):
    output = numbers(9)
    z = g.input("z", (BATCH, OUTPUTS))
    y = loss.prepare_target(target, z.spec)
    spec = loss.target_spec(z.spec, y)
    t = g.input("t", spec.shape, spec.dtype)
    total = s.reduce(loss.per_row(z, t), None)
    value, slope = evaluate([total, *backward(total, [z])], {z: output, t: y})

    z_peer = torch.tensor(output, requires_grad=True)
    expected = peer(z_peer, torch.tensor(target))
    expected.backward()
    assert float(value) == pytest.approx(expected.item(), rel=AGREEMENT)
    assert slope == pytest.approx(z_peer.grad.numpy(), rel=AGREEMENT, abs=1e-12)


def test_class_weights_agree():
    table = {0: 0.5, 1: 2.0, 2: 1.0, 3: 0.0}
    output = numbers(9)
    z, t = g.input("z", (BATCH, OUTPUTS)), g.input("t", (BATCH,), "integer")
    w = g.input("w", (BATCH,))
    total = s.reduce(s.CrossEntropy().per_row(z, t), w)
    feeds = {z: output, t: LABELS, w: s.class_weights(LABELS, table, OUTPUTS)}
    value, slope = evaluate([total, *backward(total, [z])], feeds)

    z_peer = torch.tensor(output, requires_grad=True)
    weight = torch.tensor(list(table.values()), dtype=torch.float64)
    expected = F.cross_entropy(z_peer, torch.tensor(LABELS), weight=weight)
    expected.backward()
    assert float(value) == pytest.approx(expected.item(), rel=AGREEMENT)
    assert slope == pytest.approx(z_peer.grad.numpy(), rel=AGREEMENT, abs=1e-12)


def test_class_weights_with_smoothing_weigh_whole_rows():
    # PyTorch's own weight=… weighs each term of the smoothed target instead: its loss
    # without reduction, times the weights of the rows, is the variant that is ours.
    table = {0: 0.5, 1: 2.0, 2: 1.0, 3: 3.0}
    output = numbers(9)
    z, t = g.input("z", (BATCH, OUTPUTS)), g.input("t", (BATCH,), "integer")
    w = g.input("w", (BATCH,))
    loss = s.CrossEntropy(label_smoothing=0.1)
    total = s.reduce(s.row_losses(loss, z, t, w), w)
    weights = s.class_weights(LABELS, table, OUTPUTS)
    feeds = {z: output, t: LABELS, w: weights}
    value, slope = evaluate([total, *backward(total, [z])], feeds)

    z_peer, labels = torch.tensor(output, requires_grad=True), torch.tensor(LABELS)
    peer_weights = torch.tensor(weights)
    rows = F.cross_entropy(z_peer, labels, label_smoothing=0.1, reduction="none")
    expected = (peer_weights * rows).sum() / peer_weights.sum()
    expected.backward()
    assert float(value) == pytest.approx(expected.item(), rel=AGREEMENT)
    assert slope == pytest.approx(z_peer.grad.numpy(), rel=AGREEMENT, abs=1e-12)

    by_class = torch.tensor(list(table.values()), dtype=torch.float64)
    theirs = F.cross_entropy(z_peer, labels, weight=by_class, label_smoothing=0.1)
    assert abs(theirs.item() - expected.item()) > 1e-3


ACTIVATIONS = [
    (a.Arctan(), torch.atan),
    (a.Sigmoid(), torch.sigmoid),
    (a.Tanh(), torch.tanh),
    (a.ReLU(), F.relu),
    (a.LeakyReLU(slope=0.2), lambda z: F.leaky_relu(z, 0.2)),
    (a.SiLU(), F.silu),
    (a.ELU(), F.elu),
    (a.ELU(alpha=0.5), lambda z: F.elu(z, alpha=0.5)),
    (a.SELU(), F.selu),
    (a.GELU(), F.gelu),
    (a.Softplus(), F.softplus),
    (a.Sine(), torch.sin),
    (a.Softmax(), lambda z: F.softmax(z, dim=-1)),
]


@pytest.mark.parametrize(("activation", "peer"), ACTIVATIONS, ids=case_name)
def test_activation_and_gradient_agree_zero_included(activation, peer):
    points = numbers(7)
    points[0] = [0.0, -0.0, 30.0, -30.0]
    z = g.input("z", (BATCH, OUTPUTS))
    y = activation.apply(z)
    slope_out = numbers(8)
    t = g.input("t", (BATCH, OUTPUTS))
    found = evaluate([y, *backward(g.sum(y * t), [z])], {z: points, t: slope_out})

    z_peer = torch.tensor(points, requires_grad=True)
    expected = peer(z_peer)
    expected.backward(torch.tensor(slope_out))
    # PyTorch's softplus is the identity above 20: it leaves out ln(1 + e^(−30)).
    for ours, theirs in zip(found, (expected.detach(), z_peer.grad), strict=True):
        assert ours == pytest.approx(theirs.numpy(), rel=AGREEMENT, abs=1e-12)
