"""Operands of an expression put together into its graph, each step counted."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final, NoReturn

from neurona import graph as g
from neurona.errors import ShapeError
from neurona.explain.expression.names import FUNCTIONS, Function, Operand, folded
from neurona.explain.expression.tokens import Token, refuse_at
from neurona.graph import Node
from neurona.messages import _, ngettext

__all__ = ["BINARY", "Builder", "listed"]

MOST_OPERATIONS: Final = 10_000
"""Operations that an expression may have."""

MOST_VARIABLES: Final = 100
"""Variables that an expression may have: each is checked by central differences."""

LONGEST_NAME: Final = 60
"""Letters of a variable's name: it stands in every line of the page."""

BINARY: Final[Mapping[str, tuple[int, Callable[[Node, Node], Node]]]] = {
    "<": (1, g.less), ">": (1, g.greater), "<=": (1, g.less_equal),
    ">=": (1, g.greater_equal), "==": (1, g.equal), "!=": (1, g.not_equal),
    "+": (2, lambda a, b: a + b), "-": (2, lambda a, b: a - b),
    "*": (3, lambda a, b: a * b), "/": (3, lambda a, b: a / b),
    "^": (5, g.power),
}  # fmt: skip
"""Signs between two operands: how tightly they bind, and what they build."""


def listed(operand: Operand) -> tuple[Node, ...]:
    """Numbers of a list, or the number itself."""
    return operand if isinstance(operand, tuple) else (operand,)


class Builder:
    """Operands that were read, the last on top, and what is made of them.

    Parameters
    ----------
    text : str
        The expression, to show where something is wrong.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.operands: list[Operand] = []
        self.variables: dict[str, Node] = {}
        self.operations = 0

    def refuse(self, token: Token, problem: str) -> NoReturn:
        """Refuse the expression, and show where."""
        refuse_at(self.text, token.position, problem)

    def push(self, operand: Operand) -> None:
        """Put an operand on top."""
        self.operands.append(operand)

    def taken(self, count: int) -> tuple[Operand, ...]:
        """The last operands, taken off."""
        parts = tuple(self.operands[-count:])
        del self.operands[-count:]
        return parts

    def variable(self, token: Token) -> Node:
        """Variable of a name, a new one or one that was met."""
        name = token.text
        if name not in self.variables:
            if len(name) > LONGEST_NAME:
                problem = _(
                    "the name of a variable may have {most} letters, not more"
                ).format(most=LONGEST_NAME)
                self.refuse(token, problem)
            if len(self.variables) == MOST_VARIABLES:
                problem = _("an expression may have {most} variables, not more")
                self.refuse(token, problem.format(most=MOST_VARIABLES))
            self.variables[name] = g.input(name)
        return self.variables[name]

    def binary(self, token: Token) -> None:
        """Apply a sign to the last two operands."""
        self.count_operation(token)
        self.push(self.built(token, BINARY[token.text][1], self.taken(2)))

    def negate(self, token: Token) -> None:
        """Change the sign of the last operand."""
        x = self.operands.pop()
        if isinstance(x, Node) and x.operation == "constant":
            self.push(g.constant(-x.attributes["value"]))
        else:
            self.count_operation(token)
            self.push(self.built(token, lambda a: -a, (x,)))

    def raise_operand(self, token: Token) -> None:
        """Apply a power above the line, which binds like ^."""
        if not re.fullmatch(r"-?\d+", token.text):
            problem = _("{found!r} is no whole number")
            self.refuse(token, problem.format(found=token.text))
        self.count_operation(token)
        exponent = g.constant(float(token.text))
        self.push(self.built(token, g.power, (self.operands.pop(), exponent)))

    def collect(self, token: Token, count: int) -> None:
        """Make a list of the last operands."""
        parts = self.taken(count)
        if any(isinstance(part, tuple) for part in parts):
            self.refuse(token, _("a list holds numbers, not lists"))
        self.push(tuple(n for part in parts for n in listed(part)))

    def call(self, token: Token, count: int) -> None:
        """Apply a function to the last operands."""
        function = FUNCTIONS[folded(token.text)]
        if count < function.least or (function.most and count > function.most):
            self.refuse_count(token, function, count)
        arguments = self.taken(count)
        if function.of_lists:
            self.push(self.built_of_lists(token, function, arguments))
            return
        settings = arguments[function.least :]
        numbers = [n.attributes.get("value") for part in settings for n in listed(part)]
        if None in numbers or len(numbers) > len(settings):
            problem = _("{settings} of {name} must be a plain number")
            names = ", ".join(function.settings)
            self.refuse(token, problem.format(settings=names, name=token.text))

        def build(*nodes: Node) -> Operand:
            return function.build(*nodes, *numbers)

        self.push(self.built(token, build, arguments[: function.least]))

    def built_of_lists(
        self, token: Token, function: Function, arguments: tuple[Operand, ...]
    ) -> Operand:
        """Operand built by a function that takes its lists whole."""
        lists = [listed(part) for part in arguments]
        if function.least > 1 and len(set(map(len, lists))) > 1:
            problem = _("{name} takes lists of one length, not of {lengths}")
            lengths = _(" and ").join(str(len(several)) for several in lists)
            self.refuse(token, problem.format(name=token.text, lengths=lengths))
        self.count_operation(token, sum(map(len, lists)))
        try:
            return function.build(*lists)
        except ShapeError:
            self.refuse_truth(token)

    def refuse_count(self, token: Token, function: Function, found: int) -> NoReturn:
        """Refuse a function of too few or too many arguments."""
        least, most = function.least, function.most or function.least
        if least == most:
            problem = ngettext(
                "{name} takes {count} argument, not {found}",
                "{name} takes {count} arguments, not {found}",
                most,
            )
        else:
            problem = _("{name} takes {least} to {count} arguments, not {found}")
        self.refuse(
            token,
            problem.format(name=token.text, least=least, count=most, found=found),
        )

    def count_operation(self, token: Token, count: int = 1) -> None:
        """Count operations, as long as there are not too many."""
        self.operations += count
        if self.operations > MOST_OPERATIONS:
            problem = _(
                "the expression has more than {most} operations, too many to explain"
            )
            self.refuse(token, problem.format(most=MOST_OPERATIONS))

    def built(
        self, token: Token, build: Callable[..., Operand], parts: tuple[Operand, ...]
    ) -> Operand:
        """Operand built from others; of lists, one for each of their numbers."""
        lengths = {len(part) for part in parts if isinstance(part, tuple)}
        if len(lengths) > 1:
            first, second, *_rest = sorted(lengths)
            problem = _("lists of {first} and of {second} numbers do not go together")
            self.refuse(token, problem.format(first=first, second=second))
        try:
            if not lengths:
                return build(*parts)
            (count,) = lengths
            self.count_operation(token, count - 1)
            rows = zip(
                *(p if isinstance(p, tuple) else (p,) * count for p in parts),
                strict=True,
            )
            return tuple(n for row in rows for n in listed(build(*row)))
        except ShapeError:
            self.refuse_truth(token)

    def refuse_truth(self, token: Token) -> NoReturn:
        """Refuse what is true or false where a number is needed."""
        problem = (
            _("where takes a comparison first, such as x > 0, and then two numbers")
            if token.text == "where"
            else _("{sign!r} needs numbers, but a comparison is true or false")
        )
        self.refuse(token, problem.format(sign=token.text))
