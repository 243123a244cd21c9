"""What Python knows of the engine's words is what the engine says."""

from typing import get_args

import pytest

from neurona.graph import OPERATIONS
from neurona.native import engine_available
from neurona.native.engine_words import engine_words
from neurona.native.lowering import LOWERING, lowering_rules
from neurona.native.program import Mode, Place

pytestmark = pytest.mark.skipif(not engine_available(), reason="no native engine")


def test_modes_and_places_are_the_engines():
    assert set(get_args(Mode)) == set(engine_words().modes)
    assert set(get_args(Place)) == set(engine_words().places)


@pytest.mark.parametrize("name", sorted(engine_words().operations))
def test_an_operation_of_the_engine_reads_as_many_arrays_as_that_of_a_graph(name):
    told = engine_words().operations[name]
    assert 1 <= told.arrays <= 3
    assert 0 <= told.numbers <= 2
    if name in OPERATIONS:
        assert told.arrays == OPERATIONS[name].arity
        assert told.numbers == 0


def test_an_operation_of_the_engine_needs_no_rule():
    maps = engine_words().operations.keys() & OPERATIONS.keys()
    assert maps <= lowering_rules().keys()
    # A product may be the gradient of a cross-entropy.
    assert maps & LOWERING.keys() == {"multiply"}
