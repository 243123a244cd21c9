"""What is believed of a line's weights once data are seen: closed form."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve

from neurona.arrays import Array
from neurona.errors import DataError
from neurona.messages import _
from neurona.settings import Positive, checked
from neurona.statistics.band import PredictiveBand

__all__ = ["LinePosterior", "line_posterior"]


@dataclass(frozen=True, eq=False)
class LinePosterior:
    """N(m, S): a Gaussian over the weights of a line.

    Parameters
    ----------
    mean : array (d,)
        m: the most probable weights, those of ridge regression with strength σ²·α.
    covariance : array (d, d)
        S.
    noise_std : float
        σ, of an observation about the line.
    """

    mean: Array
    covariance: Array
    noise_std: float

    def band(self, features: Array) -> PredictiveBand:
        """Answers for rows of features (N, d): φᵀm, with variance σ² + φᵀSφ."""
        of_model = np.einsum("nd,de,ne->n", features, self.covariance, features)
        std = np.sqrt(self.noise_std**2 + of_model)
        return PredictiveBand(features @ self.mean, std, np.sqrt(of_model))


def line_posterior(
    features: Array, y: Array, precision: Array | float, noise_std: float
) -> LinePosterior:
    """Posterior of the weights w of y = φᵀw + noise, for the prior N(0, A⁻¹).

    Parameters
    ----------
    features : array (N, d)
        Rows φ; a column of ones for a bias.
    y : array (N,)
    precision : float or array (d,)
        α, the diagonal of A: at least 0, where 0 is a flat prior.
    noise_std : float
        σ, above 0.

    Raises
    ------
    DataError
        Columns depend on one another, and the prior leaves their weights open.

    Notes
    -----
    Math: S = (A + ΦᵀΦ/σ²)⁻¹, m = SΦᵀy/σ².
    Source: C. Bishop, *Pattern Recognition and Machine Learning*, 2006, section 3.3.

    Examples
    --------
    >>> rows = np.array([[1.0, 0.0], [1.0, 1.0], [1.0, 2.0]])
    >>> line_posterior(rows, rows @ [1.0, 2.0], 1e-9, 0.1).mean.round(6)
    array([1., 2.])
    """
    weight = 1 / checked("noise_std", noise_std, Positive) ** 2
    diagonal = np.broadcast_to(np.asarray(precision, np.float64), features.shape[1:])
    try:
        factor = cho_factor(np.diag(diagonal) + weight * features.T @ features)
    except LinAlgError as error:
        raise DataError(
            _(
                "the data leave some weights open, since columns depend on one another "
                "or are 0: give a prior with a precision above 0"
            )
        ) from error
    covariance = cho_solve(factor, np.eye(len(diagonal)))
    mean = cho_solve(factor, weight * features.T @ y)
    return LinePosterior(mean, covariance, noise_std)
