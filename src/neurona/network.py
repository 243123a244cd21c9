"""The network: what a person builds, trains, asks and saves."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

import numpy as np

from neurona.errors import (
    DivergenceWarning,
    ModelFileError,
    NeuronaError,
    OptionError,
    unknown_name,
)
from neurona.graph import Node
from neurona.graph.notebook import show_html
from neurona.messages import _
from neurona.model_file import (
    CheckedModel,
    ModelRecord,
    check_model,
    load_model,
    names_to_take,
    part_to_config,
    save_model,
)
from neurona.native.rows import RowPredictor
from neurona.nn.architecture import Architecture
from neurona.nn.description import read_architecture, show_network
from neurona.nn.layers import Connection, Input, Layer
from neurona.nn.losses import Loss
from neurona.nn.parameters import ParameterVector
from neurona.nn.summary import Summary
from neurona.optimize import (
    Optimizer,
    Schedule,
    as_optimizer,
)
from neurona.reference.random_numbers import stream_of
from neurona.train.answers import asks_questions, probabilities
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
from neurona.train.memory import check_memory
from neurona.train.metrics import Metric, as_metrics, predicted_classes
from neurona.train.options import check_options, check_seed
from neurona.train.plan import RuleLike, Subject, plan_fit
from neurona.train.predict import Predictor
from neurona.train.step import (
    ROW_WEIGHT,
    StepOptions,
)

__all__ = ["Network", "divergence_message", "load"]

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]
Outputs: TypeAlias = "Array | dict[str, Array]"


DTYPES = ("float32", "float64")


class Network:
    """A neural network: layers, their numbers, and what was learned.

    Parameters
    ----------
    layers : sequence of Layer, optional
        One after the other, from one input to one output.
    n_inputs : int, optional
        Numbers per row that the first layer reads; needed with ``layers``.
    inputs : sequence of Input, optional
        Named inputs, where layers are joined by calling them.
    outputs : Connection or mapping of str to Connection, optional
        What the network gives, where layers are joined by calling them.
    seed : int
        Of the initial weights and, by default, of every fit.
    dtype : {"float32", "float64"}

    Attributes
    ----------
    parameters : mapping of str to array
        Trained numbers under names such as ``dense_1.weight``: views that can be
        changed in place or assigned to.
    states : mapping of str to array
        What training updates without a gradient, such as running means.
    history : History or None
        Of the last fit.
    training : mapping of str to value, or None
        Loss, optimizer and other settings of the last fit, its seed and step.
    preparation : dict or None
        How the table it was trained on is encoded, for a network trained on a table.

    Raises
    ------
    OptionError
        Settings that cannot be, or more parameters than fit in memory.
    ShapeError
        Layers that do not fit together; the message names the layer.

    Examples
    --------
    >>> from neurona import Dense, Network
    >>> network = Network([Dense(16, "relu"), Dense(3)], n_inputs=4, seed=0)
    >>> network
    Network([Dense(16, 'relu'), Dense(3)], n_inputs=4)
    >>> network.parameters["dense_1.weight"].shape
    (4, 16)
    """

    def __init__(
        self,
        layers: Sequence[Layer] | None = None,
        *,
        n_inputs: int | None = None,
        inputs: Sequence[Input] | None = None,
        outputs: Connection | Mapping[str, Connection] | None = None,
        seed: int = 0,
        dtype: str = "float32",
    ) -> None:
        self._start(
            read_architecture(layers, n_inputs, inputs, outputs),
            seed=check_seed(seed),
            dtype=check_dtype(dtype),
        )
        self.initialize()

    def _start(
        self, architecture: Architecture, *, seed: int, dtype: np.dtype[Any]
    ) -> None:
        """Make room for the numbers of an architecture."""
        self.architecture = architecture
        self.seed = seed
        self.dtype = dtype
        self.history: History | None = None
        self.preparation: dict[str, Any] | None = None
        self.losses: Mapping[str, Loss] | None = None
        self.training: Mapping[str, Any] | None = None
        self._slots: dict[str, Array] = {}
        self._predictor: Predictor | None = None
        self._quick: RowPredictor | None = None
        build = architecture.evaluation.build
        shapes = {name: p.shape for name, p in build.parameters.items()}
        check_memory(
            sum(int(np.prod(s, dtype=object)) for s in shapes.values()), dtype.itemsize
        )
        self._parameters = ParameterVector(shapes, dtype)
        self._states = ParameterVector(
            {name: state.shape for name, state in build.states.items()}, dtype
        )

    def initialize(self, seed: int | None = None) -> None:
        """Draw new initial weights; forget what was learned.

        Parameters
        ----------
        seed : int, optional
            By default the network's own.
        """
        build = self.architecture.evaluation.build
        seed = self.seed if seed is None else check_seed(seed)
        for name, parameter in build.parameters.items():
            drawn = parameter.initializer.draw(parameter.shape, seed, stream_of(name))
            self.parameters[name] = drawn
        for name, state in build.states.items():
            self.states[name] = state.initial
        self.history = self.losses = self.training = None
        self._slots = {}

    @property
    def parameters(self) -> ParameterVector:
        """Trained numbers by name; assigning a mapping copies its values in."""
        return self._parameters

    @parameters.setter
    def parameters(self, values: Mapping[str, Any]) -> None:
        self._parameters.replace(values)

    @property
    def states(self) -> ParameterVector:
        """What training updates without a gradient, by name."""
        return self._states

    @states.setter
    def states(self, values: Mapping[str, Any]) -> None:
        self._states.replace(values)

    @property
    def slots(self) -> Mapping[str, Array]:
        """What the optimizer of the last fit remembers, by name; empty before one."""
        return MappingProxyType(self._slots)

    def __getstate__(self) -> dict[str, Any]:
        """Leave out compiled graphs: a copy compiles its own."""
        return {**self.__dict__, "_predictor": None, "_quick": None}

    # Training -----------------------------------------------------------------------

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
            An option cannot be used.
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
                "patience": patience or None,
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
            warnings.warn(divergence_message(state.history), DivergenceWarning, 2)
        if state.history.stopped == "interrupted":
            raise KeyboardInterrupt
        return state.history

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

    # Prediction ---------------------------------------------------------------------

    def predict(self, X: Any) -> Outputs:
        """What the output layer gives, row by row.

        Returns
        -------
        array (N, K), or a dict of them where the network has several outputs
        """
        if self._quick is not None:
            found = self._quick(X)
            if found is not None:
                return found
        answers = self._ask("predict", self._outputs, X)
        if self._predictor is not None:
            self._quick = self._predictor.lean("predict")
        return self._single(answers)

    def predict_mean(self, X: Any) -> Array:
        """What a network of one output predicts, through the link of its loss.

        The exponential for ``poisson``, the mean for ``gaussian_nll``, and what the
        output layer gives for the other losses over numbers.
        """
        (name,), (node,) = zip(*self._outputs().items(), strict=True)
        losses = self.losses
        linked = node if losses is None else losses[name].link(node)
        return self._ask("mean", lambda: {name: linked}, X, losses)[name]

    def predict_proba(self, X: Any) -> Outputs:
        """Probabilities: the output through the link of the fitted loss.

        Softmax for cross-entropy, sigmoid for binary cross-entropy; a network that
        ends in one of them gives probabilities already. Of several outputs those over
        numbers are left out.

        Raises
        ------
        OptionError
            No output is one of classes.
        """
        return self._single(self._ask("proba", self._probabilities, X, self.losses))

    def predict_class(self, X: Any) -> Outputs:
        """Class number of the largest probability, or of one of at least ½.

        Returns
        -------
        int array (N,)
            (N, K) of 0 and 1 where each of K outputs is a question of its own.
        """
        found = self._ask("proba", self._probabilities, X, self.losses)
        nodes = self._outputs()
        return self._single(
            {
                name: np.asarray(value >= 0.5).astype(np.int64)
                if value.shape[1] > 1 and asks_questions(name, nodes[name], self.losses)
                else predicted_classes(value)
                for name, value in found.items()
            }
        )

    def transform(self, X: Any, layer: str | int | Layer) -> Array:
        """Activations of any layer.

        Parameters
        ----------
        X : array (N, d)
        layer : str, int or Layer
            Its name, its position from 0, or itself.

        Examples
        --------
        >>> from neurona import Dense, Network
        >>> network = Network([Dense(2, "relu"), Dense(1)], n_inputs=1)
        >>> network.transform([[1.0], [2.0]], layer="dense_1").shape
        (2, 2)
        """
        names = list(self.architecture.names.values())
        if isinstance(layer, Layer):
            layer = self.architecture.names.get(layer, repr(layer))
        elif isinstance(layer, int) and -len(names) <= layer < len(names):
            layer = names[layer]
        activations = self.architecture.evaluation.build.activations
        if layer not in activations:
            raise OptionError(unknown_name(_("layer"), str(layer), activations))
        name = str(layer)
        found = self._ask(f"layer/{name}", lambda: {name: activations[name]}, X)
        return found[name]

    # Looking ------------------------------------------------------------------------

    def summary(self) -> Summary:
        """Layers, shapes and parameter counts, as a table to print.

        Examples
        --------
        >>> from neurona import Dense, Network
        >>> Network([Dense(2, "sigmoid"), Dense(1)], n_inputs=2).summary().total
        9
        """
        return Summary.of(self.architecture)

    def __repr__(self) -> str:
        return show_network(self.architecture, self.dtype)

    def _repr_html_(self) -> str | None:
        return show_html(self)

    # Files --------------------------------------------------------------------------

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the network to one ``.safetensors`` file, whole or not at all.

        Raises
        ------
        OutputError
            The file cannot be written.
        """
        save_model(
            ModelRecord(
                architecture={**self.architecture.to_config(), "seed": self.seed},
                dtype=str(self.dtype),
                parameters=self.parameters,
                states=self.states,
                slots=self._slots,
                training=self.training,
                history=self.history.to_json() if self.history else None,
                preparation=self.preparation,
            ),
            path,
        )

    def load_parameters(
        self,
        source: str | os.PathLike[str] | Network | Mapping[str, Any],
        names: Iterable[str] | None = None,
    ) -> list[str]:
        """Take over numbers of another network, all or in part.

        Parameters
        ----------
        source : path, Network or mapping of str to array
            Of a network, states such as running means come along.
        names : iterable of str, optional
            Parameters, states or whole layers (``dense_1``); by default all that both
            have under the same name and in the same shape.

        Returns
        -------
        list of str
            The names of what was taken over.

        Raises
        ------
        OptionError
            A name that one of them lacks, whose shapes differ, or nothing that both
            have; nothing is changed.
        """
        given: Mapping[str, Any]
        if isinstance(source, str | os.PathLike):
            record = load_model(source)
            given = {**record.parameters, **record.states}
        else:
            given = source._values() if isinstance(source, Network) else source
        chosen = names_to_take(self._values(), given, names)
        homes = {
            name: self.states if name in self.states else self.parameters
            for name in chosen
        }
        taken = {name: homes[name].checked(name, given[name]) for name in chosen}
        for name, array in taken.items():
            homes[name][name] = array
        return chosen

    # Inside -------------------------------------------------------------------------

    def _values(self) -> dict[str, Array]:
        return {**self.parameters, **self.states}

    def _take(self, values: Mapping[str, Array]) -> None:
        """Copy parameters and states in, of which nothing need be checked."""
        for name, view in self._values().items():
            view[...] = values[name]

    def _outputs(self) -> Mapping[str, Node]:
        return self.architecture.evaluation.outputs

    def _probabilities(self) -> Mapping[str, Node]:
        return probabilities(self._outputs(), self.losses)

    def _ask(
        self,
        what: str,
        outputs: Callable[[], Mapping[str, Node]],
        X: Any,
        losses: Mapping[str, Loss] | None = None,
    ) -> dict[str, Array]:
        """Part of the evaluation graph for all rows, compiled once."""
        if self._predictor is None:
            self._predictor = Predictor(
                self.architecture, self.parameters, self.states, self.dtype
            )
        return self._predictor(what, outputs, X, losses)

    def _single(self, found: dict[str, Array]) -> Outputs:
        return found if len(self._outputs()) > 1 else next(iter(found.values()))

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


def check_dtype(dtype: Any) -> np.dtype[Any]:
    """Precision of a network."""
    try:
        found: np.dtype[Any] = np.dtype(dtype)
    except TypeError:
        found = np.dtype(object)
    if dtype is None or str(found) not in DTYPES:
        raise OptionError(
            _("a network computes in float32 or float64, not {dtype}").format(
                dtype=dtype
            )
        )
    return found


def load(path: str | os.PathLike[str]) -> Network:
    """Read a network from its file.

    Parameters
    ----------
    path : path

    Raises
    ------
    ModelFileError
        The file is not a whole model of this software, or what it says cannot be.

    Examples
    --------
    >>> import tempfile
    >>> from neurona import Dense, Network
    >>> network = Network([Dense(2)], n_inputs=3)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     network.save(f"{folder}/model.safetensors")
    ...     again = load(f"{folder}/model.safetensors")
    >>> bool((again.parameters.vector == network.parameters.vector).all())
    True
    """
    record = load_model(path)
    try:
        return network_of(check_model(record))
    except NeuronaError as error:
        raise ModelFileError(
            _("{path} holds no model that can be used: {why}").format(
                path=os.fspath(path), why=error
            )
        ) from error


def network_of(model: CheckedModel) -> Network:
    """Network from what its file says, which has been checked."""
    record = model.record
    network = Network.__new__(Network)
    network._start(model.architecture, seed=model.seed, dtype=model.dtype)
    network._take({**record.parameters, **record.states})
    network.history = model.history
    network.losses = model.losses
    if record.preparation is not None:
        network.preparation = dict(record.preparation)
    if record.training is not None:
        network.training = dict(record.training)
    network._slots = dict(record.slots)
    return network
