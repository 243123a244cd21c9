"""Regression by a linear model on a basis."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import Any

import numpy as np
from sklearn.base import MultiOutputMixin, RegressorMixin
from sklearn.utils.validation import validate_data

from neurona.arrays import Array
from neurona.errors import DesignWarning
from neurona.estimators.bases.basis_model import BasisModel, descend
from neurona.estimators.bases.least_squares import (
    Design,
    least_squares,
    look_at_design,
    reduce_system,
)
from neurona.messages import _

__all__ = ["BasisRegressor"]

SOLVERS = ("qr", "svd", "gradient")


class BasisRegressor(MultiOutputMixin, RegressorMixin, BasisModel):
    """Least squares on the columns of a basis: linear in w, whatever it is in x.

    Math:     ŷ = Σ w_k φ_k(x) + b;   least Σ(y − ŷ)², and with a penalty
              Σ(y − ŷ)² + α‖w‖² (ridge), ½·Σ(y − ŷ)²/N + α Σ|w| (lasso)
    Shapes:   X (N, d), y (N,) or (N, K) -> coef_ (M,) or (K, M)

    Parameters
    ----------
    basis : str or BasisFeatures
        A name, or a basis with settings of its own.
    degree : int
        Of a basis given by name.
    penalty : {"ridge", "lasso", "elastic_net"}, optional
        Solved by scikit-learn's classes, with their α; the bias is free of it.
    alpha : float
    l1_ratio : float
        Of an elastic net, in [0, 1].
    solver : {"qr", "svd", "gradient"}
        Without a penalty: in closed form, or by gradient descent of the graph that
        networks have; "gradient" serves ridge as well.
    fit_intercept : bool
        Whether there is a bias b.
    max_iter : int
        Of what goes by steps.

    Attributes
    ----------
    coef_, intercept_
    basis_ : BasisFeatures
    n_iter_ : int
        Steps; 1 in closed form.
    rank_ : int
    condition_ : float
    singular_values_ : array
        Of the design matrix, its column of ones for the bias included.
    design_ : Design
        The same, as a page to print.

    Notes
    -----
    A singular design matrix is solved by SVD, with a warning. Source: notes S4:95-200.

    Examples
    --------
    >>> X, y = [[1], [2], [3], [4]], [2.1, 3.9, 6.2, 7.8]
    >>> line = BasisRegressor(degree=1).fit(X, y)
    >>> line.coef_.round(6), round(float(line.intercept_), 6), line.rank_
    (array([1.94]), 0.15, 2)
    """

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> BasisRegressor:
        """Find the weights.

        Parameters
        ----------
        X : array (N, d)
        y : array (N,) or (N, K)
        sample_weight : array (N,), optional

        Raises
        ------
        OptionError
            A setting is out of its range.
        ValueError
            Rows that cannot be learned from, in scikit-learn's words.

        Warns
        -----
        DesignWarning
            The rows do not determine every weight; the message gives the rank.
        """
        self._check(SOLVERS)
        X, y = validate_data(
            self, X, y, dtype=np.float64, multi_output=True, y_numeric=True
        )
        weights = self._weigh(X, sample_weight)
        columns = self._features(X, weights)
        targets = np.asarray(y, np.float64).reshape(len(X), -1)
        design, system, wanted = self._design(columns, targets, weights)
        self.n_iter_ = 1
        if self.penalty is None and self.solver != "gradient":
            if design.rank < design.columns:
                warnings.warn(self._singular(design), DesignWarning, stacklevel=2)
                design = replace(design, solver="svd")
            found = least_squares(system, wanted, design).T
            coef = found[:, : columns.shape[1]]
            intercept = found[:, -1] if self.fit_intercept else np.zeros(len(found))
        elif self.solver == "gradient":
            l2 = 2 * self.alpha if self.penalty == "ridge" else 0.0
            coef, intercept, self.network_, self.n_iter_ = descend(
                columns, targets, weights, loss="mse", outputs=targets.shape[1],
                bias=self.fit_intercept, l2=l2, max_iter=self.max_iter,
            )  # fmt: skip
        else:
            coef, intercept = self._penalized(columns, targets, weights)
        single = np.ndim(y) == 1
        self.coef_ = coef[0] if single else coef
        self.intercept_ = float(intercept[0]) if single else intercept
        self.design_ = design
        self.rank_, self.condition_ = design.rank, design.condition
        self.singular_values_ = design.singular_values
        return self

    def _design(
        self, columns: Array, y: Array, weights: Array | None
    ) -> tuple[Design, Array, Array]:
        """Look at the design matrix, rows times √weight, and give its R and Qᵀy."""
        system, wanted = columns, y
        if self.fit_intercept:
            system = np.column_stack([columns, np.ones(len(columns))])
        if weights is not None:
            kept = weights > 0
            roots = np.sqrt(weights[kept])[:, None]
            system, wanted = system[kept] * roots, y[kept] * roots
        solver = self.solver if self.penalty is None else self.penalty
        reduced, wanted = reduce_system(system, wanted)
        return look_at_design(reduced, len(system), solver), reduced, wanted

    def _singular(self, design: Design) -> str:
        """What the rows leave open, in a sentence."""
        if design.columns > design.rows:
            return _(
                "degree {degree} makes {columns} columns, more than the {rows} rows "
                "can hold (rank {rank}): the shortest weights that fit were taken by "
                "SVD; a lower degree or a penalty would decide"
            ).format(degree=self.basis_.degree, **vars(design))
        return _(
            "the design matrix is singular (rank {rank} of {columns} columns): the "
            "shortest weights that fit were taken by SVD"
        ).format(**vars(design))

    def _penalized(
        self, columns: Array, y: Array, weights: Array | None
    ) -> tuple[Array, Array]:
        """Weights and biases by scikit-learn's penalized models."""
        from sklearn.linear_model import ElasticNet, Lasso, Ridge

        if self.penalty == "ridge":
            model = Ridge(self.alpha, fit_intercept=self.fit_intercept, solver="svd")
        elif self.penalty == "lasso":
            model = Lasso(
                self.alpha, fit_intercept=self.fit_intercept, max_iter=self.max_iter
            )
        else:
            model = ElasticNet(
                self.alpha, l1_ratio=self.l1_ratio, max_iter=self.max_iter,
                fit_intercept=self.fit_intercept,
            )  # fmt: skip
        found = model.fit(columns, y, sample_weight=weights)
        self.n_iter_ = 1 if found.n_iter_ is None else found.n_iter_
        coef = np.atleast_2d(found.coef_)
        return coef, np.broadcast_to(found.intercept_, len(coef)).astype(np.float64)

    def predict(self, X: Any) -> Array:
        """Value of each row, (N,) or (N, K)."""
        return self._sums(X)
