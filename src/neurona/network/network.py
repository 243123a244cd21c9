"""The network: what a person builds, trains, asks and saves."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from neurona.graph.notebook import show_html
from neurona.model_file import (
    ModelRecord,
    save_model,
)
from neurona.network import answers, numbers, training
from neurona.network.data import NetworkData, check_dtype
from neurona.nn.description import read_architecture, show_network
from neurona.nn.layers import Connection, Input, Layer
from neurona.nn.summary import Summary
from neurona.train.options import check_seed

__all__ = ["Network"]


class Network(NetworkData):
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
        super().__init__(
            read_architecture(layers, n_inputs, inputs, outputs),
            seed=check_seed(seed),
            dtype=check_dtype(dtype),
        )
        self.initialize()

    initialize = numbers.initialize
    load_parameters = numbers.load_parameters

    predict = answers.predict
    predict_mean = answers.predict_mean
    predict_proba = answers.predict_proba
    predict_class = answers.predict_class
    transform = answers.transform

    fit = training.fit
    learning_rate_test = training.learning_rate_test
    loss_and_gradients = training.loss_and_gradients
    evaluate = training.evaluate

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
