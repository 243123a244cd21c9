"""How a network is described by a person, and how it describes itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from neurona.errors import OptionError
from neurona.messages import _
from neurona.nn.architecture import Architecture
from neurona.nn.layers import Connection, Input, Layer

__all__ = ["read_architecture", "show_network"]


def read_architecture(
    layers: Sequence[Layer] | None,
    n_inputs: int | None,
    inputs: Sequence[Input] | None,
    outputs: Connection | Mapping[str, Connection] | None,
) -> Architecture:
    """Architecture from either way of describing a network.

    Parameters
    ----------
    layers : sequence of Layer, optional
        One after the other; then ``n_inputs`` or one input go with them.
    n_inputs : int, optional
    inputs : sequence of Input, optional
    outputs : Connection or mapping of str to Connection, optional

    Raises
    ------
    OptionError
        Neither way, or both at once.
    """
    if (layers is None) == (outputs is None):
        raise OptionError(
            _("describe a network by its layers, or by its inputs and outputs")
        )
    if outputs is not None:
        if n_inputs is not None:
            raise OptionError(_("n_inputs goes with layers; here inputs say it"))
        return Architecture.joined(inputs, outputs)
    listed = [layers] if isinstance(layers, Layer) else list(layers or ())
    if inputs is not None:
        if len(inputs) != 1 or n_inputs is not None:
            raise OptionError(
                _("layers one after the other read one input: pass n_inputs alone")
            )
        return Architecture.sequential(listed, inputs[0])
    if n_inputs is None:
        raise OptionError(
            _("how many numbers does each row have? Pass n_inputs, such as 4")
        )
    return Architecture.sequential(listed, Input("x", n_inputs))


def show_network(architecture: Architecture, dtype: np.dtype[Any]) -> str:
    """Network as the call that makes it, or by its inputs and outputs.

    Parameters
    ----------
    architecture : Architecture
    dtype : {float32, float64}

    Examples
    --------
    >>> from neurona.nn.layers import Dense
    >>> one = read_architecture([Dense(1)], 2, None, None)
    >>> print(show_network(one, np.dtype("float64")))
    Network([Dense(1)], n_inputs=2, dtype='float64')
    """
    if set(architecture.outputs) == {"output"} and len(architecture.inputs) == 1:
        chain = all(len(c.inputs) <= 1 for c in architecture.connections)
        if chain and len(architecture.layers) == len(architecture.connections) - 1:
            layers = ", ".join(map(repr, architecture.layers))
            (entry,) = architecture.inputs
            reads = f"n_inputs={entry.size}"
            if entry.name != "x" or entry.dtype != "float":
                reads = f"inputs=[{entry!r}]"
            precision = "" if dtype == np.float32 else f", dtype='{dtype}'"
            return f"Network([{layers}], {reads}{precision})"
    inputs = ", ".join(f"{x.name}: {x.size}" for x in architecture.inputs)
    outputs = ", ".join(architecture.outputs)
    count = len(architecture.layers)
    return f"Network({{{inputs}}} -> {count} layers -> {{{outputs}}})"
