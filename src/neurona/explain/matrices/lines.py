"""The lines of a step in matrices: of a batch, or of one sample with its Jacobians."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias

import numpy as np

from neurona.arrays import Array
from neurona.explain.cancel import match_of
from neurona.explain.derive import Derive, paths_in_words, quantities, rule_of_loss
from neurona.explain.endings import width_of
from neurona.explain.letters import Convention, Letters, row_shape
from neurona.explain.matrices.by_elements import by_elements
from neurona.explain.matrices.letters import Writer, added, is_written, shape_term
from neurona.explain.matrices.numbers import StepMatrices
from neurona.explain.reading import End
from neurona.explain.stages import Stage
from neurona.explain.textbook.activations import (
    slope_rule,
    write_activation,
    write_slope,
)
from neurona.explain.textbook.losses import (
    LOSS_EQUATIONS,
    OUTPUTS,
    average_factor,
    write_loss_slope,
)
from neurona.graph import Node
from neurona.messages import _
from neurona.nn.activations import Identity
from neurona.show.notation.compose import (
    ONE,
    ZERO,
    product_of,
    quotient_of,
    side_by_side,
)
from neurona.show.notation.terms import (
    Call,
    Derivative,
    Relation,
    Summation,
    Symbol,
    Term,
    Transpose,
)

__all__ = ["Lines", "shape_text"]

Line: TypeAlias = tuple[Relation, str]

PLUGGED_IN: Final = 24
"""A product is written with its numbers where its factors have no more in all."""


class Lines:
    """Writes the lines of a batch, or of one sample."""

    def __init__(
        self, found: StepMatrices, convention: Convention, row: int, *, batch: bool
    ) -> None:
        self.found, self.row, self.batch = found, row, batch
        letters = Letters(found.reading)
        self.derive = Derive(found.reading, letters)
        self.writer = Writer(letters, convention, batch=batch)

    # Numbers ------------------------------------------------------------------------

    def value(self, node: Node) -> Array:
        """Value of a node of the batch, or of the row, in the convention."""
        return self.taken(self.found.value(node))

    def gradient(self, node: Node) -> Array:
        """Gradient of J, or of the sample's own L, which is N times its share."""
        array = self.found.gradient(node)
        return self.taken(array if self.batch else array * self.found.rows)

    def taken(self, array: Array) -> Array:
        """The samples that are shown, in the convention."""
        every = self.batch or len(array) != self.found.rows
        return self.writer.turned(array if every else array[self.row])

    def line(
        self,
        sides: tuple[Term, ...],
        value: Array,
        reason: str,
        factors: tuple[Array, ...] = (),
        plugged: Term | None = None,
    ) -> Line:
        """Equation with its numbers, where they can be read, and its shape."""
        written = list(sides)
        small = sum(factor.size for factor in factors) <= PLUGGED_IN
        if plugged is not None and small:
            written.append(plugged)
        numbers = self.writer.numbers(value)
        if numbers is not None:
            written.append(numbers)
        elif len(written) == 1:
            written.append(shape_term(value.shape))
            return Relation(tuple(written), "∈"), reason
        shapes = " · ".join(shape_text(f) for f in factors)
        shape = f"{shapes} → {shape_text(value)}" if shapes else shape_text(value)
        return Relation(tuple(written)), f"{reason}; {shape}" if reason else shape

    def matrix(self, array: Array) -> Term:
        """Numbers, or the shape of what is too large to read."""
        return self.writer.numbers(array) or shape_term(array.shape)

    def parameter(self, node: Node, value: Array) -> Array:
        """Of a parameter: a table as it is, a vector as a sample lies."""
        return value if len(row_shape(node)) > 1 else self.writer.turned(value)

    def jacobian(self, stage: Stage, node: Node) -> Array:
        """∂a of the sample; where only its shape is shown, nothing is computed."""
        shape = stage.units, width_of(node)
        if is_written(shape):
            return self.found.jacobian(stage, node, self.row)
        return np.broadcast_to(np.float64(np.nan), shape)

    def weight(self, stage: Stage) -> Node:
        """The weights of a stage."""
        return self.found.parameter(stage.weight)

    def array(self, node: Node) -> Array:
        """Numbers of an input, a parameter or a named node."""
        if node.operation == "parameter":
            return self.parameter(node, self.found.value(node))
        return self.value(node)

    def made(
        self,
        left: Term,
        node: Node,
        value: Array | None,
        reason: str = "",
        *,
        of: Node | None = None,
    ) -> Line:
        """How a named matrix is made, or what it sends back to one that it is made of.

        A single product has its numbers too, and is the value where none is given.
        """
        piece, writer = self.derive.piece(node), self.writer
        root = piece.root if of is None else piece.share(of)
        arrays = {leaf: self.array(x) for x, leaf in piece.leaves.items()}
        arrays[piece.seed] = self.gradient(node)
        factors = factors_of(root, arrays, by_rows=writer.by_rows)
        plugged = None
        if factors:
            numbers = {leaf: self.matrix(array) for leaf, array in arrays.items()}
            plugged = writer.write(root, numbers)
        if value is None:
            value = factors[0] @ factors[1]
        sides = left, writer.write(root, writer.known_in(piece))
        return self.line(sides, value, reason, factors, plugged)

    def a(self, stage: Stage) -> Term:
        """What a stage gives."""
        return self.writer.term(stage.a)

    def parameters_of(self, stage: Stage) -> list[str]:
        """Parameters that are used here first."""
        reading = self.found.reading
        known = reading.written.build.parameters
        return [name for name in known if reading.homes.get(name) is stage]

    # Forward ------------------------------------------------------------------------

    def forward(self) -> list[Line]:
        """Every named matrix of each stage."""
        lines: list[Line] = []
        writer = self.writer
        if not self.batch or self.found.rows == 1:
            for node in self.found.reading.inputs.values():
                lines.append(self.line((writer.term(node),), self.value(node), ""))
        for stage in self.found.stages:
            if stage.is_weighted:
                lines.append(self.made_of(stage.z))
            elif not stage.passes_on:
                lines += [self.made_of(node) for node in quantities(stage)]
                continue
            lines.append(self.activation(stage))
        return lines

    def made_of(self, node: Node) -> Line:
        """How a named matrix is made, such as Z = XW + b."""
        stage = self.writer.letters.sums.get(node)
        left = self.writer.term(node) if stage is None else self.writer.z(stage)
        return self.made(left, node, self.value(node))

    def activation(self, stage: Stage) -> Line:
        """A = f(Z)."""
        writer = self.writer
        z = writer.z(stage)
        if stage.is_elementwise:
            letters = by_elements(write_activation(stage.activation, z))
            reason = _("element by element")
        else:
            letters = Call("softmax", (z,))
            reason = _("each sample alone") if self.batch else ""
        if isinstance(stage.activation, Identity):
            reason = ""
        if stage.by_loss:
            said = _("applied by the loss")
            reason = f"{said}, {reason}" if reason else said
        return self.line((self.a(stage), letters), self.value(stage.a), reason)

    # Backward -----------------------------------------------------------------------

    def backward(self) -> list[Line]:
        """Gradients of each stage, from the last to the first, and of the inputs."""
        lines: list[Line] = []
        for stage in reversed(self.found.stages):
            for node in reversed(quantities(stage)):
                if node is stage.z and stage.z is not stage.a:
                    continue
                lines.append(self.arriving(node))
            if not self.batch:
                lines += self.jacobians(stage)
            if stage.is_weighted:
                lines += self.sum_gradient(stage)
            for name in self.parameters_of(stage):
                lines += self.parameter_gradient(name)
        for node in self.found.reading.inputs.values():
            if node.dtype == "float":
                lines.append(self.arriving(node))
        return lines

    def arriving(self, node: Node) -> Line:
        """∂J in what a stage gives: of the loss, and of what is made of it."""
        writer, reading = self.writer, self.found.reading
        left, value = writer.slope(writer.term(node)), self.gradient(node)
        stage = reading.made_by.get(node)
        ends = reading.ends_at(stage) if stage is not None else ()
        consumers = self.derive.consumers(node)
        if len(consumers) == 1 and consumers[0] in writer.letters.sums and not ends:
            reason = _("derivative of a matrix product")
            return self.made(left, consumers[0], value, reason, of=node)
        shares = [self.loss_slope(end) for end in ends]
        shares += [self.share(consumer, node) for consumer in consumers]
        if len(ends) == 1 and not consumers:
            reason = f"{rule_of_loss(ends[0].loss)}, {_('element by element')}"
        else:
            reason = paths_in_words(len(shares))
        return self.line((left, added(node, tuple(shares))), value, reason)

    def share(self, consumer: Node, of: Node) -> Term:
        """What a named matrix sends back to another."""
        writer = self.writer
        made = self.found.reading.made_by.get(consumer)
        if made is not None and made.passes_on and made.is_elementwise:
            z, a = writer.z(made), self.a(made)
            slope = by_elements(write_slope(made.activation, z, a))
            return product_of(writer.slope(a), slope, sign="⊙")
        return writer.share(self.derive.piece(consumer), of)

    def loss_slope(self, end: End) -> Term:
        """∂J/∂A of the output of a network, of its own loss."""
        writer = self.writer
        if end.loss.name in LOSS_EQUATIONS:
            a, y = self.a(end.stage), writer.term(end.target)
            slope = by_elements(write_loss_slope(end.loss, a, y, end.stage.units))
        else:
            piece = self.derive.loss_piece(end)
            slope = writer.share(piece, end.stage.a, ONE)
        slope = self.derive.counted(end, slope)
        share = quotient_of(ONE, Symbol("N"))
        return side_by_side(share, slope) if self.batch else slope

    def jacobians(self, stage: Stage) -> list[Line]:
        """∂a/∂z of one sample, or ∂a in each matrix that a stage reads."""
        writer, a = self.writer, self.a(stage)
        if stage.has_activation:
            left = (Derivative(a, writer.z(stage)), self.jacobian_letters(stage))
            value = self.jacobian(stage, stage.z)
            return [self.line(left, value, slope_rule(stage.activation))]
        return [
            self.line(
                (Derivative(a, writer.term(node)),),
                self.jacobian(stage, node),
                _("a row for each unit"),
            )
            for node in stage.reads
            if node.dtype == "float" and self.found.excerpt.shows(node)
        ]

    def jacobian_letters(self, stage: Stage) -> Term:
        """diag(f′(z)), or diag(a) − a aᵀ."""
        writer = self.writer
        z, a = writer.z(stage), self.a(stage)
        if not stage.is_elementwise:
            return writer.softmax_jacobian(a)
        if isinstance(stage.activation, Identity):
            return Symbol("I", bold=True)
        slope = by_elements(write_slope(stage.activation, z, a))
        return ZERO if slope == ZERO else Call("diag", (slope,))

    def sum_gradient(self, stage: Stage) -> list[Line]:
        """∂J/∂Z: the gradient in A through the activation."""
        writer = self.writer
        left, arriving = writer.slope(writer.z(stage)), writer.slope(self.a(stage))
        value = self.gradient(stage.z)
        lines: list[Line] = []
        if not self.batch:
            jacobian = self.jacobian(stage, stage.z)
            grad = self.gradient(stage.a)
            factors = writer.in_order(grad, jacobian)
            plugged = side_by_side(*map(self.matrix, factors))
            slope = Derivative(self.a(stage), writer.z(stage))
            letters: Term = side_by_side(*writer.in_order(arriving, slope))
            reason = _("chain rule")
            lines.append(self.line((left, letters), value, reason, factors, plugged))
        elif not stage.is_elementwise:
            lines += self.softmax_rows(stage, left, value)
        elif isinstance(stage.activation, Identity):
            lines.append(self.line((left, arriving), value, _("chain rule")))
        else:
            written = write_slope(stage.activation, writer.z(stage), self.a(stage))
            letters = product_of(arriving, by_elements(written), sign="⊙")
            reason = f"{_('chain rule')}, {slope_rule(stage.activation)}"
            lines.append(self.line((left, letters), value, reason))
        return lines + self.short_form(stage, left, value)

    def softmax_rows(self, stage: Stage, left: Term, value: Array) -> list[Line]:
        """Through a softmax, sample by sample: its slope is a matrix for each."""
        number = str(stage.number)
        z, a = (Symbol(c, "s", number, bold=True) for c in "za")
        jacobian = self.writer.softmax_jacobian(a)
        grad = self.writer.slope(a)
        through = side_by_side(*self.writer.in_order(grad, jacobian))
        whose = _("chain rule, for each sample s; derivative of softmax")
        return [
            (Relation((self.writer.slope(z), through)), whose),
            self.line((left,), value, _("all samples")),
        ]

    def short_form(self, stage: Stage, left: Term, value: Array) -> list[Line]:
        """A − Y where loss and activation match."""
        ends = self.found.reading.ends_at(stage)
        if len(ends) != 1 or self.derive.consumers(stage.a):
            return []
        (end,) = ends
        match = match_of(end.loss.name, stage.activation.name)
        if match is None:
            return []
        share = average_factor(end.loss, stage.units)
        if self.batch:
            n = Symbol("N")
            share = quotient_of(ONE, n if share == ONE else side_by_side(n, OUTPUTS))
        share = self.derive.counted(end, share)
        rest = match.short(self.a(stage), self.writer.term(end.target))
        said = _("multiplied out: {activation} and {loss} leave the difference")
        reason = said.format(activation=match.activation, loss=match.loss)
        return [self.line((left, side_by_side(share, rest)), value, reason)]

    def parameter_gradient(self, name: str) -> list[Line]:
        """∂J in a parameter, where it is trained."""
        writer, node = self.writer, self.found.parameter(name)
        left = writer.slope(writer.term(node))
        uses = self.derive.consumers(node)
        stage = writer.letters.sums.get(uses[0]) if len(uses) == 1 else None
        if not self.found.reading.written.build.parameters[name].trainable:
            return []
        if stage is not None and name == stage.weight:
            value = self.found.gradient(node) if self.batch else None
            reason = _("derivative of a matrix product")
            return [self.made(left, stage.z, value, reason, of=node)]
        if stage is not None and name == stage.bias:
            return [self.bias_gradient(stage, left)]
        if not self.batch and self.found.rows > 1:
            return []
        shares = [writer.share(self.derive.piece(use), node) for use in uses]
        value = self.found.gradient(node)
        turned = self.parameter(node, value)
        reason = paths_in_words(len(uses))
        return [self.line((left, added(node, tuple(shares))), turned, reason)]

    def bias_gradient(self, stage: Stage, left: Term) -> Line:
        """∂J/∂b: the rows of ∂Z added."""
        writer = self.writer
        if not self.batch:
            reason = _("the slope of z in b is 1")
            sides = (left, writer.slope(writer.z(stage)))
            return self.line(sides, self.gradient(stage.z), reason)
        each = Symbol("z", "s", str(stage.number), bold=True)
        total = Summation(writer.slope(each), Symbol("s"))
        value = writer.turned(self.found.gradient(self.found.parameter(stage.bias)))
        reason = _("the same b for every sample: their gradients are added")
        return self.line((left, total), value, reason)

    def whole_chain(self) -> list[Line]:
        """∂L/∂x as one product of matrices, where there is one way alone."""
        writer, reading = self.writer, self.found.reading
        stages = self.found.stages
        if not reading.is_chain or not all(s.is_weighted for s in stages):
            return []
        factors: list[Term] = [writer.slope(self.a(stages[-1]))]
        for stage in reversed(stages):
            factors.append(self.jacobian_letters(stage))
            w = writer.term(self.weight(stage))
            factors.append(Transpose(w) if writer.by_rows else w)
        kept = [f for f in factors if f != Symbol("I", bold=True)]
        letters = side_by_side(*writer.in_order(*kept))
        (x,) = reading.inputs.values()
        side = _("from the left") if writer.by_rows else _("from the right")
        reason = _("all together; multiplied {side}, each product is one by a vector")
        left = writer.slope(writer.term(x))
        return [self.line((left, letters), self.gradient(x), reason.format(side=side))]


def factors_of(
    root: Node, arrays: Mapping[Node, Array], *, by_rows: bool
) -> tuple[Array, ...]:
    """The two matrices of the product that a node is, as they are written.

    A number added to all samples is none of them; of another node there are none.
    """
    node = root.inputs[0] if root.operation == "add" else root
    if node.operation not in ("matmul", "contract_rows"):
        return ()
    first, second = node.inputs
    turned = second.operation == "transpose"
    a, b = arrays.get(first), arrays.get(second.inputs[0] if turned else second)
    if a is None or b is None:
        return ()
    b = b.T if turned else b
    if node.operation == "contract_rows":
        return (a.T, b) if by_rows else (a, b.T)
    return (a, b) if by_rows else (b.T, a)


def shape_text(array: Array) -> str:
    """Rows and columns."""
    rows, columns = array.shape
    return f"{rows}×{columns}"
