"""Finding about penalties: one so strong that it keeps a network from learning."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from neurona.messages import _
from neurona.nn.layers import Dropout
from neurona.show.notation import format_number
from neurona.study.diagnosis.changes import held_back
from neurona.study.diagnosis.examination import Examination
from neurona.study.diagnosis.finding import Finding
from neurona.study.diagnosis.fitting import MARGIN

__all__ = ["penalty_too_strong"]

FAR_ABOVE: Final = 10.0
"""Multiple of the first loss beyond which a penalty leaves it no say."""

MOST_DROPPED: Final = 0.7
"""Share of units left out at each step from which hardly a signal passes."""


def penalty_too_strong(found: Examination) -> Iterator[Finding]:
    """L1, L2 or dropout that outweighs the loss, where simple models learn more."""
    train = found.main_error
    if train is None or found.history is None or not found.training:
        return
    simple = found.simple_error
    if simple is None or train.error < simple[1] + MARGIN:
        return
    sizes, start = penalties_at_start(found), found.flow_at_start.loss
    rates = [e.rate for e in found.layers.values() if isinstance(e, Dropout)]
    if (
        start is not None
        and (name := max(sizes, key=lambda key: sizes[key]))
        and (sizes[name] > FAR_ABOVE * abs(start))
    ):
        what = _(
            "The penalty {name} = {strength} is too strong: at the first weights it is "
            "{size}, {times} times the loss of {loss}, so that training shrinks the "
            "weights and learns nothing else."
        ).format(
            name=name.upper(),
            strength=format_number(found.training[name], 3),
            size=format_number(sizes[name], 3),
            times=format_number(sizes[name] / abs(start), 2),
            loss=format_number(start, 3),
        )
        evidence = {"name": name, "penalty": sizes[name], "loss": start}
    elif rates and max(rates) >= MOST_DROPPED:
        name = "dropout"
        what = _(
            "The dropout of {rate} is too strong: of {all} units only {kept} are left "
            "at each step, on average, and the network does not fit its own rows."
        ).format(rate=max(rates), all=10, kept=format_number(10 - 10 * max(rates), 2))
        evidence = {"name": name, "rate": max(rates)}
    else:
        return
    yield Finding(
        "penalty_too_strong",
        "serious",
        what,
        _("Lower it by ten or a hundred times, or leave it out."),
        evidence,
        tuple(change for change in held_back(found) if name in change),
    )


def penalties_at_start(found: Examination) -> dict[str, float]:
    """λ/N·Σ|w| and λ/(2N)·Σw² of the first weights, N the rows of a batch."""
    size, build = (
        found.training.get("batch_size"),
        (found.network.architecture.evaluation.build),
    )
    rows = min(size, found.main.count) if isinstance(size, int) else found.main.count
    weights = [
        np.asarray(value, np.float64)
        for name, value in build.initial_values(found.network.seed)
        if name in build.parameters and build.parameters[name].is_weight
    ]
    l1, l2 = (found.training.get(name) or 0.0 for name in ("l1", "l2"))
    return {
        "l1": l1 / rows * float(sum(np.abs(w).sum() for w in weights)),
        "l2": l2 / (2 * rows) * float(sum((w**2).sum() for w in weights)),
    }
