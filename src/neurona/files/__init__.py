"""Files that are whole or absent: atomic writes, and tensors with a hash over all.

Checkpoints and models share what stands here; neither is known here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from neurona.files.atomic import check_writable, write_atomically
from neurona.lazy import lazy_names

if TYPE_CHECKING:
    from neurona.files.tensor_file import (
        FORMAT_VERSION,
        TensorFile,
        read_tensors,
        write_tensors,
    )

__all__ = [
    "FORMAT_VERSION",
    "TensorFile",
    "check_writable",
    "read_tensors",
    "write_atomically",
    "write_tensors",
]

# Tensors need NumPy; whether a file can be written is asked before it is loaded.
_HOMES = {
    "neurona.files.tensor_file": (
        "FORMAT_VERSION",
        "TensorFile",
        "read_tensors",
        "write_tensors",
    )
}

__getattr__, __dir__ = lazy_names(__name__, _HOMES)
