"""Activations as a textbook writes them: name, value, and slope in z, or in a.

What an activation's graph computes is how it is written; ``ACTIVATION_EQUATIONS`` holds
only those that a book writes in another way. So a new activation is explained as soon
as it is in the registry.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from neurona import graph as g
from neurona.explain.branches import settle_branches
from neurona.explain.equations import write_expression
from neurona.explain.trace import ELEMENTWISE
from neurona.explain.whole import whole_derivative
from neurona.gradient import DERIVATIVES
from neurona.messages import _
from neurona.nn.activations import ActivationFunction
from neurona.show.notation.compose import ONE, ZERO, difference, side_by_side, sum_of
from neurona.show.notation.terms import (
    Call,
    Cases,
    Derivative,
    Power,
    Relation,
    Symbol,
    Term,
    Word,
)

__all__ = [
    "ACTIVATION_EQUATIONS",
    "call_activation",
    "slope_rule",
    "write_activation",
    "write_slope",
    "write_slope_of_one_piece",
]

E: Final = Symbol("e")
Z: Final = g.input("z")
SELU_SCALE: Final = Symbol("λ")
SELU_ALPHA: Final = Symbol("α")
CHOOSING: Final = ELEMENTWISE - DERIVATIVES.keys()
"""Operations of which a slope is in pieces."""


@dataclass(frozen=True)
class ActivationEquation:
    """How an activation and its slope are written.

    Parameters
    ----------
    called : Term or str
        Its name before an argument, as in σ(z) or tanh(z).
    value : callable
        From f and z to f(z).
    slope : callable
        From f, z and a to f′(z).
    in_pieces : bool
        Whether the slope is no single formula of z and a.
    """

    called: Term | str
    value: Callable[[Any, Term], Term]
    slope: Callable[[Any, Term, Term], Term]
    in_pieces: bool = False


def sigma(z: Term) -> Term:
    return Call(Symbol("σ"), (z,))


def above_zero(z: Term, above: Term, otherwise: Term, sign: Any = ">") -> Term:
    condition = Relation((z, ZERO), sign)
    return Cases(((above, condition), (otherwise, Word(_("otherwise")))))


def silu_slope(f: Any, z: Term, a: Term) -> Term:
    return sum_of(sigma(z), side_by_side(a, difference(ONE, sigma(z))))


def selu(f: Any, z: Term) -> Term:
    curve = side_by_side(SELU_SCALE, SELU_ALPHA, difference(Power(E, z), ONE))
    return above_zero(z, side_by_side(SELU_SCALE, z), curve)


def selu_slope(f: Any, z: Term, a: Term) -> Term:
    return above_zero(z, SELU_SCALE, side_by_side(SELU_SCALE, SELU_ALPHA, Power(E, z)))


def gelu(f: Any, z: Term) -> Term:
    return side_by_side(z, Call(Symbol("Φ"), (z,)))


def gelu_slope(f: Any, z: Term, a: Term) -> Term:
    return sum_of(Call(Symbol("Φ"), (z,)), side_by_side(z, Call(Symbol("φ"), (z,))))


ACTIVATION_EQUATIONS: Final[Mapping[str, ActivationEquation]] = {
    "heaviside": ActivationEquation(
        Symbol("H"),
        lambda f, z: above_zero(z, ONE, ZERO, ">" if f.strict else "≥"),
        lambda f, z, a: ZERO,
        in_pieces=True,
    ),
    "relu": ActivationEquation(
        "ReLU",
        lambda f, z: Call("max", (z, ZERO)),
        lambda f, z, a: Call(Symbol("I"), (Relation((z, ZERO), ">"),)),
        in_pieces=True,
    ),
    "silu": ActivationEquation(
        "SiLU", lambda f, z: side_by_side(z, sigma(z)), silu_slope
    ),
    "selu": ActivationEquation("SELU", selu, selu_slope, in_pieces=True),
    "gelu": ActivationEquation("GELU", gelu, gelu_slope),
}
"""Activations that a book writes otherwise than the graph computes them."""


CALLED: Final[Mapping[str, str]] = {"leaky_relu": "LeakyReLU", "elu": "ELU"}
"""Activations that a book writes as the graph does, under another name."""


def entry_of(f: ActivationFunction) -> ActivationEquation:
    """How an activation is written: as a book does, else as its graph computes it."""
    return ACTIVATION_EQUATIONS.get(f.name) or equation_from_graph(f)


@cache
def equation_from_graph(f: ActivationFunction) -> ActivationEquation:
    """How an activation's graph and its derivative are written."""
    if not f.elementwise:
        return ActivationEquation(
            f.name,
            lambda f, z: Call(f.name, (z,)),
            lambda f, z, a: Derivative(a, z),
            in_pieces=True,
        )
    output, z = settle_branches(f.apply(Z)), Symbol("z")
    written = write_expression(output, {Z: z})
    called: Term | str = CALLED.get(f.name, f.name)
    if isinstance(written, Call) and written.arguments == (z,):
        called = written.function
    return ActivationEquation(
        called,
        lambda f, z: write_expression(output, {Z: z}),
        lambda f, z, a: whole_derivative(output, Z, {output: a, Z: z})[0],
        in_pieces=any(n.operation in CHOOSING for n in g.Graph.of(output).nodes),
    )


def write_activation(f: ActivationFunction, z: Term) -> Term:
    """Write f(z) of a unit.

    Examples
    --------
    >>> from neurona.nn.activations import Tanh
    >>> write_activation(Tanh(), Symbol("z")).function
    'tanh'
    """
    return entry_of(f).value(f, z)


def write_slope(f: ActivationFunction, z: Term, a: Term) -> Term:
    """Write f′(z) of a unit, by a where that is shorter.

    Examples
    --------
    >>> from neurona.show.notation.text import show_text
    >>> from neurona.nn.activations import Sigmoid, Tanh
    >>> z, a = Symbol("z"), Symbol("a")
    >>> show_text(write_slope(Sigmoid(), z, a)), show_text(write_slope(Tanh(), z, a))
    ('a(1 − a)', '1 − a²')
    """
    return entry_of(f).slope(f, z, a)


def call_activation(f: ActivationFunction, z: Term) -> Term:
    """Write f(z) by the name of f; the identity has none.

    Examples
    --------
    >>> from neurona.show.notation.text import show_text
    >>> from neurona.nn.activations import Identity, ReLU
    >>> z = Symbol("z")
    >>> show_text(call_activation(ReLU(), z)), show_text(call_activation(Identity(), z))
    ('ReLU(z)', 'z')
    """
    return z if f.name == "identity" else Call(entry_of(f).called, (z,))


def write_slope_of_one_piece(f: ActivationFunction, z: Term, a: Term) -> Term | None:
    """Write f′(z) where it is one formula for every z; else ``None``.

    A slope in pieces is but a number beside numbers.

    Examples
    --------
    >>> from neurona.nn.activations import ReLU
    >>> write_slope_of_one_piece(ReLU(), Symbol("z"), Symbol("a")) is None
    True
    """
    entry = entry_of(f)
    return None if entry.in_pieces else entry.slope(f, z, a)


def slope_rule(f: ActivationFunction) -> str:
    """Name of the rule that gives the slope of an activation.

    Examples
    --------
    >>> from neurona.nn.activations import ReLU
    >>> slope_rule(ReLU())
    'derivative of ReLU: I is 1 where its condition holds, else 0; at 0 by convention'
    """
    named = {
        "identity": _("derivative of the identity"),
        "heaviside": _("the slope of a threshold is 0 wherever it has one"),
        "sign": _("the slope of sgn is 0 wherever it has one"),
        "sigmoid": _("derivative of σ"),
        "relu": _(
            "derivative of ReLU: I is 1 where its condition holds, else 0; at 0 by "
            "convention"
        ),
        "sine": _("derivative of sin"),
        "silu": _("derivative of SiLU: product rule"),
        "gelu": _("derivative of GELU: product rule; Φ′ = φ, the normal density"),
        "softmax": _("derivative of softmax"),
    }
    return named.get(f.name) or _("derivative of {function}").format(function=f.name)
