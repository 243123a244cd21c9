"""What is found of an expression at one point: the record behind its page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from neurona.explain.derivatives import rule_in_words
from neurona.explain.expression.naming import Naming, name_nodes
from neurona.explain.expression.parse import Expression
from neurona.explain.expression.paths import SlopePath, chains_of, count_paths
from neurona.explain.expression.remarks import (
    convention_at,
    hidden_slope,
    problem_at,
)
from neurona.explain.hidden_slopes import hidden_slopes
from neurona.explain.trace import Trace, trace
from neurona.graph import Node
from neurona.lazy import settled_property

__all__ = ["ExpressionNumbers", "compute_expression"]


@dataclass(frozen=True, eq=False)
class ExpressionNumbers:
    """Every number of an expression and its derivatives at one point.

    Parameters
    ----------
    expression : Expression
    at : mapping of str to float
        The point.
    traces : tuple of Trace
        One for each result.
    naming : Naming
    """

    expression: Expression
    at: Mapping[str, float]
    traces: tuple[Trace, ...]
    naming: Naming

    @property
    def trace(self) -> Trace:
        """The first trace; all have the same values."""
        return self.traces[0]

    @property
    def is_list(self) -> bool:
        """Whether there are several results."""
        return len(self.traces) > 1

    def one_or_list(self, number: Callable[[Trace], Any]) -> Any:
        """A number of each result; of the only one the number itself."""
        found = [number(trace) for trace in self.traces]
        return found if self.is_list else found[0]

    def by_variable(self, number: Callable[[Trace, Node], Any]) -> dict[str, Any]:
        """A number of each result for each variable."""

        def of(node: Node) -> Any:
            return self.one_or_list(lambda trace: number(trace, node))

        return {name: of(node) for name, node in self.expression.variables.items()}

    @property
    def value(self) -> Any:
        """Value of the expression; NaN or infinite where it has none."""
        return self.one_or_list(lambda trace: float(trace.values[trace.output]))

    @property
    def gradients(self) -> dict[str, Any]:
        """Derivative in each variable."""
        return self.by_variable(lambda trace, node: trace.gradients.get(node, 0.0))

    @settled_property
    def checks(self) -> dict[str, Any]:
        """Central difference in each variable."""
        return self.by_variable(lambda trace, node: trace.check(node))

    @property
    def problems(self) -> dict[Node, str]:
        """What is said of the nodes that have no value or slope of their own fault."""
        found = {n: problem_at(n, self.trace.values) for n in self.trace.steps}
        for result in self.traces:
            found |= dict.fromkeys(hidden_slopes(result), hidden_slope())
        return {node: sentence for node, sentence in found.items() if sentence}

    @property
    def conventions(self) -> dict[Node, str]:
        """What is said of the nodes without a derivative here, or with one of 0."""
        found = {
            node: convention_at(node, self.trace.values)
            for trace in self.traces
            for node in trace.steps
            if node in trace.gradients
        }
        # Whose slope is lost has none by convention.
        lost = self.problems
        return {n: said for n, said in found.items() if said and n not in lost}

    @settled_property
    def path_counts(self) -> dict[str, int]:
        """Number of paths from each variable to the only result."""
        found = self.trace
        count = count_paths(found.nodes, found.output, found.edges)
        return {name: count[node] for name, node in self.expression.variables.items()}

    def chains(self, variable: str) -> list[SlopePath]:
        """The first few chains of factors whose products add up to a derivative."""
        node = self.expression.variables[variable]
        return chains_of(node, self.trace.output, self.trace.edges)

    def record(self) -> dict[str, Any]:
        """What programs are told.

        Returns
        -------
        dict
            ``expression``, ``at``, ``value``, ``gradients``, ``checks`` (central
            differences), ``nodes`` in the order of evaluation, ``chains`` by variable
            (the first few), and ``paths``, how many there are. Of a list of results
            value, gradients and checks are lists, and there are no chains.
        """
        said = {"problem": self.problems, "convention": self.conventions}
        chains = {} if self.is_list else {n: self.chains(n) for n in self.gradients}
        return {
            "expression": self.expression.text,
            "at": self.at,
            "value": self.value,
            "gradients": self.gradients,
            "checks": self.checks,
            "nodes": [
                self.node_record(node, said)
                for node in self.trace.nodes
                if node.operation != "constant"
            ],
            "chains": {
                name: [self.chain_record(chain) for chain in several]
                for name, several in chains.items()
            },
            "paths": {} if self.is_list else self.path_counts,
        }

    def node_record(
        self, node: Node, said: Mapping[str, Mapping[Node, str]]
    ) -> dict[str, Any]:
        """One node for programs; what does not apply is left out."""
        names, values = self.naming.names, self.trace.values
        told = {
            "gradient": None if self.is_list else self.trace.gradients.get(node),
            **{key: sentences.get(node) for key, sentences in said.items()},
        }
        return {
            "name": names[node],
            "operation": node.operation,
            "inputs": [names.get(p, values[p]) for p in node.inputs],
            "value": values[node],
            **{key: value for key, value in told.items() if value is not None},
        }

    def chain_record(self, chain: SlopePath) -> dict[str, Any]:
        """One chain for programs."""
        factors = [
            {
                "symbol": self.naming.local_name(edge),
                "value": edge.slope,
                "rule": rule_in_words(edge.node, edge.index),
            }
            for edge in chain.edges
        ]
        return {"factors": factors, "product": chain.product}


def compute_expression(
    expression: Expression, at: Mapping[str, float]
) -> tuple[tuple[Trace, ...], Naming]:
    """Run an expression forward, and backward from each of its results."""
    variables, outputs = expression.variables, expression.outputs
    traces = tuple(
        trace(output, variables.values(), at, also=(*outputs, *variables.values()))
        for output in outputs
    )
    return traces, name_nodes(traces[0], outputs, variables)
