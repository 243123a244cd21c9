"""How every operation is written: one table, and one for the slopes.

``EQUATIONS`` says how an operation looks given the terms of its inputs. A derivative is
written from the gradient's own slope, by the same table, so that what is read is what
is computed; ``TEXTBOOK_SLOPES`` holds the few that a book writes in another way, and
``OTHER_SLOPES`` those that are no elementwise factor. Tests compare all of them with
the gradient by number.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from neurona import graph as g
from neurona.errors import GradientError, GraphError, unknown_name
from neurona.gradient import DERIVATIVES, NO_DERIVATIVE
from neurona.graph import LEAVES, Node, copy_node
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
    "OTHER_SLOPES",
    "TEXTBOOK_SLOPES",
    "rule_in_words",
    "symbol_of_name",
    "write_derivative",
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


def slope_of_power(index: int, y: Term, terms: Terms) -> Term:
    a, b = terms
    if index:
        return product_of(y, Call("ln", (a,)))
    if isinstance(b, Number) and b.exact:
        return product_of(b, power_of(a, exactly(b.value - 1.0)))
    return product_of(b, power_of(a, difference(b, ONE)))


def slope_of_quotient(index: int, y: Term, terms: Terms) -> Term:
    a, b = terms
    if index:
        return minus(quotient_of(a, power_of(b, exactly(2))))
    return quotient_of(ONE, b)


def slope_of_root(index: int, y: Term, terms: Terms) -> Term:
    return quotient_of(ONE, product_of(exactly(2), y))


def slope_of_erf(index: int, y: Term, terms: Terms) -> Term:
    bell = Power(E, minus(power_of(terms[0], exactly(2))))
    return side_by_side(quotient_of(exactly(2), Root(Symbol("π"))), bell)


def slope_of_tanh(index: int, y: Term, terms: Terms) -> Term:
    return difference(ONE, power_of(y, exactly(2)))


def slope_of_sigmoid(index: int, y: Term, terms: Terms) -> Term:
    return side_by_side(y, difference(ONE, y))


Slope: TypeAlias = Callable[[int, Term, Terms], Term]

TEXTBOOK_SLOPES: Final[Mapping[str, Slope]] = {
    "power": slope_of_power,
    "divide": slope_of_quotient,
    "sqrt": slope_of_root,
    "erf": slope_of_erf,
    "tanh": slope_of_tanh,
    "sigmoid": slope_of_sigmoid,
}
"""Slopes that a book writes in another way than the gradient computes them.

Given the position of the input, the term of the output and those of the inputs.
"""


def slope_where(sign: Any) -> Slope:
    def slope(index: int, y: Term, terms: Terms) -> Term:
        otherwise = Word(_("otherwise"))
        chosen = (ONE, ZERO) if index == 0 else (ZERO, ONE)
        return Cases(((chosen[0], Relation(terms, sign)), (chosen[1], otherwise)))

    return slope


def slope_of_where(index: int, y: Term, terms: Terms) -> Term:
    chosen = (ONE, ZERO) if index == 1 else (ZERO, ONE)
    return Cases(((chosen[0], terms[0]), (chosen[1], Word(_("otherwise")))))


def slope_of_max(index: int, y: Term, terms: Terms) -> Term:
    largest = Relation((terms[0], y), "=")
    return Cases(((ONE, largest), (ZERO, Word(_("otherwise")))))


def slope_of_softmax(index: int, y: Term, terms: Terms) -> Term:
    return difference(Call("diag", (y,)), side_by_side(y, Transpose(y)))


def slope_of_cross_entropy(index: int, y: Term, terms: Terms) -> Term:
    z, t = terms
    return minus(z) if index else difference(Call("softmax", (z,)), t)


def slope_of_product(index: int, y: Term, terms: Terms) -> Term:
    return Transpose(terms[1 - index])


OTHER_SLOPES: Final[Mapping[str, Slope]] = {
    "sign": lambda index, y, terms: ZERO,
    "heaviside": lambda index, y, terms: ZERO,
    "maximum": slope_where(">"),
    "minimum": slope_where("<"),
    "where": slope_of_where,
    "cast": lambda index, y, terms: ONE,
    "matmul": slope_of_product,
    "contract_rows": lambda index, y, terms: terms[1 - index],
    "transpose": lambda index, y, terms: ONE,
    "sum": lambda index, y, terms: ONE,
    "max": slope_of_max,
    "reshape": lambda index, y, terms: ONE,
    "broadcast": lambda index, y, terms: ONE,
    "concatenate": lambda index, y, terms: ONE,
    "slice": lambda index, y, terms: ONE,
    "pad": lambda index, y, terms: ONE,
    "gather": lambda index, y, terms: Call("onehot", (terms[1],)),
    "scatter_add": lambda index, y, terms: Call("onehot", (terms[0],)),
    "softmax": slope_of_softmax,
    "log_sum_exp": lambda index, y, terms: Call("softmax", terms),
    "cross_entropy": slope_of_cross_entropy,
}
"""Slopes of the operations that do not act element by element, or that choose.

Of a matrix product it is the factor that the incoming gradient is multiplied by; of
what only moves or copies numbers it is 1.
"""


def write_derivative(
    node: Node, index: int, terms: Sequence[Term], result: Term | None = None
) -> Term:
    """Write the slope of a node in one of its inputs.

    Parameters
    ----------
    node : Node
    index : int
        Position of the input.
    terms : sequence of Term
        One per input.
    result : Term, optional
        What stands for the node itself, such as a in a(1 − a); by default it is
        written out, as in σ(z)(1 − σ(z)).

    Raises
    ------
    GradientError
        The operation has no derivative in that input.

    Examples
    --------
    >>> x = g.input("x")
    >>> write_derivative(g.sin(x), 0, [Symbol("u")]).function
    'cos'
    """
    operation = node.operation
    given = tuple(terms)
    if operation in NO_DERIVATIVE or node.inputs[index].dtype != "float":
        raise GradientError(
            _("{operation} has no derivative in its input {number}").format(
                operation=operation, number=index + 1
            )
        )
    y = write_equation(node, given) if result is None else result
    written = TEXTBOOK_SLOPES.get(operation) or OTHER_SLOPES.get(operation)
    if written is not None:
        return written(index, y, given)
    slope = DERIVATIVES[operation][index]
    if slope is None:
        return ONE
    # Fresh leaves, so that an input that stands twice has the term of its own place.
    leaves = [g.input(f"in {i}", part.shape) for i, part in enumerate(node.inputs)]
    here = copy_node(node, leaves)
    known = {here: y, **dict(zip(leaves, given, strict=True))}
    return write_expression(slope(here, *leaves), known)


def rule_in_words(node: Node, index: int = 0) -> str:
    """Name of the rule by which a node is differentiated in one of its inputs.

    Examples
    --------
    >>> x = g.input("x")
    >>> rule_in_words(x * g.sin(x)), rule_in_words(g.sin(x))
    ('product rule', 'derivative of sin')
    """
    operation = node.operation
    if operation == "power":
        return _("derivative of an exponential") if index else _("power rule")
    other = node.inputs[1 - index] if operation in ("multiply", "divide") else None
    if (
        other is not None
        and other.operation == "constant"
        and (operation == "multiply" or index == 0)
    ):
        return _("rule of the constant factor")
    named = {
        "add": _("sum rule"),
        "subtract": _("sum rule"),
        "sum": _("sum rule"),
        "negative": _("rule of the constant factor"),
        "multiply": _("product rule"),
        "divide": _("quotient rule"),
        "matmul": _("derivative of a matrix product"),
        "contract_rows": _("derivative of a matrix product"),
        "exp": _("derivative of the exponential"),
        "sin": _("derivative of sin"),
        "cos": _("derivative of cos"),
        "tanh": _("derivative of tanh"),
        "arctan": _("derivative of arctan"),
        "erf": _("derivative of erf"),
        "sign": _("derivative of sgn"),
        "softmax": _("derivative of softmax"),
        "log": _("derivative of the logarithm"),
        "sqrt": _("derivative of the square root"),
        "absolute": _("derivative of the absolute value"),
        "sigmoid": _("derivative of σ"),
        "heaviside": _("derivative of H"),
        "maximum": _("derivative of max: only the larger passes it on"),
        "minimum": _("derivative of min: only the smaller passes it on"),
        "max": _("derivative of max: only the larger passes it on"),
        "where": _("only the branch taken passes it on"),
    }
    if operation in named:
        return named[operation]
    if operation in LEAVES or operation in NO_DERIVATIVE:
        return ""
    unmoved = ("cast", "reshape", "broadcast", "transpose", "concatenate", "slice")
    if operation in (*unmoved, "pad", "gather", "scatter_add"):
        return _("the numbers are only laid out anew")
    return _("derivative of {function}").format(
        function=SHORT.get(operation, operation)
    )


SHORT: Final = {
    "log1p": "ln(1 + x)", "expm1": "eˣ − 1", "softplus": "ln(1 + eˣ)",
    "log_sum_exp": "ln Σeˣ", "cross_entropy": "−Σ t ln softmax(z)",
    "binary_cross_entropy": "−(t ln σ(z) + (1 − t) ln(1 − σ(z)))",
}  # fmt: skip
"""How a function is called in a sentence, where its operation is named otherwise."""
