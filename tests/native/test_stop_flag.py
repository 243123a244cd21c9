"""A flag that another thread raises while steps run."""

import threading

import numpy as np
import pytest

from neurona.native import engine_available
from tests.native.test_sharing import COLUMNS, rule_of_one_output

pytestmark = pytest.mark.skipif(not engine_available(), reason="no native engine")

ROWS, BATCH = 600, 200
STEPS = 300_000
"""Of a second or more."""


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_what_a_flag_stops_is_as_the_steps_that_are_done_left_it(threads):
    data = {"x": np.random.default_rng(3).normal(size=(ROWS, COLUMNS))}
    start = {"w": np.zeros((COLUMNS, 1))}
    epochs = STEPS * BATCH // ROWS
    order = np.tile(np.arange(ROWS), epochs)

    def after(steps, flag=None):
        """Steps that are done, their sums, and the weights."""
        native = rule_of_one_output(BATCH)
        native.set_data(data)
        native.write(start)
        sums = np.zeros((epochs, 1))
        done = native.advance(
            order[: steps * BATCH], BATCH, np.full(steps, BATCH),
            {"rate": np.full(steps, 0.001)}, sums, epoch_rows=ROWS, skipped=0, seed=0,
            first_step=1, threads=threads, stop=flag,
        )  # fmt: skip
        return done, sums, native.read("w", start["w"])

    flag = np.zeros(1, np.uint8)
    # One store, as the fit's own flag is raised; fill would be a loop of its own.
    timer = threading.Timer(0.05, flag.__setitem__, (0, 1))
    timer.start()
    done, sums, weights = after(STEPS, flag)
    timer.join()
    assert 0 <= done < STEPS
    again, same_sums, same_weights = after(done)
    assert again == done
    np.testing.assert_array_equal(sums, same_sums)
    np.testing.assert_array_equal(weights, same_weights)
