"""The network: what a person builds, trains, asks and saves."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, TypeAlias

import numpy as np

from neurona.errors import (
    DataError,
    DivergenceWarning,
    ModelFileError,
    OptionError,
    unknown_name,
)
from neurona.graph import Graph, Node, Spec
from neurona.messages import _
from neurona.model_file import ModelRecord, load_model, save_model
from neurona.nn.architecture import Architecture
from neurona.settings import from_config, to_config
from neurona.nn.layers import Connection, Input, Layer
from neurona.nn.losses import LOSSES, Loss, as_loss, class_weights
from neurona.nn.losses.loss import output_count
from neurona.nn.parameters import ParameterVector
from neurona.nn.summary import Summary
from neurona.optimize import Optimizer, Schedule, as_optimizer, as_schedule
from neurona.reference import Executable
from neurona.reference.random_numbers import stream_of
from neurona.train.arrays import prepare_inputs, prepare_weights
from neurona.train.callback import Callback, EpochCallback, as_callbacks
from neurona.train.evaluate import Evaluator, run_in_chunks
from neurona.train.fingerprint import digest_of, fingerprint_of
from neurona.train.fit import Rows, Run, fit
from neurona.train.history import History
from neurona.train.memory import check_memory
from neurona.train.metrics import Metric, as_metrics, predicted_classes
from neurona.train.step import (
    ROW_WEIGHT,
    StepOptions,
    build_gradients,
    build_objective,
    target_name,
)

__all__ = ["Network", "load"]

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]
Outputs: TypeAlias = "Array | dict[str, Array]"
LossLike: TypeAlias = "str | Loss | type[Loss]"

DTYPES = ("float32", "float64")
FAMILIES = {"loss": LOSSES}


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
        if str(np.dtype(dtype)) not in DTYPES:
            raise OptionError(
                _("a network computes in float32 or float64, not {dtype}").format(
                    dtype=dtype
                )
            )
        self._start(
            read_architecture(layers, n_inputs, inputs, outputs),
            seed=seed,
            dtype=np.dtype(dtype),
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
        self._executables: dict[str, Executable] = {}
        build = architecture.evaluation.build
        shapes = {name: p.shape for name, p in build.parameters.items()}
        check_memory(
            sum(int(np.prod(s, dtype=object)) for s in shapes.values()), dtype.itemsize
        )
        self.parameters = ParameterVector(shapes, dtype)
        self.states: dict[str, Array] = {
            name: state.initial.astype(dtype) for name, state in build.states.items()
        }

    def initialize(self, seed: int | None = None) -> None:
        """Draw new initial weights; forget what was learned.

        Parameters
        ----------
        seed : int, optional
            By default the network's own.
        """
        build = self.architecture.evaluation.build
        seed = self.seed if seed is None else seed
        for name, parameter in build.parameters.items():
            drawn = parameter.initializer.draw(parameter.shape, seed, stream_of(name))
            self.parameters[name] = drawn
        for name, state in build.states.items():
            self.states[name] = state.initial.astype(self.dtype)

    # Training -----------------------------------------------------------------------

    def fit(
        self,
        X: Any,
        y: Any,
        *,
        loss: LossLike | Mapping[str, LossLike] | None = None,
        optimizer: str | Optimizer | type[Optimizer] = "adam",
        batch_size: int | Literal["full"] | None = 32,
        epochs: int = 10,
        validation: Any = None,
        sample_weight: Any = None,
        class_weight: Literal["balanced"] | Mapping[int, float] | None = None,
        shuffle: bool = True,
        engine: str = "auto",
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
        callbacks: Iterable[Callback | EpochCallback]
        | Callback
        | EpochCallback
        | None = None,
        checkpoint: str | os.PathLike[str] | None = None,
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
            By default that of the last fit, else cross-entropy where ``y`` holds whole
            numbers and the network gives several per row, binary cross-entropy where
            it gives one and ``y`` is 0 or 1, and the mean squared error otherwise.
        optimizer : str or Optimizer
        batch_size : int, "full" or None
            Rows per step; the last batch of an epoch may be shorter.
        epochs : int
            At least 1.
        validation : tuple (X, y) or (X, y, sample_weight), or array of rows, optional
            Whole numbers mean rows of X that are to be held out with ``rows``.
        sample_weight : array (N,), optional
            Losses become Σwᵢlᵢ/Σwᵢ over a batch.
        class_weight : "balanced" or mapping of class number to weight, optional
        shuffle : bool
            Whether each epoch visits the rows in another order.
        engine : {"auto", "reference"}
        seed : int, optional
            Of order and masks; by default the network's.
        schedule : str or Schedule, optional
            Of the learning rate; constant by default.
        patience : int, optional
            Epochs without improvement of the validation loss (without validation rows:
            of the training loss) after which to stop; the best weights are then
            restored. By default all epochs are done and the last weights kept.
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
            there are any, else on the training rows.
        callbacks : callables of (epoch, history) or Callback, optional
            A callable that returns True stops the fit.
        checkpoint : path, optional
            Folder that a run can resume from, made if need be.
        resume : bool
            Go on from the checkpoint, if there is one.
        rows : int array, optional
            Rows of X and y to train on; all by default. Nothing is copied.

        Returns
        -------
        History

        Raises
        ------
        DataError
            Values that cannot be trained on; the message says which row.
        OptionError
        KeyboardInterrupt
            After Ctrl-C, with the checkpoint saved and the weights kept.

        Warns
        -----
        DivergenceWarning
            The loss left the finite numbers; the best finite weights were kept.

        Examples
        --------
        >>> X, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])
        >>> network = Network([Dense(8, "tanh"), Dense(2)], n_inputs=2, seed=0)
        >>> history = network.fit(X, y, optimizer="adam", epochs=500, batch_size=4)
        >>> network.predict_class(X)
        array([0, 1, 1, 0])
        """
        if not isinstance(epochs, int) or epochs < 1:
            raise OptionError(
                _("epochs must be a whole number of at least 1, not {value!r}").format(
                    value=epochs
                )
            )
        if patience is not None and patience < 1:
            raise OptionError(
                _("patience must be at least 1 epoch, not {value!r}").format(
                    value=patience
                )
            )
        seed = self.seed if seed is None else seed
        losses = self._losses_for(loss, y)
        data = self._prepare(X, y, losses, sample_weight, class_weight)
        train = Rows(data, as_rows(rows, len(next(iter(data.values())))))
        options = StepOptions(
            losses=losses,
            targets=self._targets(losses, data),
            optimizer=as_optimizer(optimizer),
            l1=l1,
            l2=l2,
            clip_norm=clip_norm,
            clip_value=clip_value,
            average=average,
            reduction=reduction,
            weighted=ROW_WEIGHT in data,
        )
        plan = as_schedule(schedule or "constant")
        held_out = self._validation_rows(validation, losses, data)
        settings = {
            "loss": {
                name: to_config(value, FAMILIES) for name, value in losses.items()
            },
            "optimizer": options.optimizer.to_config(),
            "schedule": plan.to_config(),
            "batch_size": batch_size,
            "patience": patience,
            "min_change": min_change,
            "l1": l1,
            "l2": l2,
            "clip_norm": clip_norm,
            "clip_value": clip_value,
            "average": average,
            "reduction": reduction,
            "shuffle": shuffle,
            "seed": seed,
        }
        run = Run(
            architecture=self.architecture,
            options=options,
            schedule=plan,
            train=train,
            validation=held_out,
            dtype=self.dtype,
            batch_size=batch_size,
            epochs=epochs,
            patience=patience,
            min_change=min_change,
            shuffle=shuffle,
            seed=seed,
            metrics=as_metrics(metrics),
            engine=engine,
            checkpoint=checkpoint,
            resume=resume,
            fingerprint={}
            if checkpoint is None
            else self._fingerprint(settings, train, held_out),
        )
        before = {**self.parameters, **self.states}
        state = fit(run, before, as_callbacks(callbacks))
        for name in self.parameters:
            self.parameters[name] = state.best[name]
        for name in self.states:
            self.states[name] = state.best[name]
        self.losses = losses
        self.history = state.history
        self.training = {**settings, "epochs": epochs, "step": state.step}
        self._slots = {k: v for k, v in state.values.items() if k not in before}
        if state.history.stopped == "diverged":
            warnings.warn(divergence_message(state.history), DivergenceWarning, 2)
        if state.history.stopped == "interrupted":
            raise KeyboardInterrupt
        return state.history

    def loss_and_gradients(
        self,
        X: Any,
        y: Any,
        *,
        loss: LossLike | Mapping[str, LossLike] | None = None,
        sample_weight: Any = None,
        l1: float = 0.0,
        l2: float = 0.0,
        training: bool = False,
        seed: int = 0,
        step: int = 1,
    ) -> tuple[float, dict[str, Array]]:
        """Loss over all rows as one batch, and its gradient in every parameter.

        Parameters
        ----------
        X, y, loss, sample_weight, l1, l2
            As for :meth:`fit`.
        training : bool
            Whether dropout masks (of ``seed`` and ``step``) and batch statistics are
            in force.

        Returns
        -------
        loss : float
        gradients : dict of str to array
            By parameter name, in the parameter's shape; frozen layers are absent.

        Examples
        --------
        >>> network = Network([Dense(1)], n_inputs=1, dtype="float64")
        >>> network.parameters["dense_1.weight"] = [[2.0]]
        >>> loss, gradients = network.loss_and_gradients([[3.0]], [5.0], loss="mse")
        >>> loss, gradients["dense_1.weight"]
        (1.0, array([[6.]]))
        """
        losses = self._losses_for(loss, y)
        data = self._prepare(X, y, losses, sample_weight, None)
        objective = build_objective(
            self.architecture,
            losses,
            self._targets(losses, data),
            training=training,
            weighted=ROW_WEIGHT in data,
        )
        run = Executable(build_gradients(objective, l1=l1, l2=l2), self.dtype)
        clock = {"seed": seed, "mask_step": step}
        found = run({**self._values(), **data, **clock}, rows=row_count(data))
        value = float(found.pop("loss"))
        return value, found

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
        >>> network = Network([Dense(1)], n_inputs=1)
        >>> network.evaluate([[0.0]], [1.0], loss="mse")
        {'loss': 1.0}
        """
        losses = self._losses_for(loss, y)
        data = self._prepare(X, y, losses, sample_weight, None)
        evaluate = Evaluator(
            self.architecture,
            losses,
            self._targets(losses, data),
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
        return self._single(self._run("predict", self._outputs, X))

    def predict_mean(self, X: Any) -> Array:
        """What a network of one output predicts, through the link of its loss.

        The exponential for ``poisson``, the mean for ``gaussian_nll``, and what the
        output layer gives for the other losses over numbers.
        """
        (name,), (node,) = zip(*self._outputs().items(), strict=True)
        losses = self.losses
        linked = node if losses is None else losses[name].link(node)
        return self._run("mean", lambda: {name: linked}, X)[name]

    def predict_proba(self, X: Any) -> Outputs:
        """Probabilities: the output through the link of the fitted loss.

        Softmax for cross-entropy, sigmoid for binary cross-entropy; a network that
        ends in one of them gives probabilities already.

        Raises
        ------
        OptionError
            The output is not one of classes.
        """
        return self._single(self._run("proba", self._probabilities, X))

    def predict_class(self, X: Any) -> Outputs:
        """Class number of the largest probability, or of one of at least ½.

        Returns
        -------
        int array (N,)
        """
        found = self._run("proba", self._probabilities, X)
        return self._single({k: predicted_classes(v) for k, v in found.items()})

    def transform(self, X: Any, layer: str | int | Layer) -> Array:
        """Activations of any layer.

        Parameters
        ----------
        X : array (N, d)
        layer : str, int or Layer
            Its name, its position from 0, or itself.

        Examples
        --------
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
        found = self._run(f"layer/{name}", lambda: {name: activations[name]}, X)
        return found[name]

    # Looking ------------------------------------------------------------------------

    def summary(self) -> Summary:
        """Layers, shapes and parameter counts, as a table to print.

        Examples
        --------
        >>> Network([Dense(2, "sigmoid"), Dense(1)], n_inputs=2).summary().total
        9
        """
        return Summary.of(self.architecture)

    def __repr__(self) -> str:
        architecture = self.architecture
        if set(architecture.outputs) == {"output"} and len(architecture.inputs) == 1:
            chain = all(len(c.inputs) <= 1 for c in architecture.connections)
            if chain and len(architecture.layers) == len(architecture.connections) - 1:
                layers = ", ".join(map(repr, architecture.layers))
                return f"Network([{layers}], n_inputs={architecture.inputs[0].size})"
        inputs = ", ".join(f"{x.name}: {x.size}" for x in architecture.inputs)
        outputs = ", ".join(architecture.outputs)
        count = len(architecture.layers)
        return f"Network({{{inputs}}} -> {count} layers -> {{{outputs}}})"

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

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Network:
        """Read a network from its file; the same as :func:`load`."""
        return load(path)

    def load_parameters(
        self,
        source: str | os.PathLike[str] | Network | Mapping[str, Any],
        names: Iterable[str] | None = None,
    ) -> list[str]:
        """Take over parameters of another network, all or in part.

        Parameters
        ----------
        source : path, Network or mapping of str to array
        names : iterable of str, optional
            Parameters or whole layers (``dense_1``); by default every one that both
            have under the same name and in the same shape.

        Returns
        -------
        list of str
            The parameters taken over.

        Raises
        ------
        OptionError
            A name that one of them lacks, or whose shapes differ.
        """
        if isinstance(source, (str, os.PathLike)):
            given: Mapping[str, Any] = load_model(source).parameters
        else:
            given = source.parameters if isinstance(source, Network) else source
        if names is None:
            chosen = [
                name
                for name in self.parameters
                if name in given
                and np.shape(given[name]) == self.parameters[name].shape
            ]
        else:
            chosen = [p for name in names for p in self._named(name)]
            for name in chosen:
                if name not in given:
                    raise OptionError(unknown_name(_("parameter"), name, given))
        for name in chosen:
            self.parameters[name] = given[name]
        return chosen

    # Inside -------------------------------------------------------------------------

    def _named(self, name: str) -> list[str]:
        """Parameters of a layer, or the one of that very name."""
        found = [p for p in self.parameters if p == name or p.startswith(f"{name}.")]
        if not found:
            raise OptionError(unknown_name(_("parameter"), name, self.parameters))
        return found

    def _values(self) -> dict[str, Array]:
        return {**self.parameters, **self.states}

    def _outputs(self) -> Mapping[str, Node]:
        return self.architecture.evaluation.outputs

    def _probabilities(self) -> Mapping[str, Node]:
        found = {}
        for name, node in self._outputs().items():
            if node.operation in ("softmax", "sigmoid"):
                found[name] = node
            elif self.losses is None:
                raise OptionError(
                    _(
                        "{output} gives plain numbers: fit the network with a loss "
                        "over classes first, or end it in softmax or sigmoid"
                    ).format(output=name)
                )
            elif self.losses[name].head == "real":
                raise OptionError(
                    _("{loss} predicts numbers, not classes: use predict").format(
                        loss=self.losses[name].name
                    )
                )
            else:
                found[name] = self.losses[name].link(node)
        return found

    def _run(self, key: str, outputs: Any, X: Any) -> dict[str, Array]:
        """Run part of the evaluation graph over all rows, compiled once."""
        if key in ("proba", "mean") and self.losses is not None:
            key = f"{key}/{self.losses}"
        if key not in self._executables:
            self._executables[key] = Executable(Graph(outputs()), self.dtype)
        data = prepare_inputs(X, self.architecture.inputs, self.dtype)
        return run_in_chunks(
            self._executables[key], self._values(), data, row_count(data)
        )

    @staticmethod
    def _single(found: dict[str, Array]) -> Outputs:
        return next(iter(found.values())) if len(found) == 1 else found

    def _losses_for(self, loss: Any, y: Any) -> Mapping[str, Loss]:
        outputs = self._outputs()
        if loss is None and self.losses is not None:
            return self.losses
        if isinstance(loss, Mapping):
            if set(loss) != set(outputs):
                raise OptionError(
                    _("the outputs are {wanted}, but losses were given for {found}")
                    .format(wanted=sorted(outputs), found=sorted(loss))
                )  # fmt: skip
            return {name: as_loss(loss[name]) for name in outputs}
        if loss is not None and len(outputs) > 1:
            return {name: as_loss(loss) for name in outputs}
        targets = y if isinstance(y, Mapping) else dict.fromkeys(outputs, y)
        return {
            name: as_loss(loss if loss is not None else usual_loss(node, targets[name]))
            for name, node in outputs.items()
        }

    def _prepare(
        self,
        X: Any,
        y: Any,
        losses: Mapping[str, Loss],
        sample_weight: Any,
        class_weight: Any,
    ) -> dict[str, Array]:
        """Everything a step reads, by input name."""
        data = prepare_inputs(X, self.architecture.inputs, self.dtype)
        rows = row_count(data)
        if rows == 0:
            raise DataError(_("there are no rows"))
        outputs = self._outputs()
        targets = y if isinstance(y, Mapping) else dict.fromkeys(outputs, y)
        for name, loss in losses.items():
            if name not in targets:
                raise DataError(_("y has no targets for {name}").format(name=name))
            target = loss.prepare_target(targets[name], outputs[name].spec)
            if len(target) != rows:
                raise DataError(
                    _("X has {rows} rows, but y has {found}").format(
                        rows=rows, found=len(target)
                    )
                )
            if target.dtype.kind == "f":
                target = target.astype(self.dtype, copy=False)
            data[target_name(name)] = target
        weights = None
        if sample_weight is not None:
            weights = prepare_weights(sample_weight, rows, self.dtype)
        if class_weight is not None:
            if len(losses) > 1:
                raise OptionError(_("class weights need a network of one output"))
            (name,) = losses
            size = output_count(outputs[name].spec)
            if losses[name].head == "real" or (
                losses[name].head == "binary" and size != 1
            ):
                raise OptionError(_("class weights need one class per row"))
            own = class_weights(
                data[target_name(name)], class_weight, max(size, 2)
            ).astype(self.dtype)
            weights = own if weights is None else weights * own
        if weights is not None:
            data[ROW_WEIGHT] = weights
        return data

    def _targets(
        self, losses: Mapping[str, Loss], data: Mapping[str, Array]
    ) -> dict[str, Spec]:
        """What each loss reads, given the targets at hand."""
        outputs = self._outputs()
        return {
            name: loss.target_spec(outputs[name].spec, data[target_name(name)])
            for name, loss in losses.items()
        }

    def _validation_rows(
        self, validation: Any, losses: Mapping[str, Loss], data: Mapping[str, Array]
    ) -> Rows | None:
        if validation is None:
            return None
        if not isinstance(validation, tuple):
            found = Rows(data, as_rows(validation, row_count(data)))
            return found if found.count else None
        if len(validation) not in (2, 3):
            raise OptionError(
                _("validation must be (X, y) or (X, y, sample_weight), or row numbers")
            )
        weight = validation[2] if len(validation) == 3 else None
        held_out = self._prepare(validation[0], validation[1], losses, weight, None)
        if ROW_WEIGHT in data and weight is None:
            held_out[ROW_WEIGHT] = np.ones(row_count(held_out), self.dtype)
        return Rows(held_out)

    def _fingerprint(
        self, settings: Mapping[str, Any], train: Rows, validation: Rows | None
    ) -> dict[str, Any]:
        parts = {"data": digest_of(train.data), "rows": train.count}
        if train.index is not None:
            parts["split"] = digest_of({"rows": train.index})
        if validation is not None:
            index = validation.index
            chosen = validation.data if index is None else {"rows": index}
            parts["validation"] = digest_of(chosen)
        network = {"network": self.architecture.to_config(), "dtype": str(self.dtype)}
        return fingerprint_of({**network, **settings, **parts})


def row_count(data: Mapping[str, Array]) -> int:
    """Number of rows of arrays that are all as long as each other."""
    return len(next(iter(data.values())))


def as_rows(rows: Any, count: int) -> np.ndarray[Any, np.dtype[np.int64]] | None:
    """Row numbers, or a boolean mask of rows, as whole numbers within the data."""
    if rows is None:
        return None
    array = np.asarray(rows)
    if array.dtype.kind == "b" and array.shape == (count,):
        array = np.flatnonzero(array)
    if array.ndim != 1 or (array.size and array.dtype.kind not in "iu"):
        raise OptionError(_("rows must be a list of row numbers or one flag per row"))
    if array.size and (array.min() < 0 or array.max() >= count):
        raise OptionError(
            _("rows must lie between 0 and {last}").format(last=count - 1)
        )
    return array.astype(np.int64)


def read_architecture(
    layers: Sequence[Layer] | None,
    n_inputs: int | None,
    inputs: Sequence[Input] | None,
    outputs: Connection | Mapping[str, Connection] | None,
) -> Architecture:
    """Architecture from either way of describing a network."""
    if (layers is None) == (outputs is None):
        raise OptionError(
            _("describe a network by its layers, or by its inputs and outputs")
        )
    if layers is not None:
        if isinstance(layers, Layer):
            layers = [layers]
        if inputs is not None and len(inputs) == 1 and n_inputs is None:
            return Architecture.sequential(list(layers), inputs[0])
        if n_inputs is None:
            raise OptionError(
                _("how many numbers does each row have? Pass n_inputs, such as 4")
            )
        return Architecture.sequential(list(layers), Input("x", n_inputs))
    named = {"output": outputs} if isinstance(outputs, Connection) else outputs
    assert named is not None
    if inputs is None:
        free = Architecture.__new__(Architecture)
        object.__setattr__(free, "outputs", dict(named))
        inputs = [c.layer for c in free.connections if isinstance(c.layer, Input)]
    return Architecture(tuple(inputs), dict(named))


def usual_loss(output: Node, y: Any) -> str:
    """Name of the loss that suits an output and its targets."""
    array = np.asarray(y)
    whole = array.dtype.kind in "biu"
    several = output.shape[-1] != 1
    if output.operation == "softmax" or (several and whole and array.ndim == 1):
        return "cross_entropy"
    binary = whole and array.size and array.min() >= 0 and array.max() <= 1
    if output.operation == "sigmoid" or (not several and binary):
        return "binary_cross_entropy"
    return "mse"


def divergence_message(history: History) -> str:
    """Sentence for a run that left the finite numbers."""
    if history.best_epoch is None:
        return _(
            "the loss left the finite numbers in the first epoch, and the initial "
            "weights were kept: the learning rate is probably too high"
        )
    return _(
        "the loss left the finite numbers after epoch {epoch}, and the weights of "
        "epoch {best} were kept: the learning rate is probably too high"
    ).format(epoch=len(history), best=history.best_epoch)


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
    >>> network = Network([Dense(2)], n_inputs=3)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     network.save(f"{folder}/model.safetensors")
    ...     again = load(f"{folder}/model.safetensors")
    >>> bool((again.parameters.vector == network.parameters.vector).all())
    True
    """
    record = load_model(path)
    architecture = Architecture.from_config(record.architecture)
    network = Network.__new__(Network)
    seed = record.architecture.get("seed", 0)
    network._start(architecture, seed=seed, dtype=np.dtype(record.dtype))
    fill(network.parameters, record.parameters, path)
    fill(network.states, record.states, path)
    network.history = History.from_json(record.history) if record.history else None
    network.preparation = dict(record.preparation) if record.preparation else None
    network._slots = dict(record.slots)
    if record.training is not None:
        network.training = dict(record.training)
        losses = record.training.get("loss", {})
        if set(losses) != set(architecture.outputs):
            raise ModelFileError(
                _("{path} is damaged: its losses are not those of its outputs").format(
                    path=path
                )
            )
        network.losses = {
            name: from_config(c, FAMILIES, "loss") for name, c in losses.items()
        }
    return network


def fill(
    wanted: ParameterVector | dict[str, Array],
    found: Mapping[str, Array],
    path: str | os.PathLike[str],
) -> None:
    """Copy arrays in, having checked that they are the ones wanted."""
    for name in {*wanted, *found}:
        ours, theirs = wanted.get(name), found.get(name)
        if ours is None or theirs is None or ours.shape != theirs.shape:
            raise ModelFileError(
                _("{path} is damaged: {name} does not fit its network").format(
                    path=path, name=name
                )
            )
    for name in wanted:
        wanted[name] = found[name]
