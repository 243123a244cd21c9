"""Files that are whole or absent: atomic writes, and tensors with a hash over all.

Checkpoints and models share what stands here; neither is known here.
"""

from neurona.files.atomic import check_writable, write_atomically
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
