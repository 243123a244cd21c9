"""Initializers: the numbers that weights start from."""

from __future__ import annotations

import abc
import math
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Final

import numpy as np

from neurona.arrays import Array
from neurona.errors import OptionError
from neurona.messages import _
from neurona.reference.random_numbers import normals, uniforms
from neurona.settings import Choice, NonNegative, Positive, as_choice, by_name

__all__ = [
    "INITIALIZERS",
    "Constant",
    "GlorotNormal",
    "GlorotUniform",
    "HeNormal",
    "HeUniform",
    "Initializer",
    "LeCunNormal",
    "LeCunUniform",
    "Normal",
    "Orthogonal",
    "Uniform",
    "Zeros",
    "as_initializer",
    "fans",
]


def fans(shape: tuple[int, ...]) -> tuple[int, int]:
    """Number of inputs and of outputs of an array of weights, (I, O).

    Examples
    --------
    >>> fans((5, 16)), fans((16,))
    ((5, 16), (16, 16))
    """
    return (shape[0], shape[-1]) if shape else (1, 1)


@dataclass(frozen=True)
class Initializer(Choice):
    """A way to draw the first value of a parameter.

    Notes
    -----
    Laws: the same seed and stream give the same numbers; a variance over a number of
    inputs or outputs is that of the whole array, normals being not truncated.
    """

    @abc.abstractmethod
    def draw(self, shape: tuple[int, ...], seed: int, stream: int) -> Array:
        """Numbers of a shape.

        Parameters
        ----------
        shape : tuple of int
            (I, O) for weights.
        seed, stream : int
            Whole numbers of at least 0; the stream is that of the parameter's name.

        Returns
        -------
        float64 array
        """


def draw_uniform(
    shape: tuple[int, ...], seed: int, stream: int, low: float, high: float
) -> Array:
    share = uniforms(seed, stream, 0, math.prod(shape)).reshape(shape)
    return np.asarray(low + (high - low) * share, dtype=np.float64)


@dataclass(frozen=True)
class Zeros(Initializer):
    """Zeros: for biases. Weights that all start equal stay equal."""

    name: ClassVar[str] = "zeros"

    def draw(self, shape: tuple[int, ...], seed: int, stream: int) -> Array:
        """Zeros of a shape."""
        return np.zeros(shape)


@dataclass(frozen=True)
class Constant(Initializer):
    """One number everywhere.

    Parameters
    ----------
    value : float
    """

    name: ClassVar[str] = "constant"
    value: float

    def draw(self, shape: tuple[int, ...], seed: int, stream: int) -> Array:
        """Array of a shape, filled with the number."""
        return np.full(shape, self.value)


@dataclass(frozen=True)
class Uniform(Initializer):
    """U(low, high), by default U(0, 1).

    Parameters
    ----------
    low, high : float
        The low end is drawn, the high end never; low is at most high.
    """

    name: ClassVar[str] = "uniform"
    low: float = 0.0
    high: float = 1.0

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.low > self.high:
            raise OptionError(
                _("Uniform: low must be at most high, not {low} and {high}").format(
                    low=self.low, high=self.high
                )
            )

    def draw(self, shape: tuple[int, ...], seed: int, stream: int) -> Array:
        """Draws from U(low, high)."""
        return draw_uniform(shape, seed, stream, self.low, self.high)


@dataclass(frozen=True)
class Normal(Initializer):
    """N(mean, std²), by default N(0, 1).

    Parameters
    ----------
    mean : float
    std : float
        At least 0.
    """

    name: ClassVar[str] = "normal"
    mean: float = 0.0
    std: NonNegative = 1.0

    def draw(self, shape: tuple[int, ...], seed: int, stream: int) -> Array:
        """Draws from N(mean, std²)."""
        return self.mean + self.std * normals(seed, stream, shape)


@dataclass(frozen=True)
class VarianceScaling(Initializer):
    """Mean 0 and a variance set by the numbers of inputs and outputs."""

    uniform: ClassVar[bool]

    @abc.abstractmethod
    def variance(self, inputs: int, outputs: int) -> float:
        """Variance of each weight, from the numbers of inputs and outputs."""

    def draw(self, shape: tuple[int, ...], seed: int, stream: int) -> Array:
        """Draws of that variance: U(−√(3v), √(3v)) or N(0, v)."""
        variance = self.variance(*fans(shape))
        if self.uniform:
            limit = math.sqrt(3.0 * variance)
            return draw_uniform(shape, seed, stream, -limit, limit)
        return math.sqrt(variance) * normals(seed, stream, shape)


@dataclass(frozen=True)
class Glorot(VarianceScaling):
    """Variance 2/(I + O): keeps the size of values and of gradients on average."""

    def variance(self, inputs: int, outputs: int) -> float:
        """2/(I + O)."""
        return 2.0 / (inputs + outputs)


@dataclass(frozen=True)
class GlorotUniform(Glorot):
    """U(−√(6/(I + O)), √(6/(I + O))), for tanh, sigmoid and the identity.

    Notes
    -----
    Source: X. Glorot, Y. Bengio, "Understanding the difficulty of training deep
    feedforward neural networks", 2010, equation 16.
    """

    name: ClassVar[str] = "glorot_uniform"
    uniform: ClassVar[bool] = True


@dataclass(frozen=True)
class GlorotNormal(Glorot):
    """N(0, 2/(I + O)), for tanh, sigmoid and the identity."""

    name: ClassVar[str] = "glorot_normal"
    uniform: ClassVar[bool] = False


@dataclass(frozen=True)
class He(VarianceScaling):
    """Variance 2/I: makes up for the half of its inputs that a ReLU unit drops."""

    def variance(self, inputs: int, outputs: int) -> float:
        """2/I."""
        return 2.0 / inputs


@dataclass(frozen=True)
class HeUniform(He):
    """U(−√(6/I), √(6/I)), for the ReLU family."""

    name: ClassVar[str] = "he_uniform"
    uniform: ClassVar[bool] = True


@dataclass(frozen=True)
class HeNormal(He):
    """N(0, 2/I), for the ReLU family.

    Notes
    -----
    Source: K. He et al., "Delving deep into rectifiers", 2015, equation 10.
    """

    name: ClassVar[str] = "he_normal"
    uniform: ClassVar[bool] = False


@dataclass(frozen=True)
class LeCun(VarianceScaling):
    """Variance 1/I: weighted sums of inputs of variance 1 have variance 1."""

    def variance(self, inputs: int, outputs: int) -> float:
        """1/I."""
        return 1.0 / inputs


@dataclass(frozen=True)
class LeCunNormal(LeCun):
    """N(0, 1/I), for SELU.

    Notes
    -----
    Source: Y. LeCun et al., "Efficient backprop", 1998, equation 16.
    """

    name: ClassVar[str] = "lecun_normal"
    uniform: ClassVar[bool] = False


@dataclass(frozen=True)
class LeCunUniform(LeCun):
    """U(−√(3/I), √(3/I))."""

    name: ClassVar[str] = "lecun_uniform"
    uniform: ClassVar[bool] = True


@dataclass(frozen=True)
class Orthogonal(Initializer):
    """Orthonormal rows or columns, whichever are fewer, times a gain.

    Parameters
    ----------
    gain : float
        Above 0.

    Notes
    -----
    Laws: for W of shape (I, O), WᵀW = gain²·1 where O ≤ I, and WWᵀ = gain²·1 where
    I ≤ O. Drawn uniformly from such matrices: the QR decomposition of normals, with
    signs that make R's diagonal positive.
    Source: A. Saxe, J. McClelland, S. Ganguli, "Exact solutions to the nonlinear
    dynamics of learning in deep linear neural networks", 2014.
    """

    name: ClassVar[str] = "orthogonal"
    gain: Positive = 1.0

    def draw(self, shape: tuple[int, ...], seed: int, stream: int) -> Array:
        """Matrix of a shape (I, O)."""
        if len(shape) != 2:
            raise OptionError(
                _("Orthogonal draws matrices, not arrays of shape {shape}").format(
                    shape=shape
                )
            )
        tall = normals(seed, stream, (max(shape), min(shape)))
        q, r = np.linalg.qr(tall)
        q = q * np.where(np.diagonal(r) < 0, -1.0, 1.0)
        return self.gain * (q if shape[0] >= shape[1] else q.T)


INITIALIZERS: Final = by_name(
    Zeros, Constant, Uniform, Normal, GlorotUniform, GlorotNormal, HeUniform,
    HeNormal, LeCunNormal, LeCunUniform, Orthogonal,
)  # fmt: skip
"""Every initializer by name."""

ALIASES: Final = MappingProxyType(
    {"glorot": "glorot_uniform", "he": "he_normal", "lecun": "lecun_normal"}
)


def as_initializer(value: Initializer | type[Initializer] | str) -> Initializer:
    """Initializer by name, class or instance.

    Raises
    ------
    OptionError
        There is none of that name; the message offers the nearest ones.

    Examples
    --------
    >>> as_initializer("uniform")
    Uniform(low=0.0, high=1.0)
    """
    return as_choice(value, _("initializer"), Initializer, INITIALIZERS, ALIASES)
