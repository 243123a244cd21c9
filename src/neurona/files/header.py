"""The header of a tensor file: written in one way, believed in nothing."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from neurona.errors import OptionError
from neurona.files import strict_json
from neurona.messages import _

__all__ = [
    "DTYPES",
    "FORMAT_VERSION",
    "MOST_HEADER_BYTES",
    "Damaged",
    "Header",
    "TensorPlace",
    "encode_header",
    "parse_header",
    "tensor_places",
]

FORMAT = "neurona"
FORMAT_VERSION = 1
OPENING = b'{"__metadata__":{"format":"neurona",'
"""How the header of every version begins: what tells a damaged model from a PNG."""

MOST_HEADER_BYTES = 100_000_000
"""The bound of the ``safetensors`` package, which shall be able to read every file."""

ALIGNMENT = 8
"""Tensor bytes begin at a multiple of the largest item, so that they can be mapped."""

MOST_AXES = 32
MOST_ELEMENTS = 2**59
"""With 8 bytes each still below 2⁶³, also where another axis is empty."""

NO_HASH = "0" * 64
"""What stands in the hash's place while the hash is computed."""

DTYPES: Mapping[str, np.dtype[Any]] = {
    "F64": np.dtype("<f8"),
    "I64": np.dtype("<i8"),
    "U64": np.dtype("<u8"),
    "F32": np.dtype("<f4"),
    "I32": np.dtype("<i4"),
    "U32": np.dtype("<u4"),
    "U8": np.dtype("u1"),
    "BOOL": np.dtype("?"),
}
"""Every kind of number that a file may hold: safetensors' name, NumPy's."""


class Damaged(ValueError):
    """What stands in a file contradicts itself; the message is the reason."""


@dataclass(frozen=True)
class Header:
    """What a header says before any of its claims about tensors is checked.

    Parameters
    ----------
    version : int
        Version of the format.
    sha256 : str
        Hash as stored, 64 hexadecimal digits.
    metadata : str
        The metadata's JSON text.
    table : dict
        What the file claims of each tensor, by name.
    """

    version: int
    sha256: str
    metadata: str
    table: dict[str, Any]


@dataclass(frozen=True)
class TensorPlace:
    """One tensor's dtype, shape, and bytes ``begin`` to ``end`` of the data."""

    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    begin: int
    end: int


def encode_header(places: Mapping[str, TensorPlace], metadata: str) -> bytes:
    """Write a header with the hash still zero, padded to the alignment.

    Parameters
    ----------
    places : mapping of str to TensorPlace
    metadata : str
        JSON text.

    Raises
    ------
    OptionError
        A name cannot stand in a header, or the header is too long.
    """
    names = {dtype: name for name, dtype in DTYPES.items()}
    table: dict[str, object] = {
        "__metadata__": {
            "format": FORMAT,
            "format_version": str(FORMAT_VERSION),
            "sha256": NO_HASH,
            "metadata": metadata,
        }
    }
    for name, place in places.items():
        if name in table or not name.isprintable():
            raise OptionError(
                _("a tensor cannot have the name {name!r}").format(name=name)
            )
        table[name] = {
            "dtype": names[place.dtype],
            "shape": place.shape,
            "data_offsets": (place.begin, place.end),
        }
    text = strict_json.encode(table).encode("ascii")
    text += b" " * (-len(text) % ALIGNMENT)
    if len(text) > MOST_HEADER_BYTES:
        raise OptionError(
            _("metadata of {size} bytes do not fit; at most {most} do").format(
                size=len(text), most=MOST_HEADER_BYTES
            )
        )
    return text


def parse_header(text: bytes) -> Header | None:
    """Read a header; None if it is whole but another software's.

    Parameters
    ----------
    text : bytes

    Raises
    ------
    Damaged
        The header contradicts itself.
    """
    try:
        table = strict_json.decode(text)
    except ValueError as error:
        raise Damaged(
            _("its header cannot be read ({reason})").format(reason=error)
        ) from error
    own = table.pop("__metadata__", None) if isinstance(table, dict) else None
    if not isinstance(own, dict) or own.get("format") != FORMAT:
        return None
    version = _text(own, "format_version", "[1-9][0-9]{0,8}")
    sha256 = _text(own, "sha256", "[0-9a-f]{64}")
    metadata = _text(own, "metadata", "(?s:.*)")
    return Header(int(version), sha256, metadata, table)


def tensor_places(table: Mapping[str, Any], data_size: int) -> dict[str, TensorPlace]:
    """Check every claim about tensors against the size of the data.

    Parameters
    ----------
    table : mapping
        What the header claims, by name.
    data_size : int
        Bytes after the header.

    Raises
    ------
    Damaged
        A dtype is not of the closed list, a shape or an offset is no list of natural
        numbers, they do not agree, or the tensors do not cover the data exactly once.
    """
    places = {name: _place(name, claim) for name, claim in table.items()}
    covered = 0
    for place in sorted(places.values(), key=lambda place: (place.begin, place.end)):
        if place.begin != covered:
            raise Damaged(_("its tensors overlap or leave gaps"))
        covered = place.end
    if covered != data_size:
        raise Damaged(
            _("its tensors take {covered} bytes and {present} are there").format(
                covered=covered, present=data_size
            )
        )
    return places


def _place(name: str, claim: object) -> TensorPlace:
    """Check what the header claims of one tensor alone."""
    wrong = Damaged(_("its tensor {name!r} is not well described").format(name=name))
    if not isinstance(claim, dict) or set(claim) != {"dtype", "shape", "data_offsets"}:
        raise wrong
    shape, offsets = claim["shape"], claim["data_offsets"]
    if not isinstance(claim["dtype"], str) or claim["dtype"] not in DTYPES:
        raise wrong
    if not _naturals(shape) or not _naturals(offsets) or len(offsets) != 2:
        raise wrong
    dtype = DTYPES[claim["dtype"]]
    # NumPy refuses huge axes even beside an empty one; Python's integers do not wrap.
    if len(shape) > MOST_AXES or math.prod(n or 1 for n in shape) > MOST_ELEMENTS:
        raise wrong
    if offsets[1] - offsets[0] != math.prod(shape) * dtype.itemsize:
        raise wrong
    return TensorPlace(dtype, tuple(shape), offsets[0], offsets[1])


def _naturals(value: object) -> bool:
    """Whether a value is a list of whole numbers from 0 up (True is none)."""
    return isinstance(value, list) and all(type(n) is int and n >= 0 for n in value)


def _text(own: Mapping[str, object], key: str, pattern: str) -> str:
    """Text under a key of the header's own part, of this form from end to end."""
    value = own.get(key)
    if not isinstance(value, str) or not re.fullmatch(pattern, value):
        raise Damaged(_("its {key!r} cannot be read").format(key=key))
    return value
