"""Φ⁻¹ beside SciPy's, over the whole of the open interval."""

import numpy as np
from scipy.special import ndtri

from neurona.reference.normal_quantile import normal_quantile

# What the algorithm promises, relatively; both are rounded.
TOLERANCE = 2e-15

LEAST = 2.0**-53
CHANCES = np.unique(
    np.concatenate(
        [
            np.geomspace(LEAST, 0.5, 4001),
            np.linspace(LEAST, 1 - LEAST, 4001),
            1 - np.geomspace(LEAST, 0.5, 4001),
            [0.075, 0.925, np.exp(-25.0)],
        ]
    )
)


def test_it_is_the_inverse_of_the_normal_distribution():
    wanted = ndtri(CHANCES)
    np.testing.assert_allclose(
        normal_quantile(CHANCES), wanted, rtol=TOLERANCE, atol=TOLERANCE
    )


def test_it_is_odd_about_one_half():
    p = (np.arange(1, 2000) + 0.5) * 2.0**-12
    p = p[p < 0.5]
    np.testing.assert_array_equal(normal_quantile(1 - p), -normal_quantile(p))


def test_it_never_falls():
    assert (np.diff(normal_quantile(CHANCES)) >= 0).all()
