"""What makes two runs the same run: their options and their data, as short text."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from typing import Any, Final

import numpy as np

from neurona.mapped_arrays import Pages
from neurona.train.rows import Rows
from neurona.train.step import ROW_WEIGHT

__all__ = ["DIGEST", "digest_of", "fingerprint_of", "fingerprint_of_run"]

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
        rows, pages = np.atleast_1d(array), Pages([array])
        for start in range(0, len(rows), CHUNK_ROWS):
            part = np.ascontiguousarray(rows[start : start + CHUNK_ROWS])
            digest.update(part.data.cast("B") if part.size else b"")
            pages.touch(len(part) * pages.row_bytes)
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


def fingerprint_of_run(
    options: Mapping[str, Any],
    inputs: Collection[str],
    train: Rows,
    validation: Rows | None,
) -> dict[str, Any]:
    """What must be the same for a run to resume, the weights it starts from apart.

    Parameters
    ----------
    options : mapping of str to JSON value
    inputs : collection of str
        Which of the data are inputs of the network.
    train, validation : Rows
    """
    parts: dict[str, dict[str, np.ndarray[Any, Any]]]
    parts = {"X": {}, "y": {}, "sample_weight": {}}
    for name, array in train.data.items():
        kind = "X" if name in inputs else "y"
        parts["sample_weight" if name == ROW_WEIGHT else kind][name] = array
    if train.index is not None:
        parts["rows"] = {"rows": train.index}
    if validation is not None:
        index = validation.index
        parts["validation"] = (
            dict(validation.data) if index is None else {"rows": index}
        )
    data = {name: digest_of(arrays) for name, arrays in parts.items()}
    return fingerprint_of({**options, **data})
