"""The tables that an operation stands in, in the order in which one is added."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from neurona import gradient, graph, reference
from neurona.explain.derivatives import OTHER_SLOPES
from neurona.explain.equations import EQUATIONS
from neurona.native import engine_available
from neurona.native.lowering import lowering_rules
from neurona.native.prepare import REWRITES
from tests.cases import CASES

OTHER_NAMES = {
    "negative": "__neg__", "add": "__add__", "subtract": "__sub__",
    "multiply": "__mul__", "divide": "__truediv__", "slice": "slice_axis",
}  # fmt: skip
"""Operators of a node, and a function whose name Python had taken."""


@dataclass(frozen=True)
class OperationTable:
    """Where an operation needs an entry, or a reason why there is none.

    Parameters
    ----------
    name, file : str
    wanted : str
        What to write there.
    knows : callable of str
        Whether an operation stands in it.
    """

    name: str
    file: str
    wanted: str
    knows: Callable[[str], bool]

    def missing(self, operation: str) -> str:
        """What to do about an operation; empty where it is there."""
        if self.knows(operation):
            return ""
        return (
            f"{operation!r} does not stand in {self.name} of {self.file}: {self.wanted}"
        )


def has_function(operation: str) -> bool:
    name = OTHER_NAMES.get(operation, operation)
    return name in graph.__all__ or hasattr(graph.Node, name)


def has_definition(operation: str) -> bool:
    return (operation in reference.DEFINITIONS) != (operation in graph.LEAVES)


def has_gradient(operation: str) -> bool:
    if operation in gradient.RULES:
        return operation not in gradient.NO_DERIVATIVE
    return bool(gradient.NO_DERIVATIVE.get(operation))


def has_written_slope(operation: str) -> bool:
    if operation in gradient.NO_DERIVATIVE or operation in OTHER_SLOPES:
        return True
    return operation in gradient.DERIVATIVES


def runs_natively(operation: str) -> bool:
    known = operation in lowering_rules() or operation in REWRITES
    return known or not engine_available()


TABLES = [
    OperationTable(
        "OPERATIONS",
        "graph/operations.py",
        "enter its formula, attributes and shape rule",
        lambda operation: bool(
            operation in graph.OPERATIONS
            and graph.OPERATIONS[operation].name == operation
            and graph.OPERATIONS[operation].formula
        ),
    ),
    OperationTable(
        "__all__",
        "graph/functions.py",
        "write the function that makes its node, and name it",
        has_function,
    ),
    OperationTable(
        "DEFINITIONS",
        "reference/definitions.py",
        "enter what it computes, in NumPy",
        has_definition,
    ),
    OperationTable(
        "DERIVATIVES, RULES or NO_DERIVATIVE",
        "gradient/rules.py",
        "enter its slopes where it acts element by element, else its rule, or in "
        "NO_DERIVATIVE why it has none",
        has_gradient,
    ),
    OperationTable(
        "EQUATIONS",
        "explain/equations.py",
        "enter how it is written, given the terms of its inputs",
        EQUATIONS.__contains__,
    ),
    OperationTable(
        "OTHER_SLOPES",
        "explain/derivatives.py",
        "enter how its slope is written: it is no graph in DERIVATIVES",
        has_written_slope,
    ),
    OperationTable(
        "NEURONA_MAP_OPERATIONS, REWRITES or LOWERING",
        "native/cpp/map_operations.hpp, native/prepare.py or native/lowering.py",
        "enter its kernel, its formula in other operations, or a rule, which may raise "
        "CannotLower and say why it cannot run there",
        runs_natively,
    ),
    OperationTable(
        "CASES",
        "tests/cases.py",
        "enter its cases: where it acts element by element, in UNARY or BINARY",
        lambda operation: any(case.operation == operation for case in CASES),
    ),
]
