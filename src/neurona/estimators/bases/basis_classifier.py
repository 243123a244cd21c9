"""Classification by a linear model on a basis."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import Any

import numpy as np
import sklearn
from scipy.special import expit, softmax
from sklearn.base import ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import validate_data

from neurona.arrays import Array
from neurona.estimators.bases.basis_model import BasisModel, PenaltyName, descend
from neurona.estimators.class_targets import ClassTargets

__all__ = ["BasisClassifier"]

SOLVERS = ("newton", "gradient")


@dataclass(eq=False, repr=False)
class BasisClassifier(ClassifierMixin, BasisModel):
    """Logistic regression on the columns of a basis.

    Math:     p = σ(Σ w_k φ_k(x) + b), softmax for more than two classes;
              least −Σ ln p(true class) + α/2·‖w‖² (ridge)
    Shapes:   X (N, d), y (N,) -> coef_ (1, M), or (C, M) for C > 2 classes

    Parameters
    ----------
    basis, degree, fit_intercept, max_iter
        As :class:`neurona.BasisRegressor` has them.
    penalty : {"ridge", "lasso", "elastic_net"}, optional
        Without any, classes that can be parted have no best weights: they grow until
        ``max_iter``.
    alpha : float
        Strength of the penalty, 1/C in scikit-learn's words.
    l1_ratio : float
        Of an elastic net, in [0, 1].
    solver : {"newton", "gradient"}
        scikit-learn's logistic regression, or the gradient of the graph that networks
        have: the same weights.

    Attributes
    ----------
    coef_ : array (1, M) or (C, M)
    intercept_ : array (1,) or (C,)
    classes_ : array (C,)
    basis_ : BasisFeatures
    n_iter_ : int or array of int
        Steps.

    Notes
    -----
    Source: notes S3:10-40, where quadratic features part what a line cannot.

    Examples
    --------
    >>> X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
    >>> BasisClassifier("playground", alpha=0.01).fit(X, y).predict(X)
    array([0, 1, 1, 0])
    """

    degree: int = 2
    _: KW_ONLY
    penalty: PenaltyName = "ridge"
    solver: str = "newton"
    max_iter: int = 1000

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> BasisClassifier:
        """Find the weights.

        Parameters
        ----------
        X : array (N, d)
        y : array (N,)
        sample_weight : array (N,), optional

        Raises
        ------
        OptionError
            A setting is out of its range.
        ValueError
            Rows that cannot be learned from, in scikit-learn's words.
        """
        self._check(SOLVERS)
        X, y = validate_data(self, X, y, dtype=np.float64)
        check_classification_targets(y)
        known = ClassTargets.of(y)
        weights = self._weigh(X, sample_weight)
        columns = self._features(X, weights)
        self.classes_ = known.classes
        if self.solver == "gradient":
            self.coef_, self.intercept_ = self._descend(columns, known, weights)
        else:
            model = self._logistic_regression().fit(columns, y, sample_weight=weights)
            self.coef_, self.intercept_ = model.coef_, model.intercept_
            self.n_iter_ = model.n_iter_
        return self

    def _descend(
        self, columns: Array, known: ClassTargets, weights: Array | None
    ) -> tuple[Array, Array]:
        binary = len(known.classes) == 2
        coef, intercept, self.network_, self.n_iter_ = descend(
            columns,
            known.targets if binary else known.targets.argmax(axis=1),
            weights,
            loss="binary_cross_entropy" if binary else "cross_entropy",
            outputs=known.outputs,
            bias=self.fit_intercept,
            l2=self.alpha if self.penalty == "ridge" else 0.0,
            max_iter=self.max_iter,
        )
        return coef, intercept

    def _logistic_regression(self) -> Any:
        """What scikit-learn has for the penalty, in the words of its version."""
        from sklearn.linear_model import LogisticRegression

        free = self.penalty is None or not self.alpha
        settings: dict[str, Any] = {
            "C": np.inf if free else 1 / self.alpha,
            "fit_intercept": self.fit_intercept,
            "max_iter": self.max_iter,
        }
        if self.penalty in ("lasso", "elastic_net") and not free:
            share = 1.0 if self.penalty == "lasso" else self.l1_ratio
            settings.update(l1_ratio=share, solver="saga", random_state=0)
            if tuple(map(int, sklearn.__version__.split(".")[:2])) < (1, 8):
                settings["penalty"] = "elasticnet"
        return LogisticRegression(**settings)

    def decision_function(self, X: Any) -> Array:
        """Logits of each row: (N,) for two classes, else (N, C)."""
        z = self._sums(X)
        return z.ravel() if z.shape[1] == 1 else z

    def predict_proba(self, X: Any) -> Array:
        """Probability of each class, (N, C)."""
        z = self.decision_function(X)
        if z.ndim == 1:
            p = expit(z)
            return np.column_stack([1 - p, p])
        return np.asarray(softmax(z, axis=1))

    def predict(self, X: Any) -> Array:
        """Most probable class of each row, (N,)."""
        z = self.decision_function(X)
        chosen = (z > 0).astype(np.int64) if z.ndim == 1 else z.argmax(axis=1)
        return np.asarray(self.classes_[chosen])
