"""What a gradient costs: operations counted in either order, and times measured.

Backpropagation multiplies from the loss back, a matrix by a vector each time, O(n²);
the same product taken from the inputs on multiplies matrices by matrices, O(n³).
"""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from neurona.arrays import Array
from neurona.explain.budget import Budget
from neurona.explain.derivatives import LAID_OUT
from neurona.explain.derive import Derive, quantities
from neurona.explain.excerpt import Excerpt, choose_excerpt
from neurona.explain.letters import Letters, row_shape
from neurona.explain.reading import Reading, losses_of, read_network
from neurona.explain.stages import Stage
from neurona.explain.write_excerpt import write_excerpt
from neurona.graph import Node, topological_order
from neurona.messages import _
from neurona.network import Network
from neurona.show.explanation import Explanation
from neurona.show.notation.compose import exactly
from neurona.show.notation.numbers import format_number
from neurona.show.notation.terms import Call, Power, Symbol, Term
from neurona.show.page.blocks import Block, Page, Paragraph
from neurona.show.wording import Cell, fill, tabulate
from neurona.train.examples import LossLike

__all__ = ["Cost", "MeasuredTimes", "StageCost", "count_operations", "explain_cost"]

MOST_MEASURED: Final = 2e9
"""With more operations than this nothing is timed: it would take too long."""

TIME_EACH: Final = 0.1
"""Seconds that the repeats of one measurement may take."""

MOST_REPEATS: Final = 200


@dataclass(frozen=True)
class StageCost:
    """Operations of one stage for one sample: multiplications and additions.

    Parameters
    ----------
    stage : Stage
    forward : int
        z = x W + b and a = f(z): 2·inputs·units, and one for each a. Of a layer of
        another kind, one for each number that an operation of it computes.
    back : int
        ∂L/∂x of the stage from its ∂L/∂a: one by f′, then a matrix by a vector; of
        another layer what its gradient's graph computes.
    weights : int
        ∂L/∂W, one product for each weight; ∂L/∂b is δ itself.
    onward : int
        The Jacobian of the stage's a in the inputs of the network, from those of the
        stages before: a matrix by a matrix.
    """

    stage: Stage
    forward: int
    back: int
    weights: int
    onward: int


@dataclass(frozen=True)
class MeasuredTimes:
    """Median seconds of the products for one sample."""

    forward: float
    back: float
    onward: float


@dataclass(frozen=True, eq=False)
class Cost(Explanation):
    """Cost of the gradients of one sample.

    Parameters
    ----------
    excerpt : Excerpt
        What of the network is listed stage by stage.
    stages : tuple of StageCost
    times : MeasuredTimes or None
        ``None`` where it was not asked for or would take too long, or where the stages
        are no weighted sums one after the other.
    """

    kind = "cost"

    excerpt: Excerpt
    stages: tuple[StageCost, ...]
    times: MeasuredTimes | None = None

    @property
    def reading(self) -> Reading:
        """The network."""
        return self.excerpt.reading

    @property
    def forward(self) -> int:
        """Operations of the forward pass."""
        return sum(cost.forward for cost in self.stages)

    @property
    def back(self) -> int:
        """Operations from the loss back to the inputs, in reverse order."""
        return sum(cost.back for cost in self.stages)

    @property
    def weights(self) -> int:
        """Operations of the gradients of all weights, once every δ is known."""
        return sum(cost.weights for cost in self.stages)

    @property
    def onward(self) -> int:
        """Operations of the same product from the inputs on, in forward order."""
        # Last of all the slope of each loss meets the whole Jacobian.
        outputs = sum(end.stage.units for end in self.reading.ends)
        last = 2 * features_of(self.reading) * outputs
        return sum(cost.onward for cost in self.stages) + last

    @property
    def ratio(self) -> float:
        """How many times as many operations the forward order takes."""
        return self.onward / self.back if self.back else math.nan

    @property
    def measured_ratio(self) -> float | None:
        """How many times as long the forward order took."""
        return self.times.onward / self.times.back if self.times else None

    def page(self) -> Page:
        """The cost in the reader's language."""
        title = _("What the gradient of a {shape} network costs").format(
            shape=self.excerpt.sizes
        )
        blocks: list[Block] = [
            self._rule(),
            *write_excerpt(self.excerpt),
            self._table(),
        ]
        blocks += self._verdict()
        return Page(title, tuple(blocks))

    def record(self) -> dict[str, Any]:
        """Cost for programs; times in seconds."""
        times = self.times
        return {
            "layers": [
                {
                    "number": cost.stage.number,
                    "name": cost.stage.layer,
                    "inputs": cost.stage.inputs,
                    "units": cost.stage.units,
                    "forward": cost.forward,
                    "reverse": cost.back,
                    "weights": cost.weights,
                    "forward_order": cost.onward,
                }
                for cost in self.stages
            ],
            "forward": self.forward,
            "reverse": self.back,
            "weights": self.weights,
            "forward_order": self.onward,
            "ratio": self.ratio,
            "seconds": None
            if times is None
            else {
                "forward": times.forward,
                "reverse": times.back,
                "forward_order": times.onward,
            },
            "measured_ratio": self.measured_ratio,
        }

    def _rule(self) -> Block:
        n = Symbol("n")

        def order(exponent: int) -> Term:
            return Call("O", (Power(n, exactly(exponent)),))

        said = _(
            "The derivative of the loss in the inputs is a product of Jacobians. From "
            "the loss back, in reverse order, each step multiplies a matrix by a "
            "vector: {square} for layers of {n} units, as much as the forward pass. "
            "From the inputs on, in forward order, each multiplies two matrices: "
            "{cube}."
        )
        return Paragraph(fill(said, square=order(2), n=n, cube=order(3)))

    def _table(self) -> Block:
        headings = [
            _("layer"), _("sizes"), _("forward"), _("reverse order"),
            _("weight gradients"), _("forward order"),
        ]  # fmt: skip
        rows: list[tuple[Cell, ...]] = []
        apart = [0, 0, 0, 0]
        for cost in self.stages:
            stage = cost.stage
            name = f"[{stage.number}] {stage.layer}".rstrip()
            counted = (cost.forward, cost.back, cost.weights, cost.onward)
            if stage not in self.excerpt.stages:
                apart = [a + b for a, b in zip(apart, counted, strict=True)]
                continue
            rows.append((name, f"{stage.inputs}×{stage.units}", *counted))
        if self.excerpt.joint is not None:
            rows.append((_("the other members"), "", *apart))
        totals = (self.forward, self.back, self.weights, self.onward)
        rows.append((_("all"), "", *totals))
        caption = _("Multiplications and additions for one sample.")
        return tabulate(headings, rows, caption)

    def _verdict(self) -> list[Block]:
        said = _("The forward order takes {ratio} times as many operations.").format(
            ratio=f"{self.ratio:.3g}"
        )
        blocks: list[Block] = [Paragraph((said,))]
        if self.times is not None:
            said = _(
                "Measured here with NumPy: {forward} µs for the forward pass, "
                "{reverse} µs in reverse order and {onward} µs in forward order, "
                "{ratio} times as long."
            ).format(
                forward=microseconds(self.times.forward),
                reverse=microseconds(self.times.back),
                onward=microseconds(self.times.onward),
                ratio=f"{self.measured_ratio:.3g}",
            )
            blocks.append(Paragraph((said,)))
        return blocks


def microseconds(seconds: float) -> str:
    """Three significant digits, without an exponent."""
    return format_number(float(f"{1e6 * seconds:.3g}"))


def features_of(reading: Reading) -> int:
    """Numbers of a row that derivatives are taken in."""
    inputs = reading.architecture.inputs
    return sum(entry.size for entry in inputs if entry.dtype == "float")


def count_operations(reading: Reading) -> tuple[StageCost, ...]:
    """Operations of every stage.

    Examples
    --------
    >>> from neurona import Dense
    >>> network = Network([Dense(100, "tanh"), Dense(100)], n_inputs=100)
    >>> reading = read_network(network.architecture, losses_of(network, "mse"))
    >>> [(cost.back, cost.onward) for cost in count_operations(reading)]
    [(20100, 10000), (20100, 2010000)]
    """
    derive = Derive(reading, Letters(reading))
    features = features_of(reading)
    entries = set(reading.inputs.values())
    costs: list[StageCost] = []
    for stage in reading.stages:
        if stage.has_activation:
            weights = stage.inputs * stage.units if stage.is_weighted else 0
            # The Jacobian of the first weights is W itself: only f′ is multiplied.
            first = stage.reads[0] in entries
            forward, back = 2 * weights + stage.units, stage.units + 2 * weights
            onward = stage.units * features + (0 if first else 2 * weights * features)
        else:
            pieces = [derive.piece(node) for node in quantities(stage)]
            forward = computed(piece.root for piece in pieces)
            moved = [
                (piece, node)
                for piece in pieces
                for node in piece.leaves
                if node.operation != "parameter" and node.dtype == "float"
            ]
            weights = sum(
                computed([piece.share(node)])
                for piece in pieces
                for node in piece.leaves
                if node.operation == "parameter" and str(node.name) in reading.homes
            )
            back = computed(piece.share(node) for piece, node in moved)
            onward = forward * features
        costs.append(StageCost(stage, forward, back, weights, onward))
    return tuple(costs)


NO_WORK: Final = frozenset(
    {*LAID_OUT, "gather", "scatter_add", "one_hot", "random_mask"}
)
"""Operations that compute nothing: numbers are only laid out anew."""


def computed(outputs: Iterable[Node]) -> int:
    """Numbers of a row that graphs compute, each operation once."""
    return sum(
        math.prod(row_shape(node.inputs[0] if node.operation == "sum" else node))
        for node in topological_order(outputs)
        if node.inputs and node.operation not in NO_WORK
    )


def explain_cost(
    network: Network,
    loss: LossLike | Mapping[str, LossLike] | None = None,
    *,
    measure: bool = True,
    members: Sequence[int] = (),
) -> Cost:
    """Count the operations of a gradient in either order, and measure them.

    Parameters
    ----------
    network : Network
    loss : str or Loss, or a mapping of them by output, optional
        By default that of the last fit, else what suits the network's end.
    measure : bool
        Whether to time the products with NumPy, for less than half a second.
    members : sequence of int
        Of a network that joins many members side by side, those whose stages are
        listed, counted from 1; by default the first.

    Examples
    --------
    >>> from neurona import Dense
    >>> network = Network([Dense(50, "tanh"), Dense(50)], n_inputs=50)
    >>> cost = explain_cost(network, "mse", measure=False)
    >>> cost.back, cost.onward, round(cost.ratio, 1)
    (10100, 260000, 25.7)
    """
    reading = read_network(network.architecture, losses_of(network, loss))
    excerpt = choose_excerpt(reading, members, most=Budget().members)
    found = Cost(excerpt, count_operations(reading))
    plain = all(s.has_activation for s in reading.stages)
    if not (measure and plain and reading.is_chain) or found.onward > MOST_MEASURED:
        return found
    return replace(found, times=measure_times(network, found.stages))


def measure_times(network: Network, costs: Sequence[StageCost]) -> MeasuredTimes:
    """Time the three products, each the median of its repeats."""
    rng = np.random.default_rng(0)
    weights = [
        network.parameters[cost.stage.weight].astype(np.float64)
        for cost in costs
        if cost.stage.weight
    ]
    # Times do not depend on the values; slopes of 1 keep them from growing.
    slopes = [np.ones(w.shape[1]) for w in weights]
    x = rng.normal(size=costs[0].stage.inputs)
    start = np.ones(costs[-1].stage.units)

    def forward() -> Array:
        a = x
        for w, f in zip(weights, slopes, strict=True):
            a = (a @ w) * f
        return a

    def back() -> Array:
        grad = start
        for w, f in zip(reversed(weights), reversed(slopes), strict=True):
            grad = w @ (grad * f)
        return grad

    def onward() -> Array:
        jacobian: Array | None = None
        for w, f in zip(weights, slopes, strict=True):
            jacobian = (w if jacobian is None else jacobian @ w) * f
        return start if jacobian is None else jacobian @ start

    return MeasuredTimes(*(median_time(run) for run in (forward, back, onward)))


def median_time(run: Callable[[], Array]) -> float:
    """Median seconds of a few runs."""
    taken: list[float] = []
    begin = time.perf_counter()
    while len(taken) < MOST_REPEATS:
        before = time.perf_counter()
        run()
        after = time.perf_counter()
        taken.append(after - before)
        if after - begin > TIME_EACH:
            break
    return statistics.median(taken)
