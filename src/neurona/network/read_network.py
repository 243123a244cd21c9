"""A network from its file."""

from __future__ import annotations

import os

from neurona.errors import (
    ModelFileError,
    NeuronaError,
)
from neurona.messages import _
from neurona.model_file import (
    CheckedModel,
    check_model,
    load_model,
)
from neurona.network.data import NetworkData, take_values
from neurona.network.network import Network
from neurona.train.options import with_defaults

__all__ = ["load"]


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
    NetworkData.__init__(
        network, model.architecture, seed=model.seed, dtype=model.dtype
    )
    take_values(network, {**record.parameters, **record.states})
    network.history = model.history
    network.losses = model.losses
    if record.preparation is not None:
        network.preparation = dict(record.preparation)
    if record.training is not None:
        network.training = with_defaults(record.training)
    network._slots = dict(record.slots)
    return network
