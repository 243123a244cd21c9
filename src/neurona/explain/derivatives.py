"""How the slope of every operation is written, and by which rule it is found.

A slope is written from the gradient's own, so that what is read is what is computed;
``TEXTBOOK_SLOPES`` holds the few that a book writes in another way, and
``OTHER_SLOPES`` those that are no elementwise factor. Tests compare all of them with
the gradient by number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from neurona import graph as g
from neurona.errors import GradientError
from neurona.explain.equations import Terms, write_equation, write_expression
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
)
from neurona.show.notation.terms import (
    Call,
    Cases,
    Derivative,
    Number,
    Power,
    Relation,
    Root,
    Symbol,
    Term,
    Transpose,
    Word,
)

__all__ = [
    "LAID_OUT",
    "OTHER_SLOPES",
    "TEXTBOOK_SLOPES",
    "local_derivative",
    "rule_in_words",
    "rules_in_words",
    "total_derivative",
    "write_derivative",
]

Slope: TypeAlias = Callable[[int, Term, Terms], Term]

TWO: Final = exactly(2)


def total_derivative(of: Term, by: Term, variables: int = 1) -> Derivative:
    """How a result changes with a quantity, all that depends on it moving along.

    Parameters
    ----------
    of, by : Term
    variables : int
        Of how many the result is a function: of one it is df/dx, of several ∂f/∂x,
        the other variables at rest.
    """
    return Derivative(of, by, variables > 1)


def local_derivative(node: Node, of: Term, by: Term) -> Derivative:
    """How an operation changes with one of its inputs, its other inputs at rest.

    It is ∂u/∂v where the operation has other inputs that move, else du/dv. ``of`` is
    the letter of the operation, never that of a function whose total derivative in the
    same quantity is another one: of f = x · sin x it is ∂u/∂x = sin x with f = u, and
    df/dx = sin x + x · cos x.

    Parameters
    ----------
    node : Node
    of, by : Term
        Letters of the operation and of its input.
    """
    moving = [part for part in node.inputs if part.operation != "constant"]
    return Derivative(of, by, len(set(moving)) > 1)


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
        return minus(quotient_of(a, power_of(b, TWO)))
    return quotient_of(ONE, b)


def slope_of_erf(index: int, y: Term, terms: Terms) -> Term:
    bell = Power(Symbol("e"), minus(power_of(terms[0], TWO)))
    return side_by_side(quotient_of(TWO, Root(Symbol("π"))), bell)


TEXTBOOK_SLOPES: Final[Mapping[str, Slope]] = {
    "power": slope_of_power,
    "divide": slope_of_quotient,
    "sqrt": lambda index, y, terms: quotient_of(ONE, product_of(TWO, y)),
    "erf": slope_of_erf,
    "tanh": lambda index, y, terms: difference(ONE, power_of(y, TWO)),
    "sigmoid": lambda index, y, terms: side_by_side(y, difference(ONE, y)),
}
"""Slopes that a book writes in another way than the gradient computes them.

Given the position of the input, the term of the output and those of the inputs.
"""


def chosen(first: bool, condition: Term) -> Term:
    """1 where a condition holds and 0 otherwise, or the other way round."""
    yes, no = (ONE, ZERO) if first else (ZERO, ONE)
    return Cases(((yes, condition), (no, Word(_("otherwise")))))


def slope_where(sign: Any) -> Slope:
    return lambda index, y, terms: chosen(index == 0, Relation(terms, sign))


def slope_of_softmax(index: int, y: Term, terms: Terms) -> Term:
    return difference(Call("diag", (y,)), side_by_side(y, Transpose(y)))


def slope_of_cross_entropy(index: int, y: Term, terms: Terms) -> Term:
    z, t = terms
    return minus(z) if index else difference(Call("softmax", (z,)), t)


def as_it_is(index: int, y: Term, terms: Terms) -> Term:
    return ONE


LAID_OUT: Final = (
    "cast", "reshape", "broadcast", "transpose", "concatenate", "slice", "pad",
)  # fmt: skip
"""Operations that only move or copy numbers."""

OTHER_SLOPES: Final[Mapping[str, Slope]] = {
    **dict.fromkeys((*LAID_OUT, "sum"), as_it_is),
    "sign": lambda index, y, terms: ZERO,
    "heaviside": lambda index, y, terms: ZERO,
    "maximum": slope_where(">"),
    "minimum": slope_where("<"),
    "where": lambda index, y, terms: chosen(index == 1, terms[0]),
    "matmul": lambda index, y, terms: Transpose(terms[1 - index]),
    "contract_rows": lambda index, y, terms: terms[1 - index],
    "max": lambda index, y, terms: chosen(True, Relation((terms[0], y), "=")),
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
    if operation in (*LAID_OUT, "gather", "scatter_add"):
        return _("the numbers are only laid out anew")
    return _("derivative of {function}").format(
        function=SHORT.get(operation, operation)
    )


def rules_in_words(places: Iterable[tuple[Node, int]]) -> str:
    """Names of the rules of several nodes in their inputs, each said once."""
    rules = dict.fromkeys(rule_in_words(node, index) for node, index in places)
    return ", ".join(rule for rule in rules if rule)


SHORT: Final = {
    "log1p": "ln(1 + x)", "expm1": "eˣ − 1", "softplus": "ln(1 + eˣ)",
    "log_sum_exp": "ln Σeˣ", "cross_entropy": "−Σ t ln softmax(z)",
    "binary_cross_entropy": "−(t ln σ(z) + (1 − t) ln(1 − σ(z)))",
}  # fmt: skip
"""How a function is called in a sentence, where its operation is named otherwise."""
