"""The perceptron: threshold units that learn from their mistakes alone."""

from __future__ import annotations

import warnings
from typing import Annotated, Any, Final, TypeAlias

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from neurona.arrays import Array
from neurona.errors import DataError, OptionError
from neurona.estimators.class_targets import ClassTargets
from neurona.estimators.neurons.convergence import Convergence, measure_convergence
from neurona.estimators.neurons.error_table import ErrorTable
from neurona.estimators.neurons.mistake_rule import correct_mistakes, fires
from neurona.estimators.neurons.plane_picture import draw_turning_line
from neurona.estimators.neurons.start_array import start_array
from neurona.estimators.neurons.update_history import UpdateHistory
from neurona.messages import _, ngettext
from neurona.settings import Count, Interval, checked
from neurona.show.page import Picture

__all__ = ["Perceptron", "StepSize"]

StepSize: TypeAlias = Annotated[float, Interval(0, 1, "(]")]
"""α of the old rule: at 0 nothing would be learned."""

SETTINGS: Final = {
    "alpha": StepSize,
    "strict": bool,
    "fit_intercept": bool,
    "max_iter": Count,
    "shuffle": bool,
}


class Perceptron(ClassifierMixin, BaseEstimator):
    """Threshold units trained by the rule of 1958, one for each output.

    Math:     ŷ = 1 where z = w·x + b ≥ 0, else 0;   w ← w + α (y − ŷ) x,
              b ← b + α (y − ŷ)
    Shapes:   X (N, d), y (N,) -> coef_ (K, d), intercept_ (K,)

    Parameters
    ----------
    alpha : float
        α in (0, 1]. From weights of 0 it only scales them: the mistakes are the same.
    strict : bool
        Whether a unit fires at z > 0 alone.
    fit_intercept : bool
        Whether there is a bias b.
    max_iter : int
        Epochs at most.
    shuffle : bool
        Whether each epoch visits the rows in another order. If not, weights that come
        again end the fit: it would go round for ever.
    random_state : int, RandomState or None
        Of the orders.

    Attributes
    ----------
    coef_ : array (K, d)
    intercept_ : array (K,)
    classes_ : array
        In order: the second of two classes is the one that fires.
    n_iter_ : int
        Epochs, the last of which was free of mistakes if it converged.
    updates_ : UpdateHistory
        Every update with its row, weights and angles; prints as a table.
    convergence_ : Convergence, or tuple of them where there are several outputs
        R, γ, the bound R²/γ², mistakes, cycle and growth of w; prints as a page.

    Notes
    -----
    Several classes have a unit each, and the largest z decides. A ``y`` of several
    columns of 0 and 1 is so many questions. Rows take no weights: to repeat a row is
    not to weigh it, since after the first visit it may be right.
    Source: F. Rosenblatt, 1958; notes S1:214-330, S2:210-260.

    Examples
    --------
    >>> X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 1]
    >>> unit = Perceptron(shuffle=False).fit(X, y)
    >>> unit.coef_.tolist(), unit.intercept_.tolist(), len(unit.updates_)
    ([[1.0, 1.0]], [-1.0], 5)
    >>> unit.convergence_.mistakes <= unit.convergence_.bound
    True
    """

    def __init__(
        self,
        alpha: float = 1.0,
        *,
        strict: bool = False,
        fit_intercept: bool = True,
        max_iter: int = 1000,
        shuffle: bool = True,
        random_state: Any = None,
    ) -> None:
        self.alpha = alpha
        self.strict = strict
        self.fit_intercept = fit_intercept
        self.max_iter = max_iter
        self.shuffle = shuffle
        self.random_state = random_state

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags

    def fit(
        self, X: Any, y: Any, coef_init: Any = None, intercept_init: Any = None
    ) -> Perceptron:
        """Learn until an epoch is free of mistakes, at most ``max_iter`` of them.

        Parameters
        ----------
        X : array (N, d)
        y : array (N,), or (N, K) of 0 and 1
        coef_init : array (K, d), optional
            Weights to start from; by default 0.
        intercept_init : array (K,), optional

        Raises
        ------
        OptionError
            A setting is out of its range.
        ValueError
            Rows that cannot be learned from, in scikit-learn's words.

        Warns
        -----
        ConvergenceWarning
            It did not converge; the message says whether it ever could.
        """
        for name, kind in SETTINGS.items():
            checked(name, getattr(self, name), kind)
        X, y = validate_data(self, X, y, dtype=np.float64, multi_output=True)
        known = ClassTargets.of(y)
        rows = np.column_stack([X, np.ones(len(X))]) if self.fit_intercept else X
        start = self._start(X.shape[1], known.outputs, coef_init, intercept_init)
        random = check_random_state(self.random_state)
        run = correct_mistakes(
            rows, known.targets, start, alpha=self.alpha, strict=self.strict,
            max_iter=self.max_iter,
            draw_order=(lambda: random.permutation(len(X))) if self.shuffle else None,
        )  # fmt: skip
        self.classes_ = known.classes
        self._known = known.without_rows()
        self._fired = known.targets == 1
        self.coef_ = run.weights[: X.shape[1]].T.copy()
        self.intercept_ = (
            run.weights[-1].copy() if self.fit_intercept else np.zeros(known.outputs)
        )
        self.n_iter_ = run.n_iter
        places, outputs = np.nonzero(run.errors)
        self.updates_ = UpdateHistory(
            rows, start, float(self.alpha), run.rows[places], run.epochs[places],
            outputs, run.errors[places, outputs], bool(self.fit_intercept),
        )  # fmt: skip
        found = [
            measure_convergence(
                rows, known.targets[:, k] == 1, self.updates_.path(k),
                alpha=float(self.alpha), epochs=run.n_iter,
                converged=run.converged or bool((run.epochs[places][outputs == k]
                                                 < run.n_iter).all()),
                cycle=run.cycle and run.cycle.of_output(run.errors[:, k]),
            )
            for k in range(known.outputs)
        ]  # fmt: skip
        self.convergence_ = found[0] if len(found) == 1 else tuple(found)
        if not run.converged:
            warnings.warn(why_not(found), ConvergenceWarning, stacklevel=2)
        return self

    def _start(self, width: int, outputs: int, coef: Any, intercept: Any) -> Array:
        """Weights to start from, the bias last: (D, K)."""
        weights = start_array("coef_init", coef, (outputs, width)).T
        if not self.fit_intercept:
            if intercept is not None:
                raise OptionError(_("intercept_init needs fit_intercept=True"))
            return weights
        return np.vstack(
            [weights, start_array("intercept_init", intercept, (outputs,))]
        )

    def decision_function(self, X: Any) -> Array:
        """Weighted sum z of each row: (N,), or (N, K) of several outputs."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float64, reset=False)
        z: Array = X @ self.coef_.T + self.intercept_
        return z.ravel() if z.shape[1] == 1 else z

    def predict(self, X: Any) -> Array:
        """Class of each row; (N, K) of 0 and 1 after a ``y`` of several columns."""
        z = self.decision_function(X)
        return self._known.classes_of(z, fires(z, self.strict))

    def error_table(self, X: Any, y: Any) -> ErrorTable:
        """Rows by what is true and what is said: y, ŷ and y − ŷ, as a table to print.

        Examples
        --------
        >>> X, y = [[0], [1], [2]], [0, 1, 1]
        >>> unit = Perceptron(shuffle=False).fit(X, y)
        >>> unit.error_table(X, y).counts
        {(1, 1): 2, (0, 0): 1, (1, 0): 0, (0, 1): 0}
        """
        check_is_fitted(self)
        X, y = validate_data(
            self, X, y, dtype=np.float64, multi_output=True, reset=False
        )
        z = np.reshape(self.decision_function(X), (len(X), -1))
        return ErrorTable.of(self._known.targets_of(y), fires(z, self.strict))

    def picture(self, output: int = 0) -> Picture:
        """Draw the rows it was fitted on and its line after each update.

        Raises
        ------
        DataError
            The rows have not two columns.
        OptionError
            There is no such output.
        """
        return draw_turning_line(*self.turns(output))

    def turns(self, output: int = 0) -> tuple[Array, Array, Array]:
        """What a picture of the line is drawn from.

        Returns
        -------
        points : array (N, 2)
        fired : bool array (N,)
            Which of them should fire the unit.
        path : array (updates of this output + 1, 2 or 3)

        Raises
        ------
        DataError
            The rows have not two columns.
        """
        check_is_fitted(self)
        outputs = self._fired.shape[1]
        if output not in range(outputs):
            raise OptionError(
                _(
                    "output must be a number below {count}, from 0, not {value!r}"
                ).format(count=outputs, value=output)
            )
        if self.n_features_in_ != 2:
            raise DataError(
                ngettext(
                    "a line can be drawn for two columns, but there is {count}",
                    "a line can be drawn for two columns, but there are {count}",
                    self.n_features_in_,
                ).format(count=self.n_features_in_)
            )
        points = self.updates_.X[:, :2]
        return points, self._fired[:, output], self.updates_.path(output)


def why_not(found: list[Convergence]) -> str:
    """Why the rule did not converge, in a sentence."""
    worst = min(found, key=lambda each: each.margin)
    if worst.cycle is not None:
        return _(
            "not separable (cycle of length {count}): no line parts the classes, and "
            "the same updates come again and again"
        ).format(count=worst.cycle.length)
    if not worst.separable:
        return _(
            "not separable: no line parts the classes; the rule was ended after "
            "{epochs} epochs"
        ).format(epochs=worst.epochs)
    return _(
        "the perceptron did not converge in {epochs} epochs: the classes are linearly "
        "separable, so raise max_iter (at most {bound} mistakes are possible)"
    ).format(epochs=worst.epochs, bound=f"{np.floor(worst.bound):.9g}")
