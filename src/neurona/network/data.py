"""What a network is: an architecture, its numbers, and what was learned."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from neurona.arrays import Array
from neurona.errors import OptionError
from neurona.graph import Node
from neurona.messages import _
from neurona.native.rows import RowPredictor
from neurona.nn.architecture import Architecture
from neurona.nn.losses import Loss
from neurona.nn.parameters import ParameterVector
from neurona.train.history import History
from neurona.train.memory import check_memory
from neurona.train.predict import Predictor

__all__ = ["NetworkData", "check_dtype", "outputs_of", "take_values", "values_of"]


DTYPES: Final = ("float32", "float64")


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


class NetworkData:
    """An architecture with its parameters, its states and what was learned.

    Parameters
    ----------
    architecture : Architecture
    seed : int
    dtype : {float32, float64}

    Notes
    -----
    Attributes are those of :class:`neurona.Network`, which adds nothing but functions.
    """

    def __init__(
        self, architecture: Architecture, *, seed: int, dtype: np.dtype[Any]
    ) -> None:
        self.architecture = architecture
        self.seed = seed
        self.dtype = dtype
        self.history: History | None = None
        self.preparation: dict[str, Any] | None = None
        self.losses: Mapping[str, Loss] | None = None
        self.training: Mapping[str, Any] | None = None
        self._slots: dict[str, Array] = {}
        build = architecture.evaluation.build
        shapes = {name: p.shape for name, p in build.parameters.items()}
        check_memory(
            sum(int(np.prod(s, dtype=object)) for s in shapes.values()), dtype.itemsize
        )
        self._parameters = ParameterVector(shapes, dtype)
        self._states = ParameterVector(
            {name: state.shape for name, state in build.states.items()}, dtype
        )
        # Its graph compiled for each kind of question, kept for the next.
        self._predictor: Predictor | None = None
        self._quick: RowPredictor | None = None

    def __getstate__(self) -> dict[str, Any]:
        """Leave out compiled graphs: a copy compiles its own."""
        return {**self.__dict__, "_predictor": None, "_quick": None}

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


def outputs_of(network: NetworkData) -> Mapping[str, Node]:
    """What a network gives when it is asked, by output."""
    return network.architecture.evaluation.outputs


def values_of(network: NetworkData) -> dict[str, Array]:
    """Parameters and states by name: views."""
    return {**network.parameters, **network.states}


def take_values(network: NetworkData, values: Mapping[str, Array]) -> None:
    """Copy parameters and states in, of which nothing need be checked."""
    for name, view in values_of(network).items():
        view[...] = values[name]
