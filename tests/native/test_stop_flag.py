"""A flag that another thread sets while steps run."""

import threading

import numpy as np
import pytest

from neurona.native import engine_available
from neurona.native.stop_flag import PlainStopFlag, make_stop_flag
from tests.native.test_sharing import COLUMNS, rule_of_one_output

with_engine = pytest.mark.skipif(not engine_available(), reason="no native engine")

ROWS, BATCH = 600, 200
STEPS = 300_000
"""Of a second or more."""

X = np.random.default_rng(3).normal(size=(ROWS, COLUMNS))


@pytest.mark.parametrize("make", [PlainStopFlag, make_stop_flag])
def test_a_flag_is_set_until_it_is_cleared(make):
    flag, other = make(), make()
    assert not flag.is_set
    flag.set()
    flag.set()
    assert flag.is_set
    assert not other.is_set
    flag.clear()
    assert not flag.is_set


class Steps:
    """Steps that follow each other, however they are cut into runs."""

    def __init__(self):
        self.native = rule_of_one_output(BATCH)
        self.native.set_data({"x": X})
        self.native.write({"w": np.zeros((COLUMNS, 1))})
        self.done = 0

    def run(self, count, threads, flag=None):
        skipped = self.done * BATCH % ROWS
        last = skipped + count * BATCH
        sums = np.zeros((-(-last // ROWS), 1))
        done = self.native.advance(
            np.resize(np.arange(ROWS), last)[skipped:], BATCH, np.full(count, BATCH),
            {"rate": np.full(count, 0.001)}, sums, epoch_rows=ROWS, skipped=skipped,
            seed=0, first_step=self.done + 1, threads=threads, stop=flag,
        )  # fmt: skip
        self.done += done
        return done, sums

    def weights(self):
        return self.native.read("w", np.zeros((COLUMNS, 1)))


@with_engine
def test_the_engine_reads_no_flag_but_its_own():
    with pytest.raises(TypeError):
        Steps().run(1, 1, PlainStopFlag())


@with_engine
@pytest.mark.parametrize("threads", [1, 2, 3])
def test_what_a_flag_stops_is_as_the_steps_that_are_done_left_it(threads):
    flag, stopped, straight = make_stop_flag(), Steps(), Steps()
    timer = threading.Timer(0.05, flag.set)
    timer.start()
    done, sums = stopped.run(STEPS, threads, flag)
    timer.join()
    assert 0 <= done < STEPS
    again, same_sums = straight.run(done, threads)
    assert again == done
    np.testing.assert_array_equal(sums[: len(same_sums)], same_sums)
    assert not sums[len(same_sums) :].any()
    np.testing.assert_array_equal(stopped.weights(), straight.weights())


@with_engine
def test_many_runs_end_by_one_flag_and_go_on_once_it_is_cleared():
    """Each on two threads of the engine; several others set the flag and look at it."""
    flag, jobs, rounds = make_stop_flag(), [Steps() for _ in range(3)], 4

    def insist():
        for _ in range(1000):
            flag.set()
            assert flag.is_set

    for _ in range(rounds):
        flag.clear()
        threads = [
            *(
                threading.Thread(target=job.run, args=(STEPS // 5, 2, flag))
                for job in jobs
            ),
            *(threading.Timer(0.03, insist) for _ in range(3)),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    for job in jobs:
        assert job.done < rounds * STEPS // 5
        straight = Steps()
        straight.run(job.done, 1)
        np.testing.assert_array_equal(job.weights(), straight.weights())
