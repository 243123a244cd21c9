"""What flows through a network at one moment: activations forward, gradients back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from neurona.arrays import Array
from neurona.data.split import choose_sample
from neurona.explain.slopes import slope_node
from neurona.gradient import backward
from neurona.graph import Graph, Node
from neurona.network import Network
from neurona.nn.architecture import Architecture, Written
from neurona.nn.losses import Loss
from neurona.nn.losses.loss import output_count
from neurona.reference import Executable
from neurona.study.curves import FLAT, curve_of
from neurona.study.evaluate import read_inputs
from neurona.study.flow.explanations import GradientFlow
from neurona.study.flow.jacobian import LayerJacobian
from neurona.study.flow.numbers import LayerFlow
from neurona.study.flow.spread import Spread
from neurona.study.layers import (
    functions_of_layers,
    inputs_of_layers,
    is_rows,
    layers_by_name,
)
from neurona.train.examples import (
    LossLike,
    choose_losses,
    prepare_examples,
    row_count,
    target_specs,
)
from neurona.train.step import build_objective

__all__ = ["Probe", "gradient_flow", "losses_of", "probe_of"]

SAMPLE_ROWS: Final = 256
"""Rows looked at: enough for shares in percent, few enough to be quick."""

JACOBIAN_ROWS: Final = 16
"""Rows whose Jacobians are measured, since each costs many passes."""

ALMOST_ALL: Final = 0.95
"""Share of rows on which a unit must be saturated to be counted as such."""


class Probe:
    """Measures the flow through a network, again and again as its weights change.

    Parameters
    ----------
    architecture : Architecture
    written : Written
        The network in a graph, as it predicts.
    total : Node or None
        Scalar whose gradients are measured: a sum over rows, so that each row's
        gradient is its own. ``None`` to look at activations alone.
    data : mapping of str to array
        Inputs, and what else the total reads.
    jacobians : bool
        Whether to measure the Jacobians of the layers too.

    Notes
    -----
    Everything is computed in float64, without masks and with running statistics. Of a
    layer that is used several times, the last use is looked at.
    """

    def __init__(
        self,
        architecture: Architecture,
        written: Written,
        total: Node | None,
        data: Mapping[str, Array],
        *,
        jacobians: bool = True,
    ) -> None:
        self.data = data
        self.rows = row_count(data)
        self.layers = layers_by_name(architecture)
        nodes = {
            name: node
            for name, node in written.build.activations.items()
            if is_rows(node)
        }
        outputs = {f"a/{name}": node for name, node in nodes.items()}
        self.functions = functions_of_layers(written)
        outputs |= {
            f"slope/{name}": slope_node(found.a, found.z)
            for name, found in self.functions.items()
            if name in nodes and found.function.elementwise
        }
        self.weights = {
            parameter.name: parameter.name.rpartition(".")[0]
            for parameter in written.build.parameters.values()
            if parameter.is_weight
        }
        if total is not None:
            outputs["total"] = total
            parameters = [written.build.parameters[name].node for name in self.weights]
            grads = backward(total, [*nodes.values(), *parameters])
            keys = [f"grad/{n}" for n in nodes] + [f"weight/{n}" for n in self.weights]
            outputs |= dict(zip(keys, grads, strict=True))
        self.names = list(nodes)
        self.has_total = total is not None
        self._run = Executable(Graph(outputs))
        read = inputs_of_layers(architecture, written) if jacobians else {}
        self._jacobians = {
            name: (
                LayerJacobian(
                    self.layers[name], name, [output_count(x.spec) for _n, x in parts]
                ),
                [source for source, _node in parts],
            )
            for name, parts in read.items()
        }

    def __call__(
        self, values: Mapping[str, Array], epoch: int | None = None
    ) -> GradientFlow:
        """Flow for parameters and states given by name."""
        wide = {name: np.asarray(v, np.float64) for name, v in values.items()}
        found = self._run({**wide, **self.data}, rows=self.rows)
        return GradientFlow(
            layers=tuple(self._layer(name, found, wide) for name in self.names),
            rows=self.rows,
            loss=float(found["total"]) / self.rows if self.has_total else None,
            epoch=epoch,
        )

    def _layer(
        self, name: str, found: Mapping[str, Array], values: Mapping[str, Array]
    ) -> LayerFlow:
        a = found[f"a/{name}"]
        applied = self.functions.get(name)
        kind = "" if applied is None else applied.function.name
        grad = found.get(f"grad/{name}")
        weights = [full for full, owner in self.weights.items() if owner == name]
        return LayerFlow(
            name=name,
            units=a.shape[1],
            activation=kind,
            activations=Spread.of(a),
            gradients=None if grad is None else Spread.of(grad),
            # Root of the mean over rows of the squared norm.
            gradient_norm=None if grad is None else norm([grad]) / len(grad) ** 0.5,
            jacobian=self._jacobian(name, found, values),
            weight_norm=norm(values[w] for w in weights) if weights else None,
            weight_gradient_norm=(
                norm(found[f"weight/{w}"] / self.rows for w in weights)
                if weights and self.has_total
                else None
            ),
            **unit_shares(found.get(f"slope/{name}"), kind),
        )

    def _jacobian(
        self, name: str, found: Mapping[str, Array], values: Mapping[str, Array]
    ) -> float | None:
        if name not in self._jacobians:
            return None
        measure, sources = self._jacobians[name]
        known = {**found, **self.data}
        parts = [known[source][:JACOBIAN_ROWS] for source in sources]
        return float(measure(values, parts).mean())


def gradient_flow(
    network: Network,
    X: Any,
    y: Any = None,
    *,
    loss: LossLike | Mapping[str, LossLike] | None = None,
    rows: int = SAMPLE_ROWS,
    jacobians: bool = True,
    seed: int = 0,
) -> GradientFlow:
    """Measure what flows through a network as it is now.

    Parameters
    ----------
    network : Network
    X, y : array
        As for :meth:`neurona.Network.fit`; without y, activations alone are measured.
    loss : str or Loss, optional
        By default that of the last fit, else the one that suits y.
    rows : int
        Of a table with more, a sample of so many is looked at.
    jacobians : bool
        Whether to measure the norm of each layer's Jacobian.
    seed : int
        Of the sample.

    Examples
    --------
    >>> from neurona import Dense, Network
    >>> network = Network([Dense(4, "relu"), Dense(1)], n_inputs=1, seed=0)
    >>> flow = gradient_flow(network, [[-1.0], [1.0]], [0.0, 1.0])
    >>> [layer.name for layer in flow.layers], flow["dense_1"].dead
    (['dense_1', 'dense_2'], 0.0)
    """
    return probe_of(
        network, X, y, loss=loss, rows=rows, jacobians=jacobians, seed=seed
    )({**network.parameters, **network.states})


def probe_of(
    network: Network,
    X: Any,
    y: Any = None,
    *,
    loss: LossLike | Mapping[str, LossLike] | None = None,
    rows: int = SAMPLE_ROWS,
    jacobians: bool = True,
    seed: int = 0,
) -> Probe:
    """Probe of a network on a sample of rows; parameters as :func:`gradient_flow`."""
    architecture = network.architecture
    written, total = architecture.evaluation, None
    if y is None:
        data = read_inputs(network, X)
    else:
        losses = losses_of(network, loss, y)
        data = prepare_examples(architecture, losses, X, y, np.dtype(np.float64))
        objective = build_objective(
            architecture,
            losses,
            target_specs(architecture, losses, data),
            training=False,
            weighted=False,
        )
        written, total = objective.written, objective.loss_sum
    chosen = choose_sample(row_count(data), rows, seed)
    data = {name: array[chosen] for name, array in data.items()}
    return Probe(architecture, written, total, data, jacobians=jacobians)


def losses_of(
    network: Network, loss: LossLike | Mapping[str, LossLike] | None, y: Any
) -> Mapping[str, Loss]:
    """Loss of each output: the one given, else that of the last fit or what suits y."""
    if loss is None and network.losses is not None:
        return network.losses
    return choose_losses(loss, network.architecture.evaluation.outputs, y)


def unit_shares(slope: Array | None, kind: str) -> dict[str, float | None]:
    """Shares of dead and of saturated units, from the slopes of a layer."""
    if slope is None:
        return {}
    size = np.abs(slope)
    shares: dict[str, float | None] = {"dead": float((size == 0).all(axis=0).mean())}
    curve = curve_of(kind)
    if curve is not None and curve.saturates:
        flat = size < FLAT * curve.steepest
        shares["saturated"] = float(flat.mean())
        shares["saturated_units"] = float((flat.mean(axis=0) >= ALMOST_ALL).mean())
    return shares


def norm(arrays: Any) -> float:
    return float(np.sqrt(sum(float(np.sum(a * a)) for a in arrays)))
