"""A basis as a transformer: columns of numbers in, functions of them out."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import (
    _check_feature_names_in,
    check_is_fitted,
    validate_data,
)

from neurona.arrays import Array
from neurona.errors import OptionError
from neurona.estimators.bases.basis_functions import Cross, Frame, basis_named, terms_of
from neurona.estimators.bases.counting import count_columns
from neurona.messages import _
from neurona.settings import Count, Natural, Positive, checked

__all__ = ["BasisFeatures"]

MOST_COLUMNS: Final = 100_000


class BasisFeatures(TransformerMixin, BaseEstimator):
    """Functions of a basis, one column each.

    Math:     Φ[n, k] = φ_k(x_n)
    Shapes:   X (N, d) -> Φ (N, K)

    Parameters
    ----------
    basis : str
        ``polynomial``, ``fourier``, ``legendre``, ``chebyshev``, ``radial``, ``haar``,
        ``mexican_hat``, ``daubechies`` (the extra ``wavelets``), ``spline`` or
        ``playground``.
    degree : int
        Of polynomials and splines the degree, of waves the highest frequency, of
        wavelets the levels, of radial functions without ``mu`` their number.
    cross : {"none", "total", "grid"}, optional
        Products of functions of several inputs: none, those whose degrees sum to at
        most ``degree`` (polynomials by default), or all.
    include_bias : bool
        Whether the first column is 1.
    mu : sequence of float, optional
        Centres of radial functions; by default evenly over each input's range.
    sigma : float, optional
        σ of radial functions; by default the distance of their centres.
    precision : float, optional
        α = 1/(2σ²), in its place.
    n_knots : int
        Of splines, evenly over each input's range.
    wavelet : str
        ``db1`` to ``db38``, for ``daubechies``.

    Attributes
    ----------
    frames_ : list of Frame
        Range and settings of each input. Legendre, Chebyshev, Fourier and wavelets
        stand over the range of the rows fitted on; polynomials take x as it is.
    terms_ : list
        Products, as pairs of an input and its function.

    Notes
    -----
    Source: notes S4:130-200; the playground's are x, x², x₁x₂ and sin x.

    Examples
    --------
    >>> BasisFeatures(degree=2).fit_transform([[1.0, 2.0]])
    array([[1., 2., 1., 2., 4.]])
    >>> BasisFeatures("radial", mu=[0], sigma=1).fit_transform([[1.0]]).round(7)
    array([[0.6065307]])
    """

    def __init__(
        self,
        basis: str = "polynomial",
        degree: int = 3,
        *,
        cross: Cross | None = None,
        include_bias: bool = False,
        mu: Any = None,
        sigma: float | None = None,
        precision: float | None = None,
        n_knots: int = 5,
        wavelet: str = "db2",
    ) -> None:
        self.basis = basis
        self.degree = degree
        self.cross = cross
        self.include_bias = include_bias
        self.mu = mu
        self.sigma = sigma
        self.precision = precision
        self.n_knots = n_knots
        self.wavelet = wavelet

    def fit(self, X: Any, y: Any = None) -> BasisFeatures:
        """Find the range of each input.

        Raises
        ------
        OptionError
            A setting is out of its range, or the columns would be too many.
        """
        basis = basis_named(self.basis)
        lowest = Natural if self.basis == "polynomial" else Count
        degree = checked("degree", self.degree, lowest)
        cross = (
            basis.cross if self.cross is None else checked("cross", self.cross, Cross)
        )
        checked("include_bias", self.include_bias, bool)
        X = validate_data(self, X, dtype=np.float64)
        self.frames_ = [self._frame(column, degree) for column in X.T]
        orders = [basis.orders(frame) for frame in self.frames_]
        count = count_columns(self.basis, orders, degree, cross)
        if count > MOST_COLUMNS:
            raise OptionError(
                _(
                    "degree {degree} of {inputs} inputs makes {count:,} columns: lower "
                    "it, or leave products out"
                ).format(degree=degree, inputs=len(orders), count=count)
            )
        terms = terms_of(self.basis, orders, degree, cross)
        self.terms_ = list(terms) if degree else []
        return self

    def _frame(self, column: Array, degree: int) -> Frame:
        """Where the functions of one input stand."""
        low, high = float(column.min()), float(column.max())
        if self.mu is None:
            centres = np.linspace(low, high, degree)
        else:
            try:
                centres = np.asarray(self.mu, np.float64)
            except (TypeError, ValueError):
                centres = np.zeros(0)
            if centres.ndim != 1 or not centres.size or not np.isfinite(centres).all():
                raise OptionError(_("mu must be a list of finite numbers"))
        if self.sigma is not None and self.precision is not None:
            raise OptionError(
                _("sigma and precision say the same (α = 1/(2σ²)): give one of them")
            )
        if self.precision is not None:
            sigma = (2 * checked("precision", self.precision, Positive)) ** -0.5
        elif self.sigma is not None:
            sigma = checked("sigma", self.sigma, Positive)
        else:
            sigma = (high - low) / max(len(centres) - 1, 1) or 1.0
        knots = checked("n_knots", self.n_knots, Count)
        if knots < 2:
            raise OptionError(_("a spline needs at least 2 knots"))
        return Frame(
            degree, low, high, tuple(centres.tolist()), sigma, knots, self.wavelet
        )

    def transform(self, X: Any) -> Array:
        """Columns of the basis, (N, K)."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float64, reset=False)
        basis = basis_named(self.basis)
        own = [
            basis.columns(column, frame)
            for column, frame in zip(X.T, self.frames_, strict=True)
        ]
        first = 1 if self.include_bias else 0
        made = np.ones((len(X), first + len(self.terms_)))
        for k, term in enumerate(self.terms_, start=first):
            for i, c in term:
                made[:, k] *= own[i][:, c]
        return made

    def get_feature_names_out(self, input_features: Any = None) -> Array:
        """Names of the columns: ``x0^2``, ``x0 x1``, ``P2(x0)``."""
        check_is_fitted(self)
        inputs = _check_feature_names_in(self, input_features)
        basis = basis_named(self.basis)
        own = [
            [pattern.replace("{x}", str(name)) for pattern in basis.names(frame)]
            for name, frame in zip(inputs, self.frames_, strict=True)
        ]
        names = [" ".join(own[i][c] for i, c in term) for term in self.terms_]
        return np.array([*(["1"] if self.include_bias else []), *names], object)
