"""Findings about numbers that are none: a training lost, a slope that is hidden."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from neurona.explain.hidden_slopes import hidden_slopes
from neurona.explain.trace import trace
from neurona.messages import _
from neurona.nn.build import SEED, STEP
from neurona.study.diagnosis.examination import Examination
from neurona.study.diagnosis.finding import Finding
from neurona.train.examples import prepare_examples, row_count, target_specs
from neurona.train.step import build_objective

__all__ = ["hidden_slope", "lost_training"]

SAMPLE: Final = 256
"""Rows looked at, at most."""


def lost_training(found: Examination) -> Iterator[Finding]:
    """Training that left the finite numbers, and not for its learning rate."""
    history = found.network.history
    cause = None if history is None else history.cause
    if cause is not None and cause.name != "rate":
        yield Finding(
            "diverged",
            "serious",
            _("The last training left the finite numbers."),
            _("The cause: {cause}.").format(cause=cause),
            cause.to_json(),
        )


def hidden_slope(found: Examination) -> Iterator[Finding]:
    """Choice whose branch not taken has no finite slope: every gradient is lost."""
    norms = [
        norm or 0.0
        for layer in found.flow.layers
        for norm in (layer.gradient_norm, layer.weight_gradient_norm)
    ]
    if np.isfinite(norms).all():
        return
    X, y = found.main.sample(SAMPLE)
    architecture = found.network.architecture
    data = prepare_examples(architecture, found.losses, X, y, np.dtype(np.float64))
    objective = build_objective(
        architecture, found.losses, target_specs(architecture, found.losses, data),
        training=False, weighted=False,
    )  # fmt: skip
    parameters = objective.written.build.parameters.values()
    feeds = {**found.network.parameters, **found.network.states, **data}
    with np.errstate(all="ignore"):
        numbers = trace(
            objective.loss,
            [parameter.node for parameter in parameters],
            {**feeds, SEED: 0, STEP: 1},
            row_count(data),
        )
    for node in hidden_slopes(numbers):
        yield Finding(
            "hidden_slope",
            "serious",
            _(
                "The gradient is lost in {layer}: where a choice does not take a "
                "branch, the derivative of that branch is infinite or not a number for "
                "some rows, and 0 times it is not a number either way."
            ).format(layer=", ".join(node.sources) or _("the loss")),
            _(
                "Choose within the branch as well, as sqrt(where(x > 0, x, 1)) does in "
                "place of sqrt(x)."
            ),
            {"where": list(node.sources)},
        )
