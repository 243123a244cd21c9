"""Optimizers, clipping and schedules against PyTorch, in float64."""

import numpy as np
import pytest

from neurona import graph as g
from neurona.optimize import (
    SGD,
    AdaGrad,
    Adam,
    AdamW,
    AMSGrad,
    Cosine,
    Exponential,
    Momentum,
    Nadam,
    Nesterov,
    OneCycle,
    ReduceOnPlateau,
    RMSProp,
    StepDecay,
    clip_by_norm,
    clip_by_value,
    make_clock,
)
from neurona.reference import Executable, evaluate

torch = pytest.importorskip("torch")

# The same formula in float64, in another order of operations.
AGREEMENT = 1e-9
RATES = (0.1, 0.07, 0.02)

PAIRS = [
    (SGD(), torch.optim.SGD, {}),
    (SGD(weight_decay=0.3), torch.optim.SGD, {"weight_decay": 0.3}),
    (Momentum(), torch.optim.SGD, {"momentum": 0.9}),
    (
        Momentum(momentum=0.5, weight_decay=0.3),
        torch.optim.SGD,
        {"momentum": 0.5, "weight_decay": 0.3},
    ),
    (Nesterov(), torch.optim.SGD, {"momentum": 0.9, "nesterov": True}),
    (
        Nesterov(weight_decay=0.3),
        torch.optim.SGD,
        {"momentum": 0.9, "nesterov": True, "weight_decay": 0.3},
    ),
    (AdaGrad(), torch.optim.Adagrad, {}),
    (
        AdaGrad(initial_accumulator=0.5, weight_decay=0.3),
        torch.optim.Adagrad,
        {"initial_accumulator_value": 0.5, "weight_decay": 0.3},
    ),
    (RMSProp(), torch.optim.RMSprop, {"alpha": 0.9}),
    (
        RMSProp(rho=0.99, weight_decay=0.3),
        torch.optim.RMSprop,
        {"weight_decay": 0.3},
    ),
    (Adam(), torch.optim.Adam, {}),
    (
        Adam(beta_1=0.8, beta_2=0.95, epsilon=1e-4, weight_decay=0.3),
        torch.optim.Adam,
        {"betas": (0.8, 0.95), "eps": 1e-4, "weight_decay": 0.3},
    ),
    (AdamW(), torch.optim.AdamW, {}),
    (AdamW(weight_decay=0.5), torch.optim.AdamW, {"weight_decay": 0.5}),
    (AMSGrad(beta_2=0.5), torch.optim.Adam, {"betas": (0.9, 0.5), "amsgrad": True}),
    (
        AMSGrad(weight_decay=0.3),
        torch.optim.Adam,
        {"amsgrad": True, "weight_decay": 0.3},
    ),
    (Nadam(), torch.optim.NAdam, {}),
    (
        Nadam(momentum_decay=0.5, weight_decay=0.3),
        torch.optim.NAdam,
        {"momentum_decay": 0.5, "weight_decay": 0.3},
    ),
]


@pytest.fixture(autouse=True)
def double_precision():
    """Float64 throughout: NAdam keeps its product in torch's default precision."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(before)


def recorded_gradients():
    rng = np.random.default_rng(7)
    return rng.normal(size=(3, 4)), rng.normal(size=(len(RATES), 3, 4))


def our_path(optimizer, start, gradients):
    w, grad, clock = g.parameter("w", (3, 4)), g.input("grad", (3, 4)), make_clock()
    kinds = optimizer.slots()
    shapes = {k: () if slot.scalar else w.shape for k, slot in kinds.items()}
    slots = {k: g.parameter(k, shape) for k, shape in shapes.items()}
    new, new_slots = optimizer.update(w, grad, slots, clock)
    run = Executable(g.Graph({"w": new, **new_slots}))
    values = {k: np.full(shapes[k], s.initial) for k, s in kinds.items()}
    values["w"] = start
    path = []
    for t, (rate, value) in enumerate(zip(RATES, gradients, strict=True), start=1):
        values = run({**values, "grad": value, "learning_rate": rate, "step": t})
        path.append(values["w"])
    return path


@pytest.mark.parametrize(("optimizer", "theirs", "options"), PAIRS, ids=repr)
def test_three_steps_agree_with_torch(optimizer, theirs, options):
    start, gradients = recorded_gradients()
    w = torch.tensor(start, requires_grad=True)
    other = theirs([w], lr=RATES[0], **options)
    expected = []
    for rate, gradient in zip(RATES, gradients, strict=True):
        other.param_groups[0]["lr"] = rate
        w.grad = torch.tensor(gradient)
        other.step()
        expected.append(w.detach().numpy().copy())
    found = our_path(optimizer, start, gradients)
    np.testing.assert_allclose(found, expected, rtol=AGREEMENT, atol=0)


@pytest.mark.parametrize("limit", [0.5, 3.0, 100.0])
@pytest.mark.parametrize(
    ("clip", "theirs"),
    [
        (clip_by_norm, torch.nn.utils.clip_grad_norm_),
        (clip_by_value, torch.nn.utils.clip_grad_value_),
    ],
)
def test_clipping_agrees_with_torch(clip, theirs, limit):
    values = recorded_gradients()[1]
    tensors = [torch.zeros(3, 4, requires_grad=True) for _ in values]
    for tensor, value in zip(tensors, values, strict=True):
        tensor.grad = torch.tensor(value)
    theirs(tensors, limit)
    names = [f"w{i}" for i in range(len(values))]
    clipped = clip({name: g.parameter(name, (3, 4)) for name in names}, limit)
    found = evaluate(list(clipped.values()), dict(zip(names, values, strict=True)))
    expected = [tensor.grad.numpy() for tensor in tensors]
    np.testing.assert_allclose(found, expected, rtol=AGREEMENT, atol=0)


def torch_rates(make, count):
    """Learning rates that a torch schedule gives, one advance after each."""
    w = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=1.0)
    schedule = make(optimizer)
    found = []
    for _ in range(count):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    return found


@pytest.mark.parametrize(
    ("schedule", "theirs", "options"),
    [
        (StepDecay(every=3, gamma=0.4), "StepLR", {"step_size": 3, "gamma": 0.4}),
        (Exponential(0.8), "ExponentialLR", {"gamma": 0.8}),
    ],
    ids=repr,
)
def test_schedules_by_epoch_agree_with_torch(schedule, theirs, options):
    kind = getattr(torch.optim.lr_scheduler, theirs)
    expected = torch_rates(lambda optimizer: kind(optimizer, **options), 10)
    found = [schedule.at(5 * epoch + 1, 5, 50) for epoch in range(10)]
    assert found == [schedule.at(5 * epoch + 5, 5, 50) for epoch in range(10)]
    np.testing.assert_allclose(found, expected, rtol=AGREEMENT)


@pytest.mark.parametrize("minimum", [0.0, 0.1])
def test_cosine_agrees_with_torch(minimum):
    kind = torch.optim.lr_scheduler.CosineAnnealingLR
    expected = torch_rates(lambda o: kind(o, T_max=40, eta_min=minimum), 40)
    found = [Cosine(minimum).at(t, 10, 40) for t in range(1, 41)]
    np.testing.assert_allclose(found, expected, rtol=AGREEMENT)


@pytest.mark.parametrize("total", [3, 5, 20, 97])
@pytest.mark.parametrize("rise", [0.3, 0.45])
def test_one_cycle_agrees_with_torch(total, rise):
    kind = torch.optim.lr_scheduler.OneCycleLR
    expected = torch_rates(
        lambda o: kind(
            o, max_lr=1.0, total_steps=total, pct_start=rise, cycle_momentum=False
        ),
        total,
    )
    found = [OneCycle(rise).at(t, 1, total) for t in range(1, total + 1)]
    np.testing.assert_allclose(found, expected, rtol=AGREEMENT)


def test_reduce_on_plateau_agrees_with_torch():
    losses = np.random.default_rng(3).uniform(0.5, 1.0, 60)
    losses[20:] += 0.3
    w = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=1.0)
    other = torch.optim.lr_scheduler.ReduceLROnPlateau(
        optimizer, factor=0.5, patience=2, min_lr=0.01, eps=0.0
    )
    schedule = ReduceOnPlateau(patience=3, factor=0.5, minimum=0.01)
    state = schedule.start()
    found, expected = [], []
    for loss in losses:
        other.step(loss)
        state = schedule.after_epoch(state, loss)
        expected.append(optimizer.param_groups[0]["lr"])
        found.append(schedule.at(1, 1, 1, state))
    assert min(expected) == 0.01
    np.testing.assert_allclose(found, expected, rtol=AGREEMENT)
