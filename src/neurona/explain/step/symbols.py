"""Letters for the numbers of a step, in the notes' notation: z, a, δ, w."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from neurona.explain.step.choose import Entry
from neurona.explain.step.numbers import StepNumbers, UnitNumbers
from neurona.show.notation import Derivative, Symbol, Term, Word

__all__ = ["LOSS", "Convention", "Symbols"]

Convention: TypeAlias = Literal["rows", "columns"]

LOSS: Final = Symbol("L")


class Symbols:
    """The letter of everything in a step.

    Parameters
    ----------
    numbers : StepNumbers
    convention : {"rows", "columns"}
        Whether the weight from input i to unit j is written w_ij, as samples are rows
        and W is (inputs, outputs), or w_ji, as where samples are columns.
    """

    def __init__(self, numbers: StepNumbers, convention: Convention = "rows") -> None:
        self.layers = numbers.layers
        self.convention = convention
        self.several_inputs = len(numbers.request.architecture.inputs) > 1
        self.several_outputs = len(numbers.outputs) > 1
        self.homes: dict[str, UnitNumbers] = {}
        self.by_units = {layer.units: layer for layer in numbers.layers}
        for layer in numbers.layers:
            self.homes.setdefault(str(layer.units.weight.name), layer)
            if layer.units.bias is not None:
                self.homes.setdefault(str(layer.units.bias.name), layer)

    def x(self, layer: UnitNumbers, i: int) -> Term:
        """What a layer reads: an input, the unit before, or u where it is neither."""
        if layer.reads is not None:
            return self.a(self.by_units[layer.reads], i)
        if layer.input_name:
            return self.input(layer.input_name, i)
        return Symbol("u", str(i + 1), str(layer.units.number))

    def input(self, name: str, i: int) -> Term:
        """One number of an input."""
        if self.several_inputs:
            return Symbol("x", f"{name},{i + 1}")
        return Symbol("x", str(i + 1))

    def z(self, layer: UnitNumbers, j: int) -> Term:
        """Weighted sum of a unit."""
        return Symbol("z", str(j + 1), str(layer.units.number))

    def a(self, layer: UnitNumbers, j: int) -> Term:
        """Activation of a unit; ŷ where it is what the network predicts."""
        if (
            layer.is_output
            and not self.several_outputs
            and not self.gives_logits(layer)
        ):
            return self.prediction(layer, j)
        if self.gives_logits(layer):
            return self.z(layer, j)
        return Symbol("a", str(j + 1), str(layer.units.number))

    def gives_logits(self, layer: UnitNumbers) -> bool:
        """Whether a layer ends in logits, of which the loss makes probabilities."""
        return layer.ending is not None and layer.units.a is layer.units.z

    def prediction(self, layer: UnitNumbers, j: int) -> Term:
        """What the network predicts: ŷ, with an index where there are several."""
        return self._of_output("y", layer, j, hat=True)

    def target(self, layer: UnitNumbers, j: int) -> Term:
        """What the network should predict: y."""
        return self._of_output("y", layer, j, hat=False)

    def _of_output(self, letter: str, layer: UnitNumbers, j: int, *, hat: bool) -> Term:
        subscript = str(j + 1) if layer.z.shape[1] > 1 else ""
        number = str(layer.units.number) if self.several_outputs else ""
        return Symbol(letter, subscript, number, "hat" if hat else "")

    def delta(self, layer: UnitNumbers, j: int) -> Term:
        """δ, the derivative of the loss in z."""
        return Symbol("δ", str(j + 1), str(layer.units.number))

    def w(self, layer: UnitNumbers, i: int, j: int) -> Term:
        """Weight from input i to unit j of a layer."""
        home = self.homes[str(layer.units.weight.name)]
        first, second = (i, j) if self.convention == "rows" else (j, i)
        short = first < 9 and second < 9
        between = "" if short else ","
        return Symbol("w", f"{first + 1}{between}{second + 1}", str(home.units.number))

    def b(self, layer: UnitNumbers, j: int) -> Term:
        """Bias of a unit."""
        return Symbol("b", str(j + 1), str(layer.units.number))

    def entry(self, entry: Entry) -> Term:
        """Single number of a parameter."""
        name, index = entry
        layer = self.homes.get(name)
        if layer is None:
            place = ",".join(map(str, index))
            return Word(f"{name}[{place}]" if place else name)
        if len(index) == 2:
            return self.w(layer, *index)
        return self.b(layer, *index)

    def slope(self, entry: Entry) -> Term:
        """∂L/∂w of a single number of a parameter."""
        return Derivative(LOSS, self.entry(entry))
