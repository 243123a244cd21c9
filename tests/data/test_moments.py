import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from neurona.data.moments import Moments

# Chan's merge loses a few roundings for each batch; there are at most ten.
MERGING = 1e-12

# Eighths: exact in binary, and with squares that do not vanish.
eighths = st.integers(-(10**6), 10**6).map(lambda n: n / 8)
batches_of_numbers = st.lists(st.lists(eighths, max_size=20), min_size=1, max_size=10)


@given(batches_of_numbers)
def test_batches_merge_to_the_moments_of_all_numbers(batches):
    moments = Moments.for_range(-1e6, 1e6)
    for batch in batches:
        moments.update(np.array(batch, float))
    numbers = np.array([number for batch in batches for number in batch], float)
    assert moments.count == len(numbers)
    if len(numbers):
        size = float(np.abs(numbers).max())
        np.testing.assert_allclose(moments.mean, numbers.mean(), atol=MERGING * size)
        np.testing.assert_allclose(moments.std, numbers.std(), atol=1e-8 * size)


def test_a_small_spread_far_from_zero_is_not_lost():
    # The naive difference of squares would give 0 or worse at 1e9 ± 1.
    moments = Moments()
    for _batch in range(10):
        moments.update(np.array([1e9 - 1, 1e9 + 1]))
    assert moments.mean == 1e9
    assert moments.std == 1


def test_no_numbers_have_no_spread():
    moments = Moments()
    moments.update(np.array([]))
    assert (moments.count, moments.mean, moments.std) == (0, 0.0, 0.0)
