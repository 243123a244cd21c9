"""One exercise: a worked step whose numbers are left blank."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from neurona.explain.optimizer.rule import write_rule
from neurona.explain.step.numbers import UnitNumbers
from neurona.explain.step.symbols import LOSS
from neurona.explain.step.worked_step import WorkedStep
from neurona.explain.step.write_row_loss import write_row_loss
from neurona.explain.textbook.activations import (
    call_activation,
    write_slope_of_one_piece,
)
from neurona.explain.textbook.losses import LOSS_EQUATIONS, write_loss_slope
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
from neurona.show.notation.compose import difference, exactly, product_of, quotient_of
from neurona.show.page import (
    Block,
    Formulas,
    Inline,
    Paragraph,
    Section,
    Table,
)
from neurona.show.wording import fill

__all__ = ["Exercise"]

Line = tuple[Term, str]

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
    def loss(self) -> Loss:
        """The loss of its only output."""
        return next(iter(self.step.numbers.request.losses.values()))

    @property
    def output(self) -> UnitNumbers:
        """The last layer."""
        return self.step.numbers.layers[-1]

    @property
    def targets(self) -> list[float]:
        """Target of each output; of classes, 1 for the one that is meant."""
        if self.output.ending is not None:
            return [float(value) for value in self.output.ending.target[0]]
        data = self.step.numbers.request.data
        (target,) = (v for name, v in data.items() if name.startswith("target/"))
        return [float(value) for value in np.atleast_1d(target[0])]

    @property
    def predictions(self) -> list[float]:
        """What the network predicts: after softmax or sigmoid where the loss has it."""
        ending = self.output.ending
        found = self.output.a if ending is None else ending.prediction
        return [float(value) for value in found[0]]

    def section(self) -> Section:
        """The exercise, with blanks; typeset with answers it is its own key."""
        heading = _("Exercise {number}").format(number=self.number)
        blocks: tuple[Block, ...] = (
            *self.given(),
            Section((_("Forward"),), (Formulas(tuple(self.forward())),)),
            Section((_("Backward"),), (Formulas(tuple(self.backward())),)),
            Section((_("Derivatives and update"),), tuple(self.update())),
        )
        return Section((heading,), blocks)

    def given(self) -> tuple[Block, ...]:
        """Weights, functions, sample and settings."""
        symbols = self.step.symbols
        rows = []
        for layer in self.step.numbers.layers:
            number = str(layer.stage.number)
            weight = self.step.numbers.feeds[layer.stage.weight]
            # A network by hand has a bias for every unit.
            assert layer.stage.bias
            bias = self.step.numbers.feeds[layer.stage.bias]
            function = layer.stage.activation
            rows.append(
                (
                    (number,),
                    (numbers_matrix(np.asarray(weight).tolist()),),
                    (numbers_matrix([np.asarray(bias).tolist()]),),
                    (Relation((A, call_activation(function, Z))),),
                    self.slope_cell(layer),
                )
            )
        headings: tuple[Inline, ...] = (
            (_("layer"),),
            (Symbol("W", bold=True),),
            (Symbol("b", bold=True),),
            (_("activation"),),
            (_("its slope"),),
        )
        names = [symbols.x(self.step.numbers.layers[0], i) for i in range(self.inputs)]
        given = [
            Relation((name, Number(float(value))))
            for name, value in zip(names, self.step.numbers.layers[0].x[0], strict=True)
        ]
        given += [
            Relation((symbols.target(self.output, k), Number(value)))
            for k, value in enumerate(self.targets)
        ]
        request = self.step.numbers.request
        settings = write_rule(request.optimizer).legend(
            request.learning_rate, request.step
        )
        given += [
            Relation((symbol, Number(value))) for symbol, _meaning, value in settings
        ]
        said = fill(_("Given: {numbers}"), numbers=listed(given))
        if request.optimizer.slots():
            said = (*said, _(". What the optimizer remembers starts at 0."))
        return (Table(headings, tuple(rows)), Paragraph(said))

    @property
    def inputs(self) -> int:
        """Number of inputs."""
        return int(self.step.numbers.layers[0].x.shape[1])

    def slope_cell(self, layer: UnitNumbers) -> Inline:
        """f′(z) by a and z, as a table of derivatives has it; empty if not needed."""
        function = layer.stage.activation
        if layer.ending is not None:
            return ()
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
        return (Relation((left, formula or Derivative(A, Z))),)

    def forward(self) -> list[Line]:
        """Z and a of every unit, then the loss."""
        symbols = self.step.symbols
        lines: list[Line] = []
        for layer in self.step.numbers.layers:
            for j in range(layer.z.shape[1]):
                z = symbols.z(layer, j)
                terms: list[Term] = [
                    Product((symbols.w(layer, i, j), symbols.x(layer, i)), "")
                    for i in range(layer.x.shape[1])
                ]
                terms.append(symbols.b(layer, j))
                sums = Relation((z, Sum(tuple(terms)), blank(layer.z[0, j])))
                lines.append((sums, ""))
            lines += self.activations(layer)
        targets = [symbols.target(self.output, k) for k in range(len(self.targets))]
        predictions = [
            symbols.prediction(self.output, k) for k in range(len(self.targets))
        ]
        loss = write_row_loss(self.loss, predictions, targets)
        lines.append((Relation((LOSS, loss, blank(self.step.loss))), ""))
        return lines

    def activations(self, layer: UnitNumbers) -> list[Line]:
        """What the units of a layer make of their z."""
        symbols, ending = self.step.symbols, layer.ending
        units = range(layer.z.shape[1])
        if ending is not None and ending.function == "softmax":
            powers = [Power(Symbol("e"), symbols.z(layer, k)) for k in units]
            return [
                (
                    Relation(
                        (
                            symbols.prediction(layer, j),
                            Quotient(powers[j], Sum(tuple(powers))),
                            blank(ending.prediction[0, j]),
                        )
                    ),
                    "",
                )
                for j in units
            ]
        if layer.stage.activation.name == "identity" and ending is None:
            return [
                (
                    Relation(
                        (symbols.a(layer, j), symbols.z(layer, j), blank(layer.a[0, j]))
                    ),
                    "",
                )
                for j in units
                if layer.is_output
            ]
        lines: list[Line] = []
        for j in units:
            z = symbols.z(layer, j)
            if ending is None:
                a, value = symbols.a(layer, j), layer.a[0, j]
                formula = call_activation(layer.stage.activation, z)
            else:
                a, value = symbols.prediction(layer, j), ending.prediction[0, j]
                formula = Call(Symbol("σ"), (z,))
            lines.append((Relation((a, formula, blank(value))), ""))
        return lines

    def backward(self) -> list[Line]:
        """δ of every unit, the last layer first."""
        symbols = self.step.symbols
        lines: list[Line] = []
        for layer in reversed(self.step.numbers.layers):
            for j in range(layer.z.shape[1]):
                delta = symbols.delta(layer, j)
                rule = self.delta_formula(layer, j)
                lines.append((Relation((delta, rule, blank(layer.delta[0, j]))), ""))
        return lines

    def delta_formula(self, layer: UnitNumbers, j: int) -> Term:
        """δ of a unit by what comes before it on the way back."""
        symbols = self.step.symbols
        count = layer.z.shape[1]
        if layer.ending is not None:
            error = difference(symbols.prediction(layer, j), symbols.target(layer, j))
            # The binary questions of one row are averaged, its classes are not.
            shared = layer.ending.function == "sigmoid"
            return quotient_of(error, exactly(count if shared else 1))
        a, z = symbols.a(layer, j), symbols.z(layer, j)
        ways = self.step.chains.ways(layer, j, 0)
        first: Term
        if ways:
            products: list[Term] = [way for way, _values in ways]
            first = products[0] if len(products) == 1 else Sum(tuple(products))
        else:
            target = symbols.target(layer, j)
            first = Derivative(LOSS, a)
            if self.loss.name in LOSS_EQUATIONS:
                first = write_loss_slope(self.loss, a, target, count, exactly(count))
        if layer.stage.activation.name == "identity":
            return first
        formula = write_slope_of_one_piece(layer.stage.activation, z, a)
        return product_of(first, formula or Call(SLOPE, (z,)))

    def update(self) -> list[Block]:
        """A table of every weight: its derivative and its new value, both blank."""
        step = self.step
        request = step.numbers.request
        rule = write_rule(request.optimizer)
        rows: list[tuple[Inline, ...]] = []
        for name, index in step.entries:
            rows.append(
                (
                    (step.symbols.entry((name, index)),),
                    (Number(float(np.asarray(step.numbers.feeds[name])[index])),),
                    (self.derivative_formula(name, index),),
                    (blank(step.gradients[name][index]),),
                    (blank(step.update[name][index]),),
                )
            )
        headings: tuple[Inline, ...] = (
            (Symbol("w"),),
            (_("before"),),
            fill(_("{g} as a formula"), g=Symbol("g")),
            (Relation((Symbol("g"), Derivative(LOSS, Symbol("w")))),),
            (_("after"),),
        )
        after = Relation((LOSS, blank(step.loss_after)))
        return [
            Formulas(tuple((line.formula, "") for line in rule.lines)),
            Table(headings, tuple(rows)),
            Paragraph(fill(_("The loss with the new weights: {loss}"), loss=after)),
        ]

    def derivative_formula(self, name: str, index: tuple[int, ...]) -> Term:
        """∂L/∂w as δ of the unit times what the weight reads."""
        symbols = self.step.symbols
        layer = symbols.homes[name]
        delta = symbols.delta(layer, index[-1])
        if len(index) == 1:
            return delta
        return Product((delta, symbols.x(layer, index[0])), "")


def blank(value: float) -> Blank:
    return Blank(Number(float(value)))


def listed(terms: list[Relation]) -> Inline:
    """Terms with commas between them."""
    found: list[str | Term] = []
    for term in terms:
        found += [", ", term] if found else [term]
    return tuple(found)
