"""From the text of an expression to its graph: by precedence, without recursion.

Nothing is ever handed to Python: a name is a variable, a number or one of the
functions of :data:`~neurona.explain.expression.names.FUNCTIONS`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, NoReturn

from neurona import graph as g
from neurona.errors import OptionError, unknown_name
from neurona.explain.expression.build import BINARY, Builder, listed
from neurona.explain.expression.names import CONSTANTS, FUNCTIONS, folded
from neurona.explain.expression.tokens import Token, refuse_at, tokens_of
from neurona.graph import Node
from neurona.messages import _

__all__ = ["Expression", "parse_expression"]


@dataclass(frozen=True, eq=False)
class Expression:
    """An expression and its graph.

    Parameters
    ----------
    text : str
    outputs : tuple of Node
        Scalars: one, or the numbers of a list, as of ``softmax(1, 2, 3)``.
    variables : mapping of str to Node
        Inputs of the graph, in the order in which they are first met.
    """

    text: str
    outputs: tuple[Node, ...]
    variables: Mapping[str, Node]

    @property
    def output(self) -> Node:
        """The only result.

        Raises
        ------
        OptionError
            There are several.
        """
        if len(self.outputs) > 1:
            raise OptionError(
                _("the expression has {count} results where one is needed").format(
                    count=len(self.outputs)
                )
            )
        return self.outputs[0]


UNARY: Final = 4
"""How tightly a leading minus binds: −x² is −(x²), and −x·y is (−x)·y."""


@dataclass
class Pending:
    """A sign, a parenthesis or a function whose operands are still being read."""

    kind: Literal["binary", "minus", "open", "call", "list"]
    token: Token
    binds: int = 0
    commas: int = 0
    power: Token | None = None

    @property
    def closes(self) -> str:
        """The sign that ends it."""
        return "]" if self.kind == "list" else ")"


class Parser:
    """One reading of a text, from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.made = Builder(text)
        self.waiting: list[Pending] = []
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
        (result,) = self.made.operands
        outputs = listed(result)
        if any(output.dtype != "float" for output in outputs):
            refuse_at(self.text, 0, _("the expression is true or false, not a number"))
        return Expression(self.text, outputs, self.made.variables)

    def refuse(self, token: Token, problem: str) -> NoReturn:
        refuse_at(self.text, token.position, problem)

    def take(self, token: Token) -> Token:
        """Go on to the token after this one."""
        self.following = next(self.tokens, None)
        return token

    def read_operand(self, token: Token) -> None:
        if token.kind == "number":
            value = float(token.text)
            if not math.isfinite(value):
                problem = _("{number} is larger than any number that can be computed")
                self.refuse(token, problem.format(number=token.text[:20]))
            self.finish_operand(g.constant(value))
        elif token.kind == "name":
            self.read_name(token)
        elif token.text == "(":
            self.waiting.append(Pending("open", token))
        elif token.text == "[":
            self.waiting.append(Pending("list", token))
        elif token.text == "-":
            self.waiting.append(Pending("minus", token, UNARY))
        elif token.text != "+":
            self.refuse_missing_operand(token)

    def read_name(self, token: Token) -> None:
        name, after = token.text, self.following
        power = after if after and after.kind == "power" else None
        if power and folded(name) in FUNCTIONS:
            # As in sin²(x).
            self.take(power)
            after = self.following
        if after and after.text == "(" and name not in self.made.variables:
            self.open_call(token, power)
        elif name in FUNCTIONS:
            problem = _("{name} is a function: write {name}(…)")
            self.refuse(token, problem.format(name=name))
        elif name in CONSTANTS:
            self.finish_operand(g.constant(CONSTANTS[name]))
        else:
            self.finish_operand(self.made.variable(token))

    def open_call(self, token: Token, power: Token | None) -> None:
        name = token.text
        if folded(name) not in FUNCTIONS:
            if len(name) == 1 and name not in CONSTANTS:
                problem = _("{name} is no function: to multiply, write {name}*(…)")
                self.refuse(token, problem.format(name=name))
            self.refuse(token, unknown_name(_("function"), name[:40], FUNCTIONS))
        # Counted where it opens: too deep a nest is refused before it is read.
        self.made.count_operation(token)
        self.waiting.append(Pending("call", token, power=power))
        assert self.following is not None
        self.take(self.following)

    def read_after_operand(self, token: Token) -> None:
        if token.text in BINARY:
            self.read_sign(token)
        elif token.kind == "power":
            self.made.raise_operand(token)
        elif token.text == ",":
            self.read_comma(token)
        elif token.text in (")", "]"):
            self.close(token)
        elif token.kind == "end":
            self.apply_waiting(0)
            if self.waiting:
                opened = self.waiting[-1]
                self.refuse(
                    opened.token,
                    _("this bracket is never closed")
                    if opened.kind == "list"
                    else _("this parenthesis is never closed"),
                )
        elif token.kind == "name" or token.text == "(":
            self.multiply_by(token)
        else:
            problem = _("a sign is missing before {found!r}, such as *")
            self.refuse(token, problem.format(found=token.text[:40]))

    def read_sign(self, token: Token) -> None:
        binds = BINARY[token.text][0]
        # Powers are read from the right: 2^3^2 is 2^9.
        self.apply_waiting(binds + (token.text == "^"))
        self.waiting.append(Pending("binary", token, binds))
        self.ends_operand = False

    def multiply_by(self, token: Token) -> None:
        """Read what stands beside an operand without a sign, as in 2x or 2(x + 1)."""
        self.apply_waiting(UNARY)
        if self.waiting and self.waiting[-1].token.text == "/":
            problem = _("what is divided by? Write 1/(2*x), or (1/2)*x")
            self.refuse(token, problem)
        self.read_sign(Token("sign", "*", token.position))
        self.read_operand(token)

    def read_comma(self, token: Token) -> None:
        self.apply_waiting(0)
        if not self.waiting or self.waiting[-1].kind not in ("call", "list"):
            problem = _(
                "a comma stands only between the arguments of a function; a number "
                "has a point, as in 2.5"
            )
            self.refuse(token, problem)
        self.waiting[-1].commas += 1
        self.ends_operand = False

    def close(self, token: Token) -> None:
        self.apply_waiting(0)
        if not self.waiting or self.waiting[-1].closes != token.text:
            self.refuse(
                token,
                _("this parenthesis closes none that is open")
                if token.text == ")"
                else _("this bracket closes none that is open"),
            )
        opened = self.waiting.pop()
        if opened.kind == "call":
            self.made.call(opened.token, opened.commas + 1)
            if opened.power:
                self.made.raise_operand(opened.power)
        elif opened.kind == "list":
            self.made.collect(opened.token, opened.commas + 1)

    def finish_operand(self, node: Node) -> None:
        self.made.push(node)
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
        self.refuse(token, problem)

    def apply_waiting(self, binds: int) -> None:
        """Apply the signs that bind at least so tightly."""
        while self.waiting and self.waiting[-1].binds >= max(binds, 1):
            sign = self.waiting.pop()
            if sign.kind == "minus":
                self.made.negate(sign.token)
            else:
                self.made.binary(sign.token)


def parse_expression(text: str) -> Expression:
    """Read an expression into a graph; nothing is evaluated as Python.

    Signs are ``+ - * / ^`` (or ``**``) and comparisons for ``where``; ``2x``,
    ``2(x + 1)``, ``x²`` and ``sin²(x)`` are read as they are meant. Functions are those
    of the graph, the activations and a few losses, by English and Spanish names; ``pi``
    and ``e`` are numbers; ``[1, 2]`` is a list; every other name is a variable.

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
