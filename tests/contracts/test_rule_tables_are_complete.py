"""Every operation stands in every table, and every package says what it offers."""

import subprocess
import sys
from types import ModuleType

import pytest

from neurona import gradient, graph, reference
from neurona.explain.derivatives import OTHER_SLOPES, SHORT, TEXTBOOK_SLOPES
from neurona.explain.equations import EQUATIONS
from neurona.graph import Graph
from neurona.native.lowering import LOWERING
from neurona.native.prepare import REWRITES
from tests.cases import CASES
from tests.contracts.operation_tables import TABLES

# They read no batch, by what they are.
WITHOUT_BATCH = {"constant", "parameter", "transpose"}
HEAVY = (
    "polars",
    "sklearn",
    "rich",
    "typer",
    "starlette",
    "matplotlib",
    "optuna",
    "torch",
)

operations = pytest.mark.parametrize("operation", sorted(graph.OPERATIONS))


def cases_of(operation):
    return [case for case in CASES if case.operation == operation]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.file)
@operations
def test_every_operation_stands_in_every_table(operation, table):
    missing = table.missing(operation)
    assert not missing, missing


@pytest.mark.parametrize(
    "table",
    [
        reference.DEFINITIONS,
        gradient.RULES,
        gradient.NO_DERIVATIVE,
        gradient.DERIVATIVES,
        graph.EXPANSIONS,
        graph.LEAVES,
        EQUATIONS,
        TEXTBOOK_SLOPES,
        OTHER_SLOPES,
        SHORT,
        LOWERING,
        REWRITES,
    ],
)
def test_no_table_knows_an_operation_that_does_not_exist(table):
    assert set(table) <= set(graph.OPERATIONS)


@pytest.mark.parametrize("operation", sorted(gradient.DERIVATIVES))
def test_an_elementwise_operation_has_a_slope_for_each_input(operation):
    assert len(gradient.DERIVATIVES[operation]) == graph.OPERATIONS[operation].arity


@operations
def test_every_case_of_an_operation_contains_it(operation):
    for case in cases_of(operation):
        made = {node.operation for node in Graph.of(case.make()[0]).nodes}
        assert operation in made, case.name


@operations
def test_every_operation_has_a_case_on_a_batch_and_on_an_empty_one(operation):
    batches = [leaf for c in cases_of(operation) for leaf in c.leaves if leaf.batch]
    if operation not in WITHOUT_BATCH:
        assert batches
        assert any(leaf.value.shape[0] == 0 for leaf in batches)


@operations
def test_every_operation_with_a_rule_has_a_case_that_checks_its_gradient(operation):
    checked = [c for c in cases_of(operation) if c.order or c.slopes is not None]
    if operation in gradient.RULES and operation != "cast":
        assert checked


def test_a_textbook_slope_stands_in_for_one_of_the_gradients_own():
    assert set(TEXTBOOK_SLOPES) <= set(gradient.DERIVATIVES)


def test_no_two_cases_share_a_name():
    names = [case.name for case in CASES]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("package", [graph, reference, gradient])
def test_all_names_exactly_what_is_public(package):
    public = {
        name
        for name, value in vars(package).items()
        if not name.startswith("_") and not isinstance(value, ModuleType)
    }
    assert public == set(package.__all__)
    assert len(package.__all__) == len(set(package.__all__))


@pytest.mark.parametrize(
    "what", ["neurona", "neurona.graph", "neurona.reference", "neurona.gradient"]
)
def test_import_loads_nothing_heavy(what):
    program = f"import sys, {what}; print(*sorted(set(sys.modules) & {set(HEAVY)!r}))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []
