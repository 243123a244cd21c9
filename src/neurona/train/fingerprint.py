"""What makes two runs the same run: their options and their data, as short text."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final

import numpy as np

__all__ = ["DIGEST", "digest_of", "fingerprint_of"]

DIGEST: Final = "blake2b:"
"""How a digest begins, which tells it from an option."""

CHUNK_ROWS: Final = 65_536
"""Rows digested in one go, so that no second copy of an array is made."""


def digest_of(arrays: Mapping[str, np.ndarray[Any, Any]]) -> str:
    """Digest of named arrays: equal where names, shapes, kinds and bits are.

    Examples
    --------
    >>> import numpy as np
    >>> digest_of({"x": np.zeros(2)}) == digest_of({"x": np.zeros(2)})
    True
    >>> digest_of({"x": np.zeros(2)}) == digest_of({"x": np.zeros((2, 1))})
    False
    """
    digest = hashlib.blake2b(digest_size=16)
    for name, array in sorted(arrays.items()):
        digest.update(repr((name, array.shape, array.dtype.str)).encode())
        for start in range(0, len(array), CHUNK_ROWS):
            part = np.ascontiguousarray(array[start : start + CHUNK_ROWS])
            digest.update(part.data.cast("B") if part.size else b"")
    return DIGEST + digest.hexdigest()


def fingerprint_of(options: Mapping[str, Any]) -> dict[str, Any]:
    """Options with nested settings under dotted names, so that one can be named.

    Examples
    --------
    >>> fingerprint_of({"optimizer": {"name": "adam", "beta_1": 0.9}, "seed": 0})
    {'optimizer.name': 'adam', 'optimizer.beta_1': 0.9, 'seed': 0}
    """
    flat: dict[str, Any] = {}
    for name, value in options.items():
        if isinstance(value, Mapping) and value:
            inner = fingerprint_of({str(k): v for k, v in value.items()})
            flat |= {f"{name}.{key}": v for key, v in inner.items()}
        else:
            flat[name] = value
    return flat
