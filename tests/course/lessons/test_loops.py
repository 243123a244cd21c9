"""Loops and matrices: the same numbers, other times."""

import time

import pytest

from neurona.course.lessons.loops import layer_by_loops, time_loops
from neurona.errors import OptionError


def test_a_layer_by_hand():
    # (1, 2)·(3, 4) + 0.5 = 3 + 8 + 0.5.
    assert layer_by_loops([[1.0, 2.0]], [[3.0], [4.0]], [0.5]) == [[11.5]]


def test_both_ways_give_the_same_numbers_and_the_matrices_sooner():
    timings = time_loops()
    assert timings.largest_difference < 1e-12
    assert timings.ratio > 1
    assert timings.to_json()["ratio"] == timings.ratio


def test_it_keeps_nobody_waiting():
    start = time.thread_time()
    time_loops()
    assert time.thread_time() - start < 0.5


@pytest.mark.parametrize("sizes", [(0, 2, 2), (10_000, 100, 100)])
def test_sizes_out_of_range_are_refused(sizes):
    with pytest.raises(OptionError):
        time_loops(*sizes)
