"""Clipping: within the limit, in the same direction, by torch's formula."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from neurona import graph as g
from neurona.errors import OptionError
from neurona.optimize import clip_by_norm, clip_by_value, global_norm
from neurona.reference import evaluate

# A sum of a dozen squares and a root round by a few units in the last place.
ROUNDING = 1e-12

gradients = hnp.arrays(np.float64, (2, 3), elements=st.floats(-1e6, 1e6))


def clipped(clip, values, limit):
    nodes = {name: g.parameter(name, np.shape(v)) for name, v in values.items()}
    found = clip(nodes, limit)
    assert list(found) == list(values)
    return evaluate(list(found.values()), values)


def test_norm_spans_all_gradients():
    # √(3² + 4² + 12²) = 13
    w, b = g.parameter("w", (2,)), g.parameter("b")
    (norm,) = evaluate([global_norm({"w": w, "b": b})], {w: [3.0, 4.0], b: 12.0})
    assert norm == 13


def test_norm_above_the_limit_is_scaled_down_in_one_piece():
    # 6.5 / (13 + 1e-6) ≈ ½
    w, b = clipped(clip_by_norm, {"w": np.array([3.0, 4.0]), "b": np.array(12.0)}, 6.5)
    factor = 6.5 / (13 + 1e-6)
    np.testing.assert_allclose(w, [3 * factor, 4 * factor], rtol=ROUNDING)
    np.testing.assert_allclose(b, 12 * factor, rtol=ROUNDING)


@given(a=gradients, b=gradients, limit=st.floats(1e-3, 1e6))
def test_joint_norm_never_passes_the_limit_and_the_direction_stays(a, b, limit):
    found = np.array(clipped(clip_by_norm, {"a": a, "b": b}, limit))
    before, norm = np.linalg.norm([a, b]), np.linalg.norm(found)
    assert norm <= min(limit, before) * (1 + ROUNDING)
    np.testing.assert_allclose(
        found * before, np.array([a, b]) * norm, rtol=ROUNDING, atol=ROUNDING
    )


def test_norm_below_the_limit_is_left_as_it_is():
    value = np.array([3.0, 4.0])
    np.testing.assert_array_equal(clipped(clip_by_norm, {"w": value}, 6.0)[0], value)


@given(a=gradients, limit=st.floats(1e-3, 1e6))
def test_values_are_brought_into_the_interval(a, limit):
    (found,) = clipped(clip_by_value, {"a": a}, limit)
    np.testing.assert_array_equal(found, np.clip(a, -limit, limit))


@pytest.mark.parametrize("clip", [clip_by_norm, clip_by_value])
def test_nan_is_not_hidden(clip):
    (found,) = clipped(clip, {"w": np.array([np.nan, 1.0])}, 1.0)
    assert np.isnan(found[0])


@pytest.mark.parametrize("clip", [clip_by_norm, clip_by_value])
def test_no_gradients_give_none(clip):
    assert clip({}, 1.0) == {}


@pytest.mark.parametrize("limit", [0, -1.0, float("nan"), "much"])
@pytest.mark.parametrize("clip", [clip_by_norm, clip_by_value])
def test_a_limit_must_be_positive(clip, limit):
    with pytest.raises(OptionError, match="above 0"):
        clip({"w": g.parameter("w")}, limit)
