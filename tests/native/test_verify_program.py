"""A program that is not sound is refused before it runs."""

from dataclasses import replace

import numpy as np
import pytest

from neurona import graph as g
from neurona.errors import GraphError
from neurona.native import engine_available
from neurona.native.execute import NativeProgram
from neurona.native.lower import lower_graph_to_program
from neurona.native.verify_program import verify_program

pytestmark = pytest.mark.skipif(not engine_available(), reason="no native engine")


def program():
    """Softmax of a layer of 7 units, over blocks of up to 100 rows."""
    x, w = g.input("x", (g.BATCH, 3)), g.parameter("w", (3, 7))
    hidden = g.tanh(x @ w)
    y = g.exp(hidden) / g.sum(g.exp(hidden), axes=(1,), keepdims=True)
    return lower_graph_to_program(
        g.Graph({"y": y, "w": w - g.input("rate") * g.contract_rows(x, y)}),
        dtype="float32", most_rows=100,
    )  # fmt: skip


def test_a_lowered_program_is_sound():
    assert verify_program(program())


@pytest.mark.parametrize("offset", [-16, 10**6, 7])
def test_a_buffer_outside_of_memory_or_off_the_grid_is_refused(offset):
    wrong = program()
    wrong.leaves["w"].offset = offset
    with pytest.raises(GraphError, match="w lies outside of its memory"):
        verify_program(wrong)


def test_memory_that_is_too_small_is_refused():
    wrong = program()
    with pytest.raises(GraphError, match="lies outside"):
        verify_program(replace(wrong, arena=wrong.arena - wrong.lanes))


def test_two_buffers_in_one_place_are_refused():
    wrong = program()
    wrong.leaves["w"].offset = wrong.results["y"].offset
    with pytest.raises(GraphError, match="shares memory with"):
        verify_program(wrong)


def test_what_was_never_written_cannot_be_read():
    wrong = program()
    first, *others = wrong.phases
    gone = [[i for i in first if i.code != "gather_input"], *others]
    with pytest.raises(GraphError, match="is read before it is written"):
        verify_program(replace(wrong, phases=gone))


@pytest.mark.parametrize("changes", [{"code": "divine"}, {"mode": "sometimes"}])
def test_an_unknown_instruction_is_refused(changes):
    wrong = program()
    phases = [[replace(i, **changes) for i in phase] for phase in wrong.phases]
    with pytest.raises(GraphError, match="is no instruction"):
        verify_program(replace(wrong, phases=phases))


def test_the_engine_is_given_no_unsound_program():
    wrong = program()
    wrong.leaves["w"].offset = 10**6
    with pytest.raises(GraphError, match="w lies outside"):
        NativeProgram(wrong, np.float32)
