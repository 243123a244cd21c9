"""The lines of a derivation: forward, δ of every layer, and the gradients from δ.

Every line is an equation that holds as it stands, side by side: the tests evaluate each
side with numbers.
"""

from __future__ import annotations

from typing import TypeAlias

from neurona.explain.cancel import match_of
from neurona.explain.derive import (
    Derive,
    in_book,
    indices_of,
    paths_in_words,
    quantities,
    rule_of_loss,
)
from neurona.explain.entries import added
from neurona.explain.letters import LOSS, Letters, row_shape, slope_in
from neurona.explain.reading import End, Reading
from neurona.explain.stages import Stage
from neurona.explain.textbook.activations import (
    slope_rule,
    write_activation,
    write_slope,
)
from neurona.explain.textbook.losses import average_factor, write_loss, write_loss_slope
from neurona.graph import Node, topological_order
from neurona.messages import _
from neurona.show.notation.compose import (
    ONE,
    difference,
    exactly,
    minus,
    multiplied,
    product_of,
    side_by_side,
    sum_of,
)
from neurona.show.notation.terms import (
    Derivative,
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


def equation(*sides: Term) -> Relation:
    return Relation(sides)


class Deriver:
    """Writer of the derivation of one network with its losses.

    Parameters
    ----------
    reading : Reading
    """

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.letters = Letters(reading)
        self.derive = Derive(reading, self.letters)

    def a(self, stage: Stage, j: str) -> Term:
        """What a unit gives."""
        return self.letters.term(stage.a, j)

    def z(self, stage: Stage, j: str) -> Term:
        """Weighted sum of a unit, or what it reads."""
        return self.letters.z(stage, j)

    def delta(self, stage: Stage, j: str) -> Term:
        """∂L in z of a unit."""
        return self.letters.slope(stage.z, j)

    # Forward ------------------------------------------------------------------------

    def forward(self, stage: Stage) -> list[Line]:
        """Every named number of a stage, of any unit j."""
        f = stage.activation
        name = _("activation {name}").format(name=f.name)
        if stage.by_loss:
            name = _("{name}, applied by the loss").format(name=f.name)
        lines: list[Line] = []
        if stage.is_weighted:
            j = unit_of(stage)
            total = self.derive.made_of(stage.z, j)
            lines.append((equation(self.z(stage, j), total), _("weighted sum")))
        elif not stage.passes_on:
            return [self.made_of(node) for node in quantities(stage)]
        return [*lines, (self.activation(stage), name)]

    def made_of(self, node: Node) -> Line:
        """How a named node of another kind of layer is made."""
        indices = indices_of(node)
        left = self.letters.term(node, *indices)
        inside = topological_order([self.derive.piece(node).root])
        looked_up = any(part.operation == "gather" for part in inside)
        rule = _("categories count from 0, the rows of w from 1") if looked_up else ""
        return equation(left, self.derive.made_of(node, *indices)), rule

    def activation(self, stage: Stage) -> Relation:
        """How a of a unit is made of z."""
        j = unit_of(stage)
        a, z = self.a(stage, j), self.z(stage, j)
        if stage.is_elementwise:
            return equation(a, write_activation(stage.activation, z))
        return equation(a, self.derive.made_of(stage.a, j))

    def loss_lines(self) -> list[Line]:
        """The loss of one sample, of each output and of all."""
        ends = self.reading.ends
        parts = [LOSS if len(ends) == 1 else Symbol("L", end.name) for end in ends]
        lines = [self.loss_line(*pair) for pair in zip(ends, parts, strict=True)]
        if len(ends) > 1:
            total = equation(LOSS, sum_of(*parts))
            lines.append((total, _("the losses of all outputs")))
        return lines

    def loss_line(self, end: End, left: Term) -> Line:
        """The loss of one output."""
        stage, loss = end.stage, end.loss
        name = _("loss {name}").format(name=loss.name)
        if not in_book(loss):
            return equation(left, self.derive.loss_of(end)), name

        def target(k: str) -> Term:
            return self.letters.term(end.target, k)

        whole = write_loss(loss, lambda k: self.a(stage, k), target, stage.units)
        return equation(left, self.derive.counted(end, whole)), name

    # Backward -----------------------------------------------------------------------

    def backward(self, stage: Stage, j: str = "") -> list[Line]:
        """∂L of every named number of a stage, from what it is to what is computed."""
        j = j or unit_of(stage)
        if not stage.is_weighted:
            nodes = reversed(quantities(stage))
            return [line for node in nodes for line in self.arriving(stage, node, j)]
        left = self.delta(stage, j)
        definition = equation(left, slope_in(self.z(stage, j)))
        lines: list[Line] = [(definition, _("definition"))]
        if stage.is_elementwise:
            return lines + self.elementwise_delta(stage, j)
        return lines + self.softmax_delta(stage, j)

    def elementwise_delta(self, stage: Stage, j: str) -> list[Line]:
        """δ where every a depends on the z of its own unit alone."""
        f = stage.activation
        a, z, delta = self.a(stage, j), self.z(stage, j), self.delta(stage, j)
        slope = write_slope(f, z, a)
        chain = Product((slope_in(a), Derivative(a, z)))
        lines: list[Line] = [(equation(delta, chain), _("chain rule"))]
        lines += self.arriving(stage, stage.a, j)
        lines.append((equation(Derivative(a, z), slope), slope_rule(f)))
        before = self.derive.arriving(stage.a, j)
        # A sum over paths is put in as it stands; what is 0 or 1 is left out.
        lines.append(
            (equation(delta, product_of(before, slope)), _("both factors put in"))
        )
        return lines + self.simplified(stage, j)

    def softmax_delta(self, stage: Stage, j: str) -> list[Line]:
        """δ where every z reaches every a, as through a softmax."""
        k, last = Symbol("k"), exactly(stage.units)
        a, a_k = self.a(stage, j), self.a(stage, "k")
        z, delta = self.z(stage, j), self.delta(stage, j)
        own, other = Derivative(a, z), Derivative(a_k, z)
        paths = Summation(Product((slope_in(a_k), other)), k, ONE, last)
        lines: list[Line] = [
            (
                equation(delta, paths),
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
        lines += self.arriving(stage, stage.a, j)
        short = self.simplified(stage, j)
        if short:
            return lines + short
        mixed = Summation(Product((slope_in(a_k), a_k)), k, ONE, last)
        taken = side_by_side(a, Sum((slope_in(a), minus(mixed))))
        lines.append((equation(delta, taken), _("both slopes put in, a taken out")))
        ends = self.reading.ends_at(stage)
        if len(ends) == 1 and not self.derive.consumers(stage.a):
            (end,) = ends
            y_k = self.letters.term(end.target, "k")
            inner = self.derive.counted(
                end, write_loss_slope(end.loss, a_k, y_k, stage.units)
            )
            total = Summation(product_of(inner, a_k), k, ONE, last)
            written = difference(self.derive.arriving(stage.a, j), total)
            put_in = equation(delta, side_by_side(a, written))
            lines.append((put_in, _("slope of the loss put in")))
        return lines

    def simplified(self, stage: Stage, j: str) -> list[Line]:
        """What is left where activation and loss match: a − y."""
        ends = self.reading.ends_at(stage)
        if len(ends) != 1 or self.derive.consumers(stage.a):
            return []
        (end,) = ends
        match = match_of(end.loss.name, stage.activation.name)
        if match is None:
            return []
        share = self.derive.counted(end, average_factor(end.loss, stage.units))
        way = match.way(
            lambda k: self.a(stage, k),
            lambda k: self.letters.term(end.target, k),
            j,
            stage.units,
        )
        delta = self.delta(stage, j)
        return [
            (equation(delta, side_by_side(share, side)), reason) for side, reason in way
        ]

    def arriving(self, stage: Stage, node: Node, j: str) -> list[Line]:
        """∂L in a named number: of its loss, and of what is made of it."""
        indices = tuple(j if size > 1 else "1" for size in row_shape(node))
        slope = slope_in(self.letters.term(node, *indices))
        value = self.derive.arriving(node, *indices)
        consumers = self.derive.consumers(node)
        ends = self.reading.ends_at(stage) if node is stage.a else ()
        if len(ends) == 1 and not consumers:
            (end,) = ends
            return [(equation(slope, value), rule_of_loss(end.loss))]
        after = [self.letters.sums[p] for p in consumers if p in self.letters.sums]
        if ends or len(after) < len(consumers):
            count = len(consumers) + len(ends)
            return [(equation(slope, value), paths_in_words(count))]
        chain = sum_of(*[self.paths(later, node, *indices) for later in after])
        count = sum(later.units for later in after)
        return [
            (equation(slope, chain), paths_in_words(count)),
            (
                equation(slope, value),
                _("z is a sum: its slope in one term is the weight"),
            ),
        ]

    def paths(self, after: Stage, node: Node, j: str) -> Term:
        """The ways from a number through every weighted sum of a stage."""

        def path(k: str) -> Term:
            z = self.z(after, k)
            return Product((slope_in(z), Derivative(z, self.letters.term(node, j))))

        return added(after.units, "k", path)

    # Gradients ----------------------------------------------------------------------

    def gradients(self, stage: Stage) -> list[Line]:
        """∂L in any entry of every parameter that is used here first."""
        lines: list[Line] = []
        for name, parameter in self.reading.written.build.parameters.items():
            if self.reading.homes.get(name) is stage and parameter.trainable:
                indices = any_entry(parameter.node)
                lines.append(self.gradient(name, *indices))
        return lines

    def gradient(self, name: str, *indices: str) -> Line:
        """∂L in one entry of a parameter."""
        node = self.reading.written.build.parameters[name].node
        slope = slope_in(self.letters.term(node, *indices))
        value = self.derive.arriving(node, *indices)
        uses = self.derive.consumers(node)
        stage = self.letters.sums.get(uses[0]) if len(uses) == 1 else None
        if stage is None:
            return equation(slope, value), paths_in_words(len(uses))
        z = self.z(stage, indices[-1])
        factor = Derivative(z, self.letters.term(node, *indices))
        delta = self.delta(stage, indices[-1])
        if name == stage.bias:
            rule = _("chain rule; the slope of z in its bias is 1")
            return equation(slope, Product((slope_in(z), factor)), delta), rule
        rule = _("chain rule; z is a sum: its slope in a weight is the input")
        x = self.letters.term(stage.reads[0], indices[0])
        value = side_by_side(delta, x)
        return equation(slope, Product((slope_in(z), factor)), value), rule

    # One weight ---------------------------------------------------------------------

    def chain_of(self, name: str, *indices: str) -> list[Line]:
        """One entry of a parameter, factor by factor where one way leads from it."""
        node = self.reading.written.build.parameters[name].node
        uses = self.derive.consumers(node)
        stage = self.letters.sums.get(uses[0]) if len(uses) == 1 else None
        if stage is None:
            return [self.gradient(name, *indices)]
        j = indices[-1]
        weight = self.letters.term(node, *indices)
        z = self.z(stage, j)
        inner: list[Term] = [Derivative(z, weight)]
        is_bias = name == stage.bias
        value = ONE if is_bias else self.letters.term(stage.reads[0], indices[0])
        left = slope_in(weight)
        if stage.is_elementwise:
            before, put_in = self.factors(stage, j)
        else:
            before, put_in = [slope_in(z)], [self.result(stage, j)]
        chain = equation(left, multiplied([*before, *inner]))
        factors = multiplied(put_in if is_bias else [*put_in, value])
        lines: list[Line] = [(chain, _("chain rule"))]
        lines.append((equation(left, factors), _("every factor put in")))
        short = product_of(self.result(stage, j), value)
        if short != factors and self.reading.ends_at(stage):
            lines.append((equation(left, short), _("simplified")))
        written = side_by_side(self.delta(stage, j), value)
        lines.append((equation(left, written), _("all but the last factor is δ")))
        return lines

    def factors(self, stage: Stage, j: str) -> tuple[list[Term], list[Term]]:
        """∂L/∂a · ∂a/∂z of a unit, written on to the loss where one way leads there."""
        names: list[Term] = []
        values: list[Term] = []
        # From the unit on, so that the last factor comes first.
        while True:
            a, z = self.a(stage, j), self.z(stage, j)
            slope = write_slope(stage.activation, z, a)
            names.append(Derivative(a, z))
            values += [] if slope == ONE else [slope]
            after = self.only_reader(stage)
            if after is None:
                names.append(slope_in(a))
                values.append(self.derive.arriving(stage.a, j))
                return names[::-1], values[::-1]
            weight = self.reading.written.build.parameters[after.weight].node
            names.append(Derivative(self.z(after, "1"), a))
            values.append(self.letters.term(weight, j, "1"))
            stage, j = after, "1"

    def only_reader(self, stage: Stage) -> Stage | None:
        """The stage of a single unit that alone reads this one, if there is one."""
        consumers = self.derive.consumers(stage.a)
        after = self.letters.sums.get(consumers[0]) if len(consumers) == 1 else None
        if after is None or self.reading.ends_at(stage):
            return None
        return after if after.units == 1 and after.is_elementwise else None

    def result(self, stage: Stage, j: str) -> Term:
        """What δ of a unit is computed from: the last line of its derivation."""
        return self.backward(stage, j)[-1][0].sides[-1]


def unit_of(stage: Stage) -> str:
    """Index of any unit of a stage: j, or 1 where there is one alone."""
    return "j" if stage.units > 1 else "1"


def any_entry(node: Node) -> tuple[str, ...]:
    """Indices of any entry of a parameter: i and j, or 1 where there is one alone."""
    sizes = row_shape(node)
    letters = ("i", "j")[-len(sizes) :]
    return tuple(
        letter if size > 1 else "1" for letter, size in zip(letters, sizes, strict=True)
    )
