"""Clipping: within the limit, in the same direction, by torch's formula."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from neurona import graph as g
from neurona.errors import OptionError
from neurona.optimize import clip_by_norm, clip_by_value, global_norm
from neurona.reference import evaluate

# A sum of a dozen squares and a root round by a few units in the last place.
ROUNDING = 1e-12

# The same in float32, whose last place is 6e-8.
FLOAT32 = 1e-6

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


@settings(deadline=None)
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


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [1e-36, 1e-20, 1.0, 1e20, 6e37])
def test_norm_is_right_where_its_square_is_not(size, dtype):
    # 3, 4 and 12 again, divided by their norm.
    w, b = g.parameter("w", (2,)), g.parameter("b")
    values = {"w": size * np.array([3.0, 4.0]) / 13, "b": np.array(size * 12.0 / 13)}
    nodes = {"w": w, "b": b}
    (norm,) = evaluate([global_norm(nodes)], values, dtype=dtype)
    np.testing.assert_allclose(norm, size, rtol=FLOAT32)
    found = evaluate(list(clip_by_norm(nodes, 1.0).values()), values, dtype=dtype)
    factor = min(1.0, 1.0 / (size + 1e-6))
    np.testing.assert_allclose(found[0], values["w"] * factor, rtol=FLOAT32)
    np.testing.assert_allclose(found[1], values["b"] * factor, rtol=FLOAT32)


def test_a_gradient_whose_norm_is_beyond_the_largest_number_keeps_its_direction():
    w = g.parameter("w", (2,))
    values = {"w": np.array([3e38, 3e38], np.float32)}
    clipped = clip_by_norm({"w": w}, 1.0)["w"]
    (found,) = evaluate([clipped], values, dtype=np.float32)
    np.testing.assert_allclose(found, [0.5**0.5] * 2, rtol=FLOAT32)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_zero_gradient_stays_zero(dtype):
    nodes = {"w": g.parameter("w", (2,)), "b": g.parameter("b")}
    values = {"w": np.zeros(2), "b": np.zeros(())}
    outputs = [global_norm(nodes), *clip_by_norm(nodes, 1.0).values()]
    assert [found.tolist() for found in evaluate(outputs, values, dtype=dtype)] == [
        0.0,
        [0.0, 0.0],
        0.0,
    ]


def test_infinity_leaves_the_rest_at_zero_as_torch_does():
    (found,) = clipped(clip_by_norm, {"w": np.array([np.inf, 1.0])}, 1.0)
    np.testing.assert_array_equal(found, [np.nan, 0.0])


@settings(deadline=None)
@given(a=gradients, limit=st.floats(1e-3, 1e6))
def test_values_are_brought_into_the_interval(a, limit):
    (found,) = clipped(clip_by_value, {"a": a}, limit)
    np.testing.assert_array_equal(found, np.clip(a, -limit, limit))


@pytest.mark.parametrize("clip", [clip_by_norm, clip_by_value])
def test_nan_is_not_hidden(clip):
    (found,) = clipped(clip, {"w": np.array([np.nan, 1.0])}, 1.0)
    assert np.isnan(found[0])
    if clip is clip_by_norm:
        assert np.isnan(found[1])


@pytest.mark.parametrize("clip", [clip_by_norm, clip_by_value])
def test_no_gradients_give_none(clip):
    assert clip({}, 1.0) == {}


@pytest.mark.parametrize("limit", [0, -1.0, float("nan"), "much"])
@pytest.mark.parametrize("clip", [clip_by_norm, clip_by_value])
def test_a_limit_must_be_positive(clip, limit):
    with pytest.raises(OptionError, match="above 0"):
        clip({"w": g.parameter("w")}, limit)
