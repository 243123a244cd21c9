"""The perceptron's rule: how a threshold unit learns without a gradient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from neurona.arrays import Array
from neurona.explain.step.numbers import StepNumbers
from neurona.nn.activations import Heaviside, Sign

__all__ = ["PerceptronRule", "apply_perceptron_rule"]


@dataclass(frozen=True, eq=False)
class PerceptronRule:
    """Visits of a threshold unit to some rows, one after the other.

    Parameters
    ----------
    weight, bias : tuple of str
        Names of the parameters.
    z, prediction, error : array (N,)
        What the unit makes of each row when it is visited, and y − ŷ.
    weights : array (N, I)
        After each visit.
    biases : array (N,)
    """

    weight: str
    bias: str
    z: Array
    prediction: Array
    error: Array
    weights: Array
    biases: Array

    def record(self) -> dict[str, Any]:
        """The visits for programs."""
        update = {self.weight: self.weights[-1][:, None], self.bias: self.biases[-1:]}
        visits = {k: v for k, v in vars(self).items() if k not in ("weight", "bias")}
        return {**visits, "update": update}


def apply_perceptron_rule(numbers: StepNumbers) -> PerceptronRule | None:
    """Let a single threshold unit visit the rows of a step: w ← w + η (y − ŷ) x.

    Returns
    -------
    PerceptronRule or None
        ``None`` for any other network.

    Notes
    -----
    Source: Rosenblatt, 1958. For labels −1 and 1, y − ŷ is ±2 where the unit errs, so
    half of it is taken.
    """
    if len(numbers.layers) != 1 or len(numbers.outputs) != 1:
        return None
    (layer,) = numbers.layers
    stage = layer.stage
    activation = stage.activation
    threshold = isinstance(activation, Heaviside | Sign)
    if not threshold or stage.units != 1 or not stage.bias:
        return None
    weight, bias = stage.weight, stage.bias
    w = np.array(numbers.feeds[weight], dtype=np.float64)[:, 0]
    b = float(np.asarray(numbers.feeds[bias])[0])
    targets = next(
        v for k, v in numbers.request.data.items() if k.startswith("target/")
    )
    rate = numbers.request.learning_rate
    strict = isinstance(activation, Heaviside) and activation.strict
    seen: list[tuple[float, float, float, Array, float]] = []
    for x, y in zip(layer.x, np.asarray(targets, float).ravel(), strict=True):
        z = float(x @ w + b)
        if isinstance(activation, Sign):
            answer, error = float(np.sign(z)), 0.0
            error = 0.0 if answer == y else float(np.sign(y - answer))
        else:
            answer = float(z > 0 if strict else z >= 0)
            error = float(y) - answer
        w = w + rate * error * x
        b = b + rate * error
        seen.append((z, answer, error, w, b))
    z_values, answers, errors, weights, biases = zip(*seen, strict=True)
    return PerceptronRule(
        weight,
        bias,
        np.array(z_values),
        np.array(answers),
        np.array(errors),
        np.array(weights),
        np.array(biases),
    )
