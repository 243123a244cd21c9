"""From the text of an expression to its graph: by precedence, without recursion.

Nothing is ever handed to Python: a name is a variable, a number or one of the
functions of :data:`~neurona.explain.expression.functions.FUNCTIONS`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from neurona import graph as g
from neurona.errors import OptionError, ShapeError, unknown_name
from neurona.explain.expression.functions import CONSTANTS, FUNCTIONS
from neurona.explain.expression.tokens import Token, refuse_at, tokens_of
from neurona.graph import Node
from neurona.messages import _, ngettext

__all__ = ["MOST_OPERATIONS", "MOST_VARIABLES", "Expression", "parse_expression"]

MOST_OPERATIONS: Final = 10_000
"""Operations that an expression may have."""

MOST_VARIABLES: Final = 100
"""Variables that an expression may have: each is checked by central differences."""


LONGEST_NAME: Final = 60
"""Letters of a variable's name: it stands in every line of the page."""


@dataclass(frozen=True, eq=False)
class Expression:
    """An expression and its graph.

    Parameters
    ----------
    text : str
    output : Node
        A scalar.
    variables : mapping of str to Node
        Inputs of the graph, in the order in which they are first met.
    """

    text: str
    output: Node
    variables: Mapping[str, Node]


BINARY: Final[Mapping[str, tuple[int, Callable[[Node, Node], Node]]]] = {
    "<": (1, g.less), ">": (1, g.greater), "<=": (1, g.less_equal),
    ">=": (1, g.greater_equal), "==": (1, g.equal), "!=": (1, g.not_equal),
    "+": (2, lambda a, b: a + b), "-": (2, lambda a, b: a - b),
    "*": (3, lambda a, b: a * b), "/": (3, lambda a, b: a / b),
    "^": (5, g.power),
}  # fmt: skip
"""Signs between two operands: how tightly they bind, and what they build."""

UNARY: Final = 4
"""How tightly a leading minus binds: −x² is −(x²), and −x·y is (−x)·y."""


@dataclass
class Pending:
    """A sign, a parenthesis or a function whose operands are still being read."""

    kind: Literal["binary", "minus", "open", "call"]
    token: Token
    binds: int = 0
    commas: int = 0


class Parser:
    """One reading of a text, from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.operands: list[Node] = []
        self.waiting: list[Pending] = []
        self.variables: dict[str, Node] = {}
        self.operations = 0
        self.ends_operand = False
        self.tokens = tokens_of(text)
        self.following: Token | None = next(self.tokens)

    def parse(self) -> Expression:
        while self.following is not None:
            token = self.take(self.following)
            if self.ends_operand:
                self.read_after_operand(token)
            else:
                self.read_operand(token)
        (output,) = self.operands
        if output.dtype != "float":
            refuse_at(self.text, 0, _("the expression is true or false, not a number"))
        return Expression(self.text, output, self.variables)

    def take(self, token: Token) -> Token:
        """Go on to the token after this one."""
        self.following = next(self.tokens, None)
        return token

    def read_operand(self, token: Token) -> None:
        if token.kind == "number":
            value = float(token.text)
            if not math.isfinite(value):
                refuse_at(
                    self.text,
                    token.position,
                    _("{number} is larger than any number that can be computed").format(
                        number=token.text[:20]
                    ),
                )
            self.finish_operand(g.constant(value))
        elif token.kind == "name":
            self.read_name(token)
        elif token.text == "(":
            self.waiting.append(Pending("open", token))
        elif token.text == "-":
            self.waiting.append(Pending("minus", token, UNARY))
        elif token.text != "+":
            self.refuse_missing_operand(token)

    def read_name(self, token: Token) -> None:
        name = token.text
        opens = self.following
        if opens and opens.text == "(" and name not in self.variables:
            if name not in FUNCTIONS:
                refuse_at(
                    self.text,
                    token.position,
                    unknown_name(_("function"), name[:40], FUNCTIONS),
                )
            # Counted where it opens: too deep a nest is refused before it is read.
            self.count_operation(token)
            self.waiting.append(Pending("call", token))
            self.take(opens)
            return
        if name in FUNCTIONS:
            refuse_at(
                self.text,
                token.position,
                _("{name} is a function: write {name}(…)").format(name=name),
            )
        if name in CONSTANTS:
            self.finish_operand(g.constant(CONSTANTS[name]))
            return
        if name not in self.variables:
            if len(name) > LONGEST_NAME:
                refuse_at(
                    self.text,
                    token.position,
                    _("the name of a variable may have {most} letters, not more")
                    .format(most=LONGEST_NAME),
                )  # fmt: skip
            if len(self.variables) == MOST_VARIABLES:
                refuse_at(
                    self.text,
                    token.position,
                    _("an expression may have {most} variables, not more").format(
                        most=MOST_VARIABLES
                    ),
                )
            self.variables[name] = g.input(name)
        self.finish_operand(self.variables[name])

    def read_after_operand(self, token: Token) -> None:
        if token.text in BINARY:
            binds = BINARY[token.text][0]
            # Powers are read from the right: 2^3^2 is 2^9.
            self.apply_waiting(binds + (token.text == "^"))
            self.waiting.append(Pending("binary", token, binds))
            self.ends_operand = False
        elif token.text == ",":
            self.apply_waiting(0)
            if not self.waiting or self.waiting[-1].kind != "call":
                refuse_at(
                    self.text,
                    token.position,
                    _("a comma stands only between the arguments of a function"),
                )
            self.waiting[-1].commas += 1
            self.ends_operand = False
        elif token.text == ")":
            self.apply_waiting(0)
            if not self.waiting:
                refuse_at(
                    self.text,
                    token.position,
                    _("this parenthesis closes none that is open"),
                )
            opened = self.waiting.pop()
            if opened.kind == "call":
                self.apply_call(opened)
        elif token.kind == "end":
            self.apply_waiting(0)
            if self.waiting:
                refuse_at(
                    self.text,
                    self.waiting[-1].token.position,
                    _("this parenthesis is never closed"),
                )
        else:
            refuse_at(
                self.text,
                token.position,
                _("a sign is missing before {found!r}, such as *").format(
                    found=token.text[:40]
                ),
            )

    def finish_operand(self, node: Node) -> None:
        self.operands.append(node)
        self.ends_operand = True

    def refuse_missing_operand(self, token: Token) -> None:
        if not self.text.strip():
            raise OptionError(_("the expression is empty"))
        if token.kind == "end":
            problem = _("the expression ends where a number or a name is missing")
        else:
            problem = _("a number or a name is missing before {found!r}").format(
                found=token.text
            )
        refuse_at(self.text, token.position, problem)

    def apply_waiting(self, binds: int) -> None:
        """Apply the signs that bind at least so tightly."""
        while self.waiting and self.waiting[-1].binds >= max(binds, 1):
            sign = self.waiting.pop()
            if sign.kind == "minus":
                self.negate(sign.token)
            else:
                b, a = self.operands.pop(), self.operands.pop()
                build = BINARY[sign.token.text][1]
                self.count_operation(sign.token)
                self.operands.append(self.built(sign.token, build, (a, b)))

    def negate(self, token: Token) -> None:
        x = self.operands.pop()
        if x.operation == "constant":
            self.operands.append(g.constant(-x.attributes["value"]))
        else:
            self.count_operation(token)
            self.operands.append(self.built(token, lambda a: -a, (x,)))

    def apply_call(self, call: Pending) -> None:
        function = FUNCTIONS[call.token.text]
        count = call.commas + 1
        if not function.least <= count <= function.most:
            self.refuse_count(call, function.least, function.most)
        arguments = tuple(self.operands[-count:])
        del self.operands[-count:]
        for setting in arguments[function.least :]:
            if setting.operation != "constant":
                refuse_at(
                    self.text,
                    call.token.position,
                    _("{settings} of {name} must be a plain number").format(
                        settings=", ".join(function.settings), name=call.token.text
                    ),
                )
        taken = tuple(
            a.attributes["value"] if i >= function.least else a
            for i, a in enumerate(arguments)
        )
        self.operands.append(self.built(call.token, function.build, taken))

    def refuse_count(self, call: Pending, least: int, most: int) -> None:
        if least == most:
            problem = ngettext(
                "{name} takes {count} argument, not {found}",
                "{name} takes {count} arguments, not {found}",
                most,
            )
        else:
            problem = _("{name} takes {least} to {count} arguments, not {found}")
        refuse_at(
            self.text,
            call.token.position,
            problem.format(
                name=call.token.text, least=least, count=most, found=call.commas + 1
            ),
        )

    def count_operation(self, token: Token) -> None:
        self.operations += 1
        if self.operations > MOST_OPERATIONS:
            refuse_at(
                self.text,
                token.position,
                _(
                    "the expression has more than {most} operations, too many to "
                    "explain"
                ).format(most=MOST_OPERATIONS),
            )

    def built(
        self, token: Token, build: Callable[..., Node], arguments: tuple[object, ...]
    ) -> Node:
        try:
            return build(*arguments)
        except ShapeError:
            problem = (
                _("where takes a comparison first, such as x > 0, and then two numbers")
                if token.text == "where"
                else _("{sign!r} needs numbers, but a comparison is true or false")
            )
            refuse_at(self.text, token.position, problem.format(sign=token.text))


def parse_expression(text: str) -> Expression:
    """Read an expression into a graph; nothing is evaluated as Python.

    Signs are ``+ - * / ^`` (or ``**``) and comparisons for ``where``; functions are
    those of the graph and of the activations; ``pi`` and ``e`` are numbers; every other
    name is a variable.

    Parameters
    ----------
    text : str
        At most 1,000,000 characters and 10,000 operations, nested at any depth.

    Returns
    -------
    Expression

    Raises
    ------
    OptionError
        It cannot be read; the message says why, offers the nearest names, and shows
        the place with a caret.

    Examples
    --------
    >>> parse_expression("exp(sin(x**2))").output
    exp(sin(power(x, 2.0))): float ()
    >>> parse_expression("exp(sine2(x))")
    Traceback (most recent call last):
    ...
    neurona.errors.OptionError: unknown function 'sine2'; did you mean sine, sin, sign?
      exp(sine2(x))
          ^
    """
    return Parser(text).parse()
