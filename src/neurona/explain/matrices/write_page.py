"""The page of a step in matrices: the batch forward and backward, then one sample."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

import numpy as np

from neurona.explain.matrices.by_elements import by_elements
from neurona.explain.matrices.letters import Convention, Writer, shape_term
from neurona.explain.matrices.numbers import StageNumbers, StepMatrices
from neurona.explain.stack import Stage, sizes_in_words, sizes_of
from neurona.explain.textbook.activations import (
    slope_rule,
    write_activation,
    write_slope,
)
from neurona.explain.textbook.losses import (
    OUTPUTS,
    average_factor,
    loss_rule,
    write_loss_slope,
)
from neurona.messages import _, language
from neurona.nn.activations import Identity, Sigmoid, Softmax
from neurona.nn.losses import BinaryCrossEntropy, CrossEntropy, Loss
from neurona.show.notation.compose import (
    ONE,
    difference,
    exactly,
    measured,
    quotient_of,
    side_by_side,
)
from neurona.show.notation.terms import (
    Call,
    Derivative,
    Product,
    Relation,
    Summation,
    Symbol,
    Term,
    Transpose,
)
from neurona.show.page.blocks import (
    Block,
    Formulas,
    Inline,
    Page,
    Paragraph,
    Section,
    Table,
)
from neurona.show.wording import fill

__all__ = ["write_page"]

Array: TypeAlias = np.ndarray[Any, np.dtype[np.float64]]
Line: TypeAlias = tuple[Relation, str]

PLUGGED_IN: Final = 24
"""A product is written with its numbers where its factors have no more in all."""


def write_page(
    loss: Loss, found: StepMatrices, convention: Convention, row: int, label: int
) -> Page:
    """Page of a step in matrices."""
    batch = Pages(loss, found, Writer(convention, batch=True), row)
    sample = Pages(loss, found, Writer(convention, batch=False), row)
    title = _("A step of a {shape} network in matrices").format(
        shape=sizes_in_words(sizes_of(s.stage for s in found.stages))
    )
    blocks: list[Block] = [batch.legend(), batch.shapes()]
    if found.rows > 1:
        blocks.append(
            Section((_("The batch, forward"),), (Formulas(tuple(batch.forward())),))
        )
        blocks.append(
            Section((_("The batch, backward"),), (Formulas(tuple(batch.backward())),))
        )
    heading = _("One sample, row {row}: the Jacobians").format(row=label)
    inner: tuple[Block, ...] = (
        Formulas(tuple(sample.forward())),
        Formulas(tuple(sample.backward())),
        Formulas((sample.whole_chain(),)),
    )
    blocks.append(Section((heading,), inner))
    return Page(title, tuple(blocks), language())


class Pages:
    """Writes the lines of a batch, or of one sample."""

    def __init__(
        self, loss: Loss, found: StepMatrices, writer: Writer, row: int
    ) -> None:
        self.loss, self.found, self.writer, self.row = loss, found, writer, row
        self.batch = writer.batch

    # Numbers ------------------------------------------------------------------------

    def turned(self, array: Array) -> Array:
        """The batch, or the row, in the convention."""
        return self.writer.turned(array if self.batch else array[self.row])

    def gradient(self, array: Array) -> Array:
        """Gradient of J, or of the sample's own L, which is N times its share."""
        return self.turned(array if self.batch else array * self.found.rows)

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
        return self.writer.numbers(array) or shape_term(array.shape)

    # Legend -------------------------------------------------------------------------

    def legend(self) -> Block:
        """How samples lie, and what J is."""
        said = (
            _(
                "Each row of {X} is a sample and {W} is (inputs, units): {sum}. {J} is "
                "the mean of the losses {L} of the samples: {count}, {loss}."
            )
            if self.writer.by_rows
            else _(
                "Each column of {X} is a sample and {W} is (inputs, units): {sum}. {J} "
                "is the mean of the losses {L} of the samples: {count}, {loss}."
            )
        )
        whole = Symbol("J")
        return Paragraph(
            fill(
                said,
                X=self.writer.a(0),
                W=Symbol("W", bold=True),
                sum=Relation((self.writer.z(1), self.affine_letters(1))),
                J=whole,
                L=Symbol("L"),
                count=Relation((Symbol("N"), exactly(self.found.rows))),
                loss=Relation((whole, measured(self.found.loss))),
            )
        )

    def affine_letters(self, layer: int) -> Term:
        writer = self.writer
        stage = self.found.stages[0].stage
        bias = writer.b(layer) if stage.bias else None
        if not stage.weight:
            return writer.a(0)
        return writer.affine(writer.a(layer - 1), writer.w(layer), bias)

    def shapes(self) -> Block:
        """Table of the shapes of all matrices."""
        writer = self.writer
        rows: list[tuple[Inline, ...]] = []

        def row(symbol: Term, array: Array, what: str) -> None:
            rows.append(((symbol,), (shape_text(array),), (what,)))

        row(writer.a(0), self.turned(self.found.x), _("inputs"))
        for numbers in self.found.stages:
            stage = numbers.stage
            number = stage.number
            if numbers.weight is not None:
                row(writer.w(number), numbers.weight, _("weights"))
            if numbers.bias is not None:
                row(writer.b(number), self.bias(numbers), _("biases"))
            row(writer.z(number), self.turned(numbers.z), _("weighted sums"))
            what = _("activations ({name})").format(name=stage.activation.name)
            row(writer.a(number), self.turned(numbers.a), what)
        row(writer.y(), self.turned(self.found.y), _("targets"))
        headings: tuple[Inline, ...] = ((_("matrix"),), (_("shape"),), (_("holds"),))
        caption = _("A gradient has the shape of what it belongs to.")
        return Table(headings, tuple(rows), caption)

    def bias(self, numbers: StageNumbers) -> Array:
        """The biases as a row, or as a column."""
        assert numbers.bias is not None
        return self.writer.turned(numbers.bias)

    # Forward ------------------------------------------------------------------------

    def before(self, numbers: StageNumbers) -> Array:
        """What a stage reads, (N, inputs)."""
        number = numbers.stage.number
        return self.found.x if number == 1 else self.found.stages[number - 2].a

    def forward(self) -> list[Line]:
        """Z and A of each stage, and the loss."""
        lines: list[Line] = []
        writer = self.writer
        if not self.batch or self.found.rows == 1:
            lines.append(self.line((writer.a(0),), self.turned(self.found.x), ""))
        for numbers in self.found.stages:
            lines.append(self.weighted_sum(numbers))
            lines.append(self.activation(numbers))
        return lines

    def weighted_sum(self, numbers: StageNumbers) -> Line:
        """Z = XW + b."""
        writer, stage = self.writer, numbers.stage
        number = stage.number
        x, z = self.turned(self.before(numbers)), self.turned(numbers.z)
        if numbers.weight is None:
            return self.line((writer.z(number), writer.a(number - 1)), z, "")
        bias = writer.b(number) if stage.bias else None
        letters = writer.affine(writer.a(number - 1), writer.w(number), bias)
        b = self.matrix(self.bias(numbers)) if stage.bias else None
        plugged = writer.affine(self.matrix(x), self.matrix(numbers.weight), b)
        weight = numbers.weight if writer.by_rows else numbers.weight.T
        factors = (x, weight) if writer.by_rows else (weight, x)
        return self.line((writer.z(number), letters), z, "", factors, plugged)

    def activation(self, numbers: StageNumbers) -> Line:
        """A = f(Z)."""
        writer, stage = self.writer, numbers.stage
        number = stage.number
        z = writer.z(number)
        if isinstance(stage.activation, Softmax):
            letters: Term = Call("softmax", (z,))
            reason = _("each sample alone") if self.batch else ""
        else:
            letters = by_elements(write_activation(stage.activation, z))
            reason = _("element by element")
        if isinstance(stage.activation, Identity):
            reason = ""
        if stage.by_loss:
            said = _("applied by the loss")
            reason = f"{said}, {reason}" if reason else said
        return self.line((writer.a(number), letters), self.turned(numbers.a), reason)

    # Backward -----------------------------------------------------------------------

    def backward(self) -> list[Line]:
        """Gradients of each stage, from the last to the first, and of the inputs."""
        lines: list[Line] = []
        for numbers in reversed(self.found.stages):
            lines.append(self.activation_gradient(numbers))
            if not self.batch:
                lines.append(self.jacobian(numbers))
            lines += self.sum_gradient(numbers)
            lines += self.parameter_gradients(numbers)
        writer = self.writer
        first = self.found.stages[0]
        lines.append(
            self.sent_back(first, writer.slope(writer.a(0)), self.found.grad_x)
        )
        return lines

    def activation_gradient(self, numbers: StageNumbers) -> Line:
        """∂J/∂A: the loss's own slope, or what comes back through the next weights."""
        writer, number = self.writer, numbers.stage.number
        left = writer.slope(writer.a(number))
        if number < len(self.found.stages):
            return self.sent_back(self.found.stages[number], left, numbers.grad_a)
        slope = by_elements(
            write_loss_slope(
                self.loss, writer.a(number), writer.y(), numbers.stage.units
            )
        )
        if self.batch:
            slope = side_by_side(quotient_of(ONE, Symbol("N")), slope)
        reason = f"{loss_rule(self.loss)}, {_('element by element')}"
        return self.line((left, slope), self.gradient(numbers.grad_a), reason)

    def sent_back(self, after: StageNumbers, left: Term, value: Array) -> Line:
        """Gradient of what a stage reads: ∂Z Wᵀ, or W ∂Z."""
        writer, number = self.writer, after.stage.number
        grad = writer.slope(writer.z(number))
        if after.weight is None:
            return self.line((left, grad), self.gradient(value), "")
        letters = writer.through_weights(grad, writer.w(number))
        arriving = self.gradient(after.grad_z)
        plugged = writer.through_weights(
            self.matrix(arriving), self.matrix(after.weight)
        )
        by_rows = writer.by_rows
        factors = (arriving, after.weight.T) if by_rows else (after.weight, arriving)
        reason = _("derivative of a matrix product")
        return self.line(
            (left, letters), self.gradient(value), reason, factors, plugged
        )

    def jacobian(self, numbers: StageNumbers) -> Line:
        """∂a/∂z of one sample."""
        writer, stage = self.writer, numbers.stage
        z, a = writer.z(stage.number), writer.a(stage.number)
        return self.line(
            (Derivative(a, z), self.jacobian_letters(stage)),
            numbers.jacobian(self.row),
            slope_rule(stage.activation),
        )

    def jacobian_letters(self, stage: Stage) -> Term:
        """diag(f′(z)), or diag(a) − a aᵀ."""
        writer = self.writer
        z, a = writer.z(stage.number), writer.a(stage.number)
        if isinstance(stage.activation, Softmax):
            outer = (Transpose(a), a) if writer.by_rows else (a, Transpose(a))
            return difference(Call("diag", (a,)), side_by_side(*outer))
        if isinstance(stage.activation, Identity):
            return Symbol("I", bold=True)
        return Call("diag", (by_elements(write_slope(stage.activation, z, a)),))

    def sum_gradient(self, numbers: StageNumbers) -> list[Line]:
        """∂J/∂Z: the gradient in A through the activation."""
        writer, stage = self.writer, numbers.stage
        number = stage.number
        left, arriving = writer.slope(writer.z(number)), writer.slope(writer.a(number))
        value = self.gradient(numbers.grad_z)
        lines: list[Line] = []
        if not self.batch:
            letters = writer.through_jacobian(
                arriving, Derivative(writer.a(number), writer.z(number))
            )
            plugged = writer.through_jacobian(
                self.matrix(self.gradient(numbers.grad_a)),
                self.matrix(numbers.jacobian(self.row)),
            )
            grad, jacobian = self.gradient(numbers.grad_a), numbers.jacobian(self.row)
            factors = (grad, jacobian) if writer.by_rows else (jacobian, grad)
            reason = _("chain rule")
            lines.append(self.line((left, letters), value, reason, factors, plugged))
        elif isinstance(stage.activation, Softmax):
            lines += self.softmax_rows(stage, left, value)
        elif isinstance(stage.activation, Identity):
            lines.append(self.line((left, arriving), value, _("chain rule")))
        else:
            slope = by_elements(
                write_slope(stage.activation, writer.z(number), writer.a(number))
            )
            letters = Product((arriving, slope), "⊙")
            reason = f"{_('chain rule')}, {slope_rule(stage.activation)}"
            lines.append(self.line((left, letters), value, reason))
        lines += self.short_form(stage, left, value)
        return lines

    def softmax_rows(self, stage: Stage, left: Term, value: Array) -> list[Line]:
        """Through a softmax, sample by sample: its slope is a matrix for each."""
        number = str(stage.number)
        z, a = (Symbol(c, "s", number, bold=True) for c in "za")
        grad = self.writer.slope(a)
        outer = (Transpose(a), a) if self.writer.by_rows else (a, Transpose(a))
        jacobian = difference(Call("diag", (a,)), side_by_side(*outer))
        through = self.writer.through_jacobian(grad, jacobian)
        whose = _("chain rule, for each sample s; derivative of softmax")
        return [
            (Relation((self.writer.slope(z), through)), whose),
            self.line((left,), value, _("all samples")),
        ]

    def short_form(self, stage: Stage, left: Term, value: Array) -> list[Line]:
        """A − Y where loss and activation match."""
        f, writer = stage.activation, self.writer
        softmax = isinstance(f, Softmax) and isinstance(self.loss, CrossEntropy)
        sigmoid = isinstance(f, Sigmoid) and isinstance(self.loss, BinaryCrossEntropy)
        if stage is not self.found.stages[-1].stage or not (softmax or sigmoid):
            return []
        rest = difference(writer.a(stage.number), writer.y())
        share = average_factor(self.loss, stage.units)
        if self.batch:
            share = quotient_of(
                ONE, Symbol("N") if share == ONE else side_by_side(Symbol("N"), OUTPUTS)
            )
        letters = side_by_side(share, rest)
        reason = _("multiplied out: {activation} and {loss} leave the difference")
        said = reason.format(activation=f.name, loss=self.loss.name)
        return [self.line((left, letters), value, said)]

    def parameter_gradients(self, numbers: StageNumbers) -> list[Line]:
        """∂J/∂W and ∂J/∂b."""
        writer, number = self.writer, numbers.stage.number
        grad = writer.slope(writer.z(number))
        arriving = self.gradient(numbers.grad_z)
        lines: list[Line] = []
        if numbers.grad_weight is not None:
            x = self.turned(self.before(numbers))
            letters = writer.weight_gradient(writer.a(number - 1), grad)
            plugged = writer.weight_gradient(self.matrix(x), self.matrix(arriving))
            by_rows = writer.by_rows
            factors = (x.T, arriving) if by_rows else (x, arriving.T)
            value = numbers.grad_weight if self.batch else product(factors)
            left = writer.slope(writer.w(number))
            reason = _("derivative of a matrix product")
            lines.append(self.line((left, letters), value, reason, factors, plugged))
        if numbers.grad_bias is not None:
            left = writer.slope(writer.b(number))
            if self.batch:
                each = Symbol("z", "s", str(number), bold=True)
                total: Term = Summation(writer.slope(each), Symbol("s"))
                value = writer.turned(numbers.grad_bias)
                reason = _("the same b for every sample: their gradients are added")
            else:
                total, value, reason = grad, arriving, _("the slope of z in b is 1")
            lines.append(self.line((left, total), value, reason))
        return lines

    def whole_chain(self) -> Line:
        """∂L/∂x as one product of matrices, from the loss back."""
        writer = self.writer
        factors: list[Term] = [writer.slope(writer.a(len(self.found.stages)))]
        for numbers in reversed(self.found.stages):
            stage = numbers.stage
            factors.append(self.jacobian_letters(stage))
            if stage.weight:
                w = writer.w(stage.number)
                factors.append(Transpose(w) if writer.by_rows else w)
        kept = [f for f in factors if f != Symbol("I", bold=True)]
        ordered = kept if writer.by_rows else kept[::-1]
        letters = ordered[0] if len(ordered) == 1 else Product(tuple(ordered), "")
        side = _("from the left") if writer.by_rows else _("from the right")
        reason = _("all together; multiplied {side}, each product is one by a vector")
        return self.line(
            (writer.slope(writer.a(0)), letters),
            self.gradient(self.found.grad_x),
            reason.format(side=side),
        )


def product(factors: tuple[Array, ...]) -> Array:
    left, right = factors
    return left @ right


def shape_text(array: Array) -> str:
    rows, columns = array.shape
    return f"{rows}×{columns}"
