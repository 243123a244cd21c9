"""One exercise: a worked step whose numbers are left blank."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np

from neurona.explain.letters import LOSS
from neurona.explain.optimizer.rule import write_rule
from neurona.explain.reading import End
from neurona.explain.step.numbers import StepRequest, UnitNumbers
from neurona.explain.step.worked_step import WorkedStep
from neurona.explain.textbook.activations import (
    call_activation,
    write_slope_of_one_piece,
)
from neurona.explain.textbook.losses import LOSS_EQUATIONS, write_row_loss
from neurona.messages import _
from neurona.nn.losses import Loss
from neurona.show.notation import (
    Blank,
    Call,
    Cases,
    Derivative,
    Number,
    Power,
    Product,
    Quotient,
    Relation,
    Sum,
    Symbol,
    Term,
    numbers_matrix,
)
from neurona.show.notation.compose import (
    added,
    difference,
    exactly,
    product_of,
    quotient_of,
)
from neurona.show.page import Block, Formulas, Inline, Paragraph, Section
from neurona.show.wording import fill, say, tabulate

__all__ = ["Exercise"]

Lines: TypeAlias = Iterator[tuple[Term, str]]

Z: Final = Symbol("z")
A: Final = Symbol("a")
SLOPE: Final = Symbol("f", accent="prime")


@dataclass(frozen=True, eq=False)
class Exercise:
    """One training step to be worked through by hand.

    Parameters
    ----------
    number : int
        Its number in the collection, from 1.
    seed : int
        That its numbers were drawn from.
    step : WorkedStep
        Which holds every answer.
    """

    number: int
    seed: int
    step: WorkedStep

    @property
    def request(self) -> StepRequest:
        """What was asked for."""
        return self.step.numbers.request

    @property
    def end(self) -> End:
        """Where its only output meets the loss."""
        return self.step.numbers.reading.ends[0]

    @property
    def loss(self) -> Loss:
        """The loss of its only output."""
        return self.end.loss

    @property
    def output(self) -> UnitNumbers:
        """The last layer."""
        return self.step.numbers.layers[-1]

    @property
    def targets(self) -> list[float]:
        """Target of each output; of classes, 1 for the one that is meant."""
        target = self.step.numbers.trace.values[self.end.target][0]
        return [float(value) for value in np.atleast_1d(target)]

    @property
    def target_symbols(self) -> list[Term]:
        """What the targets are called."""
        ks = range(len(self.targets))
        return [self.step.letters.term(self.end.target, str(k + 1)) for k in ks]

    def section(self) -> Section:
        """The exercise, with blanks; typeset with answers it is its own key."""
        heading = _("Exercise {number}").format(number=self.number)
        blocks: tuple[Block, ...] = (
            *self.given(),
            Section((_("Forward"),), (Formulas(tuple(self.forward())),)),
            Section((_("Backward"),), (Formulas(tuple(self.backward())),)),
            Section((_("Derivatives and update"),), self.update()),
        )
        return Section((heading,), blocks)

    def given(self) -> tuple[Block, ...]:
        """Weights, functions, sample and settings."""
        numbers, request = self.step.numbers, self.request
        rows = []
        for layer in numbers.layers:
            stage = layer.stage
            # A network by hand has a bias for every unit.
            weight, bias = (
                np.atleast_2d(numbers.feeds[name]).tolist()
                for name in (stage.weight, stage.bias)
            )
            rows.append(
                (
                    str(stage.number),
                    numbers_matrix(weight),
                    numbers_matrix(bias),
                    self.function_cell(layer),
                )
            )
        table = tabulate(
            [
                _("layer"),
                Symbol("W", bold=True),
                Symbol("b", bold=True),
                _("activation and its slope"),
            ],
            rows,
        )
        first = numbers.layers[0]
        rule = write_rule(request.optimizer)
        given: list[tuple[Term, float]] = [
            (self.x(first, i), value) for i, value in enumerate(first.x[0])
        ]
        given += zip(self.target_symbols, self.targets, strict=True)
        given += [
            (symbol, value)
            for symbol, _meaning, value in rule.legend(
                request.learning_rate, request.step
            )
        ]
        said = say(_("Given: {numbers}"), numbers=listed(given))
        if request.optimizer.slots():
            start = _(". What the optimizer remembers starts at 0.")
            said = Paragraph((*said.content, start))
        return (table, said)

    def function_cell(self, layer: UnitNumbers) -> Inline:
        """f(z) and, where it is needed, f′(z); a line may end between them."""
        function = layer.stage.activation
        value = Relation((A, call_activation(function, Z)))
        if layer.ending is not None:
            return (value,)
        formula: Term | None
        if function.name == "identity":
            formula = exactly(1)
        elif function.name == "relu":
            one = Relation((Z, exactly(0)), ">")
            other = Relation((Z, exactly(0)), "≤")
            formula = Cases(((exactly(1), one), (exactly(0), other)))
        else:
            formula = write_slope_of_one_piece(function, Z, A)
        left = Call(SLOPE, (Z,))
        return value, ", ", Relation((left, formula or Derivative(A, Z)))

    def forward(self) -> Lines:
        """Z and a of every unit, then the loss."""
        entry = self.step.letters.entry
        for layer in self.step.numbers.layers:
            stage = layer.stage
            for j, z in enumerate(layer.z[0]):
                terms: list[Term] = [
                    Product((entry((stage.weight, (i, j))), self.x(layer, i)), "")
                    for i in range(layer.x.shape[1])
                ]
                total = Sum((*terms, entry((stage.bias, (j,)))))
                yield asked(self.z(layer, j), total, z)
            yield from self.activations(layer)
        outputs = range(len(self.targets))
        predictions = [self.a(self.output, k) for k in outputs]
        loss = self.step.equations.in_letters.loss_of(self.end)
        if self.loss.name in LOSS_EQUATIONS:
            loss = write_row_loss(self.loss, predictions, self.target_symbols)
        yield asked(LOSS, loss, self.step.loss)

    def activations(self, layer: UnitNumbers) -> Lines:
        """What the units of a layer make of their z."""
        ending, function = layer.ending, layer.stage.activation
        zs = [self.z(layer, j) for j in range(layer.z.shape[1])]
        powers = [Power(Symbol("e"), z) for z in zs]
        for j, z in enumerate(zs):
            formula: Term
            if ending is not None:
                formula = Call(Symbol("σ"), (z,))
                if ending.function == "softmax":
                    formula = Quotient(powers[j], Sum(tuple(powers)))
                yield asked(self.a(layer, j), formula, layer.prediction[0, j])
            elif function.name != "identity":
                formula = call_activation(function, z)
                yield asked(self.a(layer, j), formula, layer.a[0, j])
            elif layer is self.output:
                yield asked(self.a(layer, j), z, layer.a[0, j])

    def backward(self) -> Lines:
        """δ of every unit, the last layer first."""
        for layer in reversed(self.step.numbers.layers):
            for j, value in enumerate(layer.delta[0]):
                yield asked(self.delta(layer, j), self.delta_formula(layer, j), value)

    def delta_formula(self, layer: UnitNumbers, j: int) -> Term:
        """δ of a unit by what comes before it on the way back."""
        if layer.ending is not None:
            error = difference(self.a(layer, j), self.target_symbols[j])
            return quotient_of(error, exactly(layer.ending.divisor))
        a, z = self.a(layer, j), self.z(layer, j)
        ways = self.step.chains.ways(layer, j, 0)
        first: Term
        if ways:
            first = added([way for way, _values in ways])
        else:
            first = Derivative(LOSS, a)
            if self.loss.name in LOSS_EQUATIONS:
                at, derive = str(j + 1), self.step.equations.in_letters
                first = derive.loss_share(self.end, at)
        if layer.stage.activation.name == "identity":
            return first
        formula = write_slope_of_one_piece(layer.stage.activation, z, a)
        return product_of(first, formula or Call(SLOPE, (z,)))

    def update(self) -> tuple[Block, ...]:
        """A table of every weight: its derivative and its new value, both blank."""
        step = self.step
        rows = [
            (
                step.letters.entry((name, index)),
                float(np.asarray(step.numbers.feeds[name])[index]),
                self.derivative_formula(name, index),
                blank(step.gradients[name][index]),
                blank(step.update[name][index]),
            )
            for name, index in step.entries
        ]
        w, g = Symbol("w"), Symbol("g")
        headings = (
            w,
            _("before"),
            fill(_("{g} as a formula"), g=g),
            Relation((g, Derivative(LOSS, w))),
            _("after"),
        )
        after = Relation((LOSS, blank(step.loss_after)))
        rule = write_rule(self.request.optimizer)
        return (
            Formulas(tuple((line.formula, "") for line in rule.lines)),
            tabulate(headings, rows),
            say(_("The loss with the new weights: {loss}"), loss=after),
        )

    def derivative_formula(self, name: str, index: tuple[int, ...]) -> Term:
        """∂L/∂w as δ of the unit times what the weight reads."""
        layer = self.step.numbers.homes[name]
        delta = self.delta(layer, index[-1])
        if len(index) == 1:
            return delta
        return Product((delta, self.x(layer, index[0])), "")

    # Letters, by numbers that count from 0

    def x(self, layer: UnitNumbers, i: int) -> Term:
        """What a layer reads."""
        return self.step.letters.term(layer.stage.reads[0], str(i + 1))

    def z(self, layer: UnitNumbers, j: int) -> Term:
        """Weighted sum of a unit."""
        return self.step.letters.z(layer.stage, str(j + 1))

    def a(self, layer: UnitNumbers, j: int) -> Term:
        """What a unit gives."""
        return self.step.letters.term(layer.stage.a, str(j + 1))

    def delta(self, layer: UnitNumbers, j: int) -> Term:
        """δ, the derivative of the loss in z."""
        return self.step.letters.slope(layer.stage.z, str(j + 1))


def blank(value: float) -> Blank:
    return Blank(Number(float(value)))


def asked(symbol: Term, formula: Term, value: float) -> tuple[Term, str]:
    """A line whose result is to be filled in."""
    return (Relation((symbol, formula, blank(value))), "")


def listed(given: list[tuple[Term, float]]) -> Inline:
    """Numbers that are given, with commas between them."""
    found: list[str | Term] = []
    for symbol, value in given:
        equation = Relation((symbol, Number(float(value))))
        found += [", ", equation] if found else [equation]
    return tuple(found)
