"""Bases: functions of one number, and how they are joined over several."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

import numpy as np
from numpy.polynomial.chebyshev import chebvander
from numpy.polynomial.legendre import legvander

from neurona.arrays import Array
from neurona.errors import OptionError, unknown_name
from neurona.messages import _

__all__ = ["BASES", "Basis", "Cross", "Frame", "Term", "basis_named", "terms_of"]

Cross: TypeAlias = Literal["none", "total", "grid"]
Term: TypeAlias = tuple[tuple[int, int], ...]
"""Product of functions: pairs of an input and of one of its functions, from 0."""


@dataclass(frozen=True)
class Frame:
    """Where functions of one input stand.

    Parameters
    ----------
    degree : int
    low, high : float
        Range of the input.
    centres : tuple of float
        μ of the radial functions.
    sigma : float
        Their σ.
    knots : int
        Of splines.
    wavelet : str
        Name of a Daubechies wavelet, as PyWavelets has it.
    """

    degree: int
    low: float = -1.0
    high: float = 1.0
    centres: tuple[float, ...] = ()
    sigma: float = 1.0
    knots: int = 5
    wavelet: str = "db2"

    def scaled(self, x: Array, low: float, high: float) -> Array:
        """The input's range brought to another; beyond its ends it goes on."""
        length = self.high - self.low or 1.0
        return np.asarray(low + (x - self.low) * ((high - low) / length))


@dataclass(frozen=True)
class Basis:
    """Functions of one number, the constant left out.

    Parameters
    ----------
    columns : callable
        From numbers (N,) and a frame to values (N, M).
    names : callable
        From a frame to the M names, with {x} where the input's belongs.
    orders : callable
        From a frame to the order of each of the M functions, as a polynomial's degree.
    cross : {"none", "total", "grid"}
        How several inputs are joined unless told otherwise.
    """

    columns: Callable[[Array, Frame], Array]
    names: Callable[[Frame], list[str]]
    orders: Callable[[Frame], list[int]]
    cross: Cross = "none"


def powers(x: Array, frame: Frame) -> Array:
    return np.vander(x, frame.degree + 1, increasing=True)[:, 1:]


def legendre(x: Array, frame: Frame) -> Array:
    return np.asarray(legvander(frame.scaled(x, -1, 1), frame.degree)[:, 1:])


def chebyshev(x: Array, frame: Frame) -> Array:
    return np.asarray(chebvander(frame.scaled(x, -1, 1), frame.degree)[:, 1:])


def fourier(x: Array, frame: Frame) -> Array:
    """Write sin kt and cos kt, t going once around over the input's range."""
    t = np.outer(frame.scaled(x, 0, 2 * math.pi), np.arange(1, frame.degree + 1))
    return np.stack([np.sin(t), np.cos(t)], axis=2).reshape(len(x), -1)


def radial(x: Array, frame: Frame) -> Array:
    """Write exp(−(x − μ)²/(2σ²)) for every μ."""
    steps = (x[:, None] - np.asarray(frame.centres)) / frame.sigma
    return np.asarray(np.exp(-(steps**2) / 2))


def dyadic(frame: Frame) -> list[tuple[int, int]]:
    """Levels j and places k of wavelets: 2ʲ of them on each level."""
    return [(j, k) for j in range(frame.degree) for k in range(2**j)]


def on_dyadic_grid(mother: Callable[[Array, Frame], Array]) -> Callable[..., Array]:
    """Write 2^(j/2) ψ(2ʲ t − k) for every level and place, t in [0, 1]."""

    def columns(x: Array, frame: Frame) -> Array:
        t = frame.scaled(x, 0, 1)
        found = [2 ** (j / 2) * mother(2**j * t - k, frame) for j, k in dyadic(frame)]
        return np.column_stack(found)

    return columns


def haar(t: Array, frame: Frame) -> Array:
    """1 on [0, ½), −1 on [½, 1), 0 elsewhere; the range's end belongs to it."""
    inside = (t >= 0) & (t <= 1)
    return np.where(inside, np.where(t < 0.5, 1.0, -1.0), 0.0)


def mexican_hat(t: Array, frame: Frame) -> Array:
    """Write (1 − s²) e^(−s²/2) with s from −1 to 1 over [0, 1]: neighbours overlap."""
    s = 2 * t - 1
    return np.asarray((1 - s**2) * np.exp(-(s**2) / 2))


def daubechies(t: Array, frame: Frame) -> Array:
    """Mother wavelet of PyWavelets between its samples, its support being [0, 1]."""
    places, values = sampled_wavelet(frame.wavelet)
    return np.interp(t, places, values, left=0.0, right=0.0)


def sampled_wavelet(name: str) -> tuple[Array, Array]:
    try:
        import pywt
    except ImportError:
        raise OptionError(
            _("Daubechies wavelets need PyWavelets: pip install 'neurona[wavelets]'")
        ) from None
    known = pywt.wavelist("db")
    if name not in known:
        raise OptionError(unknown_name(_("wavelet"), name, known))
    _phi, psi, x = pywt.Wavelet(name).wavefun(level=10)
    return np.asarray((x - x[0]) / (x[-1] - x[0])), np.asarray(psi)


def spline(x: Array, frame: Frame) -> Array:
    from sklearn.preprocessing import SplineTransformer

    knots = np.linspace(frame.low, frame.high, frame.knots)
    if frame.low == frame.high:
        knots = np.linspace(frame.low - 0.5, frame.low + 0.5, frame.knots)
    made = SplineTransformer(
        degree=frame.degree, knots=knots[:, None], include_bias=False
    )
    return np.asarray(made.fit(knots[:, None]).transform(x[:, None]))


def playground(x: Array, frame: Frame) -> Array:
    return np.column_stack([x, x**2, np.sin(x)])


def numbered(pattern: str) -> Callable[[Frame], list[str]]:
    """Names with {k} for 1, 2, … up to the degree."""
    return lambda frame: [
        pattern.replace("{k}", str(k)) for k in range(1, frame.degree + 1)
    ]


def powers_named(frame: Frame) -> list[str]:
    return ["{x}", *[f"{{x}}^{k}" for k in range(2, frame.degree + 1)]]


def waves_named(frame: Frame) -> list[str]:
    return [f"{f} {k}{{x}}" for k in range(1, frame.degree + 1) for f in ("sin", "cos")]


def wavelets_named(frame: Frame) -> list[str]:
    return [f"psi_{j},{k}({{x}})" for j, k in dyadic(frame)]


def wavelets(mother: Callable[[Array, Frame], Array]) -> Basis:
    return Basis(
        on_dyadic_grid(mother), wavelets_named, lambda f: [j + 1 for j, _k in dyadic(f)]
    )


def up_to_degree(frame: Frame) -> list[int]:
    return list(range(1, frame.degree + 1))


BASES: Final[Mapping[str, Basis]] = {
    "polynomial": Basis(powers, powers_named, up_to_degree, "total"),
    "fourier": Basis(
        fourier, waves_named, lambda f: [k for k in up_to_degree(f) for _i in "sc"]
    ),
    "legendre": Basis(legendre, numbered("P{k}({x})"), up_to_degree),
    "chebyshev": Basis(chebyshev, numbered("T{k}({x})"), up_to_degree),
    "radial": Basis(
        radial,
        lambda f: [f"radial({{x}}; {c:.4g})" for c in f.centres],
        lambda f: [1] * len(f.centres),
    ),
    "haar": wavelets(haar),
    "mexican_hat": wavelets(mexican_hat),
    "daubechies": wavelets(daubechies),
    "spline": Basis(
        spline,
        lambda f: [f"B{k}({{x}})" for k in range(f.knots + f.degree - 2)],
        lambda f: [1] * (f.knots + f.degree - 2),
    ),
    "playground": Basis(
        playground, lambda f: ["{x}", "{x}^2", "sin {x}"], lambda f: [1, 2, 3], "total"
    ),
}
"""Every basis by name.

Degree means: of polynomials and splines the degree, of waves the highest frequency, of
wavelets the levels, of radial functions (without given centres) their number; the
playground has none.
"""


def basis_named(name: Any) -> Basis:
    """Basis of a name.

    Raises
    ------
    OptionError
        There is none; the message offers the nearest ones.
    """
    found = BASES.get(name) if isinstance(name, str) else None
    if found is None:
        raise OptionError(unknown_name(_("basis"), name, BASES))
    return found


def terms_of(
    name: str, orders: Sequence[Sequence[int]], degree: int, cross: Cross
) -> Iterator[Term]:
    """Products of functions that a basis of several inputs has.

    Parameters
    ----------
    name : str
    orders : sequence of sequence of int
        Of the functions of each input.
    degree : int
        Largest sum of orders of a product, where ``cross`` is "total".
    cross : {"none", "total", "grid"}

    Examples
    --------
    >>> list(terms_of("polynomial", [[1, 2], [1, 2]], 2, "total"))
    [((0, 0),), ((1, 0),), ((0, 1),), ((0, 0), (1, 0)), ((1, 1),)]
    """
    inputs = range(len(orders))
    if name == "playground":
        yield from (((i, c),) for c in (0, 1) for i in inputs)
        yield from (((i, 0), (j, 0)) for i, j in itertools.combinations(inputs, 2))
        yield from (((i, 2),) for i in inputs)
    elif cross == "none":
        yield from (((i, c),) for i in inputs for c in range(len(orders[i])))
    elif cross == "total":
        yield from terms_of_total_degree(orders, degree)
    else:
        for chosen in itertools.product(*[range(len(own) + 1) for own in orders]):
            term = tuple((i, c - 1) for i, c in enumerate(chosen) if c)
            if term:
                yield term


def terms_of_total_degree(
    orders: Sequence[Sequence[int]], degree: int
) -> Iterator[Term]:
    """Products whose orders sum to at most a degree, in scikit-learn's order."""
    from sklearn.preprocessing import PolynomialFeatures

    made = PolynomialFeatures(degree, include_bias=False)
    for powers_ in made.fit(np.zeros((1, len(orders)))).powers_.tolist():
        choices = [
            [(i, c) for c, order in enumerate(orders[i]) if order == power]
            for i, power in enumerate(powers_)
            if power
        ]
        yield from itertools.product(*choices)
