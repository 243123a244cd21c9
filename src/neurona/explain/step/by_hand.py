"""A network by hand: its sizes, its functions and its weights, without a model file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from neurona.errors import NeuronaError, OptionError, system_reason, unknown_name
from neurona.explain.reading import losses_of
from neurona.files.strict_json import decode
from neurona.messages import _
from neurona.network import Network
from neurona.nn import Dense
from neurona.nn.activations import Heaviside, as_activation
from neurona.nn.losses import Loss, MeanSquaredError

__all__ = ["build_by_hand", "read_loss", "read_rows", "read_weights", "set_weights"]


def build_by_hand(
    sizes: str,
    *,
    activation: str = "sigmoid",
    output: str = "identity",
    seed: int = 0,
) -> Network:
    """Build a network from its sizes, such as 2-2-1, in float64.

    Parameters
    ----------
    sizes : str
        Inputs, the units of each hidden layer, and outputs.
    activation : str
        Of the hidden layers; several, such as ``tanh,relu``, go to one each.
    output : str
        Activation of the last layer.
    seed : int
        Of the weights.

    Raises
    ------
    OptionError

    Examples
    --------
    >>> build_by_hand("2-3-1", activation="tanh")
    Network([Dense(3, 'tanh'), Dense(1)], n_inputs=2, dtype='float64')
    """
    try:
        counts = [int(part) for part in sizes.split("-")]
    except ValueError:
        counts = []
    if len(counts) < 2 or any(count < 1 for count in counts):
        raise OptionError(
            _(
                "a network is written as its sizes, such as 2-2-1 for two inputs, two "
                "hidden units and one output; not {text!r}"
            ).format(text=sizes)
        )
    hidden = counts[1:-1]
    names = [part.strip() for part in activation.split(",")]
    if len(names) == 1:
        names *= len(hidden)
    if len(names) != len(hidden):
        raise OptionError(
            _("{found} activations do not go with {wanted} hidden layers").format(
                found=len(names), wanted=len(hidden)
            )
        )
    layers = [
        Dense(count, read_activation(name))
        for count, name in zip(hidden, names, strict=True)
    ]
    layers.append(Dense(counts[-1], read_activation(output)))
    return Network(layers, n_inputs=counts[0], seed=seed, dtype="float64")


def read_activation(name: str) -> Any:
    """Activation by name; a strict threshold unit fires above 0 alone."""
    return Heaviside(strict=True) if name == "strict_heaviside" else as_activation(name)


def read_loss(name: str | None, network: Network) -> Loss:
    """Loss by name; by default the one that goes with the network's end.

    Examples
    --------
    >>> read_loss(None, build_by_hand("2-3", output="softmax"))
    CrossEntropy(label_smoothing=0.0)
    >>> read_loss("half_mse", build_by_hand("2-1"))
    MeanSquaredError(half=True)
    """
    if name == "half_mse":
        return MeanSquaredError(half=True)
    return next(iter(losses_of(network, name).values()))


def read_weights(source: str) -> Any:
    """Weights as JSON, from a file or from the text itself.

    Raises
    ------
    OptionError
        There is no such file, or it holds no JSON object.
    """
    text: str | bytes = source
    if not source.lstrip().startswith("{"):
        try:
            text = Path(source).read_bytes()
        except OSError as error:
            raise OptionError(
                _("the weights {path} cannot be read: {reason}").format(
                    path=source, reason=system_reason(error)
                )
            ) from None
    try:
        found = decode(text)
    except (NeuronaError, ValueError) as error:
        raise OptionError(
            _("the weights are no JSON that can be read: {why}").format(why=error)
        ) from None
    return found


def set_weights(network: Network, weights: Any) -> None:
    """Give a network its weights by name.

    Parameters
    ----------
    weights : mapping of str to nested list
        One entry for each parameter.

    Raises
    ------
    OptionError
        A name is unknown or missing, or an array is not of its shape; the message
        says which names and shapes are wanted.

    Examples
    --------
    >>> network = build_by_hand("1-1")
    >>> set_weights(network, {"dense_1.weight": [[2.0]], "dense_1.bias": [0.5]})
    >>> network.parameters.vector
    array([2. , 0.5])
    """
    wanted = {name: array.shape for name, array in network.parameters.items()}
    listed = ", ".join(f"{name} {shape}" for name, shape in wanted.items())
    if not isinstance(weights, Mapping):
        raise OptionError(
            _("the weights are a JSON object with the entries {wanted}").format(
                wanted=listed
            )
        )
    for name in weights:
        if name not in wanted:
            raise OptionError(
                _("{problem}; wanted are {wanted}").format(
                    problem=unknown_name(_("weight"), name, wanted), wanted=listed
                )
            )
    for name, shape in wanted.items():
        if name not in weights:
            raise OptionError(
                _("the weights lack {name}; wanted are {wanted}").format(
                    name=name, wanted=listed
                )
            )
        array = as_array(weights[name])
        if array is None or array.shape != shape:
            found = _("no table of numbers") if array is None else array.shape
            raise OptionError(
                _("{name} must have shape {shape}, not {found}; wanted are {wanted}")
                .format(name=name, shape=shape, found=found, wanted=listed)
            )  # fmt: skip
        network.parameters[name] = array


def as_array(value: Any) -> np.ndarray[Any, np.dtype[np.float64]] | None:
    """Finite numbers as an array, or ``None``."""
    try:
        array = np.asarray(value)
    except ValueError:
        return None
    if array.dtype.kind not in "iuf" or not np.isfinite(array).all():
        return None
    return array.astype(np.float64)


def read_rows(texts: Sequence[str], what: str) -> list[list[float]]:
    """Rows of numbers as a person writes them: ``1,0``, or ``1,0;0,1``.

    Raises
    ------
    OptionError

    Examples
    --------
    >>> read_rows(["1,0;0,1", "1,1"], "input")
    [[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]
    """
    rows: list[list[float]] = []
    for text in ";".join(texts).split(";"):
        try:
            row = [float(part) for part in text.split(",")]
        except ValueError:
            row = []
        if not row or not np.isfinite(row).all():
            raise OptionError(
                _(
                    "{what} is written as numbers such as 1,0, rows apart by a "
                    "semicolon; not {text!r}"
                ).format(what=what, text=text)
            )
        rows.append(row)
    if len({len(row) for row in rows}) > 1:
        raise OptionError(_("the rows of {what} differ in length").format(what=what))
    return rows
