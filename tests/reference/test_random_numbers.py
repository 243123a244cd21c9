"""The numbers of (seed, stream, step, element): published vectors, layout, laws."""

import tracemalloc
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurona.errors import OptionError
from neurona.reference import random_numbers
from neurona.reference.random_numbers import (
    integers,
    mask,
    normals,
    permutation,
    philox,
    splitmix64,
    stream_of,
    uniforms,
)

STREAM = stream_of("a stream")
MEGABYTE = 1e6
# Five standard errors: a correct generator fails once in two million drawings, and the
# seeds here are fixed.
STANDARD_ERRORS = 5

# Known answers published with Random123 for philox4x32, 10 rounds.
KNOWN_ANSWERS = [
    ((0, 0, 0, 0), (0, 0), "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ((0xFFFFFFFF,) * 4, (0xFFFFFFFF,) * 2, "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        "d16cfe09 94fdcceb 5001e420 24126ea1",
    ),
]


@pytest.mark.parametrize(("counter", "key", "words"), KNOWN_ANSWERS)
def test_philox_gives_the_published_known_answers(counter, key, words):
    first, second = (np.array([word], dtype=np.uint64) for word in counter[:2])
    drawn = philox((first, second, *counter[2:]), key)
    assert " ".join(f"{word:08x}" for word in drawn[0]) == words


@pytest.mark.parametrize(
    ("name", "digest"),
    [
        ("", 0xCBF29CE484222325),
        ("a", 0xAF63DC4C8601EC8C),
        ("foobar", 0x85944171F73967E8),
    ],
)
def test_stream_is_the_published_fnv1a_hash_mixed(name, digest):
    assert stream_of(name) == splitmix64(digest)


def test_splitmix64_gives_the_published_first_numbers_of_seed_1234567():
    step = 0x9E3779B97F4A7C15
    drawn = [splitmix64((1234567 + i * step) % 2**64) for i in range(3)]
    assert drawn == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
    ]


def one_word_by_the_layout(seed, stream, step, element):
    """The law of the module's docstring, in plain Python integers."""
    key64 = splitmix64((splitmix64(seed) + stream) % 2**64)
    k = [key64 % 2**32, key64 >> 32]
    block = element // 4
    c = [block % 2**32, block >> 32, step % 2**32, step >> 32]
    for _round in range(10):
        p0, p1 = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [
            (p1 >> 32) ^ c[1] ^ k[0],
            p1 % 2**32,
            (p0 >> 32) ^ c[3] ^ k[1],
            p0 % 2**32,
        ]
        k = [(k[0] + 0x9E3779B9) % 2**32, (k[1] + 0xBB67AE85) % 2**32]
    return c[element % 4]


sizes64 = st.integers(0, 2**64 - 1)


@given(seed=sizes64, stream=sizes64, step=sizes64, count=st.integers(0, 9))
def test_integers_follow_the_layout_word_for_word(seed, stream, step, count):
    drawn = integers(seed, stream, step, count)
    assert drawn.dtype == np.uint32
    expected = [one_word_by_the_layout(seed, stream, step, i) for i in range(count)]
    assert drawn.tolist() == expected


def test_integers_follow_the_layout_across_working_buffers():
    count = 4 * random_numbers.BLOCKS_AT_ONCE + 5
    drawn = integers(3, STREAM, 4, count)
    for element in (0, 4 * random_numbers.BLOCKS_AT_ONCE - 1, count - 5, count - 1):
        assert drawn[element] == one_word_by_the_layout(3, STREAM, 4, element)


def test_asking_for_more_numbers_keeps_the_first_ones():
    few, many = (integers(1, STREAM, 2, count) for count in (6, 40_001))
    np.testing.assert_array_equal(few, many[:6])


@pytest.mark.parametrize("other", [(2, STREAM, 3), (1, STREAM + 1, 3), (1, STREAM, 4)])
def test_another_seed_stream_or_step_gives_other_numbers(other):
    assert not np.any(integers(1, STREAM, 3, 100) == integers(*other, 100))


def test_uniforms_are_the_same_values_in_both_precisions():
    single, double = (
        uniforms(0, STREAM, 0, 10_000, t) for t in (np.float32, np.float64)
    )
    assert single.dtype == np.float32
    assert double.dtype == np.float64
    np.testing.assert_array_equal(single.astype(np.float64), double)
    assert double.min() >= 0
    assert double.max() < 1


def test_uniforms_are_the_top_24_bits():
    words = integers(5, STREAM, 6, 8)
    expected = [float(Fraction(int(word) >> 8, 2**24)) for word in words]
    assert uniforms(5, STREAM, 6, 8).tolist() == expected


def test_uniforms_have_the_mean_and_variance_of_the_unit_interval():
    n = 100_000
    drawn = uniforms(11, STREAM, 0, n)
    assert abs(drawn.mean() - 1 / 2) < STANDARD_ERRORS * (1 / 12 / n) ** 0.5
    assert abs(drawn.var() - 1 / 12) < STANDARD_ERRORS * (1 / 180 / n) ** 0.5


def test_uniforms_refuse_other_dtypes():
    with pytest.raises(OptionError, match="float32 or float64, not int64"):
        uniforms(0, STREAM, 0, 1, np.int64)


@pytest.mark.parametrize("rate", [0.0, 0.1, 0.2, 0.5, 0.9, 1.0])
def test_mask_keeps_where_the_word_reaches_the_threshold(rate):
    words = integers(1, STREAM, 2, 6000).astype(object)
    kept = words >= round(Fraction(rate) * 2**32)
    drawn = mask(1, STREAM, 2, (60, 100), rate)
    assert drawn.dtype == np.bool_
    np.testing.assert_array_equal(drawn, kept.reshape(60, 100).astype(bool))


def test_mask_keeps_a_share_of_one_minus_rate():
    n, rate = 100_000, 0.2
    share = mask(2, STREAM, 0, (n,), rate).mean()
    assert abs(share - 0.8) < STANDARD_ERRORS * (rate * (1 - rate) / n) ** 0.5


def test_mask_of_rate_zero_keeps_all_and_of_rate_one_none():
    assert mask(0, STREAM, 0, (50,), 0).all()
    assert not mask(0, STREAM, 0, (50,), 1).any()
    assert not mask(0, STREAM, 0, (50,), 1 - 2**-53).any()


def test_mask_of_a_scalar_shape_is_one_element():
    assert mask(0, STREAM, 0, (), 0.5).shape == ()


@pytest.mark.parametrize("rate", [-0.1, 1.1, float("nan")])
def test_mask_refuses_a_rate_outside_the_unit_interval(rate):
    with pytest.raises(OptionError, match="between 0 and 1"):
        mask(0, STREAM, 0, (1,), rate)


@pytest.mark.parametrize("count", [0, 1, 2, 1000])
def test_permutation_holds_every_index_once(count):
    order = permutation(0, STREAM, 0, count)
    assert order.dtype == np.int64
    assert sorted(order.tolist()) == list(range(count))


def test_permutation_sorts_keys_of_two_words_low_half_first():
    words = integers(7, STREAM, 8, 200).tolist()
    keys = [words[2 * i] + 2**32 * words[2 * i + 1] for i in range(100)]
    expected = sorted(range(100), key=lambda i: keys[i])
    assert permutation(7, STREAM, 8, 100).tolist() == expected


def test_every_order_of_three_is_about_as_likely():
    draws = 3000
    orders = [tuple(permutation(0, STREAM, step, 3)) for step in range(draws)]
    counts = np.unique(orders, axis=0, return_counts=True)[1]
    error = (draws * 1 / 6 * 5 / 6) ** 0.5
    assert len(counts) == 6
    assert np.all(np.abs(counts - draws / 6) < STANDARD_ERRORS * error)


def test_permutation_of_a_million_rows_stays_below_40_megabytes():
    tracemalloc.start()
    try:
        permutation(0, STREAM, 0, 1_000_000)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 40 * MEGABYTE


def test_normals_have_the_moments_of_the_standard_normal():
    n = 100_000
    drawn = normals(3, STREAM, (n,))
    assert drawn.dtype == np.float64
    assert abs(drawn.mean()) < STANDARD_ERRORS * (1 / n) ** 0.5
    assert abs(drawn.var() - 1) < STANDARD_ERRORS * (2 / n) ** 0.5
    assert abs((drawn**3).mean()) < STANDARD_ERRORS * (15 / n) ** 0.5
    assert abs((drawn**4).mean() - 3) < STANDARD_ERRORS * (96 / n) ** 0.5


def test_normals_are_finite_and_symmetric_at_the_ends_of_the_keys(monkeypatch):
    ends = np.array([0, 2**64 - 1], dtype=np.uint64)
    monkeypatch.setattr(random_numbers, "_wide_integers", lambda *_: ends)
    low, high = normals(0, STREAM, (2,))
    assert np.isfinite(low)
    # Φ⁻¹ near 1 rests on 1 - u, which is exact here.
    assert high == pytest.approx(-low, rel=1e-12)


def test_normals_fill_any_shape_in_row_major_order():
    flat = normals(0, STREAM, (6,), step=2)
    np.testing.assert_array_equal(normals(0, STREAM, (2, 3), step=2).reshape(-1), flat)
    assert not np.any(normals(0, STREAM, (6,), step=3) == flat)
    assert normals(0, STREAM, ()).shape == ()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((-1, 0, 0, 1), "the seed must lie between"),
        ((2**64, 0, 0, 1), "the seed must lie between"),
        ((0, -1, 0, 1), "the stream must lie between"),
        ((0, 0, 2**64, 1), "the step must lie between"),
        ((0, 0, 0, -1), "the count must lie between"),
        ((0.5, 0, 0, 1), "the seed must be a whole number, not 0.5"),
        ((True, 0, 0, 1), "the seed must be a whole number, not True"),
    ],
)
def test_numbers_outside_64_bits_are_refused(arguments, message):
    with pytest.raises(OptionError, match=message):
        integers(*arguments)
