"""The lines of a derivation: forward, δ of every layer, and the gradients from δ.

Every line is an equation that holds as it stands, side by side: the tests evaluate each
side with numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from neurona.explain.stack import Stage
from neurona.explain.symbols.letters import (
    LOSS,
    a_of,
    b_of,
    delta_of,
    slope_in,
    w_of,
    y_of,
    z_of,
)
from neurona.explain.textbook.activations import (
    slope_rule,
    write_activation,
    write_slope,
)
from neurona.explain.textbook.losses import (
    average_factor,
    loss_rule,
    write_loss,
    write_loss_slope,
)
from neurona.messages import _
from neurona.nn.activations import Sigmoid, Softmax
from neurona.nn.losses import BinaryCrossEntropy, CrossEntropy, Loss
from neurona.show.notation.compose import (
    ONE,
    difference,
    exactly,
    minus,
    product_of,
    quotient_of,
    side_by_side,
    sum_of,
)
from neurona.show.notation.terms import (
    Derivative,
    Power,
    Product,
    Relation,
    Sum,
    Summation,
    Symbol,
    Term,
)

__all__ = ["Deriver", "Line"]

Line: TypeAlias = tuple[Relation, str]
"""An equation, and the rule by which it follows from the one before."""

WRITTEN_OUT: Final = 4
"""Sums of at most so many terms are written term by term."""


def equation(*sides: Term) -> Relation:
    return Relation(sides)


def several(factors: Sequence[Term]) -> Term:
    """Factors with points between, as of a chain."""
    return factors[0] if len(factors) == 1 else Product(tuple(factors))


@dataclass(frozen=True)
class Deriver:
    """Writer of the derivation of one network with one loss.

    Parameters
    ----------
    stages : tuple of Stage
    loss : Loss
    """

    stages: tuple[Stage, ...]
    loss: Loss

    @property
    def last(self) -> Stage:
        """The output stage, L."""
        return self.stages[-1]

    # Forward ------------------------------------------------------------------------

    def forward(self, stage: Stage) -> list[Line]:
        """Z and a of any unit j of a stage."""
        number, j = stage.number, unit_of(stage)
        z = z_of(number, j)
        lines: list[Line] = []
        if stage.weight:

            def part(i: str) -> Term:
                return side_by_side(a_of(number - 1, i), w_of(number, i, j))

            total = added(stage.inputs, "i", part)
            if stage.bias:
                total = sum_of(total, b_of(number, j))
            lines.append((equation(z, total), _("weighted sum")))
        else:
            lines.append((equation(z, a_of(number - 1, j)), ""))
        f = stage.activation
        name = _("activation {name}").format(name=f.name)
        if stage.by_loss:
            name = _("{name}, applied by the loss").format(name=f.name)
        a = a_of(number, j)
        if isinstance(f, Softmax):
            total = Summation(
                exponential(number, "k"), Symbol("k"), ONE, exactly(stage.units)
            )
            share = quotient_of(exponential(number, j), total)
            lines.append((equation(a, share), name))
        else:
            lines.append((equation(a, write_activation(f, z)), name))
        return lines

    def loss_line(self) -> Line:
        """The loss of one sample."""
        number, outputs = self.last.number, self.last.units
        whole = write_loss(self.loss, lambda k: a_of(number, k), y_of, outputs)
        return equation(LOSS, whole), _("loss {name}").format(name=self.loss.name)

    # Backward -----------------------------------------------------------------------

    def delta(self, stage: Stage, j: str = "") -> list[Line]:
        """δ of a unit, by default of any, from its definition to what is computed."""
        number, j = stage.number, j or unit_of(stage)
        lines: list[Line] = [
            (equation(delta_of(number, j), slope_in(z_of(number, j))), _("definition"))
        ]
        if isinstance(stage.activation, Softmax):
            return lines + self.softmax_delta(stage, j)
        return lines + self.elementwise_delta(stage, j)

    def elementwise_delta(self, stage: Stage, j: str) -> list[Line]:
        """δ where every a depends on the z of its own unit alone."""
        number, f = stage.number, stage.activation
        a, z, delta = a_of(number, j), z_of(number, j), delta_of(number, j)
        slope = write_slope(f, z, a)
        chain = Product((slope_in(a), Derivative(a, z)))
        lines: list[Line] = [(equation(delta, chain), _("chain rule"))]
        lines += self.loss_slope(stage, j)
        lines.append((equation(Derivative(a, z), slope), slope_rule(f)))
        before = self.arriving(stage, j)
        # A sum over paths is put in as it stands; what is 0 or 1 is left out.
        lines.append(
            (equation(delta, product_of(before, slope)), _("both factors put in"))
        )
        if stage is self.last:
            lines += self.simplified_sigmoid(stage, j)
        return lines

    def loss_slope(self, stage: Stage, j: str) -> list[Line]:
        """∂L/∂a of a unit."""
        number = stage.number
        slope = slope_in(a_of(number, j))
        if stage is self.last:
            return [(equation(slope, self.arriving(stage, j)), loss_rule(self.loss))]
        after = self.stages[number]
        if not after.weight:
            through = slope_in(z_of(after.number, j))
            line = equation(slope, through, delta_of(after.number, j))
            return [(line, _("the next stage takes a as it is"))]

        def path(k: str) -> Term:
            z = z_of(after.number, k)
            return Product((slope_in(z), Derivative(z, a_of(number, j))))

        chain = added(after.units, "k", path)
        rule = (
            _("chain rule")
            if after.units == 1
            else _("chain rule: {count} paths meet and are added").format(
                count=after.units
            )
        )
        return [
            (equation(slope, chain), rule),
            (
                equation(slope, self.arriving(stage, j)),
                _("z is a sum: its slope in one term is the weight"),
            ),
        ]

    def arriving(self, stage: Stage, j: str) -> Term:
        """What ∂L/∂a of a unit is computed from."""
        number = stage.number
        if stage is self.last:
            return write_loss_slope(self.loss, a_of(number, j), y_of(j), stage.units)
        after = self.stages[number]
        if not after.weight:
            return delta_of(after.number, j)

        def path(k: str) -> Term:
            return side_by_side(delta_of(after.number, k), w_of(after.number, j, k))

        return added(after.units, "k", path)

    def simplified_sigmoid(self, stage: Stage, j: str) -> list[Line]:
        """Sigmoid and binary cross-entropy: everything but a − y cancels."""
        if not (
            isinstance(stage.activation, Sigmoid)
            and isinstance(self.loss, BinaryCrossEntropy)
        ):
            return []
        a, y = a_of(stage.number, j), y_of(j)
        delta = delta_of(stage.number, j)
        share = average_factor(self.loss, stage.units)
        opened = difference(
            side_by_side(difference(ONE, y), a), side_by_side(y, difference(ONE, a))
        )
        return [
            (equation(delta, side_by_side(share, opened)), _("a and 1 − a cancel")),
            (
                equation(delta, side_by_side(share, difference(a, y))),
                _("the two terms a y cancel"),
            ),
        ]

    def softmax_delta(self, stage: Stage, j: str) -> list[Line]:
        """δ where every z reaches every a, as through a softmax."""
        number = stage.number
        k = Symbol("k")
        a, a_k = a_of(number, j), a_of(number, "k")
        z, delta = z_of(number, j), delta_of(number, j)
        own = Derivative(a, z)
        other = Derivative(a_k, z)
        last = exactly(stage.units)
        lines: list[Line] = [
            (
                equation(
                    delta, Summation(Product((slope_in(a_k), other)), k, ONE, last)
                ),
                _("chain rule: z reaches every a, the paths are added"),
            ),
            (
                equation(own, side_by_side(a, difference(ONE, a))),
                _("quotient rule: softmax in its own z"),
            ),
            (
                equation(other, minus(side_by_side(a_k, a))),
                _("quotient rule: softmax in another z, k ≠ {unit}").format(unit=j),
            ),
        ]
        lines += self.loss_slope(stage, j)
        if stage is self.last and isinstance(self.loss, CrossEntropy):
            return lines + self.simplified_softmax(stage, j)
        mixed = Summation(Product((slope_in(a_k), a_k)), k, ONE, last)
        taken = side_by_side(a, Sum((slope_in(a), minus(mixed))))
        lines.append((equation(delta, taken), _("both slopes put in, a taken out")))
        if stage is self.last:
            inner = write_loss_slope(self.loss, a_k, y_of("k"), stage.units)
            total = Summation(product_of(inner, a_k), k, ONE, last)
            written = difference(self.arriving(stage, j), total)
            lines.append(
                (
                    equation(delta, side_by_side(a, written)),
                    _("slope of the loss put in"),
                )
            )
        return lines

    def simplified_softmax(self, stage: Stage, j: str) -> list[Line]:
        """Softmax and cross-entropy: everything but a − y cancels."""
        number = stage.number
        a, y, delta = a_of(number, j), y_of(j), delta_of(number, j)
        a_k, y_k = a_of(number, "k"), y_of("k")
        others = Relation((Symbol("k"), symbol_or_number(j)), "≠")
        own_slope = side_by_side(a, difference(ONE, a))
        own = product_of(quotient_of(y, a), own_slope)
        rest = Summation(product_of(quotient_of(y_k, a_k), a_k, a), others)
        beside = side_by_side(a, Summation(y_k, others))
        all_of_them = Summation(y_k, Symbol("k"), ONE, exactly(stage.units))
        own_left = side_by_side(y, difference(ONE, a))
        joined = difference(side_by_side(a, all_of_them), y)
        return [
            (equation(delta, difference(rest, own)), _("both slopes put in")),
            (equation(delta, difference(beside, own_left)), _("a cancels")),
            (equation(delta, joined), _("a y joins the sum")),
            (equation(delta, difference(a, y)), _("the targets sum to 1")),
        ]

    # Gradients ----------------------------------------------------------------------

    def gradients(self, stage: Stage) -> list[Line]:
        """∂L/∂w and ∂L/∂b of a stage."""
        i, j = "i" if stage.inputs > 1 else "1", unit_of(stage)
        lines = [self.weight_gradient(stage, i, j)] if stage.weight else []
        return [*lines, self.bias_gradient(stage, j)] if stage.bias else lines

    def weight_gradient(self, stage: Stage, i: str, j: str) -> Line:
        """∂L/∂w of one weight."""
        number = stage.number
        w, z = w_of(number, i, j), z_of(number, j)
        chain = Product((slope_in(z), Derivative(z, w)))
        value = side_by_side(delta_of(number, j), a_of(number - 1, i))
        rule = _("chain rule; z is a sum: its slope in a weight is the input")
        return equation(slope_in(w), chain, value), rule

    def bias_gradient(self, stage: Stage, j: str) -> Line:
        """∂L/∂b of one bias."""
        number = stage.number
        b, z = b_of(number, j), z_of(number, j)
        chain = Product((slope_in(z), Derivative(z, b)))
        line = equation(slope_in(b), chain, delta_of(number, j))
        return line, _("chain rule; the slope of z in its bias is 1")

    # One weight ---------------------------------------------------------------------

    def chain_of(self, stage: Stage, i: str, j: str) -> list[Line]:
        """One weight (or the bias, where i is empty), factor by factor."""
        number = stage.number
        target = w_of(number, i, j) if i else b_of(number, j)
        z = z_of(number, j)
        inner: list[Term] = [Derivative(z, target)]
        value = a_of(number - 1, i) if i else ONE
        left = slope_in(target)
        if isinstance(stage.activation, Softmax):
            before: list[Term] = [slope_in(z)]
            put_in: list[Term] = [self.result(stage, j)]
        else:
            before, put_in = self.factors(stage, j)
        lines: list[Line] = [
            (equation(left, several([*before, *inner])), _("chain rule"))
        ]
        factors = several([*put_in, value] if i else put_in)
        lines.append((equation(left, factors), _("every factor put in")))
        delta = delta_of(number, j)
        short = product_of(self.result(stage, j), value)
        if short != factors and stage is self.last:
            lines.append((equation(left, short), _("simplified")))
        written = side_by_side(delta, value)
        lines.append((equation(left, written), _("all but the last factor is δ")))
        return lines

    def factors(self, stage: Stage, j: str) -> tuple[list[Term], list[Term]]:
        """∂L/∂a · ∂a/∂z of a unit, written on to the loss where one way leads there."""
        names: list[Term] = []
        values: list[Term] = []
        # From the unit on, so that the last factor comes first.
        while True:
            a, z = a_of(stage.number, j), z_of(stage.number, j)
            slope = write_slope(stage.activation, z, a)
            names.append(Derivative(a, z))
            values += [] if slope == ONE else [slope]
            after = self.only_reader(stage)
            if after is None:
                names.append(slope_in(a))
                values.append(self.arriving(stage, j))
                return names[::-1], values[::-1]
            names.append(Derivative(z_of(after.number, "1"), a))
            values.append(w_of(after.number, j, "1"))
            stage, j = after, "1"

    def only_reader(self, stage: Stage) -> Stage | None:
        """The stage of a single unit that reads this one, if it is such a stage."""
        if stage is self.last:
            return None
        after = self.stages[stage.number]
        single = after.units == 1 and bool(after.weight)
        return after if single and not isinstance(after.activation, Softmax) else None

    def result(self, stage: Stage, j: str) -> Term:
        """What δ of a unit is computed from: the last line of its derivation."""
        return self.delta(stage, j)[-1][0].sides[-1]


def added(count: int, index: str, term: Callable[[str], Term]) -> Term:
    """Sum over an index, term by term where there are few."""
    if count <= WRITTEN_OUT:
        return sum_of(*[term(str(n + 1)) for n in range(count)])
    return Summation(term(index), Symbol(index), ONE, exactly(count))


def unit_of(stage: Stage) -> str:
    """Index of any unit of a stage: j, or 1 where there is one alone."""
    return "j" if stage.units > 1 else "1"


def exponential(layer: int, unit: str) -> Term:
    return Power(Symbol("e"), z_of(layer, unit))


def symbol_or_number(index: str) -> Term:
    return exactly(int(index)) if index.isdigit() else Symbol(index)
