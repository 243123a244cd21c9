"""The steps of CONTRIBUTING.md, followed with an operation that there is not yet."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from neurona import Adam, Dense, Network, gradient, graph, reference
from neurona.errors import EngineWarning
from neurona.explain import derive_symbols, worked_step
from neurona.explain.derivatives import write_derivative
from neurona.explain.equations import EQUATIONS, write_expression
from neurona.gradient.rules import times_slope
from neurona.graph import BATCH, Graph, Operation, functions, operations
from neurona.native import engine_available, prepare
from neurona.nn.activations import ActivationFunction
from neurona.reference import evaluate
from neurona.show.notation import Symbol
from neurona.show.notation.compose import ONE, quotient_of, sum_of
from neurona.show.notation.terms import Surrounded
from tests import cases
from tests.contracts.operation_tables import TABLES
from tests.explain.term_values import value_of
from tests.native.executors import run_natively

ROOT = Path(__file__).parents[2]
NAME = "softsign"
X = np.array([[0.5, -2.0], [-0.25, 1.5], [3.0, 0.125]])
SOFTSIGN = X / (1 + abs(X))
# As the gradients of all operations are held to.
TOLERANCE = 1e-6
# The engine divides as the reference does, and multiplies in another order.
SAME = 1e-9


def softsign(x):
    """x / (1 + |x|)."""
    return graph.make_node(NAME, graph.as_node(x))


ENTRIES = {
    "graph/operations.py": [
        (
            graph.OPERATIONS,
            Operation(NAME, "x / (1 + |x|)", operations.elementwise),
        )
    ],
    "graph/functions.py": [(vars(functions), softsign), (vars(graph), softsign)],
    "reference/definitions.py": [(reference.DEFINITIONS, lambda x: x / (1 + abs(x)))],
    "gradient/rules.py": [
        (gradient.DERIVATIVES, (lambda y, x: (1.0 - graph.absolute(y)) ** 2,)),
        (gradient.RULES, times_slope),
    ],
    "explain/equations.py": [
        (
            EQUATIONS,
            lambda node, terms: quotient_of(
                terms[0], sum_of(ONE, Surrounded(terms[0], "|"))
            ),
        )
    ],
    "native/prepare.py": [
        (
            prepare.REWRITES,
            lambda node, inputs: inputs[0] / (1.0 + graph.absolute(inputs[0])),
        )
    ],
    "tests/cases.py": [
        (
            cases.UNARY,
            (lambda x: x / (1 + abs(x)), cases.ANY, 2, [(-0.0, -0.0)], [(0.0, 1.0)]),
        )
    ],
}
"""What someone writes, by file: a table, and the entry under the operation's name."""


def enter(monkeypatch, *files):
    for file in files:
        for table, entry in ENTRIES[file]:
            monkeypatch.setitem(table, NAME, entry)
    if "graph/functions.py" in files:
        monkeypatch.setattr(graph, "__all__", [*graph.__all__, NAME])
    if "tests/cases.py" in files:
        made = cases.unary_cases(NAME)
        monkeypatch.setattr(cases, "CASES", [*cases.CASES, *made])
        monkeypatch.setattr("tests.contracts.operation_tables.CASES", cases.CASES)


@pytest.fixture
def new(monkeypatch):
    enter(monkeypatch, *ENTRIES)


@dataclass(frozen=True)
class Softsign(ActivationFunction):
    name: ClassVar[str] = NAME

    def apply(self, x):
        return softsign(x)


def files_of(table):
    return re.findall(r"[\w/]+\.(?:py|hpp)", table.file)


def missing():
    return {t.file: t.missing(NAME) for t in TABLES if t.missing(NAME)}


def test_a_forgotten_entry_is_named_with_its_table_and_what_to_do(monkeypatch):
    done = list(ENTRIES)
    for forgotten in ENTRIES:
        with monkeypatch.context() as patch:
            enter(patch, *(file for file in done if file != forgotten))
            found = missing()
            if not engine_available() and forgotten == "native/prepare.py":
                assert not found
                continue
            said = next(text for file, text in found.items() if forgotten in file)
            assert NAME in said
            assert forgotten in said
            assert any(word in said for word in ("enter ", "write "))


def test_nothing_is_missing_after_the_steps(new):
    assert not missing()


def test_an_elementwise_operation_is_six_files_and_its_cases():
    sources = [file for file in ENTRIES if not file.startswith("tests/")]
    assert len(sources) <= 6


@pytest.mark.parametrize(
    "text",
    [
        (ROOT / "CONTRIBUTING.md").read_text("utf-8").split("## Add an operation")[1],
        operations.__doc__,
    ],
    ids=["CONTRIBUTING.md", "graph/operations.py"],
)
def test_the_steps_that_are_written_are_the_tables_in_their_order(text):
    text = text.split("## ")[0]
    places = [text.index(file) for table in TABLES for file in files_of(table)]
    assert places == sorted(places)
    for table in TABLES:
        for name in re.findall(r"[A-Z_]{5,}", table.name):
            assert name in text or name == "NEURONA_MAP_OPERATIONS"


def test_it_is_what_its_definition_says_and_differentiated(new):
    for case in cases.unary_cases(NAME):
        output, feeds = case.make()
        (found,) = evaluate([output], feeds)
        np.testing.assert_allclose(found, case.wanted(), rtol=1e-14)
        if case.order:
            gradient.check_gradients(
                graph.sum(output), list(feeds), feeds, order=2, tolerance=TOLERANCE
            )


def fitted(engine):
    network = Network([Dense(5, Softsign()), Dense(1)], n_inputs=2, dtype="float64")
    y = X.sum(axis=1, keepdims=True)
    return network.fit(X, y, epochs=60, optimizer=Adam(0.02), engine=engine).loss


def test_it_trains_on_the_reference(new):
    losses = fitted("reference")
    assert losses[-1] < losses[0] / 4


@pytest.mark.skipif(not engine_available(), reason="no native engine")
def test_it_runs_and_trains_natively(new):
    x = graph.input("x", (BATCH, 2))
    found = run_natively(Graph({"y": softsign(x)}), {x: X})["y"]
    np.testing.assert_allclose(found, SOFTSIGN, rtol=SAME)
    np.testing.assert_allclose(fitted("native"), fitted("reference"), rtol=SAME)


@pytest.mark.skipif(not engine_available(), reason="no native engine")
def test_one_that_the_engine_lacks_is_named_and_trains_on_the_reference(
    monkeypatch, new
):
    monkeypatch.delitem(prepare.REWRITES, NAME)
    with pytest.warns(EngineWarning, match=f"{NAME} cannot run on the native engine"):
        found = fitted("native")
    assert found == fitted("reference")


def test_it_is_written_with_its_slope_and_explained(new):
    x = graph.input("x")
    written = value_of(write_expression(softsign(x)), {Symbol("x"): -2.0})
    assert written == pytest.approx(-2 / 3)
    slope = write_derivative(softsign(x), 0, [Symbol("x")])
    assert value_of(slope, {Symbol("x"): -2.0}) == pytest.approx(1 / 9)
    network = Network([Dense(2, Softsign()), Dense(1)], n_inputs=2)
    step = worked_step(network, X[:1], [[1.0]], loss="mse").to_text()
    assert "∂a₁⁽¹⁾/∂z₁⁽¹⁾ = (1 − |a₁⁽¹⁾|)² =" in step
    assert "Every derivative agrees with its finite difference" in step
    symbols = derive_symbols(network, "mse").to_text()
    assert "aⱼ⁽¹⁾ = zⱼ⁽¹⁾ / (1 + |zⱼ⁽¹⁾|)    activation softsign" in symbols
