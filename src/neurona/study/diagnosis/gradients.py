"""Findings about gradients that vanish or explode on their way back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from neurona.messages import _
from neurona.show.notation import format_number
from neurona.study.curves import curve_of
from neurona.study.diagnosis.examination import Examination
from neurona.study.diagnosis.finding import Finding
from neurona.study.diagnosis.units import is_step

__all__ = ["vanishing_or_exploding"]

FACTOR: Final = 1e-3
"""Share of the output's gradient below which the first layer's has vanished; above the
inverse of it, it has exploded."""


def vanishing_or_exploding(found: Examination) -> Iterator[Finding]:
    """Gradients that reach the first layer much smaller or larger than the last."""
    layers = [
        layer
        for layer in found.flow.layers
        if layer.weight_norm is not None and layer.gradient_norm
    ]
    cut = any(is_step(layer) or layer.dead == 1 for layer in found.hidden)
    # Of networks side by side no gradient passes from one to the other.
    if len(layers) < 3 or cut or found.joined:
        return
    first, last = layers[0], layers[-1]
    assert first.gradient_norm is not None
    assert last.gradient_norm is not None
    ratio = first.gradient_norm / last.gradient_norm
    evidence = {
        "ratio": ratio,
        "gradient_norms": {layer.name: layer.gradient_norm for layer in layers},
    }
    numbers = {
        "first": first.name,
        "last": last.name,
        "small": format_number(first.gradient_norm, 3),
        "large": format_number(last.gradient_norm, 3),
        "ratio": format_number(ratio, 2),
        "factor": format_number(ratio ** (1 / (len(layers) - 1)), 2),
    }
    if ratio < FACTOR:
        yield Finding(
            "vanishing_gradients",
            "serious",
            _(
                "The gradient vanishes: of {large} at {last}, {small} reaches "
                "{first}, a share of {ratio}; each layer passes on {factor} of "
                "it on average."
            ).format(**numbers),
            vanishing_advice(found),
            evidence,
            ({"activation": "relu"}, {"initializer": "he_normal"}),
        )
    elif ratio > 1 / FACTOR:
        yield Finding(
            "exploding_gradients",
            "serious",
            _(
                "The gradient explodes: from {large} at {last} it grows to "
                "{small} at {first}, {ratio} times as much; each layer "
                "multiplies it by {factor} on average."
            ).format(**numbers),
            _(
                "Start from smaller weights (he_normal for relu, glorot_uniform for "
                "tanh), and limit the gradient with clip_norm."
            ),
            evidence,
            ({"initializer": "he_normal"}, {"initializer": "glorot_uniform"}),
        )


def vanishing_advice(found: Examination) -> str:
    kinds = [
        layer.activation
        for layer in found.hidden
        if (curve := curve_of(layer.activation)) and curve.saturates
    ]
    if kinds:
        return _(
            "Use relu in the hidden layers: the slope of {activation} is below its "
            "greatest nearly everywhere, and the slopes multiply; BatchNorm or "
            "Residual blocks help too."
        ).format(activation=kinds[0])
    return _(
        "Start from larger weights (he_normal for relu), or use BatchNorm or Residual "
        "blocks, or fewer layers."
    )
