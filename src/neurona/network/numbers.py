"""The numbers of a network: drawn, read, assigned, taken over from another."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np

from neurona.errors import (
    OptionError,
)
from neurona.messages import _
from neurona.model_file import (
    load_model,
    names_to_take,
)
from neurona.nn.architecture import Architecture
from neurona.nn.losses import Loss
from neurona.nn.parameters import ParameterVector
from neurona.train.history import History
from neurona.train.memory import check_memory
from neurona.train.options import check_seed

__all__ = ["Numbers", "check_dtype"]

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]


DTYPES = ("float32", "float64")


class Numbers:
    """An architecture with its parameters, its states and what was learned.

    Parameters and attributes are those of :class:`neurona.Network`.
    """

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
        for name, value in build.initial_values(seed):
            place = self.parameters if name in build.parameters else self.states
            place[name] = value
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

    def load_parameters(
        self,
        source: str | os.PathLike[str] | Numbers | Mapping[str, Any],
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
            given = source._values() if isinstance(source, Numbers) else source
        chosen = names_to_take(self._values(), given, names)
        homes = {
            name: self.states if name in self.states else self.parameters
            for name in chosen
        }
        taken = {name: homes[name].checked(name, given[name]) for name in chosen}
        for name, array in taken.items():
            homes[name][name] = array
        return chosen

    def _values(self) -> dict[str, Array]:
        return {**self.parameters, **self.states}

    def _take(self, values: Mapping[str, Array]) -> None:
        """Copy parameters and states in, of which nothing need be checked."""
        for name, view in self._values().items():
            view[...] = values[name]


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
