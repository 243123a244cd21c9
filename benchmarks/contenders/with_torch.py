"""PyTorch, eager, with its fused optimizers."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn
from works import Work

ACTIVATIONS = {"relu": nn.ReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid}
OPTIMIZERS = {
    "adam": torch.optim.Adam, "adamw": torch.optim.AdamW, "sgd": torch.optim.SGD
}  # fmt: skip


def make_model(work: Work) -> nn.Module:
    """The network of a work."""
    layers: list[nn.Module] = []
    for a, b in zip(work.widths[:-2], work.widths[1:-1], strict=True):
        layers.append(nn.Linear(a, b))
        layers += [nn.BatchNorm1d(b)] * work.batch_norm
        layers.append(ACTIVATIONS[work.activation]())
        layers += [nn.Dropout(work.dropout)] * bool(work.dropout)
    return nn.Sequential(*layers, nn.Linear(work.widths[-2], work.widths[-1]))


def prepare(
    work: Work, threads: int, wrap: Callable[[nn.Module], nn.Module] = lambda x: x
) -> Callable[[], None]:
    torch.set_num_threads(threads)
    X, y = work.data()
    inputs, classes = torch.from_numpy(X), torch.from_numpy(y)
    loss: nn.Module = nn.CrossEntropyLoss()
    if work.widths[-1] == 1:
        loss, classes = nn.BCEWithLogitsLoss(), classes.float()[:, None]
    plain = make_model(work)
    model = wrap(plain)
    make = OPTIMIZERS[work.optimizer]
    optimizer = make(plain.parameters(), lr=work.learning_rate, fused=True)
    schedule = None
    if work.cosine:
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(
            optimizer, work.total_steps
        )

    def stretch() -> None:
        torch.set_num_threads(threads)
        for start in range(0, len(X), work.batch):
            optimizer.zero_grad()
            rows = slice(start, start + work.batch)
            loss(model(inputs[rows]), classes[rows]).backward()
            optimizer.step()
            if schedule is not None:
                schedule.step()

    return stretch
