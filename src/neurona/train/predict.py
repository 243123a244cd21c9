"""What a network answers: parts of its evaluation graph, compiled once each."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np

from neurona.arrays import Array
from neurona.errors import EngineWarning
from neurona.graph import Graph, Node
from neurona.messages import _
from neurona.native.program import Program
from neurona.native.rows import RowPredictor
from neurona.native.task import CannotLower
from neurona.nn.architecture import Architecture
from neurona.nn.losses import Loss
from neurona.nn.parameters import ParameterVector
from neurona.train.arrays import prepare_inputs
from neurona.train.engines import resolve_engine
from neurona.train.evaluate import RowFunction, row_function, row_program
from neurona.train.examples import row_count
from neurona.train.structures import key_of_architecture, key_of_losses

__all__ = ["Predictor"]

Outputs: TypeAlias = Callable[[], Mapping[str, Node]]


class _Prepared:
    """What answers each question, where the answers depend on these losses or none."""

    def __init__(self, losses: Mapping[str, Loss] | None = None) -> None:
        self.losses = losses
        self.functions: dict[str, RowFunction] = {}
        self.lean: dict[str, RowPredictor] = {}


class Predictor:
    """Answers of a network, for any number of rows, in flat memory.

    Parameters
    ----------
    architecture : Architecture
    parameters, states : ParameterVector
        Looked at anew in each call.
    dtype : {float32, float64}
    """

    def __init__(
        self,
        architecture: Architecture,
        parameters: ParameterVector,
        states: ParameterVector,
        dtype: np.dtype[Any],
    ) -> None:
        self._architecture = architecture
        self._parameters = parameters
        self._states = states
        self._dtype = dtype
        self._alone = _Prepared()
        self._of_losses = _Prepared()

    def __call__(
        self,
        what: str,
        outputs: Outputs,
        X: Any,
        losses: Mapping[str, Loss] | None = None,
    ) -> dict[str, Array]:
        """Outputs for all rows, by name.

        Parameters
        ----------
        what : str
            Names the outputs: what is asked for under one name is the same each time.
        outputs : callable
            Gives the nodes, the first time.
        X : array (N, d) or mapping of str to array
        losses : mapping of str to Loss, optional
            What the outputs depend on besides the network.

        Raises
        ------
        DataError
            X cannot be used; the message says where.
        """
        prepared = self._alone if losses is None else self._prepared(losses)
        lean = prepared.lean.get(what)
        if lean is not None:
            found = lean(X)
            if found is not None:
                return {lean.output: found}
        inputs = self._architecture.inputs
        data = prepare_inputs(X, inputs, self._dtype, self._architecture.categories)
        if what not in prepared.functions:
            self._prepare(prepared, what, outputs)
            lean = prepared.lean.get(what)
        if lean is not None:
            # A chunk is checked again, which costs little beside the rest.
            found = lean(next(iter(data.values())))
            if found is not None:
                return {lean.output: found}
        values = {**self._parameters, **self._states}
        return prepared.functions[what](values, data, row_count(data))

    def lean(self, what: str) -> RowPredictor | None:
        """What answers one question about plain rows, where there is such a thing."""
        return self._alone.lean.get(what)

    def _prepared(self, losses: Mapping[str, Loss]) -> _Prepared:
        """What was made for some losses; what was made for others is forgotten."""
        found = self._of_losses
        if found.losses is not losses:
            # In one stroke: other threads go on with what they have in hand.
            found = self._of_losses = _Prepared(losses)
        return found

    def _prepare(self, prepared: _Prepared, what: str, outputs: Outputs) -> None:
        nodes = dict(outputs())
        layers = key_of_architecture(self._architecture)
        named = prepared.losses or {}
        rest = key_of_losses(named, dict.fromkeys(named))
        whole = None if layers is None or rest is None else (what, layers, rest)
        prepared.functions[what] = row_function(
            lambda: Graph(nodes), whole, self._dtype
        )
        if resolve_engine("auto") != "native":
            return
        program = row_program(lambda: Graph(nodes), whole, self._dtype)
        if isinstance(program, CannotLower):
            warnings.warn(
                _("{why}; predictions run on the reference").format(why=program),
                EngineWarning,
                stacklevel=5,
            )
        elif isinstance(program, Program) and RowPredictor.suits(program):
            prepared.lean[what] = RowPredictor(
                program,
                self._parameters.vector,
                starts_of(self._parameters),
                self._states,
            )


def starts_of(parameters: ParameterVector) -> dict[str, int]:
    """Where each array begins in the vector.

    Examples
    --------
    >>> starts_of(ParameterVector({"weight": (2, 3), "bias": (3,)}, np.float32))
    {'weight': 0, 'bias': 6}
    """
    starts, place = {}, 0
    for name, view in parameters.items():
        starts[name] = place
        place += view.size
    return starts
