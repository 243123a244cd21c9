"""An optimizer's rule written out: its own graph, in symbols and in numbers.

Nothing here knows any optimizer: the lines are read off the graph that a rule builds.
The graph is built twice, once with the settings as they are and once with a number of
its own for each setting, by which a constant such as 1 − β₁ tells what it is made of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final

from neurona import graph as g
from neurona.explain.equations import write_expression
from neurona.graph import Graph, Node
from neurona.lazy import settled_property
from neurona.messages import _
from neurona.optimize import Clock, Optimizer, make_clock
from neurona.reference import Executable, host_scalars
from neurona.show.notation import Number, Relation, Symbol, Term, Word
from neurona.show.notation.compose import ONE, difference, exactly, power_of

__all__ = ["RuleLine", "WrittenRule", "setting_symbol", "write_rule"]

SETTINGS: Final[Mapping[str, Symbol]] = {
    "learning_rate": Symbol("η"),
    "momentum": Symbol("β"),
    "rho": Symbol("β"),
    "beta_1": Symbol("β", "1"),
    "beta_2": Symbol("β", "2"),
    "weight_decay": Symbol("λ"),
    "epsilon": Symbol("ε"),
    "momentum_decay": Symbol("ψ"),
}
"""Letters of settings, as the optimizers' own descriptions have them."""

DECAYS: Final = frozenset({"weight_decay"})
"""Settings that are no part of a rule where they are 0."""

SLOTS: Final[Mapping[str, str]] = {
    "velocity": "v",
    "mean": "m",
    "mean_square": "s",
    "accumulator": "s",
    "largest_square": "u",
    "momentum_product": "P",
}

PARAMETER: Final = Symbol("w")
GRADIENT: Final = Symbol("g")
STEP: Final = Symbol("t")


@dataclass(frozen=True, eq=False)
class RuleGraph:
    """What one building of a rule gave."""

    parameter: Node
    gradient: Node
    slots: Mapping[str, Node]
    clock: Clock
    new: Node
    changed: Mapping[str, Node]


@dataclass(frozen=True, eq=False)
class RuleLine:
    """One line of a rule: a symbol and what it is made of.

    Parameters
    ----------
    symbol : Term
    right : Term
        In symbols.
    sign : {"=", "←"}
    node : Node
        Of the graph with the settings as they are.
    pattern : Node
        Of the graph by which it was written.
    """

    symbol: Term
    right: Term
    sign: Any
    node: Node
    pattern: Node

    @property
    def formula(self) -> Term:
        """The line in symbols."""
        return Relation((self.symbol, self.right), self.sign)


@dataclass(frozen=True, eq=False)
class WrittenRule:
    """An optimizer's rule as lines.

    Parameters
    ----------
    optimizer : Optimizer
    graph : RuleGraph
        With the settings as they are.
    lines : tuple of RuleLine
        The last one is that of the parameter.
    names : mapping of Node to Term
        Letters of the leaves and constants of the writing graph.
    twins : mapping of Node to Node
        The node with the settings as they are, for each node of the writing graph.
    """

    optimizer: Optimizer
    graph: RuleGraph
    lines: tuple[RuleLine, ...]
    names: Mapping[Node, Term]
    twins: Mapping[Node, Node]

    @settled_property
    def outputs(self) -> Graph:
        """Everything that a line can speak of."""
        nodes = dict.fromkeys([*self.twins.values()])
        return Graph({str(i): node for i, node in enumerate(nodes)})

    def evaluate(
        self,
        parameter: float,
        gradient: float,
        slots: Mapping[str, float],
        learning_rate: float,
        step: int,
    ) -> dict[Node, float]:
        """Value of every node, for a single weight.

        Parameters
        ----------
        slots : mapping of str to float
            Its memory before the step.
        """
        graph = self.graph
        feeds: dict[Node, float] = {
            graph.parameter: parameter,
            graph.gradient: gradient,
            graph.clock.learning_rate: learning_rate,
            graph.clock.step: float(step),
            **{graph.slots[name]: value for name, value in slots.items()},
        }
        found = self.executable(feeds)
        return {node: float(found[name]) for name, node in self.outputs.outputs.items()}

    @settled_property
    def executable(self) -> Executable:
        """The rule made ready to run for one weight after the other."""
        return Executable(self.outputs)

    def in_numbers(
        self, values: Mapping[Node, float], symbol: Term
    ) -> Iterator[tuple[RuleLine, Term]]:
        """Each line with its numbers.

        Parameters
        ----------
        values : mapping of Node to float
            As :meth:`evaluate` gave them.
        symbol : Term
            What the weight is called.
        """
        written: dict[Node, Term] = {
            pattern: Number(values[self.twins[pattern]]) for pattern in self.names
        }
        for line in self.lines:
            # The square of a number is written as one, not as a product.
            for node in g.topological_order([line.pattern]):
                if node.operation == "multiply" and node.inputs[0] is node.inputs[1]:
                    base = write_expression(node.inputs[0], written)
                    written.setdefault(node, power_of(base, exactly(2)))
            numbers = write_expression(line.pattern, written)
            result = Number(values[line.node])
            written[line.pattern] = result
            if line.sign == "←":
                yield line, Relation((symbol, Relation((numbers, result))), "←")
            else:
                yield line, Relation((line.symbol, numbers, result))

    def legend(self, learning_rate: float, step: int) -> list[tuple[Term, str, float]]:
        """Letters of the settings that the lines hold, their names and values."""
        rows: dict[str, tuple[Term, str, float]] = {}
        for pattern, term in self.names.items():
            value = self.twins[pattern].attributes.get("value")
            if term == SETTINGS["learning_rate"]:
                rows["η"] = (term, _("learning rate"), learning_rate)
            elif term == STEP:
                rows["t"] = (term, _("number of the step"), float(step))
            elif isinstance(term, Symbol) and isinstance(value, float):
                meaning = setting_in_words(term)
                rows.setdefault(term.letter + term.subscript, (term, meaning, value))
        return list(rows.values())


def setting_symbol(name: str) -> Term:
    """Letter of a setting, or its name."""
    return SETTINGS.get(name, Word(name))


def setting_in_words(symbol: Symbol) -> str:
    """What a letter of the settings stands for."""
    words = {
        "β": _("share of the past that is kept"),
        "λ": _("weight decay"),
        "ε": _("keeps the divisor above 0"),
        "ψ": _("how fast the momentum rises"),
    }
    return words.get(symbol.letter, "")


def build_rule(optimizer: Optimizer) -> RuleGraph:
    """Build a rule for a single weight."""
    parameter, gradient = g.parameter("parameter"), g.parameter("gradient")
    slots = {name: g.parameter(name) for name in optimizer.slots()}
    clock = make_clock()
    new, changed = optimizer.update(parameter, gradient, slots, clock)
    return RuleGraph(parameter, gradient, slots, clock, new, changed)


def marked_settings(optimizer: Optimizer) -> tuple[Optimizer, dict[float, Term]]:
    """Optimizer with a number of its own for each setting, and what each stands for."""
    marks: dict[str, float] = {}
    terms: dict[float, Term] = {}
    for count, entry in enumerate(fields(optimizer)):
        name = entry.name
        value = getattr(optimizer, name)
        number = isinstance(value, float) or (value is None and name in SETTINGS)
        # A decay of 0 is left out of the rule, so it stays 0.
        if name == "learning_rate" or not number or (name in DECAYS and not value):
            continue
        mark = 0.3717 + 0.0531 * count
        marks[name] = mark
        symbol = setting_symbol(name)
        terms[mark] = symbol
        terms[1.0 - mark] = difference(ONE, symbol)
    return replace(optimizer, **marks), terms


def write_rule(optimizer: Optimizer) -> WrittenRule:
    """Write an optimizer's rule out.

    Examples
    --------
    >>> from neurona.show.notation.text import show_text
    >>> from neurona.optimize import Momentum
    >>> for line in write_rule(Momentum()).lines:
    ...     print(show_text(line.formula))
    vₜ = β · vₜ₋₁ + g
    w ← w − η · vₜ
    """
    marked, terms = marked_settings(optimizer)
    pattern, actual = build_rule(marked), build_rule(optimizer)
    goals = [*pattern.changed.values(), pattern.new]
    twins = paired(goals, [*actual.changed.values(), actual.new])
    for mine, other in ((pattern.parameter, actual.parameter),
                        (pattern.gradient, actual.gradient)):  # fmt: skip
        twins[mine] = other
    names: dict[Node, Term] = {
        pattern.parameter: PARAMETER,
        pattern.gradient: GRADIENT,
        pattern.clock.learning_rate: SETTINGS["learning_rate"],
        pattern.clock.step: STEP,
    }
    names |= {
        node: Symbol(SLOTS.get(name, name), "t−1")
        for name, node in pattern.slots.items()
    }
    order = g.topological_order(goals)
    for node in order:
        if node.operation == "constant" and node.attributes["value"] in terms:
            names[node] = terms[node.attributes["value"]]
    names = {node: term for node, term in names.items() if node in twins}
    named: dict[Node, tuple[Term, Any]] = dict(corrections(order, set(goals)))
    for slot, node in pattern.changed.items():
        named[node] = (Symbol(SLOTS.get(slot, slot), "t"), "=")
    named[pattern.new] = (PARAMETER, "←")
    lines: list[RuleLine] = []
    known: dict[Node, Term] = dict(names)
    for node in [
        *(n for n in order if n in named and n is not pattern.new),
        pattern.new,
    ]:
        symbol, sign = named[node]
        right = write_expression(node, known)
        if sign == "=":
            known[node] = symbol
        lines.append(RuleLine(symbol, right, sign, twins[node], node))
    return WrittenRule(optimizer, actual, tuple(lines), names, twins)


def paired(patterns: list[Node], actuals: list[Node]) -> dict[Node, Node]:
    """Node of one graph for each node of the other, which was built alike."""
    twins: dict[Node, Node] = {}
    pending = list(zip(patterns, actuals, strict=True))
    while pending:
        mine, other = pending.pop()
        if mine not in twins:
            twins[mine] = other
            pending += zip(mine.inputs, other.inputs, strict=True)
    return twins


def corrections(
    order: list[Node], goals: set[Node]
) -> Iterator[tuple[Node, tuple[Term, str]]]:
    """Bias corrections, 1 − βᵗ, which get a letter: c₁, c₂."""
    hosts = host_scalars(order)
    found = [
        node
        for node in order
        if node in hosts
        and node not in goals
        and node.operation == "subtract"
        and node.inputs[1].operation == "power"
        and node.inputs[1].inputs[0].operation == "constant"
    ]
    for i, node in enumerate(found):
        subscript = str(i + 1) if len(found) > 1 else ""
        yield node, (Symbol("c", subscript), "=")
