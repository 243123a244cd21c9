"""How much a layer can stretch a change of its input: the norm of its Jacobian."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from neurona import graph as g
from neurona.arrays import Array
from neurona.gradient import backward
from neurona.graph import BATCH, Graph
from neurona.nn.build import Build
from neurona.nn.layers.layer import Layer
from neurona.nn.losses.loss import output_count
from neurona.reference import Executable

__all__ = ["LayerJacobian"]

ROUNDS: Final = 24
"""Of the power iteration; by then the norm has settled to within a few percent."""


class LayerJacobian:
    """Spectral norm of the Jacobian of a layer, one for each row.

    Parameters
    ----------
    layer : Layer
    name : str
        Full name, under which the layer finds its parameters.
    widths : sequence of int
        Numbers per row of each of its inputs.

    Notes
    -----
    Math: ‖J‖₂ = max ‖J v‖/‖v‖ with J = ∂a/∂x. Found by the power iteration
    u ← J v/‖J v‖, v ← Jᵀu, for all rows at once; ‖v‖ rises towards ‖J‖₂. Jᵀu is one
    backward pass, and J v the backward pass of that one: no Jacobian is written down.

    Examples
    --------
    >>> from neurona import Dense
    >>> values = {"d.weight": np.diag([3.0, 1.0]), "d.bias": np.zeros(2)}
    >>> norm = LayerJacobian(Dense(2), "d", [2])
    >>> norm(values, [np.ones((1, 2))]).round(6)
    array([3.])
    """

    def __init__(self, layer: Layer, name: str, widths: Sequence[int]) -> None:
        build = Build(training=False)
        inputs = [g.input(f"x{i}", (BATCH, w)) for i, w in enumerate(widths)]
        with build.inside(name):
            output = layer.apply(tuple(inputs), build)
        u = g.input("u", output.shape)
        back = backward(output, inputs, out_grad=u)
        ahead = g.zeros(output.shape)
        for i, grad in enumerate(back):
            v = g.input(f"v{i}", grad.shape)
            ahead = ahead + backward(grad, [u], out_grad=v)[0]
        self.widths = tuple(widths)
        self.output_width = output_count(output.spec)
        named = {f"v{i}": node for i, node in enumerate(back)}
        self._back = Executable(Graph(named))
        self._ahead = Executable(Graph({"u": ahead}))

    def __call__(self, values: Mapping[str, Array], inputs: Sequence[Array]) -> Array:
        """Norm for each row of the inputs.

        Parameters
        ----------
        values : mapping of str to array
            Parameters and states by full name.
        inputs : sequence of array (N, width)
        """
        rows = len(inputs[0])
        fixed = {**values, **{f"x{i}": x for i, x in enumerate(inputs)}}
        rng = np.random.default_rng(0)
        u = np.asarray(rng.standard_normal((rows, self.output_width)))
        norm = np.zeros(rows)
        for _round in range(ROUNDS):
            u = unit(u)
            back = self._back({**fixed, "u": u}, rows=rows)
            norm = np.sqrt(sum(np.sum(v * v, axis=1) for v in back.values()))
            u = self._ahead({**fixed, "u": u, **back}, rows=rows)["u"]
        return np.asarray(norm)


def unit(rows: Array) -> Array:
    """Rows brought to length 1; a row of zeros stays one."""
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(length > 0, length, 1.0))
