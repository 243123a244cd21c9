"""What ``neurona train`` does, as scikit-learn's estimators."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import (
    _check_sample_weight,
    check_array,
    check_consistent_length,
    check_is_fitted,
    column_or_1d,
)

from neurona.data.encoding.target import Target, read_target
from neurona.errors import OptionError, unknown_name
from neurona.estimators.parameters import (
    constrained,
    described,
    named,
    with_options,
)
from neurona.estimators.tables.frames import frame_of, unmistakable, with_target
from neurona.messages import _
from neurona.settings import options_of
from neurona.table.compare import compare
from neurona.table.options import TrainOptions
from neurona.table.train import plan_training, train_plan

__all__ = ["TableClassifier", "TableRegressor"]

T = TypeVar("T", bound="TableEstimator")

SAID_OTHERWISE: Final = (
    "target", "task", "seed", "checkpoint", "resume", "class_weight",
)  # fmt: skip
"""Options that an estimator says by ``fit``, its class, ``random_state`` or not."""

PARAMETERS: Final = tuple(
    n for n in options_of(TrainOptions) if n not in SAID_OTHERWISE
)

LARGEST_SEED: Final = 2**31 - 1


@with_options(TrainOptions, PARAMETERS)
class TableEstimator(BaseEstimator):
    """Base of both: a table in, a trained network and the reasons for it out.

    Attributes
    ----------
    model_ : TableModel
        The network with the encoders of its table.
    network_ : Network
    recipe_ : Recipe
        What was chosen; ``recipe_.reasons`` say why.
    quality_ : Quality
        How many networks were trained, and why.
    by_folds_ : ByFolds or None
        What was tried, where there were several.
    schema_ : Schema
        How each column is read, and why.
    history_ : History
    metrics_ : dict
        Scores on the rows that trained, validated and were held out.
    comparison_ : Comparison or None
        Simpler models on the same rows, with ``yardstick=True``.
    notes_ : tuple of str
        What was noticed in the table.
    n_features_in_ : int
    feature_names_in_ : array of str
        Where the columns have names.
    """

    task: ClassVar[str]
    yardstick: bool = named(False, "boolean")
    random_state: Any = named(None, "random_state")
    if TYPE_CHECKING:
        n_features_in_: int
        feature_names_in_: NDArray[Any]

    def fit(self: T, X: Any, y: Any = None, sample_weight: Any = None) -> T:
        """Find out what each column is, and train.

        Parameters
        ----------
        X : table, or array (N, d)
            pandas, polars or Arrow, or a mapping of names to columns; with numbers,
            texts, dates and missing values as they are.
        y : array (N,), or str
            What to predict, or the column of ``X`` that holds it.
        sample_weight : array (N,), optional
            How much each row counts.

        Raises
        ------
        ValueError
            In scikit-learn's words.
        DataError
            The table cannot be learned from.
        OptionError
            A parameter does not suit it.
        """
        self._validate_params()
        frame, targets, values = self._read(X, y)
        weights = self._row_weights(values, sample_weight)
        if weights is not None and not weights.all():
            # What weighs nothing is not there: neither means nor folds are of it.
            counted = weights > 0
            frame, values = frame.filter(counted), values[counted]
            weights = weights[counted]
        self._check_learnable(values)
        plan = plan_training(frame, self._options(targets), weights)
        target = read_target(plan.schema, frame)
        self._target_column = y if isinstance(y, str) else None
        if self._target_column is None:
            self._check_told_apart(values, target)
        trained = train_plan(plan)
        self.model_, self.network_ = trained.model, trained.model.network
        self.recipe_, self.quality_ = plan.recipe, plan.quality
        self.by_folds_, self.schema_ = trained.by_folds, plan.schema
        self.history_, self.metrics_ = trained.history, trained.metrics
        self.notes_ = plan.notes
        self.comparison_ = compare(trained) if self.yardstick else None
        self._remember(values, target)
        return self

    def explain(self, X: Any, y: Any = None, *, row: int | None = None) -> Any:
        """Explain the answer to a row, or what answers depend on over a table.

        Parameters
        ----------
        X : table, or array (N, d)
        y : array (N,), or str, optional
            Needed without ``row``: how much the score falls is measured.
        row : int, optional
            Row to explain, from 0.

        Returns
        -------
        PredictionExplanation or TableExplanation
            Shown as a page in a notebook.
        """
        check_is_fitted(self)
        from neurona.study import explain_table, explain_table_prediction

        if row is not None:
            frame = self._frame(X)
            return explain_table_prediction(self.model_, frame, row)
        return explain_table(self.model_, self._with_target(X, y))

    def doctor(self, X: Any, y: Any, *, thorough: bool = True) -> Any:
        """Examine the network on a table; on the one that trained it, try changes.

        Parameters
        ----------
        X : table, or array (N, d)
        y : array (N,), or str
        thorough : bool
            Whether what takes longer is looked at too.

        Returns
        -------
        Diagnosis
        """
        check_is_fitted(self)
        from neurona.study import doctor_of_table

        return doctor_of_table(self.model_, self._with_target(X, y), thorough=thorough)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Save the model as ``neurona train`` does: one file that every command reads.

        Raises
        ------
        OutputError
        """
        check_is_fitted(self)
        self.network_.save(path)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.string = True
        return tags

    def _read(self, X: Any, y: Any) -> tuple[pl.DataFrame, list[str], NDArray[Any]]:
        """A table with its targets, their names and what they hold."""
        frame = frame_of(self, X, reset=True)
        self._check_given(y)
        if isinstance(y, str):
            if y not in frame.columns:
                raise OptionError(unknown_name(_("column"), y, frame.columns))
            self._forget_column(y)
            return frame, [y], frame[y].to_numpy()
        names = [str(getattr(y, "name", None) or "target")]
        values = self._check_target(y)
        check_consistent_length(frame, values)
        if values.ndim == 2:
            names = [f"{names[0]}{number}" for number in range(values.shape[1])]
        frame, targets = with_target(frame, self._written(values), names)
        return frame, targets, values

    def _options(self, targets: list[str]) -> TrainOptions:
        given = self.get_params(deep=False)
        state = given["random_state"]
        seed = state if isinstance(state, int | np.integer) else None
        if seed is None:
            seed = check_random_state(state).randint(LARGEST_SEED)
        asked = {name: given[name] for name in PARAMETERS}
        if given.get("class_weight") == "balanced":
            asked["class_weight"] = "balanced"
        return TrainOptions(target=targets, task=self.task, seed=int(seed), **asked)

    def _answers(self, X: Any) -> NDArray[Any]:
        """Probabilities, or numbers in their own unit; warn of what was noticed."""
        check_is_fitted(self)
        frame = self._frame(X)
        encoded = self.model_.encoders.transform(frame, with_target=False)
        for note in encoded.notes:
            warnings.warn(note, UserWarning, stacklevel=3)
        return self.model_.output(encoded.X)

    def _with_target(self, X: Any, y: Any) -> Any:
        """The table of some rows and what is right for them, as it was trained on."""
        names = list(self.schema_.targets)
        self._check_given(y)
        if isinstance(y, str):
            if y not in names:
                raise OptionError(unknown_name(_("target column"), y, names))
            return X
        frame = self._frame(X)
        values = self._check_target(y)
        check_consistent_length(frame, values)
        return with_target(frame, self._written(values), names)[0]

    def _frame(self, X: Any) -> pl.DataFrame:
        """Rows to answer; the target may be among their columns if it once was."""
        return frame_of(self, X, reset=False, without=self._target_column)

    def _forget_column(self, name: str) -> None:
        """A target is no feature, although it came in the same table."""
        self.n_features_in_ -= 1
        if hasattr(self, "feature_names_in_"):
            kept = self.feature_names_in_ != name
            self.feature_names_in_ = self.feature_names_in_[kept]

    def _check_given(self, y: Any) -> None:
        if y is None:
            raise ValueError(
                _(
                    "{name} requires y to be passed, but the target y is None: give "
                    "an array, or the name of a column"
                ).format(name=type(self).__name__)
            )

    def _check_told_apart(self, values: NDArray[Any], target: Target) -> None:
        """Refuse targets of which reading makes fewer than there are."""

    def _written(self, values: NDArray[Any]) -> NDArray[Any]:
        """Targets as a table can hold them."""
        return values

    def _check_target(self, y: Any) -> NDArray[Any]:
        """Targets as an array, refused in scikit-learn's words."""
        raise NotImplementedError

    def _remember(self, values: NDArray[Any], target: Target) -> None:
        """Keep what the answers are written in."""
        raise NotImplementedError

    def _row_weights(
        self, values: NDArray[Any], sample_weight: Any
    ) -> NDArray[Any] | None:
        """How much each row counts; None where all count the same."""
        if sample_weight is None:
            return None
        found = _check_sample_weight(sample_weight, values, ensure_non_negative=True)
        return np.asarray(found)

    def _check_learnable(self, values: NDArray[Any]) -> None:
        """Refuse targets that leave nothing to learn."""


@constrained
@described(TrainOptions, PARAMETERS)
class TableClassifier(ClassifierMixin, TableEstimator):
    """Classes of the rows of any table, without preparation.

    What ``neurona train`` does, with its options as parameters and ``random_state`` as
    its seed: with the same rows and seed, the same tensors under the same names. Of
    the rows given, a tenth is held out unless ``test=0`` (``metrics_`` has the score
    on it), which spares the learning rows where :func:`cross_val_score` judges anyway.

    Parameters
    ----------
    {options}
    yardstick : bool, default False
        Whether simpler models are fitted and scored too, as ``comparison_``.
    random_state : int, RandomState or None, default None
        Seed of everything random; by default another each time.

    Attributes
    ----------
    classes_ : array (C,)
        What was to be told apart, sorted.
    model_, network_, recipe_, quality_, by_folds_, schema_, history_, metrics_
    comparison_, notes_, n_features_in_, feature_names_in_
        As :class:`TableEstimator` has them.

    Examples
    --------
    >>> size = ["small", "large", None, "small", "large", "large"] * 20
    >>> colour = ["red", "red", "blue", "blue", "red", "blue"] * 20
    >>> table = {"size": size, "colour": colour}
    >>> sold = ["yes" if s == "large" else "no" for s in size]
    >>> model = TableClassifier(quality="fast", random_state=0).fit(table, sold)
    >>> model.predict({"size": ["large", "small"], "colour": ["red", "blue"]})
    array(['yes', 'no'], dtype='<U3')
    """

    task = "classification"
    class_weight: Any = named(None, StrOptions({"none", "balanced"}), Mapping, None)

    def predict(self, X: Any) -> NDArray[Any]:
        """Class of each row, as it was given to ``fit``."""
        best = self.predict_proba(X).argmax(axis=1)
        return np.asarray(self.classes_[best])

    def predict_proba(self, X: Any) -> NDArray[Any]:
        """Probability of each class (N, C), in the order of ``classes_``."""
        return self._answers(X)[:, self._places]

    def _check_target(self, y: Any) -> NDArray[Any]:
        y = column_or_1d(y, warn=True)
        check_array(y, ensure_2d=False, dtype=None, input_name="y")
        check_classification_targets(y)
        return np.asarray(y)

    def _check_learnable(self, values: NDArray[Any]) -> None:
        if (values == values[0]).all():
            raise ValueError(
                _("y holds one class, {name!r}: there is nothing to tell apart").format(
                    name=np.asarray(values)[:1].tolist()[0]
                )
            )

    def _check_told_apart(self, values: NDArray[Any], target: Target) -> None:
        labels = np.unique(values)
        if len(target.rows) == len(values) and len(np.unique(target.y)) == len(labels):
            return
        of_rows = values[target.rows]
        told = [np.unique(of_rows[target.y == c]) for c in np.unique(target.y)]
        whole = {label for found in told if len(found) == 1 for label in found.tolist()}
        mixed = [repr(label) for label in labels.tolist() if label not in whole]
        raise ValueError(
            _(
                "the classes {names} of y are not told apart in a table: give them "
                "names that differ in more than case or notation"
            ).format(names=", ".join(mixed))
        )

    def _written(self, values: NDArray[Any]) -> NDArray[Any]:
        """Labels between quotes that would be read as missing or without a blank."""
        if values.dtype.kind not in "OUT":
            return values
        return np.array([unmistakable(label) for label in values.tolist()], object)

    def _row_weights(
        self, values: NDArray[Any], sample_weight: Any
    ) -> NDArray[Any] | None:
        found = super()._row_weights(values, sample_weight)
        if not isinstance(self.class_weight, Mapping):
            return found
        of_classes = compute_sample_weight(self.class_weight, values)
        return np.asarray(of_classes if found is None else of_classes * found)

    def _remember(self, values: NDArray[Any], target: Target) -> None:
        places, first = np.unique(target.y, return_index=True)
        names = values[target.rows[first]]
        order = np.argsort(names)
        self.classes_, self._places = names[order], places[order]


@constrained
@described(TrainOptions, PARAMETERS)
class TableRegressor(RegressorMixin, TableEstimator):
    """Numbers for the rows of any table, without preparation.

    As :class:`TableClassifier`; a target of several columns is learned together.

    Parameters
    ----------
    {options}
    yardstick, random_state
        As :class:`TableClassifier` has them.

    Examples
    --------
    >>> table = {"width": [1.0, 2, 3, 4] * 30, "cut": ["a", "b", "b", "a"] * 30}
    >>> price = [2 * w + (c == "a") for w, c in zip(*table.values())]
    >>> model = TableRegressor(quality="fast", random_state=0).fit(table, price)
    >>> model.predict({"width": [2.0], "cut": ["b"]}).round(0)
    array([4.])
    """

    task = "regression"

    def predict(self, X: Any) -> NDArray[Any]:
        """A number for each row (N,), or (N, k) for k targets, in their own unit."""
        found = self._answers(X)
        return found[:, 0] if self._is_flat else found

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags

    def _check_target(self, y: Any) -> NDArray[Any]:
        y = check_array(y, ensure_2d=False, dtype=np.float64, input_name="y")
        return np.asarray(column_or_1d(y, warn=True) if y.shape[1:] == (1,) else y)

    def _remember(self, values: NDArray[Any], target: Target) -> None:
        self._is_flat = values.ndim == 1
