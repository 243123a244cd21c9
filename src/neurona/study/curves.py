"""How an activation function runs, measured: its range, its slope, where it is flat."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Final

import numpy as np

from neurona import graph as g
from neurona.explain.slopes import slope_node
from neurona.graph import Graph
from neurona.nn.activations import ACTIVATIONS, Identity, as_activation
from neurona.reference import Executable

__all__ = ["FLAT", "Curve", "curve_of"]

FLAT: Final = 0.05
"""Share of the steepest slope below which a function counts as flat."""

FAR: Final = 1e6
"""Where a function is at its bounds; one beyond a thousandth of this has none."""


@dataclass(frozen=True)
class Curve:
    """Run of a function of one number, with the settings that it has by default.

    Parameters
    ----------
    low, high : float
        Between which its values lie.
    steepest : float
        Its largest slope.
    flat_ends : int
        On how many sides its slope ends below 5 % of the steepest.
    """

    low: float
    high: float
    steepest: float
    flat_ends: int

    @property
    def is_step(self) -> bool:
        """Whether its slope is 0 wherever it exists."""
        return self.steepest == 0

    @property
    def saturates(self) -> bool:
        """Whether it flattens on both sides, as the sigmoid does."""
        return self.flat_ends == 2 and not self.is_step

    @property
    def may_die(self) -> bool:
        """Whether it is flat on one side, where a unit may end for good."""
        return self.flat_ends == 1


@functools.cache
def curve_of(name: str) -> Curve | None:
    """Curve of an activation by its name; ``None`` for the identity.

    Examples
    --------
    >>> curve_of("sigmoid")
    Curve(low=0.0, high=1.0, steepest=0.25, flat_ends=2)
    >>> curve_of("relu").may_die, curve_of("sign").is_step, curve_of("identity")
    (True, True, None)
    """
    if name not in ACTIVATIONS:
        return None
    function = as_activation(name)
    if isinstance(function, Identity):
        return None
    if not function.elementwise:
        # Each unit depends on all, and has no end of its own.
        return Curve(0.0, 1.0, 0.25, 0)
    z = g.input("z", (g.BATCH,))
    a = function.apply(z)
    # Quarter turns are among the places, and 0, where a sine and a sigmoid have theirs.
    near = np.arange(-1000, 1001) * (np.pi / 200)
    places = np.concatenate([[-FAR], near, [FAR]])
    found = Executable(Graph({"a": a, "slope": slope_node(a, z)}))({"z": places})
    low, high = float(found["a"].min()), float(found["a"].max())
    size = np.abs(found["slope"])
    steepest = float(size.max())
    ends = (size[:100].max(), size[-100:].max())
    return Curve(
        low if low > -FAR / 1000 else -np.inf,
        high if high < FAR / 1000 else np.inf,
        steepest,
        sum(bool(end <= FLAT * steepest) for end in ends),
    )
