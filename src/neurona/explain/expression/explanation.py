"""An expression explained: its graph, forward, backward, and the chain rule."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from neurona.errors import OptionError, nearest_names, unknown_name
from neurona.explain.equations import rule_in_words
from neurona.explain.expression.naming import Naming, name_nodes
from neurona.explain.expression.parse import Expression, parse_expression
from neurona.explain.expression.paths import Chain, chains_of, count_paths
from neurona.explain.expression.remarks import convention_at, problem_at
from neurona.explain.expression.write_page import write_page
from neurona.explain.trace import Trace, trace
from neurona.graph import Node
from neurona.messages import _
from neurona.show.explanation import Explanation
from neurona.show.page.blocks import Page

__all__ = ["ExpressionExplanation", "explain_expression"]


@dataclass(frozen=True, eq=False)
class ExpressionExplanation(Explanation):
    """Every number of an expression and its derivatives at one point.

    Parameters
    ----------
    expression : Expression
    at : mapping of str to float
        The point.
    trace : Trace
    naming : Naming
    """

    kind = "expression"

    expression: Expression
    at: Mapping[str, float]
    trace: Trace
    naming: Naming

    @property
    def value(self) -> float:
        """Value of the expression; NaN or infinite where it has none."""
        return float(self.trace.values[self.expression.output])

    @property
    def gradients(self) -> dict[str, float]:
        """Derivative in each variable."""
        return {
            name: self.trace.gradients[node]
            for name, node in self.expression.variables.items()
        }

    @property
    def problems(self) -> dict[Node, str]:
        """What is said of the nodes that have no finite value of their own fault."""
        found = {n: problem_at(n, self.trace.values) for n in self.trace.steps}
        return {node: sentence for node, sentence in found.items() if sentence}

    @property
    def conventions(self) -> dict[Node, str]:
        """What is said of the nodes without a derivative here, or with one of 0."""
        found = {
            node: convention_at(node, self.trace.values)
            for node in self.trace.steps
            if node in self.trace.gradients
        }
        return {node: sentence for node, sentence in found.items() if sentence}

    @cached_property
    def path_counts(self) -> dict[str, int]:
        """Number of paths from each variable to the output."""
        order = tuple(self.trace.values)
        count = count_paths(order, self.expression.output, self.trace.edges)
        return {name: count[node] for name, node in self.expression.variables.items()}

    def chains(self, variable: str) -> list[Chain]:
        """The first few chains of factors whose products add up to a derivative."""
        node = self.expression.variables[variable]
        return chains_of(node, self.expression.output, self.trace.edges)

    def page(self) -> Page:
        """The explanation in the reader's language."""
        return write_page(self)

    def record(self) -> dict[str, Any]:
        """Explanation for programs.

        Returns
        -------
        dict
            ``expression``, ``at``, ``value``, ``gradients``, ``checks`` (central
            differences), ``nodes`` in the order of evaluation, ``chains`` by variable
            (the first few), and ``paths``, how many there are. A value that is no
            finite number is "NaN", "Infinity" or "-Infinity".
        """
        problems, conventions = self.problems, self.conventions
        return {
            "expression": self.expression.text,
            "at": dict(self.at),
            "value": self.value,
            "gradients": self.gradients,
            "checks": {n: self.trace.check(n) for n in self.expression.variables},
            "nodes": [
                self._node_record(node, problems, conventions)
                for node in self.trace.values
                if node.operation != "constant"
            ],
            "chains": {
                name: [self._chain_record(chain) for chain in self.chains(name)]
                for name in self.expression.variables
            },
            "paths": self.path_counts,
        }

    def _node_record(
        self, node: Node, problems: Mapping[Node, str], conventions: Mapping[Node, str]
    ) -> dict[str, Any]:
        names, values = self.naming.names, self.trace.values
        record: dict[str, Any] = {
            "name": names[node],
            "operation": node.operation,
            "inputs": [names.get(p, values[p]) for p in node.inputs],
            "value": values[node],
        }
        if node in self.trace.gradients:
            record["gradient"] = self.trace.gradients[node]
        if node in problems:
            record["problem"] = problems[node]
        if node in conventions:
            record["convention"] = conventions[node]
        return record

    def _chain_record(self, chain: Chain) -> dict[str, Any]:
        factors = [
            {
                "symbol": self.naming.derivative_name(edge.node, edge.source),
                "value": edge.slope,
                "rule": rule_in_words(edge.node, edge.index),
            }
            for edge in chain.edges
        ]
        return {"factors": factors, "product": chain.product}


def check_point(expression: Expression, at: Mapping[str, float]) -> dict[str, float]:
    """The point as finite numbers, one for each variable.

    Raises
    ------
    OptionError
        A value is missing, too many, or no finite number.
    """
    point: dict[str, float] = {}
    for name in expression.variables:
        if name not in at:
            if nearest_names(name, at):
                raise OptionError(unknown_name(_("symbol"), name, at))
            raise OptionError(
                _("{name} has no value: say where to look, such as {name}=1").format(
                    name=name
                )
            )
        try:
            point[name] = float(at[name])
        except (TypeError, ValueError, OverflowError):
            point[name] = math.nan
        if not math.isfinite(point[name]):
            raise OptionError(
                _("the value of {name} must be a finite number").format(name=name)
            )
    for name in at:
        if name not in point:
            raise OptionError(
                _("{name} has a value but does not stand in the expression").format(
                    name=name
                )
            )
    return point


def explain_expression(
    text: str | Expression, at: Mapping[str, float] | None = None
) -> ExpressionExplanation:
    """Explain an expression at a point: values, derivatives and how they come about.

    Parameters
    ----------
    text : str or Expression
        Such as ``"exp(sin(x**2))"``; see :func:`parse_expression`.
    at : mapping of str to float
        A finite number for each variable.

    Raises
    ------
    OptionError
        The expression cannot be read, or the point does not fit it. A value that does
        not exist, as of 1/0, is no error: it is shown at the node where it happens.

    Examples
    --------
    >>> found = explain_expression("exp(sin(x**2))", at={"x": 1.0})
    >>> round(found.value, 10), round(found.gradients["x"], 10)
    (2.3197768247, 2.506761535)
    """
    expression = parse_expression(text) if isinstance(text, str) else text
    point = check_point(expression, at or {})
    variables = expression.variables
    found = trace(expression.output, variables.values(), point)
    return ExpressionExplanation(expression, point, found, name_nodes(found, variables))
