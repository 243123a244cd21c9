"""What scikit-learn's two MLPs share: one fit, on neurona's engine."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from sklearn.model_selection import train_test_split
from sklearn.utils import check_random_state
from sklearn.utils.validation import _check_sample_weight, validate_data

from neurona.arrays import Array
from neurona.estimators.mlp.answers import outputs_for
from neurona.estimators.mlp.epochs import Epochs
from neurona.estimators.mlp.hooks import hooks_of
from neurona.estimators.mlp.initial import draw_weights
from neurona.estimators.mlp.lbfgs import fit_lbfgs
from neurona.estimators.mlp.numbers import (
    architecture_behind,
    dtype_of,
    other_values,
    values_of,
)
from neurona.estimators.mlp.parameters import MLPParameters
from neurona.estimators.mlp.progress import begin_curves
from neurona.estimators.mlp.shape import shape_of
from neurona.estimators.mlp.task import TrainingTask, as_data, output_units
from neurona.estimators.mlp.watch import EpochWatch, HeldOut
from neurona.messages import _
from neurona.network import Network
from neurona.network.data import take_values
from neurona.nn.losses import Loss

__all__ = ["FEW_HELD_OUT", "BaseMLP"]

FEW_HELD_OUT = (
    "The validation set is too small. Increase 'validation_fraction' or the size of "
    "your dataset."
)


class BaseMLP(MLPParameters):
    """A network under scikit-learn's protocol; its subclasses say what y is."""

    # Said by the subclasses.
    def _validate_input(self, X: Any, y: Any, incremental: bool, reset: bool) -> Any:
        raise NotImplementedError

    def _score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        raise NotImplementedError

    def _loss(self, dtype: np.dtype[Any]) -> Loss:
        raise NotImplementedError

    def _output_activation(self) -> str:
        raise NotImplementedError

    def _weights(self, y: Array, sample_weight: Array | None) -> Array | None:
        return sample_weight

    def _initialize(self, y: Array, n_features: int, dtype: np.dtype[Any]) -> None:
        self.n_iter_ = 0
        self.t_ = 0
        self.n_outputs_ = y.shape[1]
        self.out_activation_ = self._output_activation()
        units = output_units(self._loss(dtype), self.n_outputs_)
        shape = shape_of(self, n_features, units)
        self.n_layers_ = len(shape.units)
        self.coefs_, self.intercepts_ = draw_weights(
            shape, self, self._random_state, dtype
        )
        self._others = other_values(shape, dtype)
        self._best = None
        if self.solver != "lbfgs":
            begin_curves(self)
            self._best = {k: v.copy() for k, v in values_of(self).items()}

    def _prepare(
        self,
        X: Any,
        y: Any,
        sample_weight: Any,
        *,
        incremental: bool = False,
        fresh: bool = False,
    ) -> tuple[Any, Array, Array | None]:
        """Rows checked, targets as columns, weights; new weights at a first fit."""
        first_pass = not hasattr(self, "coefs_") or (
            not self.warm_start and not incremental
        )
        first_pass = first_pass or fresh
        X, y = self._validate_input(X, y, incremental, reset=first_pass)
        if sample_weight is not None:
            sample_weight = _check_sample_weight(
                sample_weight, X, ensure_non_negative=True
            )
            if not sample_weight.any():
                # As scikit-learn says it from 1.9 on.
                raise ValueError(
                    "Sample weights must contain at least one non-zero number."
                )
        if y.ndim == 1:
            y = y.reshape((-1, 1))
        sample_weight = self._weights(y, sample_weight)
        self._random_state = check_random_state(self.random_state)
        if first_pass:
            self._initialize(y, X.shape[1], X.dtype)
        elif y.shape[1] != self.n_outputs_:
            raise ValueError(
                _(
                    "y has {found} columns, but the estimator was fitted on {known}"
                ).format(found=y.shape[1], known=self.n_outputs_)
            )
        self.n_outputs_ = y.shape[1]
        return X, y, sample_weight

    def init(self, X: Any, y: Any) -> Any:
        """Draw the first weights for rows like these, without any training.

        Parameters
        ----------
        X : array or sparse matrix (N, d)
        y : array (N,) or (N, K)

        Returns
        -------
        self
            It can predict, its ``coefs_`` can be set, and with ``warm_start`` a fit
            goes on from them.
        """
        self._validate_params()
        self._prepare(X, y, None, fresh=True)
        return self

    def _fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        X_val: Any = None,
        y_val: Any = None,
        *,
        incremental: bool = False,
    ) -> Any:
        X, y, sample_weight = self._prepare(
            X, y, sample_weight, incremental=incremental
        )
        held = self._given_rows(X_val, y_val)
        hooks = None if incremental else hooks_of(self, X, y, sample_weight)
        stochastic = self.solver != "lbfgs"
        if stochastic and self.early_stopping and held is None:
            X, y, sample_weight, held = self._split(X, y, sample_weight)
        # SciPy computes in float64 whatever it is given.
        dtype = dtype_of(self, X.dtype if stochastic else np.float64)
        task = self._task(X, y, sample_weight, dtype)
        watch = EpochWatch(self, task.rows, self._held_out(held, dtype), hooks)
        if stochastic:
            Epochs(self, task, watch, incremental=incremental).run()
        else:
            fit_lbfgs(self, task, watch)
        if not all(np.isfinite(value).all() for value in values_of(self).values()):
            raise ValueError(
                "Solver produced non-finite parameter weights. The input data may"
                " contain large values and need to be preprocessed."
            )
        return self

    def _held_out(self, held: Any, dtype: np.dtype[Any]) -> HeldOut | None:
        """Validation rows, as predictions are compared with them and for the engine."""
        if held is None:
            return None
        X, y, sample_weight = held
        if getattr(self, "validation_loss_curve_", None) is None:
            # As long as the curve of the rows that train: a warm start goes on.
            before = len(getattr(self, "loss_curve_", ()))
            self.validation_loss_curve_: list[float] | None = [math.nan] * before
        task = self._task(X, y, sample_weight, dtype)
        return HeldOut(X, self._as_given(y), sample_weight, task)

    def _task(
        self, X: Any, y: Array, sample_weight: Array | None, dtype: np.dtype[Any]
    ) -> TrainingTask:
        loss = self._loss(dtype)
        data = as_data(X, y, sample_weight, loss, dtype)
        return TrainingTask(architecture_behind(self), loss, data, dtype)

    def _as_given(self, y: Array) -> Array:
        """Targets as predictions are compared with them."""
        return y

    def _given_rows(self, X_val: Any, y_val: Any) -> Any:
        """Validation rows as ``fit`` was given them, checked."""
        if X_val is None and y_val is None:
            return None
        if X_val is None or y_val is None:
            raise ValueError(_("of X_val and y_val one is missing: give both"))
        X, y = self._check_rows(X_val, y_val)
        return X, y.reshape((-1, 1)) if y.ndim == 1 else y, None

    def _check_rows(self, X: Any, y: Any) -> Any:
        raise NotImplementedError

    def _split(self, X: Any, y: Array, sample_weight: Array | None) -> Any:
        """Rows to train on, and those held out to stop early."""
        stratify = y if self._stratifies() else None
        train, rest = train_test_split(
            np.arange(X.shape[0]),
            random_state=self._random_state,
            test_size=self._held_out_size(y),
            stratify=stratify,
        )
        if len(rest) < 2:
            raise ValueError(FEW_HELD_OUT)
        weights = (None, None)
        if sample_weight is not None:
            weights = (sample_weight[train], sample_weight[rest])
        return X[train], y[train], weights[0], (X[rest], y[rest], weights[1])

    def _held_out_size(self, y: Array) -> float | int:
        """Share of the rows, or their number where the share is too few to judge by.

        scikit-learn fails there: it needs two rows, and one of each class.
        """
        rows = len(y)
        least = max(2, y.shape[1]) if self._stratifies() else 2
        if math.ceil(self.validation_fraction * rows) < least <= rows - least:
            return least
        return self.validation_fraction

    def _stratifies(self) -> bool:
        return False

    def _outputs(self, X: Any, link: str | None = None, *, check: bool = True) -> Array:
        """What the network gives for rows, through the link of its output."""
        if check:
            X = validate_data(self, X, accept_sparse=["csr", "csc"], reset=False)
        return outputs_for(self, X, link or self.out_activation_)

    def _score_with(self, score: Any, X: Any, y: Any, sample_weight: Any) -> float:
        predicted = self._predict(X, check=False)
        if predicted.dtype.kind == "f" and not np.isfinite(predicted).all():
            return float("nan")
        return float(score(y, predicted, sample_weight=sample_weight))

    def _predict(self, X: Any, *, check: bool = True) -> Any:
        raise NotImplementedError

    @property
    def network_(self) -> Network:
        """A :class:`neurona.Network` with these weights, to look into and to save.

        It gives what the last layer gives: logits, where classes are predicted.
        """
        architecture = architecture_behind(self)
        network = Network(
            inputs=architecture.inputs,
            outputs=architecture.outputs,
            dtype=str(dtype_of(self)),
        )
        take_values(network, values_of(self))
        return network

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags
