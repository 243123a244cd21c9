"""A stack of linear layers multiplied out into one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from neurona.arrays import Array
from neurona.course.lessons.round_numbers import round_numbers
from neurona.errors import OptionError
from neurona.explain.reading import sizes_in_words
from neurona.explain.stack import read_stack
from neurona.explain.step.by_hand import build_by_hand
from neurona.lazy import settled_property
from neurona.messages import _
from neurona.network import Network
from neurona.reference.random_numbers import normals, stream_of
from neurona.show.explanation import Explanation
from neurona.show.notation import (
    Call,
    Product,
    Relation,
    Sum,
    Symbol,
    Term,
    Word,
    numbers_matrix,
)
from neurona.show.notation.compose import (
    ZERO,
    exactly,
    minus,
    product_of,
    side_by_side,
    sum_of,
)
from neurona.show.page import Block, Formulas, Page, Section
from neurona.show.wording import note, say, tabulate

__all__ = ["LinearStack", "multiply_out"]

SMALL: Final = 5
"""Matrices of more rows or columns than this are told by their shape."""

CHECKED_ROWS: Final = 100


@dataclass(frozen=True, eq=False)
class LinearStack(Explanation):
    """Layers without activation functions, and the one layer that they are.

    Parameters
    ----------
    weights : tuple of array (I, O)
    biases : tuple of array (O,)
    x : array (I,)
        A row to try.
    seed : int
        Of the rows of the check.

    Notes
    -----
    Math: (x W₁ + b₁) W₂ + b₂ = x (W₁W₂) + (b₁W₂ + b₂).
    """

    kind = "linear_stack"

    weights: tuple[Array, ...]
    biases: tuple[Array, ...]
    x: Array
    seed: int = 0

    @settled_property
    def products(self) -> tuple[tuple[Array, Array], ...]:
        """Weight and bias of the first layer, of the first two as one, and so on."""
        found = [(self.weights[0], self.biases[0])]
        for weight, bias in zip(self.weights[1:], self.biases[1:], strict=True):
            before, offset = found[-1]
            found.append((before @ weight, offset @ weight + bias))
        return tuple(found)

    def through_layers(self, x: Array, *, bend: bool = False) -> Array:
        """What the layers give one after the other, with tanh between them or not."""
        for k, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            x = (np.tanh(x) if bend and k else x) @ weight + bias
        return x

    @settled_property
    def largest_difference(self) -> float:
        """Between layers and product over random rows, next to the largest output."""
        size = (CHECKED_ROWS, len(self.x))
        rows = normals(self.seed, stream_of("rows"), size)
        weight, bias = self.products[-1]
        layers = self.through_layers(rows)
        scale = float(np.abs(layers).max()) or 1.0
        return float(np.abs(layers - (rows @ weight + bias)).max()) / scale

    def bending(self, *, bend: bool) -> Array:
        """f(x) + f(−x) − 2 f(0), which is 0 for every linear layer."""
        f = self.through_layers
        zero = np.zeros_like(self.x)
        both = f(self.x, bend=bend) + f(-self.x, bend=bend)
        return np.asarray(both - 2 * f(zero, bend=bend))

    @property
    def text(self) -> str:
        """The network as numbers of units."""
        widths = (weight.shape[1] for weight in self.weights)
        return sizes_in_words((len(self.x), *widths))

    def page(self) -> Page:
        """The product, layer by layer, and its check."""
        start = _(
            "Without activation functions a {network} network computes nothing that a "
            "single linear layer does not: its layers can be multiplied out into one."
        )
        end = _(
            "{before} parameters do the work of {after}. What layers add is what bends "
            "between them: the activation function."
        )
        before = sum(part.size for part in (*self.weights, *self.biases))
        after = sum(part.size for part in self.products[-1])
        blocks: tuple[Block, ...] = (
            say(start, network=self.text),
            Formulas(((rule(), _("multiplied out")),)),
            *[self.step(k) for k in range(1, len(self.weights))],
            Section((_("Check"),), self.check()),
            note(end, "good", before=str(before), after=str(after)),
        )
        return Page(_("Linear layers multiplied out"), blocks)

    def step(self, k: int) -> Section:
        """How layer k + 1 joins the product of those before."""
        (weight, bias), new = self.products[k - 1], self.products[k]
        first, offset = letter("W", joined(k)), letter("b", joined(k))
        second, own = letter("W", str(k + 1)), letter("b", str(k + 1))
        symbols = side_by_side(first, second), sum_of(side_by_side(offset, second), own)
        own_weight, own_bias = matrix(self.weights[k]), matrix(self.biases[k])
        numbers: tuple[Term, Term] = (
            Product((matrix(weight), own_weight), ""),
            Sum((Product((matrix(bias), own_weight), ""), own_bias)),
        )
        lines = tuple(
            (Relation((letter(name, joined(k + 1)), term, number, matrix(value))), "")
            for name, term, number, value in zip(
                "Wb", symbols, numbers, new, strict=True
            )
        )
        heading = _("Layers 1 to {last} as one").format(last=k + 1)
        return Section((heading,), (Formulas(lines),))

    def check(self) -> tuple[Block, ...]:
        """Both ways at one row, the largest difference, and what an activation adds."""
        weight, bias = self.products[-1]
        table = tabulate(
            [_("way"), Symbol("y", accent="hat")],
            [
                [_("layer by layer"), matrix(self.through_layers(self.x))],
                [_("multiplied out"), matrix(self.x @ weight + bias)],
            ],
        )
        differ = _(
            "Over {count} random rows both ways differ by at most {difference} of the "
            "largest output: rounding."
        )
        bent = _(
            "With tanh between the layers {sum} is {bent} here. It is 0 for whatever "
            "is linear, so that no single layer can give the same."
        )
        return (
            say(_("At {x}:"), x=Relation((letter("x"), matrix(self.x)))),
            table,
            say(differ, count=str(CHECKED_ROWS), difference=self.largest_difference),
            say(bent, sum=bending_symbols(), bent=matrix(self.bending(bend=True))),
        )

    def record(self) -> dict[str, Any]:
        """The layers, their product and the check."""
        weight, bias = self.products[-1]
        return {
            "network": self.text,
            "weights": self.weights,
            "biases": self.biases,
            "weight": weight,
            "bias": bias,
            "x": self.x,
            "output": self.through_layers(self.x),
            "largest_difference": self.largest_difference,
            "bending_with_tanh": self.bending(bend=True),
        }


def multiply_out(network: Network | str = "2-3-2-1", seed: int = 0) -> LinearStack:
    """Multiply the layers of a network out, its activation functions left out.

    Parameters
    ----------
    network : Network or str
        Of dense layers; or numbers of units, at least two layers, with weights drawn
        by the seed.
    seed : int

    Raises
    ------
    OptionError
        The network has other layers, or the text is none.

    Examples
    --------
    >>> lesson = multiply_out("2-3-1")
    >>> W, b = lesson.products[-1]
    >>> W.shape, lesson.largest_difference < 1e-14
    ((2, 1), True)
    """
    built = build_by_hand(network) if isinstance(network, str) else network
    stages = read_stack(built.architecture).stages
    named = [stage for stage in stages if stage.weight]
    if len(named) < 2:
        raise OptionError(
            _("there is nothing to multiply out in a network of one layer")
        )
    values = built.parameters
    weights, biases = [], []
    for s in named:
        if isinstance(network, str):
            weight = round_numbers((s.inputs, s.units), f"W{s.number}", seed=seed)
            bias = round_numbers((s.units,), f"b{s.number}", seed=seed)
        else:
            weight = np.asarray(values[s.weight], np.float64)
            bias = np.asarray(values[s.bias] if s.bias else np.zeros(s.units), float)
        weights.append(weight)
        biases.append(bias)
    x = round_numbers((weights[0].shape[0],), "x", seed=seed, most=2.0)
    return LinearStack(tuple(weights), tuple(biases), x, seed)


def rule() -> Relation:
    x, first, second = letter("x"), letter("W", "1"), letter("W", "2")
    inner = sum_of(side_by_side(x, first), letter("b", "1"))
    left = sum_of(Product((inner, second), ""), letter("b", "2"))
    offset = sum_of(side_by_side(letter("b", "1"), second), letter("b", "2"))
    right = sum_of(Product((x, side_by_side(first, second)), ""), offset)
    return Relation((left, right))


def joined(layers: int) -> str:
    """Index of the product of the first layers: 1, 12, 123, 1…4."""
    return "".join(map(str, range(1, layers + 1))) if layers < 4 else f"1…{layers}"


def letter(name: str, index: str = "") -> Symbol:
    return Symbol(name, index, bold=True)


def matrix(values: Array) -> Term:
    """Matrix, one row for a vector; only its shape where it is large."""
    rows = np.atleast_2d(values)
    if max(rows.shape) > SMALL:
        size = _("{rows} × {columns} numbers")
        return Word(size.format(rows=rows.shape[0], columns=rows.shape[1]))
    return numbers_matrix(rows.tolist())


def bending_symbols() -> Term:
    f, x = Symbol("f"), letter("x")
    zero = product_of(exactly(2), Call(f, (ZERO,)))
    return Sum((Call(f, (x,)), Call(f, (minus(x),)), minus(zero)))
