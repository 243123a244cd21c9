"""What linear models on a basis share: settings, columns, weights of rows."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import numpy as np
from sklearn.base import BaseEstimator, clone
from sklearn.utils.validation import (
    _check_sample_weight,
    check_is_fitted,
    validate_data,
)

from neurona.arrays import Array
from neurona.errors import DataError, OptionError
from neurona.estimators.bases.basis_features import BasisFeatures
from neurona.messages import _
from neurona.network import Network
from neurona.nn import Dense
from neurona.settings import Count, NonNegative, checked
from neurona.train.solvers import LBFGS

__all__ = ["BasisModel", "PenaltyName", "descend"]

PenaltyName: TypeAlias = Literal["ridge", "lasso", "elastic_net"] | None

TOLERANCE: Final = 1e-10
"""Largest entry of the gradient at which a descent ends."""


@dataclass(eq=False, repr=False)
class BasisModel(BaseEstimator):
    """Weights on the columns of a basis: what a regressor and a classifier share.

    Parameters
    ----------
    As the two have them, with other defaults.
    """

    basis: Any = "polynomial"
    degree: int = 3
    _: KW_ONLY
    penalty: PenaltyName = None
    alpha: float = 1.0
    l1_ratio: float = 0.5
    solver: str = "qr"
    fit_intercept: bool = True
    max_iter: int = 10_000
    if TYPE_CHECKING:
        coef_: Array
        intercept_: Any
        n_iter_: Any

    def _check(self, solvers: tuple[str, ...]) -> None:
        """Refuse settings before any work is done."""
        checked("penalty", self.penalty, PenaltyName)
        checked("alpha", self.alpha, NonNegative)
        checked("fit_intercept", self.fit_intercept, bool)
        checked("max_iter", self.max_iter, Count)
        if not 0 <= checked("l1_ratio", self.l1_ratio, float) <= 1:
            raise OptionError(
                _("{setting} must be {wanted}, not {found}").format(
                    setting="l1_ratio",
                    wanted=_("{kind} in {interval}").format(
                        kind=_("a number"), interval="[0, 1]"
                    ),
                    found=self.l1_ratio,
                )
            )
        if self.solver not in solvers:
            raise OptionError(
                _("{setting} must be {wanted}, not {found}").format(
                    setting="solver",
                    wanted=_(" or ").join(map(repr, solvers)),
                    found=repr(self.solver),
                )
            )
        if self.solver == "gradient" and self.penalty in ("lasso", "elastic_net"):
            raise OptionError(
                _(
                    "a penalty of absolute values has a corner at 0, where a gradient "
                    "ends: use another solver than gradient for {penalty}"
                ).format(penalty=self.penalty)
            )

    def _features(self, X: Array, weights: Array | None) -> Array:
        """Columns of the basis, fitted on the rows that count."""
        if isinstance(self.basis, BasisFeatures):
            self.basis_ = clone(self.basis)
        else:
            self.basis_ = BasisFeatures(self.basis, self.degree)
        counted = X if weights is None else X[weights > 0]
        return np.asarray(self.basis_.fit(counted).transform(X))

    def _weigh(self, X: Array, sample_weight: Any) -> Array | None:
        """Weights of rows, refused where they are negative or all 0."""
        if sample_weight is None:
            return None
        found: Array = _check_sample_weight(
            sample_weight, X, dtype=np.float64, ensure_non_negative=True
        )
        if not found.any():
            raise DataError(_("sample_weight is 0 for every row: nothing would count"))
        return found

    def _sums(self, X: Any) -> Array:
        """Write Φ w + b of each row: (N,) or (N, K)."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float64, reset=False)
        found: Array = self.basis_.transform(X) @ self.coef_.T + self.intercept_
        return found


def descend(
    columns: Array,
    y: Array,
    weights: Array | None,
    *,
    loss: str,
    outputs: int,
    bias: bool,
    l2: float,
    max_iter: int,
) -> tuple[Array, Array, Network, int]:
    """Fit one dense layer to columns by the gradient of the graph that networks have.

    Returns
    -------
    coef : array (K, M)
    intercept : array (K,)
    network : Network
        Its only layer reads the columns less their mean, over their deviation, where
        there is no penalty: descent is quicker then, and ends at the same weights.
    n_iter : int
    """
    count, width = columns.shape
    centre, scale = np.zeros(width), np.ones(width)
    if not l2:
        shares = np.ones(count) if weights is None else weights
        if bias:
            centre = np.average(columns, axis=0, weights=shares)
        spread = np.average((columns - centre) ** 2, axis=0, weights=shares) ** 0.5
        scale = np.where(spread > 0, spread, 1.0)
    network = Network(
        [Dense(outputs, bias=bias, name="linear")], n_inputs=width, dtype="float64"
    )
    network.parameters["linear.weight"] = np.zeros((width, outputs))
    total = count if weights is None else float(weights.sum())
    history = network.fit(
        (columns - centre) / scale, y, loss=loss, sample_weight=weights,
        optimizer=LBFGS(tolerance=TOLERANCE), epochs=max_iter, l2=l2 * count / total,
    )  # fmt: skip
    coef = (np.array(network.parameters["linear.weight"]) / scale[:, None]).T
    intercept = np.zeros(outputs)
    if bias:
        intercept = np.array(network.parameters["linear.bias"]) - coef @ centre
    return coef, intercept, network, len(history.loss)
