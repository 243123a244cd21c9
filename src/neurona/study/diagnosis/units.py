"""Findings about units: dead, saturated, without slope, or all alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np

from neurona.messages import _, ngettext
from neurona.nn.layers import Dense
from neurona.study.curves import curve_of
from neurona.study.diagnosis.changes import times_l2, times_rate
from neurona.study.diagnosis.examination import Examination
from neurona.study.diagnosis.finding import Finding
from neurona.study.flow.numbers import LayerFlow

__all__ = ["dead_units", "identical_units", "is_step", "saturated_units", "step_units"]

MANY_DEAD: Final = 0.6
"""Share of dead units in a layer worth a word: in a good network half may be."""

MANY_SATURATED: Final = 0.3
"""Share of saturated units in a layer worth a word."""

ALL_BUT_FEW: Final = 0.8

ENOUGH_ROWS: Final = 16
"""Fewer rows do not show what a unit does elsewhere."""


def is_step(layer: LayerFlow) -> bool:
    """Whether the slope of a layer's units is 0 wherever it exists."""
    curve = curve_of(layer.activation)
    return curve is not None and curve.is_step


def step_units(found: Examination) -> Iterator[Finding]:
    """Hidden threshold units, through which no gradient passes."""
    layers = [layer for layer in found.hidden if is_step(layer)]
    if not layers:
        return
    names = ", ".join(layer.name for layer in layers)
    yield Finding(
        "zero_slope",
        "serious",
        _(
            "The units of {layers} are threshold units ({activation}): their slope is "
            "0 wherever it exists, so the gradient of every weight before them is 0 "
            "and those weights never change."
        ).format(layers=names, activation=layers[0].activation),
        _(
            "Use an activation with a slope in the hidden layers, such as relu or "
            "tanh; a threshold may follow after training."
        ),
        {"layers": [layer.name for layer in layers]},
    )


def shares_dead(layers: Iterable[LayerFlow]) -> dict[str, float]:
    """Share of dead units in each layer that has many."""
    return {
        layer.name: layer.dead
        for layer in layers
        if layer.dead is not None
        and layer.dead >= MANY_DEAD
        and (curve := curve_of(layer.activation))
        and curve.may_die
    }


def shares_saturated(layers: Iterable[LayerFlow]) -> dict[str, float]:
    """Share of saturated units in each layer that has many."""
    return {
        layer.name: layer.saturated_units
        for layer in layers
        if layer.saturated_units is not None and layer.saturated_units >= MANY_SATURATED
    }


def lost_in_training(found: Examination) -> bool:
    """Whether units of a layer died or saturated that began well."""
    ill = {**shares_dead(found.hidden), **shares_saturated(found.hidden)}
    if not ill or found.history is None or found.flow.rows < ENOUGH_ROWS:
        return False
    hidden = [found.flow_at_start[layer.name] for layer in found.hidden]
    ill_at_start = {**shares_dead(hidden), **shares_saturated(hidden)}
    return not ill.keys() <= ill_at_start.keys()


def dead_units(found: Examination) -> Iterator[Finding]:
    """Units that are flat on every row, such as ReLUs that never fire."""
    dead = shares_dead(found.hidden)
    if not dead or found.flow.rows < ENOUGH_ROWS:
        return
    # Where one layer is dead all over, those after it may follow: the first counts.
    worst = max(dead, key=lambda name: dead[name])
    layer = found.flow[worst]
    count = round(dead[worst] * layer.units)
    yield Finding(
        "dead_units",
        "serious" if dead[worst] > ALL_BUT_FEW else "moderate",
        ngettext(
            "{count} unit of {units} in {layer} ({activation}) is dead: its slope is 0 "
            "on all of {rows} rows, so its weights learn nothing.",
            "{count} of {units} units of {layer} ({activation}) are dead: their slope "
            "is 0 on all of {rows} rows, so their weights learn nothing.",
            count,
        ).format(
            count=count,
            units=layer.units,
            layer=worst,
            activation=layer.activation,
            rows=found.flow.rows,
        ),
        _(
            "Use leaky_relu, which has a slope below 0 too, or a lower learning rate "
            "and inputs on a similar scale."
        ),
        {"layer": worst, "dead": count, "units": layer.units, "shares": dead},
        ({"activation": "leaky_relu"}, *times_rate(found, 0.3)),
    )


def saturated_units(found: Examination) -> Iterator[Finding]:
    """Sigmoid and tanh units that are flat on nearly every row."""
    flat = shares_saturated(found.hidden)
    if not flat or found.flow.rows < ENOUGH_ROWS:
        return
    worst = max(flat, key=lambda name: flat[name])
    layer = found.flow[worst]
    units, share = flat[worst], layer.saturated
    yield Finding(
        "saturated_units",
        "serious" if units > ALL_BUT_FEW else "moderate",
        _(
            "{units:.0%} of the units of {layer} ({activation}) are saturated: on "
            "nearly every row their slope is below 5 % of the steepest, so they hardly "
            "learn; over all rows and units {share:.0%} of the slopes are."
        ).format(units=units, layer=worst, activation=layer.activation, share=share),
        _(
            "Use a lower learning rate or a higher L2 penalty, since it was training "
            "that made the weights large, or put BatchNorm before the activation."
        )
        if lost_in_training(found)
        else _(
            "Start from smaller weights (glorot_uniform) and inputs of mean 0 and "
            "deviation 1, or put BatchNorm before the activation."
        ),
        {"layer": worst, "saturated": share, "shares": flat},
        (*times_rate(found, 0.3), *times_l2(found, 3, 10), {"activation": "relu"}),
    )


def identical_units(found: Examination) -> Iterator[Finding]:
    """Hidden layers whose units all compute the same, as they do from equal weights."""
    hidden = {layer.name for layer in found.hidden}
    for name, layer in found.layers.items():
        weight = found.network.parameters.get(f"{name}.weight")
        if name not in hidden or not isinstance(layer, Dense) or weight is None:
            continue
        bias = found.network.parameters.get(f"{name}.bias", np.zeros(layer.units))
        columns = np.vstack([weight, bias])
        if layer.units < 2 or not (columns == columns[:, :1]).all():
            continue
        yield Finding(
            "identical_units",
            "serious",
            _(
                "All {units} units of {layer} have the same weights: they compute the "
                "same and get the same gradient, so they stay equal and count as one."
            ).format(units=layer.units, layer=name),
            _("Start from random weights, such as he_normal or glorot_uniform."),
            {"layer": name, "units": layer.units},
        )
