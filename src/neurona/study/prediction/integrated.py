"""Integrated gradients: what each input adds to an output, from a baseline on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from neurona import graph as g
from neurona.arrays import Array
from neurona.gradient import backward
from neurona.graph import Graph, Node
from neurona.network import Network
from neurona.reference import Executable
from neurona.study.prediction.entries import begin_at_entries

__all__ = ["Attribution", "integrate_gradients"]

FIRST_PANELS: Final = 8

NODES, WEIGHTS = np.polynomial.legendre.leggauss(4)

TOLERANCE: Final = 1e-8
"""Defect of a panel, as a share of the largest output, at which it is good enough."""

DEEPEST: Final = 32
"""Halvings of a panel: what is left then is a jump, not a bend."""

MOST_PANELS: Final = 20_000


@dataclass(frozen=True, eq=False)
class Attribution:
    """What each input adds to an output.

    Parameters
    ----------
    values : mapping of str to array
        By entry of the network, one number for each of its own.
    baseline_output, output : float
        At the baseline and at the row.
    evaluations : int
        Points of the path at which the gradient was taken.
    """

    values: Mapping[str, Array]
    baseline_output: float
    output: float
    evaluations: int

    @property
    def total(self) -> float:
        """Sum of what the inputs add."""
        return float(sum(part.sum() for part in self.values.values()))

    @property
    def gap(self) -> float:
        """How far the sum is from the difference of the outputs."""
        return self.total - (self.output - self.baseline_output)


def integrate_gradients(
    network: Network,
    output: Node,
    row: Mapping[str, Array],
    baseline: Mapping[str, Array],
) -> Attribution:
    """Integrate the gradient of an output along the way from a baseline to a row.

    Parameters
    ----------
    network : Network
    output : Node
        Shape (N, 1), of the network's evaluation graph.
    row, baseline : mapping of str to array
        Numbers of each entry: the inputs of the network, and in place of one of whole
        numbers, between which there is no way, what an Embedding looks up for it, as
        :func:`~neurona.study.prediction.entries.read_entries` gives it.

    Raises
    ------
    OptionError
        Something else than an Embedding reads an input of whole numbers.

    Notes
    -----
    Math: φᵢ = (xᵢ − x′ᵢ) ∫₀¹ ∂f/∂xᵢ(x′ + t(x − x′)) dt, by Gauss and Legendre's rule on
    panels. On each panel Σφᵢ is known: it is the difference of f between its ends. A
    panel where that does not come out is halved, so that the bends of ReLU are closed
    in upon. Everything is computed in float64.
    Laws: Σφᵢ = f(x) − f(x′), but for jumps of f.
    Source: M. Sundararajan, A. Taly, Q. Yan, "Axiomatic attribution for deep
    networks", 2017, equation 1.

    Examples
    --------
    >>> from neurona import Dense
    >>> network = Network([Dense(1)], n_inputs=2)
    >>> network.parameters["dense_1.weight"] = [[2.0], [-1.0]]
    >>> output = network.architecture.evaluation.outputs["output"]
    >>> found = integrate_gradients(
    ...     network, output, {"x": np.ones(2)}, {"x": np.zeros(2)}
    ... )
    >>> found.values["x"].round(9).tolist(), round(abs(found.gap), 9)
    ([2.0, -1.0], 0.0)
    """
    path = Path(network, output, row, baseline)
    edges = np.linspace(0.0, 1.0, FIRST_PANELS + 1)
    low, high = edges[:-1], edges[1:]
    scale = max(float(np.abs(path.at(edges)["f"]).max()), np.finfo(np.float64).tiny)
    total = {name: np.zeros(way.shape) for name, way in path.way.items()}
    for depth in range(DEEPEST + 1):
        parts, defect = path.over_panels(low, high)
        last = depth == DEEPEST or 2 * len(low) > MOST_PANELS
        good = (defect <= TOLERANCE * scale) | last
        for name, part in parts.items():
            total[name] += part[good].sum(axis=0)
        low, high = low[~good], high[~good]
        if not len(low):
            break
        middle = (low + high) / 2
        low, high = np.concatenate([low, middle]), np.concatenate([middle, high])
    count = path.evaluations
    first, last_output = path.at(np.array([0.0, 1.0]))["f"][:, 0].tolist()
    return Attribution(total, first, last_output, count)


class Path:
    """The straight way from a baseline to a row, and what the output does along it.

    Parameters
    ----------
    network, output, row, baseline
        As for :func:`integrate_gradients`.
    """

    def __init__(
        self,
        network: Network,
        output: Node,
        row: Mapping[str, Array],
        baseline: Mapping[str, Array],
    ) -> None:
        output, entries = begin_at_entries(network, output)
        grads = backward(g.sum(output), list(entries.values()))
        named = {f"grad/{n}": grad for n, grad in zip(entries, grads, strict=True)}
        self.run = Executable(Graph({"f": output, **named}))
        self.values = {
            name: np.asarray(value, np.float64)
            for name, value in {**network.parameters, **network.states}.items()
        }
        self.start = {n: np.asarray(baseline[n], np.float64) for n in entries}
        self.way = {n: np.asarray(row[n], np.float64) - self.start[n] for n in entries}
        self.evaluations = 0

    def at(self, shares: Array) -> dict[str, Array]:
        """Output and gradients at shares of the way, from 0 to 1."""
        self.evaluations += len(shares)
        points = {
            name: self.start[name] + np.multiply.outer(shares, way)
            for name, way in self.way.items()
        }
        return self.run({**self.values, **points}, rows=len(shares))

    def over_panels(self, low: Array, high: Array) -> tuple[dict[str, Array], Array]:
        """What each input adds on panels of the way, and what is missing to the rise.

        Parameters
        ----------
        low, high : array (P,)
            Ends of the panels.

        Returns
        -------
        tuple of dict of str to array (P, …), and array (P,)
        """
        middle, half = (low + high) / 2, (high - low) / 2
        shares = middle[:, None] + half[:, None] * NODES
        found = self.at(np.concatenate([shares.ravel(), low, high]))
        inner, panels = shares.size, len(low)
        parts = {}
        for name, way in self.way.items():
            grads = found[f"grad/{name}"][:inner].reshape(*shares.shape, *way.shape)
            parts[name] = np.einsum("pn...,n,p->p...", grads, WEIGHTS, half) * way
        ends = found["f"][inner:, 0]
        rise = ends[panels:] - ends[:panels]
        added = sum(part.reshape(panels, -1).sum(axis=1) for part in parts.values())
        return parts, np.abs(added - rise)
