"""Activation functions: what a unit makes of its weighted sum."""

from __future__ import annotations

import abc
from dataclasses import dataclass
from math import sqrt
from types import MappingProxyType
from typing import ClassVar, Final

from neurona import graph as g
from neurona.graph import Node
from neurona.messages import _
from neurona.settings import Choice, NonNegative, Positive, as_choice, by_name

__all__ = [
    "ACTIVATIONS",
    "ALIASES",
    "ELU",
    "GELU",
    "SELU",
    "ActivationFunction",
    "Arctan",
    "Heaviside",
    "Identity",
    "LeakyReLU",
    "Mish",
    "ReLU",
    "SiLU",
    "Sigmoid",
    "Sign",
    "Sine",
    "Softmax",
    "Softplus",
    "Tanh",
    "as_activation",
]


@dataclass(frozen=True)
class ActivationFunction(Choice):
    """A function applied to what a layer computed, z ↦ a."""

    initializer: ClassVar[str] = "glorot_uniform"
    """The initializer that keeps the size of the signal through such units."""

    elementwise: ClassVar[bool] = True
    """Whether each a depends on the z of its own unit alone."""

    @abc.abstractmethod
    def apply(self, x: Node) -> Node:
        """Write the function into the graph of its argument."""


@dataclass(frozen=True)
class Identity(ActivationFunction):
    """f(z) = z."""

    name: ClassVar[str] = "identity"

    def apply(self, x: Node) -> Node:
        """The argument itself."""
        return x


@dataclass(frozen=True)
class Heaviside(ActivationFunction):
    """Threshold unit: 1 where z ≥ 0, else 0. Its slope is 0, so it cannot learn.

    Parameters
    ----------
    strict : bool
        Fire only above 0: 1 where z > 0.
    """

    name: ClassVar[str] = "heaviside"
    strict: bool = False

    def apply(self, x: Node) -> Node:
        """H(z), or 1 − H(−z) where strict."""
        return 1.0 - g.heaviside(-x) if self.strict else g.heaviside(x)


@dataclass(frozen=True)
class Sign(ActivationFunction):
    """−1, 0 or 1, as z is negative, zero or positive. Its slope is 0."""

    name: ClassVar[str] = "sign"

    def apply(self, x: Node) -> Node:
        """Sign of z."""
        return g.sign(x)


@dataclass(frozen=True)
class Arctan(ActivationFunction):
    """f(z) = arctan z, f′(z) = 1/(1 + z²)."""

    name: ClassVar[str] = "arctan"

    def apply(self, x: Node) -> Node:
        """The angle whose tangent is z."""
        return g.arctan(x)


@dataclass(frozen=True)
class Sigmoid(ActivationFunction):
    """σ(z) = 1/(1 + e^(−z)), σ′(z) = σ(z)(1 − σ(z))."""

    name: ClassVar[str] = "sigmoid"

    def apply(self, x: Node) -> Node:
        """σ(z)."""
        return g.sigmoid(x)


@dataclass(frozen=True)
class Tanh(ActivationFunction):
    """f(z) = tanh z, f′(z) = 1 − tanh² z."""

    name: ClassVar[str] = "tanh"

    def apply(self, x: Node) -> Node:
        """Hyperbolic tangent of z."""
        return g.tanh(x)


@dataclass(frozen=True)
class ReLU(ActivationFunction):
    """f(z) = max(z, 0); f′(0) = 0 by convention."""

    name: ClassVar[str] = "relu"
    initializer: ClassVar[str] = "he_normal"

    def apply(self, x: Node) -> Node:
        """Larger of z and 0."""
        return g.maximum(x, 0.0)


@dataclass(frozen=True)
class LeakyReLU(ActivationFunction):
    """f(z) = z where z > 0, else slope·z.

    Parameters
    ----------
    slope : float
        At least 0.
    """

    name: ClassVar[str] = "leaky_relu"
    initializer: ClassVar[str] = "he_normal"
    slope: NonNegative = 0.01

    def apply(self, x: Node) -> Node:
        """The argument, or its small multiple below 0."""
        return g.where(x > 0, x, self.slope * x)


@dataclass(frozen=True)
class SiLU(ActivationFunction):
    """f(z) = z σ(z), also called Swish.

    Notes
    -----
    Source: S. Elfwing, E. Uchibe, K. Doya, "Sigmoid-weighted linear units", 2018.
    """

    name: ClassVar[str] = "silu"
    initializer: ClassVar[str] = "he_normal"

    def apply(self, x: Node) -> Node:
        """The argument times its sigmoid."""
        return x * g.sigmoid(x)


def exponential_below(x: Node, alpha: float) -> Node:
    """Return z where z > 0, else α(e^z − 1).

    The exponential of a positive z, which is not taken, would overflow and turn the
    zero gradient of its branch into NaN; so it is given 0 there.
    """
    above = x > 0
    return g.where(above, x, alpha * g.expm1(g.where(above, 0.0, x)))


@dataclass(frozen=True)
class ELU(ActivationFunction):
    """f(z) = z where z > 0, else α(e^z − 1).

    Parameters
    ----------
    alpha : float
        Above 0.

    Notes
    -----
    Source: D.-A. Clevert, T. Unterthiner, S. Hochreiter, "Fast and accurate deep
    network learning by exponential linear units", 2016, equation 15.
    """

    name: ClassVar[str] = "elu"
    initializer: ClassVar[str] = "he_normal"
    alpha: Positive = 1.0

    def apply(self, x: Node) -> Node:
        """ELU of z."""
        return exponential_below(x, self.alpha)


SELU_ALPHA: Final = 1.6732632423543772848
SELU_SCALE: Final = 1.0507009873554804934


@dataclass(frozen=True)
class SELU(ActivationFunction):
    """f(z) = λ ELU(z), with α and λ that keep mean 0 and variance 1.

    Notes
    -----
    Source: G. Klambauer et al., "Self-normalizing neural networks", 2017, equation 2.
    """

    name: ClassVar[str] = "selu"
    initializer: ClassVar[str] = "lecun_normal"

    def apply(self, x: Node) -> Node:
        """SELU of z."""
        return SELU_SCALE * exponential_below(x, SELU_ALPHA)


@dataclass(frozen=True)
class GELU(ActivationFunction):
    """f(z) = z Φ(z) = ½ z (1 + erf(z/√2)), exactly.

    Notes
    -----
    Source: D. Hendrycks, K. Gimpel, "Gaussian error linear units", 2016, section 2;
    not the approximation by tanh.
    """

    name: ClassVar[str] = "gelu"
    initializer: ClassVar[str] = "he_normal"

    def apply(self, x: Node) -> Node:
        """The argument times Φ of it."""
        return 0.5 * x * (1.0 + g.erf(x * sqrt(0.5)))


@dataclass(frozen=True)
class Softplus(ActivationFunction):
    """f(z) = ln(1 + e^z), f′(z) = σ(z)."""

    name: ClassVar[str] = "softplus"
    initializer: ClassVar[str] = "he_normal"

    def apply(self, x: Node) -> Node:
        """Softplus of z."""
        return g.softplus(x)


@dataclass(frozen=True)
class Mish(ActivationFunction):
    """f(z) = z tanh(ln(1 + e^z)).

    Notes
    -----
    Source: D. Misra, "Mish: a self regularized non-monotonic activation function",
    2020, equation 1.
    """

    name: ClassVar[str] = "mish"
    initializer: ClassVar[str] = "he_normal"

    def apply(self, x: Node) -> Node:
        """The argument times the hyperbolic tangent of its softplus."""
        return x * g.tanh(g.softplus(x))


@dataclass(frozen=True)
class Sine(ActivationFunction):
    """f(z) = sin z."""

    name: ClassVar[str] = "sine"

    def apply(self, x: Node) -> Node:
        """Sine of z, in radians."""
        return g.sin(x)


@dataclass(frozen=True)
class Softmax(ActivationFunction):
    """f(z)ᵢ = e^zᵢ / Σⱼ e^zⱼ over the last axis: numbers above 0 that sum to 1."""

    name: ClassVar[str] = "softmax"
    elementwise: ClassVar[bool] = False

    def apply(self, x: Node) -> Node:
        """Softmax of z."""
        return g.softmax(x)


ACTIVATIONS: Final = by_name(
    Identity, Heaviside, Sign, Arctan, Sigmoid, Tanh, ReLU, LeakyReLU, SiLU,
    ELU, SELU, GELU, Softplus, Mish, Sine, Softmax,
)  # fmt: skip
"""Every activation function by name."""

ALIASES: Final = MappingProxyType(
    {"linear": "identity", "step": "heaviside", "logistic": "sigmoid", "swish": "silu"}
)
"""Other names of some."""


def as_activation(
    value: ActivationFunction | type[ActivationFunction] | str,
) -> ActivationFunction:
    """Activation function by name, class or instance.

    Raises
    ------
    OptionError
        There is none of that name; the message offers the nearest ones.

    Examples
    --------
    >>> as_activation("leaky_relu")
    LeakyReLU(slope=0.01)
    >>> as_activation("sigmoidal")
    Traceback (most recent call last):
    ...
    neurona.errors.OptionError: unknown activation 'sigmoidal'; did you mean sigmoid?
    """
    return as_choice(value, _("activation"), ActivationFunction, ACTIVATIONS, ALIASES)
