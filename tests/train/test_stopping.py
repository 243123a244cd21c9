"""When to stop, and which epoch was best."""

from math import nan

import pytest

from neurona.train.stopping import Stopping

SCORES = (0.9, 0.7, 0.6, 0.65, 0.58, 0.6, 0.61, 0.62)


def watch(patience, min_change=0.0, scores=SCORES):
    """Epoch after which it stops (None: never), and the best so far."""
    stopping = Stopping(patience, min_change)
    for epoch, score in enumerate(scores, start=1):
        stopping.after_epoch(epoch, score)
        if stopping.should_stop:
            return epoch, stopping.best_epoch, stopping.best
    return None, stopping.best_epoch, stopping.best


@pytest.mark.parametrize(
    ("patience", "stop", "best", "score"),
    [(1, 4, 3, 0.6), (2, 7, 5, 0.58), (3, 8, 5, 0.58), (4, None, 5, 0.58)],
)
def test_case_g18_patience(patience, stop, best, score):
    assert watch(patience) == (stop, best, score)


def test_without_patience_it_never_stops_but_knows_the_best():
    assert watch(None) == (None, 5, 0.58)


def test_a_fall_of_less_than_the_minimum_is_no_improvement():
    # From .6 to .58 is less than .03: epoch 3 stays the best, and 3 epochs later …
    assert watch(3, min_change=0.03) == (6, 3, 0.6)


def test_the_first_epoch_is_an_improvement_whatever_the_minimum():
    assert watch(5, min_change=100.0)[1] == 1


def test_an_equal_score_is_no_improvement():
    assert watch(1, scores=(0.5, 0.5)) == (2, 1, 0.5)


@pytest.mark.parametrize("scores", [(nan, 0.5), (0.5, nan), (0.7, nan, 0.5)])
def test_a_score_that_is_no_number_hides_no_other(scores):
    stopping = Stopping(None, 0.0)
    assert stopping.after_epochs(1, scores)
    assert stopping.best == 0.5
    assert scores[stopping.best_epoch - 1] == 0.5
