"""The value of a term: what is written, compared with what is computed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from scipy import special

from neurona.reference import DEFINITIONS
from neurona.show.notation import terms as t

Values = Mapping[t.Term, Any]


def softmax(x):
    e = np.exp(x - np.max(x))
    return e / np.sum(e)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "ln": np.log,
    "sin": np.sin,
    "cos": np.cos,
    "arctan": np.arctan,
    "erf": special.erf,
    "tanh": np.tanh,
    "sgn": np.sign,
    "max": lambda *x: np.max(x),
    "min": lambda *x: np.min(x),
    "σ": special.expit,
    "H": lambda x: np.where(x >= 0, 1.0, 0.0),
    "Φ": special.ndtr,
    "φ": lambda x: np.exp(-x * x / 2) / np.sqrt(2 * np.pi),
    "softmax": softmax,
    "I": lambda condition: np.where(condition, 1.0, 0.0),
    "diag": lambda x: np.diag(np.ravel(x)),
}
"""Functions that are called otherwise than their operation, or come from elsewhere."""
RELATIONS = {
    "=": np.equal,
    "≠": np.not_equal,
    "<": np.less,
    ">": np.greater,
    "≤": np.less_equal,
    "≥": np.greater_equal,
}


def value_of(term: t.Term, values: Values) -> Any:
    """Number or array that a term stands for; symbols have the given values.

    Vectors are columns, (n, 1), and a product without a sign is that of matrices where
    both factors are arrays.
    """

    def of(part: t.Term) -> Any:
        return value_of(part, values)

    if term in values:
        return values[term]
    match term:
        case t.Number(value):
            return value
        case t.Symbol("π"):
            return np.pi
        case t.Symbol("e"):
            return np.e
        case t.Sum(parts):
            total = of(parts[0])
            for part in parts[1:]:
                total = total + of(part)
            return total
        case t.Product(factors, sign):
            product = of(factors[0])
            for factor in factors[1:]:
                other = of(factor)
                both = np.ndim(product) and np.ndim(other) and sign == ""
                product = product @ other if both else product * other
            return product
        case t.Quotient(top, bottom):
            return of(top) / of(bottom)
        case t.Power(base, exponent):
            return of(base) ** of(exponent)
        case t.Root(body):
            return np.sqrt(of(body))
        case t.Negative(body):
            return -of(body)
        case t.Surrounded(body, "|"):
            return np.abs(of(body))
        case t.Surrounded(body, "()") | t.Marked(body):
            return of(body)
        case t.Transpose(body):
            return np.transpose(of(body))
        case t.Matrix(rows):
            return np.array([[of(entry) for entry in row] for row in rows])
        case t.Call(function, arguments):
            name = function if isinstance(function, str) else function.letter
            function = FUNCTIONS.get(name) or DEFINITIONS[name]
            return function(*[of(a) for a in arguments])
        case t.Relation(sides, sign):
            return RELATIONS[sign](*[of(side) for side in sides])
        case t.Cases(cases):
            (first, condition), *rest = cases
            if not rest:
                return of(first)
            other = of(t.Cases(tuple(rest)))
            return np.where(of(condition), of(first), other)
        case t.Summation(body, index):
            return sum(of_index(body, index, k, values) for k in indices(term, values))
    raise AssertionError(f"no value for {term}")


def indices(term: t.Summation, values: Values) -> Iterator[int]:
    """Numbers that an index runs through: all that the values know, or up to the last,
    but the one that a relation k ≠ j leaves out.
    """
    if term.last is not None:
        last = int(value_of(term.last, values))
    else:
        known = [s.subscript for s in values if isinstance(s, t.Symbol)]
        last = max(int(subscript) for subscript in known if subscript.isdigit())
    left_out = 0
    if isinstance(term.index, t.Relation):
        left_out = value_of(term.index.sides[1], values)
    return (k for k in range(1, last + 1) if k != left_out)


def of_index(body: t.Term, index: t.Term, k: int, values: Values) -> Any:
    """Value of a term with a number for its index."""
    letter = index.sides[0] if isinstance(index, t.Relation) else index
    here = {
        replace(s, subscript=letter.letter): value
        for s, value in values.items()
        if isinstance(s, t.Symbol) and s.subscript == str(k)
    }
    return value_of(body, {**values, **here, letter: k})
