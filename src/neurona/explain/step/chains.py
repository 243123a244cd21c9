"""Chains: the derivative of a weight as the product of the factors on its way.

Where one way leads from a weight to the loss, every factor on it is written. Where
several ways meet in a unit, they are added there: the chain begins with ∂L/∂a of that
unit, which knows the sum that it is.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from neurona.explain.derive import Derive
from neurona.explain.letters import LOSS, slope_in
from neurona.explain.step.choose import Entry
from neurona.explain.step.letters import StepLetters
from neurona.explain.step.numbers import StepNumbers, UnitNumbers
from neurona.show.notation import Derivative, Product, Symbol, Term

__all__ = ["Chain", "Chains", "Factor"]


@dataclass(frozen=True)
class Factor:
    """One factor of a chain.

    Parameters
    ----------
    symbol : Term
    value : float
    terms : tuple of (Term, tuple of float)
        Where it is a sum over ways: each way as a product of symbols, and its numbers.
    """

    symbol: Term
    value: float
    terms: tuple[tuple[Term, tuple[float, ...]], ...] = ()


@dataclass(frozen=True)
class Chain:
    """Factors whose product is what one row gives to the derivative of a weight.

    Parameters
    ----------
    row : int or None
        Place of the row in the batch; ``None`` for what no row gives, such as a
        penalty.
    factors : tuple of Factor
    """

    row: int | None
    factors: tuple[Factor, ...]

    @property
    def product(self) -> float:
        """The factors multiplied, from the loss to the weight."""
        return math.prod(factor.value for factor in self.factors)


class Chains:
    """Chains of every weight of a step, made when they are asked for.

    Parameters
    ----------
    numbers : StepNumbers
    letters : StepLetters
    derive : Derive
        Which knows what reads what.
    """

    def __init__(
        self, numbers: StepNumbers, letters: StepLetters, derive: Derive
    ) -> None:
        self.numbers, self.letters, self.derive = numbers, letters, derive
        self.uses: dict[str, list[UnitNumbers]] = {}
        for layer in numbers.layers:
            for name in filter(None, (layer.stage.weight, layer.stage.bias)):
                self.uses.setdefault(name, []).append(layer)
        self._prefixes: dict[tuple[int, int, int], tuple[Factor, ...]] = {}
        self._readers: dict[UnitNumbers, list[UnitNumbers]] = {}

    def of(self, entry: Entry) -> tuple[Chain, ...]:
        """Chains that add up to the derivative of one weight."""
        name, index = entry
        if name not in self.uses:
            value = float(self.numbers.gradients[name][index])
            return (Chain(None, (Factor(slope_in(self.letters.entry(entry)), value),)),)
        return (*self._of_rows(entry), *self._of_penalty(entry))

    def _of_rows(self, entry: Entry) -> Iterator[Chain]:
        name, index = entry
        j = index[-1]
        for layer in self.uses[name]:
            z, w = self.z(layer, j), self.letters.entry(entry)
            for row in range(len(layer.z)):
                value = float(layer.x[row, index[0]]) if len(index) == 2 else 1.0
                last = Factor(Derivative(z, w), value)
                yield Chain(row, (*self.prefix(layer, j, row), last))

    def _of_penalty(self, entry: Entry) -> Iterator[Chain]:
        name, index = entry
        if name in self.numbers.penalty_gradients:
            value = float(self.numbers.penalty_gradients[name][index])
            symbol = Derivative(Symbol("R"), self.letters.entry(entry))
            yield Chain(None, (Factor(symbol, value),))

    def prefix(self, layer: UnitNumbers, j: int, row: int) -> tuple[Factor, ...]:
        """Factors from the loss to z of a unit, whose product is δ."""
        path = self.path(layer)
        factors: tuple[Factor, ...] = ()
        for depth in range(len(path) - 1, -1, -1):
            unit = j if depth == 0 else 0
            key = (path[depth].stage.number, unit, row)
            if key not in self._prefixes:
                self._prefixes[key] = (*factors, *self._own(path, depth, unit, row))
            factors = self._prefixes[key]
        return factors

    def path(self, layer: UnitNumbers) -> list[UnitNumbers]:
        """A layer and those after it, each of a single unit, that a chain goes through.

        It ends where several ways to the loss meet, or where the loss reads z.
        """
        found = [layer]
        while not ends_chain(found[-1]):
            after = self.readers(found[-1])
            if len(after) != 1 or after[0].stage.units != 1:
                break
            found.append(after[0])
        return found

    def _own(
        self, path: list[UnitNumbers], depth: int, j: int, row: int
    ) -> tuple[Factor, ...]:
        """Factors that a layer of a path adds to those of the layers after it."""
        layer = path[depth]
        z = self.z(layer, j)
        if ends_chain(layer) or layer.slope is None or layer.grad_a is None:
            return (Factor(Derivative(LOSS, z), float(layer.delta[row, j])),)
        a = self.letters.term(layer.stage.a, str(j + 1))
        slope = Factor(Derivative(a, z), float(layer.slope[row, j]))
        if depth + 1 < len(path):
            after = path[depth + 1]
            step = Factor(Derivative(self.z(after, 0), a), self.weight(after, j, 0))
            return (step, slope)
        first = Factor(
            Derivative(LOSS, a), float(layer.grad_a[row, j]), self.ways(layer, j, row)
        )
        return (first, slope)

    def readers(self, layer: UnitNumbers) -> list[UnitNumbers]:
        """The weighted sums that read a layer, where nothing else does."""
        if layer not in self._readers:
            stage, sums = layer.stage, self.letters.sums
            nodes = self.derive.consumers(stage.a)
            if self.derive.reading.ends_at(stage) or not all(x in sums for x in nodes):
                nodes = []
            self._readers[layer] = [self.numbers.by_stage[sums[x]] for x in nodes]
        return self._readers[layer]

    def ways(
        self, layer: UnitNumbers, j: int, row: int
    ) -> tuple[tuple[Term, tuple[float, ...]], ...]:
        """Ways from a unit to the loss, through the units that read it: δ_k w_jk."""
        letters = self.letters
        return tuple(
            (
                Product(
                    (
                        letters.slope(after.stage.z, str(k + 1)),
                        letters.entry((after.stage.weight, (j, k))),
                    )
                ),
                (float(after.delta[row, k]), self.weight(after, j, k)),
            )
            for after in self.readers(layer)
            for k in range(after.stage.units)
        )

    def z(self, layer: UnitNumbers, j: int) -> Term:
        """Weighted sum of a unit, counted from 0."""
        return self.letters.z(layer.stage, str(j + 1))

    def weight(self, layer: UnitNumbers, i: int, j: int) -> float:
        """Weight from input i to unit j."""
        return float(np.asarray(self.numbers.feeds[layer.stage.weight])[i, j])

    def reused(self) -> int:
        """How often a factor of the chains of one row was there before.

        Each factor is computed once: writing all chains out takes that many more
        multiplications by known numbers than backpropagation.
        """
        written, known = 0, dict[tuple[int, int], int]()
        trained = self.numbers.gradients
        for layer in self.numbers.layers:
            stage = layer.stage
            chains = layer.x.shape[-1] * (stage.weight in trained)
            chains += stage.bias in trained
            path = self.path(layer) if chains else []
            for part in path:
                # ∂L/∂z, or ∂/∂a and f′.
                factors = 1 if ends_chain(part) else 2
                written += chains * stage.units * factors
                for j in range(stage.units if part is layer else 1):
                    known[part.stage.number, j] = factors
        return written - sum(known.values())


def ends_chain(layer: UnitNumbers) -> bool:
    """Whether the loss reads z of a layer, so that δ is a factor of its own."""
    return layer.grad_a is None or layer.slope is None or layer.ending is not None
