"""The inverse of the normal distribution, from which initial weights are drawn."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["normal_quantile"]

Numbers = NDArray[np.float64]

# Numerators and denominators, the highest power first: near the median in 0.425² − q²,
# in the flanks and in the tails in the root of −ln p.
MIDDLE: Final = (
    (2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4,
     4.5921953931549871457e4, 1.3731693765509461125e4, 1.9715909503065514427e3,
     1.3314166789178437745e2, 3.3871328727963666080e0),
    (5.2264952788528545610e3, 2.8729085735721942674e4, 3.9307895800092710610e4,
     2.1213794301586595867e4, 5.3941960214247511077e3, 6.8718700749205790830e2,
     4.2313330701600911252e1, 1.0),
)  # fmt: skip
FLANKS: Final = (
    (7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1,
     1.27045825245236838258e0, 3.64784832476320460504e0, 5.76949722146069140550e0,
     4.63033784615654529590e0, 1.42343711074968357734e0),
    (1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2,
     1.48103976427480074590e-1, 6.89767334985100004550e-1, 1.67638483018380384940e0,
     2.05319162663775882187e0, 1.0),
)  # fmt: skip
TAILS: Final = (
    (2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3,
     2.65321895265761230930e-2, 2.96560571828504891230e-1, 1.78482653991729133580e0,
     5.46378491116411436990e0, 6.65790464350110377720e0),
    (2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5,
     7.86869131145613259100e-4, 1.48753612908506148525e-2, 1.36929880922735805310e-1,
     5.99832206555887937690e-1, 1.0),
)  # fmt: skip


def normal_quantile(p: Numbers) -> Numbers:
    """Φ⁻¹(p): the number that a standard normal variable stays below with chance p.

    Parameters
    ----------
    p : float64 array (N,)
        In the open interval (0, 1).

    Returns
    -------
    float64 array (N,)

    Notes
    -----
    Numerics: rational functions on three ranges, within 2e-15 of the exact value,
    relatively. SciPy has the same function, but importing it takes longer than all of
    this package, and its last bits depend on its version.

    Laws: Φ⁻¹(1 − p) = −Φ⁻¹(p), exactly where 1 − p is exact.

    Source: M. J. Wichura, Algorithm AS 241, Applied Statistics 37 (1988), PPND16.

    Examples
    --------
    >>> normal_quantile(np.array([0.5, 0.975, 1e-9])).round(6)
    array([ 0.      ,  1.959964, -5.997807])
    """
    q = p - 0.5
    found = q * ratio(MIDDLE, 0.180625 - q * q)
    outside = np.abs(q) > 0.425
    nearest = np.minimum(p[outside], 1.0 - p[outside])
    root = np.sqrt(-np.log(nearest))
    size = ratio(FLANKS, root - 1.6)
    far = root > 5.0
    size[far] = ratio(TAILS, root[far] - 5.0)
    found[outside] = np.copysign(size, q[outside])
    return found


def ratio(
    polynomials: tuple[tuple[float, ...], tuple[float, ...]], x: Numbers
) -> Numbers:
    """Value of a numerator over that of a denominator, both by Horner's rule."""
    above, below = (np.full_like(x, coefficients[0]) for coefficients in polynomials)
    for value, coefficients in zip((above, below), polynomials, strict=True):
        for coefficient in coefficients[1:]:
            value *= x
            value += coefficient
    return above / below
