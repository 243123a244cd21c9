"""Write a model to one file."""

from __future__ import annotations

import os
from typing import Final

import numpy as np

from neurona.errors import OutputError
from neurona.files import write_tensors
from neurona.messages import _
from neurona.model_file.record import ModelRecord

__all__ = ["KIND", "STATE_PREFIX", "save_model"]

KIND: Final = "model"
STATE_PREFIX: Final = "state/"
SLOT_PREFIXES: Final = ("optimizer/", "average/")


def save_model(record: ModelRecord, path: str | os.PathLike[str]) -> None:
    """Write a model as one ``.safetensors`` file, whole or not at all.

    Parameters
    ----------
    record : ModelRecord
    path : path

    Raises
    ------
    OutputError
        The file cannot be written, or a number is not finite: no such file is read.

    Notes
    -----
    Parameters stand under their own names, states under ``state/``, the optimizer's
    memory under ``optimizer/`` and ``average/``.
    """
    tensors = dict(record.parameters)
    tensors |= {STATE_PREFIX + name: array for name, array in record.states.items()}
    tensors |= dict(record.slots)
    for name, array in tensors.items():
        if not np.isfinite(array).all():
            raise OutputError(
                _("{name} holds a number that is not finite: nothing was saved").format(
                    name=name
                )
            )
    metadata = {
        "kind": KIND,
        "architecture": record.architecture,
        "dtype": record.dtype,
        "training": record.training,
        "history": record.history,
        "preparation": record.preparation,
    }
    write_tensors(path, tensors, metadata)
