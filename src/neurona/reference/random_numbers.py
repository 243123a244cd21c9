"""Random numbers that depend on nothing but (seed, stream, step, element).

No generator is kept and advanced: each number is computed from where it stands, by
Philox4x32-10. Two executors that agree on the layout below draw the same bits in any
order, on any number of threads, and any step of a past run can be drawn again.

Layout
------
All arithmetic is on unsigned 64-bit integers and wraps around::

    splitmix64(x):  z = x + 0x9E3779B97F4A7C15
                    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9
                    z = (z ^ (z >> 27)) * 0x94D049BB133111EB
                    return z ^ (z >> 31)

    stream_of(name) = splitmix64(FNV-1a 64 of the UTF-8 bytes of the name)
    k               = splitmix64(splitmix64(seed) + stream)
    key             = (k & 0xFFFFFFFF, k >> 32)
    counter(block)  = (block & 0xFFFFFFFF, block >> 32, step & 0xFFFFFFFF, step >> 32)
    words(block)    = Philox4x32-10(counter(block), key)     4 words of 32 bits
    word i          = words(i // 4)[i % 4]

Element i of :func:`integers`, :func:`uniforms` and :func:`mask` is word i. Where 64
bits are needed (:func:`permutation`, :func:`normals`), element i has word 2i as its
low half and word 2i + 1 as its high half.

References
----------
J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as easy
as 1, 2, 3", SC '11, section 3.3. G. L. Steele, D. Lea, C. H. Flood, "Fast splittable
pseudorandom number generators", OOPSLA '14 (splitmix64).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from neurona.errors import OptionError
from neurona.messages import _
from neurona.reference.normal_quantile import normal_quantile

__all__ = [
    "SEED",
    "STEP",
    "integers",
    "mask",
    "normals",
    "permutation",
    "philox",
    "stream_of",
    "uniforms",
]

MASK32 = 0xFFFFFFFF
MASK64 = 0xFFFFFFFFFFFFFFFF
FNV_OFFSET = 0xCBF29CE484222325
FNV_PRIME = 0x100000001B3
ROUNDS = 10
MULTIPLIERS = (0xD2511F53, 0xCD9E8D57)
KEY_STEPS = (0x9E3779B9, 0xBB67AE85)
# Working buffers of this many numbers (64 KiB each) stay in the second-level cache.
BLOCKS_AT_ONCE = QUANTILES_AT_ONCE = 8192


SEED = "seed"
"""Name of the run-time whole number that a run's random masks are drawn from."""

STEP = "mask_step"
"""Name of the run-time whole number that counts the steps for random masks."""


def splitmix64(value: int) -> int:
    """Mix a 64-bit integer into another, one to one.

    Examples
    --------
    >>> hex(splitmix64(0))
    '0xe220a8397b1dcdaf'
    """
    z = (value + 0x9E3779B97F4A7C15) & MASK64
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK64
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK64
    return z ^ (z >> 31)


def stream_of(name: str) -> int:
    """Give the number of the stream of a name: the same on every machine and version.

    Parameters
    ----------
    name : str
        For instance the name of a layer.

    Returns
    -------
    int
        In [0, 2**64): FNV-1a of the UTF-8 bytes, then splitmix64.

    Examples
    --------
    >>> stream_of("dropout_1")
    15154447467186182928
    """
    digest = FNV_OFFSET
    for byte in name.encode("utf-8"):
        digest = ((digest ^ byte) * FNV_PRIME) & MASK64
    return splitmix64(digest)


def philox(
    counter: tuple[NDArray[np.uint64], NDArray[np.uint64], int, int],
    key: tuple[int, int],
) -> NDArray[np.uint32]:
    """Four random words for each of many counters, by Philox4x32-10.

    Each of the ten rounds maps (c0, c1, c2, c3) to (hi(M1 c2) ^ c1 ^ k0, lo(M1 c2),
    hi(M0 c0) ^ c3 ^ k1, lo(M0 c0)); the key grows by two constants between rounds.

    Parameters
    ----------
    counter : (array (n,), array (n,), int, int)
        The four counter words, each below 2**32; the first two vary.
    key : (int, int)
        The two key words, each below 2**32.

    Returns
    -------
    uint32 array (n, 4)

    Examples
    --------
    >>> zero = np.zeros(1, dtype=np.uint64)
    >>> [f"{word:08x}" for word in philox((zero, zero, 0, 0), (0, 0))[0]]
    ['6627e8d5', 'e169c58d', 'bc57ac4c', '9b00dbd8']
    """
    low_half, half_bits = np.uint64(MASK32), np.uint64(32)
    first, second = (np.uint64(m) for m in MULTIPLIERS)
    n = len(counter[0])
    c0, c1 = counter[0].copy(), counter[1].copy()
    c2 = np.full(n, counter[2], dtype=np.uint64)
    c3 = np.full(n, counter[3], dtype=np.uint64)
    spare = np.empty(n, dtype=np.uint64)
    k0, k1 = key
    for _round in range(ROUNDS):
        np.multiply(c0, first, out=c0)
        np.multiply(c2, second, out=c2)
        np.right_shift(c2, half_bits, out=spare)
        np.bitwise_xor(c1, spare, out=c1)
        np.bitwise_xor(c1, np.uint64(k0), out=c1)
        np.right_shift(c0, half_bits, out=spare)
        np.bitwise_xor(c3, spare, out=c3)
        np.bitwise_xor(c3, np.uint64(k1), out=c3)
        np.bitwise_and(c2, low_half, out=c2)
        np.bitwise_and(c0, low_half, out=c0)
        c0, c1, c2, c3 = c1, c2, c3, c0
        k0, k1 = (k0 + KEY_STEPS[0]) & MASK32, (k1 + KEY_STEPS[1]) & MASK32
    words = np.empty((n, 4), dtype=np.uint32)
    for column, word in enumerate((c0, c1, c2, c3)):
        words[:, column] = word
    return words


def integers(seed: int, stream: int, step: int, count: int) -> NDArray[np.uint32]:
    """Random 32-bit integers.

    Parameters
    ----------
    seed, stream, step : int
        In [0, 2**64).
    count : int
        How many.

    Returns
    -------
    uint32 array (count,)
        The first numbers do not depend on how many are asked for.

    Raises
    ------
    OptionError
        A seed, stream or step outside its range, or a negative count.

    Examples
    --------
    >>> integers(0, stream_of("dropout_1"), 7, 3)
    array([2544476225, 3398873398, 1362656571], dtype=uint32)
    """
    count = _checked(_("the count"), count)
    step = _checked(_("the step"), step)
    stream = _checked(_("the stream"), stream)
    mixed = splitmix64((splitmix64(_checked(_("the seed"), seed)) + stream) & MASK64)
    key = (mixed & MASK32, mixed >> 32)
    numbers = np.empty(count, dtype=np.uint32)
    for begin in range(0, count, 4 * BLOCKS_AT_ONCE):
        part = numbers[begin : begin + 4 * BLOCKS_AT_ONCE]
        first = begin // 4
        block = np.arange(first, first + -(-len(part) // 4), dtype=np.uint64)
        counter = (
            block & np.uint64(MASK32),
            block >> np.uint64(32),
            step & MASK32,
            step >> 32,
        )
        part[:] = philox(counter, key).reshape(-1)[: len(part)]
    return numbers


def uniforms(
    seed: int, stream: int, step: int, count: int, dtype: DTypeLike = np.float64
) -> NDArray[np.floating[Any]]:
    """Random numbers in [0, 1): the top 24 bits of each word, times 2**-24.

    Parameters
    ----------
    seed, stream, step, count : int
        As in :func:`integers`.
    dtype : {float32, float64}
        Both hold the same values, since 24 bits fit in either.

    Returns
    -------
    array (count,)

    Raises
    ------
    OptionError
        As in :func:`integers`, or another dtype.

    Examples
    --------
    >>> uniforms(0, stream_of("dropout_1"), 7, 3).round(6).tolist()
    [0.592432, 0.791362, 0.317268]
    """
    if np.dtype(dtype) not in (np.dtype(np.float32), np.dtype(np.float64)):
        raise OptionError(
            _("uniform numbers are float32 or float64, not {dtype}").format(
                dtype=np.dtype(dtype)
            )
        )
    top = integers(seed, stream, step, count) >> np.uint32(8)
    numbers: NDArray[np.floating[Any]] = top.astype(dtype)
    numbers *= 2.0**-24
    return numbers


def mask(
    seed: int, stream: int, step: int, shape: tuple[int, ...], rate: float
) -> NDArray[np.bool_]:
    """Random mask that keeps each element with probability 1 - rate.

    An element is kept when its word is at least round(rate · 2**32), so the decision
    is between integers and the same for every dtype; a tie in the rounding goes to the
    even number. rate · 2**32 is exact in float64.

    Parameters
    ----------
    seed, stream, step : int
        As in :func:`integers`.
    shape : tuple of int
        Elements are numbered in row-major order.
    rate : float
        Probability of being dropped, in [0, 1].

    Returns
    -------
    bool array of that shape
        True where the element is kept.

    Raises
    ------
    OptionError
        As in :func:`integers`, or a rate outside [0, 1].

    Examples
    --------
    >>> mask(0, stream_of("dropout_1"), 7, (2, 3), 0.5)
    array([[ True,  True, False],
           [False, False,  True]])
    """
    if not 0 <= rate <= 1:
        raise OptionError(
            _("a dropout rate lies between 0 and 1, not {rate}").format(rate=rate)
        )
    threshold = round(float(rate) * 2**32)
    words = integers(seed, stream, step, math.prod(shape))
    if threshold == 2**32:
        return np.zeros(shape, dtype=np.bool_)
    keep: NDArray[np.bool_] = words >= np.uint32(threshold)
    return keep.reshape(shape)


def permutation(seed: int, stream: int, step: int, count: int) -> NDArray[np.int64]:
    """Random order of 0 .. count - 1: the stable sort of random 64-bit keys.

    Element i has the key word(2i) + 2**32 · word(2i + 1); equal keys keep their order.
    A radix sort of (key, index) pairs from the lowest byte up gives the same order.

    Parameters
    ----------
    seed, stream, step, count : int
        As in :func:`integers`.

    Returns
    -------
    int64 array (count,)

    Raises
    ------
    OptionError
        As in :func:`integers`.

    Examples
    --------
    >>> permutation(0, stream_of("epoch order"), 0, 5)
    array([2, 3, 4, 0, 1])
    """
    keys = _wide_integers(seed, stream, step, count)
    order: NDArray[np.int64] = np.argsort(keys, kind="stable").astype(
        np.int64, copy=False
    )
    return order


def normals(
    seed: int, stream: int, shape: tuple[int, ...], step: int = 0
) -> NDArray[np.float64]:
    """Random numbers from N(0, 1), for initial weights; only ever drawn here.

    Φ⁻¹((k + ½) · 2**-52), where k is the top 52 bits of element i's 64: a number in
    the open interval (0, 1), exact in float64 and symmetric about ½, so that no value
    is infinite (the largest is 8.2 in size). Inverting Φ ties the last bits to the
    machine's logarithm, which is why they are drawn once and then stored.

    Parameters
    ----------
    seed, stream, step : int
        As in :func:`integers`.
    shape : tuple of int
        Elements are numbered in row-major order.

    Returns
    -------
    float64 array of that shape

    Raises
    ------
    OptionError
        As in :func:`integers`.

    Examples
    --------
    >>> normals(0, stream_of("dense_1.weight"), (2, 2)).round(4)
    array([[ 0.6714,  1.1775],
           [-0.8552,  0.8013]])
    """
    keys = _wide_integers(seed, stream, step, math.prod(shape))
    uniform = (keys >> np.uint64(12)).astype(np.float64)
    uniform += 0.5
    uniform *= 2.0**-52
    # Piece by piece: what is computed between fits the caches.
    for start in range(0, len(uniform), QUANTILES_AT_ONCE):
        part = slice(start, start + QUANTILES_AT_ONCE)
        uniform[part] = normal_quantile(uniform[part])
    return uniform.reshape(shape)


def _wide_integers(
    seed: int, stream: int, step: int, count: int
) -> NDArray[np.unsignedinteger[Any]]:
    """Random 64-bit integers: two words each, the low half first."""
    words = integers(seed, stream, step, 2 * _checked(_("the count"), count))
    return words.astype("<u4", copy=False).view("<u8")


def _checked(name: str, value: int) -> int:
    """Return the value as a Python integer, if it fits in 64 bits without a sign."""
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | np.integer):
        raise OptionError(
            _("{name} must be a whole number, not {value!r}").format(
                name=name, value=value
            )
        )
    if not 0 <= value <= MASK64:
        raise OptionError(
            _("{name} must lie between 0 and 2**64 - 1, not {value}").format(
                name=name, value=value
            )
        )
    return int(value)
