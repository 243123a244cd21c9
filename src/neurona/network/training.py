"""What teaches a network: fits, their rehearsal, and what measures them."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from neurona.arrays import Array
from neurona.errors import (
    DivergenceWarning,
)
from neurona.model_file import (
    part_to_config,
)
from neurona.network.answers import Answers
from neurona.nn.losses import Loss
from neurona.optimize import (
    Optimizer,
    Schedule,
    as_optimizer,
)
from neurona.train.callback import Callback, EpochCallback, as_callbacks
from neurona.train.evaluate import Evaluator
from neurona.train.examples import (
    LossLike,
    choose_losses,
    prepare_examples,
    row_count,
    target_specs,
    weigh_classes,
)
from neurona.train.gradients import loss_and_gradients
from neurona.train.history import History, divergence_message
from neurona.train.learning_rate_range import RangeTest, run_range_test
from neurona.train.metrics import Metric, as_metrics
from neurona.train.option_names import with_known_options
from neurona.train.options import check_options, check_seed
from neurona.train.plan import RuleLike, Subject, plan_fit
from neurona.train.step import (
    ROW_WEIGHT,
    StepOptions,
)

__all__ = ["Training"]


class Training(Answers):
    """A network that is trained and tested."""

    @with_known_options
    def fit(
        self,
        X: Any,
        y: Any,
        *,
        loss: LossLike | Mapping[str, LossLike] | None = None,
        optimizer: RuleLike = "adam",
        batch_size: int | Literal["auto", "full"] | None = "auto",
        epochs: int = 10,
        validation: Any = None,
        sample_weight: Any = None,
        class_weight: Literal["balanced"] | Mapping[int, float] | None = None,
        shuffle: bool = True,
        engine: str = "auto",
        threads: int | None = None,
        seed: int | None = None,
        schedule: str | Schedule | None = None,
        patience: int | None = None,
        min_change: float = 0.0,
        l1: float = 0.0,
        l2: float = 0.0,
        clip_norm: float | None = None,
        clip_value: float | None = None,
        average: float | None = None,
        reduction: Literal["mean", "sum"] = "mean",
        metrics: Iterable[str | Metric] | str | None = None,
        statistics: bool = False,
        callbacks: Iterable[Callback | EpochCallback]
        | Callback
        | EpochCallback
        | None = None,
        checkpoint: str | os.PathLike[str] | None = None,
        checkpoint_options: Mapping[str, Any] | None = None,
        resume: bool = False,
        rows: Any = None,
    ) -> History:
        """Train on arrays, taken as they are.

        A second fit goes on from the present weights with fresh optimizer slots.

        Parameters
        ----------
        X : array (N, d) or mapping of str to array
            A mapping where the network has several named inputs.
        y : array or mapping of str to array
            Class numbers 0..C−1, or real numbers; never re-encoded or scaled.
        loss : str or Loss, or a mapping of them by output, optional
            By default that of the last fit; else, where ``y`` is of a type of whole
            numbers, cross-entropy if the network gives several numbers per row and
            ``y`` has one per row or rows of zeros and a single 1, and binary
            cross-entropy if it gives one and ``y`` is 0 or 1; and the mean squared
            error otherwise. A softmax or sigmoid at the end decides by itself.
        optimizer : str, Optimizer or Solver
            The rule of each step: ``adam``, ``sgd``, …; or a solver that looks at all
            rows and chooses its steps itself: ``lbfgs``, ``cg`` (conjugate gradients)
            or ``gradient_descent`` (with a line search).
        batch_size : int, "auto", "full" or None
            Rows per step; the last batch of an epoch may be shorter. "auto" means 32,
            and all rows for a solver, as "full" and None do for an optimizer.
        epochs : int
            At least 1; iterations of a solver, which may end earlier.
        validation : tuple (X, y) or (X, y, sample_weight), or array of rows, optional
            An array means rows of X that are held out: numbers, or a flag for each.
        sample_weight : array (N,), optional
            Losses become Σwᵢlᵢ/Σwᵢ over a batch.
        class_weight : "balanced" or mapping of class number to weight, optional
            Multiplies the weights of the training rows.
        shuffle : bool
            Whether each epoch visits the rows in another order.
        engine : {"auto", "native", "reference"}
            What computes; "auto" is the native engine where it was built.
        threads : int, optional
            Of the native engine; by default the number that turns out fastest. The
            bits do not depend on it.
        seed : int, optional
            Of order and masks; by default the network's.
        schedule : str or Schedule, optional
            Of the learning rate; constant by default.
        patience : int, optional
            Epochs without improvement of the validation loss (without validation rows:
            of the training loss) after which to stop; the best weights are then
            restored, also where all epochs are done. By default, and with 0, all epochs
            are done and the last weights kept.
        min_change : float
            How much lower a loss must be to count as an improvement.
        l1, l2 : float
            Penalties λ/N·Σ|w| and λ/(2N)·Σw² on weights, not biases; N is the number
            of rows of the batch.
        clip_norm, clip_value : float, optional
            Limits on the norm of the whole gradient, and on each of its entries.
        average : float, optional
            Decay of an exponential moving average of the weights, which is then what
            is validated and kept.
        reduction : {"mean", "sum"}
        metrics : names or functions of (y, prediction), optional
            ``accuracy``, ``r2``, ``mae``, ``rmse``; on the validation rows where
            there are any, else on the training rows. They ignore sample weights.
        statistics : bool
            Whether each epoch ends with a look at every layer over a fixed sample of
            training rows, kept in the history: mean and deviation of its activations,
            share of dead or saturated units, norm of its gradient.
        callbacks : callables of (epoch, history) or Callback, optional
            A callable that returns True stops the fit. When it is called the network
            has the weights of that epoch, and can predict.
        checkpoint : path, optional
            Folder that a run can resume from, made if need be.
        checkpoint_options : mapping of str to JSON value, optional
            Options of whoever calls, such as a command's: compared first, under these
            names, when a run resumes.
        resume : bool
            Go on from the checkpoint, if there is one. The network must start from the
            weights that the run began with, or have those that it left. A run that was
            finished, by its epochs, patience or a callback, goes on where ``epochs``
            allows for more.
        rows : int array, optional
            Rows of X and y to train on: numbers, or a flag for each; by default all
            that are not held out. Nothing is copied.

        Returns
        -------
        History

        Raises
        ------
        DataError
            Values that cannot be trained on; the message says which row.
        OptionError
            An option cannot be used, or there is no such option.
        CheckpointError
            The checkpoint to resume from is damaged, or of another run; the message
            names the option that differs.
        OutputError
            The checkpoint cannot be written; found before training.
        KeyboardInterrupt
            After Ctrl-C, with the checkpoint saved and the weights kept.

        Warns
        -----
        DivergenceWarning
            The loss left the finite numbers; the best finite weights were kept.

        Examples
        --------
        >>> from neurona import Dense, Network
        >>> X, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])
        >>> network = Network([Dense(8, "tanh"), Dense(2)], n_inputs=2, seed=0)
        >>> history = network.fit(X, y, optimizer="adam", epochs=500, batch_size=4)
        >>> network.predict_class(X)
        array([0, 1, 1, 0])
        """
        losses = self._losses_for(loss, y)
        plan = plan_fit(
            Subject(
                architecture=self.architecture,
                dtype=self.dtype,
                seed=self.seed,
                losses=losses,
                loss_configs={k: part_to_config(v) for k, v in losses.items()},
            ),
            X,
            y,
            optimizer=optimizer,
            batch_size=batch_size,
            validation=validation,
            sample_weight=sample_weight,
            class_weight=class_weight,
            engine=engine,
            threads=threads,
            seed=seed,
            schedule=schedule,
            metrics=metrics,
            checkpoint=checkpoint,
            checkpoint_options=checkpoint_options or {},
            resume=resume,
            rows=rows,
            plain_options={
                "epochs": epochs,
                "patience": patience,
                "min_change": min_change,
                "l1": l1,
                "l2": l2,
                "clip_norm": clip_norm,
                "clip_value": clip_value,
                "average": average,
                "reduction": reduction,
                "shuffle": shuffle,
            },
            statistics=statistics,
        )
        before = {name: value.copy() for name, value in self._values().items()}
        try:
            state = plan.run_from(before, as_callbacks(callbacks), self._take)
        except BaseException:
            # Callbacks may have seen weights of epochs that now count for nothing.
            self._take(before)
            raise
        self._take({name: state.best[name] for name in before})
        self.losses = losses
        self.history = state.history
        self.training = {**plan.settings, "step": state.best_step}
        self._slots = {k: v for k, v in state.best.items() if k not in before}
        if state.history.stopped == "diverged":
            warnings.warn(divergence_message(state.history), DivergenceWarning, 3)
        if state.history.stopped == "interrupted":
            raise KeyboardInterrupt
        return state.history

    @with_known_options
    def learning_rate_test(
        self,
        X: Any,
        y: Any,
        *,
        loss: LossLike | Mapping[str, LossLike] | None = None,
        optimizer: str | Optimizer | type[Optimizer] = "adam",
        low: float = 1e-5,
        high: float = 10.0,
        steps: int = 500,
        batch_size: int | Literal["full"] | None = 32,
        seed: int | None = None,
    ) -> RangeTest:
        """Train a copy at rising learning rates, to see which of them suits.

        The network itself stays as it is.

        Parameters
        ----------
        X, y, loss, optimizer, batch_size
            As for :meth:`fit`; the optimizer's own learning rate is not used.
        low, high : float
            The first and the last rate; each is the same multiple of the one before.
        steps : int
            How many times the rate is multiplied; one step of training for each rate.
        seed : int, optional
            Of order and masks; by default the network's.

        Returns
        -------
        RangeTest
            Rates, the loss that each step met, and the rate at which it fell fastest.

        Raises
        ------
        OptionError
            The loss never fell, or an option cannot be used.

        Examples
        --------
        >>> from neurona import Dense, Network
        >>> rng = np.random.default_rng(0)
        >>> X = rng.normal(size=(256, 2))
        >>> network = Network([Dense(8, "tanh"), Dense(1)], n_inputs=2)
        >>> test = network.learning_rate_test(X, X[:, 0] * X[:, 1], steps=100)
        >>> 1e-4 < test.suggestion < 1
        True
        """
        seed = self.seed if seed is None else check_seed(seed)
        losses = self._losses_for(loss, y)
        data = self._prepare(X, y, losses)
        options = StepOptions(
            losses=losses,
            targets=target_specs(self.architecture, losses, data),
            optimizer=as_optimizer(optimizer),
        )
        return run_range_test(
            self.architecture,
            options,
            self._values(),
            data,
            low=low,
            high=high,
            steps=steps,
            batch_size=batch_size,
            seed=seed,
            dtype=self.dtype,
        )

    @with_known_options
    def loss_and_gradients(
        self,
        X: Any,
        y: Any,
        *,
        loss: LossLike | Mapping[str, LossLike] | None = None,
        sample_weight: Any = None,
        class_weight: Literal["balanced"] | Mapping[int, float] | None = None,
        l1: float = 0.0,
        l2: float = 0.0,
        reduction: Literal["mean", "sum"] = "mean",
        training: bool = False,
        seed: int | None = None,
        step: int = 1,
    ) -> tuple[float, dict[str, Array]]:
        """Loss over all rows as one batch, and its gradient in every parameter.

        Parameters
        ----------
        X, y, loss, sample_weight, class_weight, l1, l2, reduction
            As for :meth:`fit`.
        training : bool
            Whether dropout masks (of ``seed`` and ``step``) and batch statistics are
            in force.
        seed : int, optional
            Of masks; by default the network's.

        Returns
        -------
        loss : float
        gradients : dict of str to array
            By parameter name, in the parameter's shape; frozen layers are absent.

        Examples
        --------
        >>> from neurona import Dense, Network
        >>> network = Network([Dense(1)], n_inputs=1, dtype="float64")
        >>> network.parameters["dense_1.weight"] = [[2.0]]
        >>> loss, gradients = network.loss_and_gradients([[3.0]], [5.0], loss="mse")
        >>> loss, gradients["dense_1.weight"]
        (1.0, array([[6.]]))
        """
        asked = check_options({"l1": l1, "l2": l2, "reduction": reduction})
        seed = self.seed if seed is None else check_seed(seed)
        losses = self._losses_for(loss, y)
        data = self._prepare(X, y, losses, sample_weight)
        if class_weight is not None:
            weigh_classes(data, losses, self._outputs(), class_weight, None, self.dtype)
        return loss_and_gradients(
            self.architecture,
            losses,
            self._values(),
            data,
            self.dtype,
            training=training,
            seed=seed,
            step=step,
            **asked,
        )

    @with_known_options
    def evaluate(
        self,
        X: Any,
        y: Any,
        *,
        loss: LossLike | Mapping[str, LossLike] | None = None,
        metrics: Iterable[str | Metric] | str | None = None,
        sample_weight: Any = None,
    ) -> dict[str, float]:
        """Loss and metrics over rows, as the network predicts.

        Examples
        --------
        >>> from neurona import Dense, Network
        >>> network = Network([Dense(1)], n_inputs=1)
        >>> network.evaluate([[0.0]], [1.0], loss="mse")
        {'loss': 1.0}
        """
        losses = self._losses_for(loss, y)
        data = self._prepare(X, y, losses, sample_weight)
        evaluate = Evaluator(
            self.architecture,
            losses,
            target_specs(self.architecture, losses, data),
            as_metrics(metrics),
            self.dtype,
            weighted=ROW_WEIGHT in data,
        )
        scores = evaluate(self._values(), data, row_count(data))
        return {"loss": scores.loss, **scores.metrics}

    def _losses_for(self, loss: Any, y: Any) -> Mapping[str, Loss]:
        if loss is None and self.losses is not None:
            return self.losses
        return choose_losses(loss, self._outputs(), y)

    def _prepare(
        self, X: Any, y: Any, losses: Mapping[str, Loss], sample_weight: Any = None
    ) -> dict[str, Array]:
        return prepare_examples(
            self.architecture, losses, X, y, self.dtype, sample_weight
        )
