"""Read a model from its file, believing nothing before it is checked."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from neurona.arrays import Array
from neurona.errors import ModelFileError
from neurona.files import read_tensors
from neurona.messages import _
from neurona.model_file.record import ModelRecord
from neurona.model_file.save import KIND, SLOT_PREFIXES, STATE_PREFIX

__all__ = ["load_model"]

FIELDS: Mapping[str, type | tuple[type, ...]] = {
    "architecture": dict,
    "dtype": str,
    "training": (dict, type(None)),
    "history": (dict, type(None)),
    "preparation": (dict, type(None)),
}


def load_model(path: str | os.PathLike[str]) -> ModelRecord:
    """Read a model file.

    Parameters
    ----------
    path : path

    Raises
    ------
    ModelFileError
        The file is not a whole model of this software. What the architecture says is
        checked by whoever builds it.
    """
    found = read_tensors(path)
    metadata = found.metadata
    if metadata.get("kind") != KIND:
        raise ModelFileError(
            _("{path} holds a {kind}, not a model").format(
                path=path, kind=metadata.get("kind")
            )
        )
    check_fields(path, metadata)
    parameters: dict[str, Array] = {}
    states: dict[str, Array] = {}
    slots: dict[str, Array] = {}
    for name, array in found.tensors.items():
        if name.startswith(STATE_PREFIX):
            states[name.removeprefix(STATE_PREFIX)] = array
        elif name.startswith(SLOT_PREFIXES):
            slots[name] = array
        else:
            parameters[name] = array
    values = {name: metadata[name] for name in FIELDS}
    return ModelRecord(parameters=parameters, states=states, slots=slots, **values)


def check_fields(path: str | os.PathLike[str], metadata: Mapping[str, Any]) -> None:
    for name, kind in FIELDS.items():
        if name not in metadata or not isinstance(metadata[name], kind):
            raise ModelFileError(
                _("{path} is damaged: its {field} is missing or not readable").format(
                    path=path, field=name
                )
            )
    if metadata["dtype"] not in ("float32", "float64"):
        raise ModelFileError(
            _("{path} is damaged: {dtype!r} is no precision of a network").format(
                path=path, dtype=metadata["dtype"]
            )
        )
