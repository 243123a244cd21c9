"""How every operation is written, given the terms of its inputs: one table.

Whatever is shown of a graph is written by it, derivatives included, so that what is
read is what is computed. Tests compare every entry with its operation by number.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from neurona import graph as g
from neurona.errors import GraphError, unknown_name
from neurona.graph import Node
from neurona.messages import _
from neurona.show.notation.compose import (
    ONE,
    ZERO,
    difference,
    exactly,
    minus,
    power_of,
    product_of,
    quotient_of,
    side_by_side,
    sum_of,
)
from neurona.show.notation.terms import (
    Call,
    Cases,
    Matrix,
    Number,
    Power,
    Product,
    Relation,
    Root,
    Summation,
    Surrounded,
    Symbol,
    Term,
    Transpose,
    Word,
)

__all__ = [
    "EQUATIONS",
    "symbol_of_name",
    "write_equation",
    "write_expression",
]

Terms: TypeAlias = tuple[Term, ...]
Writer: TypeAlias = Callable[[Node, Terms], Term]

E: Final = Symbol("e")
GREEK: Final = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε",
    "zeta": "ζ", "eta": "η", "theta": "θ", "kappa": "κ", "lambda": "λ", "mu": "μ",
    "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ",
    "phi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω",
}  # fmt: skip
SMALL: Final = 6
"""A constant array with more rows or columns than this is not written out."""


def symbol_of_name(name: str) -> Term:
    """How a name is written: a letter with its index, or the name itself, upright.

    Examples
    --------
    >>> symbol_of_name("w_1").subscript, symbol_of_name("alpha").letter
    ('1', 'α')
    >>> symbol_of_name("dense_1.weight")
    Word(text='dense_1.weight')
    """
    match = re.fullmatch(r"([^\W\d_]+)_?(\d*(?:,\d+)*)", name)
    letters = GREEK.get(match[1], match[1]) if match else ""
    if match and len(letters) == 1:
        return Symbol(letters, match[2])
    return Word(name)


def write_constant(node: Node, terms: Terms) -> Term:
    value: Any = node.attributes["value"]
    if node.dtype == "boolean" and node.shape == ():
        return Word(_("true") if value else _("false"))
    if node.shape == ():
        if value == math.pi:
            return Symbol("π")
        if value == math.e:
            return E
        return minus(exactly(-value)) if value < 0 else exactly(value)
    if len(node.shape) > 2 or max(value.shape) > SMALL:
        return Word(g.show_shape(node.shape))
    rows = value if value.ndim == 2 else value[None, :]
    return Matrix(tuple(tuple(Number(float(x)) for x in row) for row in rows))


def write_multiply(node: Node, terms: Terms) -> Term:
    a, b = terms
    if a == b and not isinstance(a, Number):
        return power_of(a, exactly(2))
    if all(isinstance(term, Number) and term.exact for term in terms):
        return Product(terms)
    arrays = all(part.shape for part in node.inputs)
    return product_of(a, b, sign="⊙" if arrays else "·")


def write_relation(sign: Any) -> Writer:
    return lambda node, terms: Relation(terms, sign)


def write_call(name: str | Symbol) -> Writer:
    return lambda node, terms: Call(name, terms)


def write_sum(node: Node, terms: Terms) -> Term:
    # Rows are counted with i, outputs with j, as everywhere else.
    over_rows = node.attributes["axes"] == (0,) and g.has_batch(node.inputs[0].shape)
    return Summation(terms[0], Symbol("i" if over_rows else "j"))


def write_cross_entropy(node: Node, terms: Terms) -> Term:
    z, t = terms
    part = side_by_side(t, Call("ln", (Call("softmax", (z,)),)))
    return minus(Summation(part, Symbol("j")))


def write_binary_cross_entropy(node: Node, terms: Terms) -> Term:
    z, t = terms
    s = Call(Symbol("σ"), (z,))
    rest = side_by_side(difference(ONE, t), Call("ln", (difference(ONE, s),)))
    return minus(sum_of(side_by_side(t, Call("ln", (s,))), rest))


def write_slice(node: Node, terms: Terms) -> Term:
    bounds = (node.attributes[k] for k in ("start", "stop"))
    return Call("slice", (terms[0], *(exactly(b) for b in bounds)))


def write_where(node: Node, terms: Terms) -> Term:
    condition, a, b = terms
    return Cases(((a, condition), (b, Word(_("otherwise")))))


EQUATIONS: Final[Mapping[str, Writer]] = {
    "constant": write_constant,
    "input": lambda node, terms: symbol_of_name(str(node.name)),
    "parameter": lambda node, terms: symbol_of_name(str(node.name)),
    "rows": lambda node, terms: Symbol("N"),
    "negative": lambda node, terms: minus(terms[0]),
    "absolute": lambda node, terms: Surrounded(terms[0], "|"),
    "exp": lambda node, terms: Power(E, terms[0]),
    "expm1": lambda node, terms: difference(Power(E, terms[0]), ONE),
    "log": write_call("ln"),
    "log1p": lambda node, terms: Call("ln", (sum_of(ONE, terms[0]),)),
    "sqrt": lambda node, terms: Root(terms[0]),
    "sin": write_call("sin"),
    "cos": write_call("cos"),
    "arctan": write_call("arctan"),
    "erf": write_call("erf"),
    "tanh": write_call("tanh"),
    "sigmoid": write_call(Symbol("σ")),
    "softplus": lambda node, terms: Call("ln", (sum_of(ONE, Power(E, terms[0])),)),
    "sign": write_call("sgn"),
    "heaviside": write_call(Symbol("H")),
    "add": lambda node, terms: sum_of(*terms),
    "subtract": lambda node, terms: difference(*terms),
    "multiply": write_multiply,
    "divide": lambda node, terms: quotient_of(*terms),
    "power": lambda node, terms: power_of(*terms),
    "maximum": write_call("max"),
    "minimum": write_call("min"),
    "binary_cross_entropy": write_binary_cross_entropy,
    "greater": write_relation(">"),
    "greater_equal": write_relation("≥"),
    "less": write_relation("<"),
    "less_equal": write_relation("≤"),
    "equal": write_relation("="),
    "not_equal": write_relation("≠"),
    "where": write_where,
    "cast": lambda node, terms: terms[0],
    "matmul": lambda node, terms: side_by_side(*terms),
    "contract_rows": lambda node, terms: side_by_side(Transpose(terms[0]), terms[1]),
    "transpose": lambda node, terms: Transpose(terms[0]),
    "sum": write_sum,
    "max": write_call("max"),
    "reshape": lambda node, terms: terms[0],
    "broadcast": lambda node, terms: terms[0],
    "concatenate": lambda node, terms: Matrix((terms,)),
    "slice": write_slice,
    "pad": lambda node, terms: Matrix(((ZERO, terms[0], ZERO),)),
    "gather": write_call("gather"),
    "scatter_add": write_call("scatter"),
    "one_hot": write_call("onehot"),
    "softmax": write_call("softmax"),
    "log_sum_exp": lambda node, terms: Call(
        "ln", (Summation(Power(E, terms[0]), Symbol("j")),)
    ),
    "cross_entropy": write_cross_entropy,
    "random_mask": lambda node, terms: Symbol("m"),
}
"""How each operation is written, given its node and the terms of its inputs."""


def write_equation(node: Node, terms: Sequence[Term] = ()) -> Term:
    """Write a node's operation, given the terms of its inputs.

    Parameters
    ----------
    node : Node
    terms : sequence of Term
        One per input; none for a leaf.

    Raises
    ------
    GraphError
        There is no such operation.

    Examples
    --------
    >>> x = g.input("x")
    >>> write_equation(g.sin(x), [Symbol("u")]).function
    'sin'
    """
    writer = EQUATIONS.get(node.operation)
    if writer is None:
        raise GraphError(unknown_name(_("operation"), node.operation, EQUATIONS))
    return writer(node, tuple(terms))


def write_expression(output: Node, known: Mapping[Node, Term] | None = None) -> Term:
    """Write a node out down to its leaves, or to nodes whose terms are known.

    Parameters
    ----------
    output : Node
    known : mapping of Node to Term, optional
        What stands for these nodes; what they are made of is not written.

    Examples
    --------
    >>> x = g.input("x")
    >>> write_expression(2.0 * x)
    ... # doctest: +ELLIPSIS
    Product(factors=(Number(value=2.0, exact=True), Symbol(letter='x', ...)), sign='')
    """
    written: dict[Node, Term] = dict(known or {})
    pending = [output]
    while pending:
        node = pending[-1]
        missing = [part for part in node.inputs if part not in written]
        if node not in written and missing:
            pending += missing
            continue
        pending.pop()
        if node not in written:
            written[node] = write_equation(node, [written[p] for p in node.inputs])
    return written[output]
