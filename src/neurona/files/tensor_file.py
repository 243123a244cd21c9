"""Named tensors and metadata in one ``.safetensors`` file with a hash over all of it.

Layout: 8 bytes with the header's length (little-endian), the header in JSON, the
tensors' bytes. The header's ``__metadata__`` holds, as text, ``format`` ("neurona"),
``format_version``, ``sha256`` and ``metadata`` (JSON). The hash is taken over every
byte of the file with 64 zeros in its own place.

Every version keeps this envelope, so that an older reader can tell a newer file from a
damaged one.

Files are written by hand, not by the ``safetensors`` package: that keeps metadata in a
hash map, whose order changes from run to run, so that equal models would not be equal
files and a hash over raw bytes could not be placed. They are read by hand because no
claim in a file is to be believed before it is checked. The package reads them as any
other.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from neurona.errors import ModelFileError, OptionError, system_reason
from neurona.files import strict_json
from neurona.files.atomic import write_atomically
from neurona.files.header import (
    ALIGNMENT,
    DTYPES,
    FORMAT_VERSION,
    MOST_HEADER_BYTES,
    NO_HASH,
    OPENING,
    Damaged,
    Header,
    TensorPlace,
    encode_header,
    parse_header,
    tensor_places,
)
from neurona.messages import _

__all__ = ["FORMAT_VERSION", "TensorFile", "read_tensors", "write_tensors"]

CHUNK_BYTES = 1 << 20


@dataclass(frozen=True)
class TensorFile:
    """What a tensor file holds.

    Parameters
    ----------
    tensors : dict of str to ndarray
        In the order they were written; each array owns its memory.
    metadata : dict
        As written; tuples have become lists.
    """

    tensors: dict[str, np.ndarray[Any, Any]]
    metadata: dict[str, Any]


def write_tensors(
    path: str | os.PathLike[str],
    tensors: Mapping[str, np.ndarray[Any, Any]],
    metadata: Mapping[str, object],
) -> None:
    """Write named tensors and metadata to one file, atomically.

    Parameters
    ----------
    path : path
        The file to write or replace; its folder exists.
    tensors : mapping of str to ndarray
        float64, float32, int64, int32, uint64, uint32, uint8 or bool; any shape.
    metadata : mapping
        JSON values with finite numbers (see :func:`neurona.files.strict_json.encode`).

    Raises
    ------
    OptionError
        A tensor or a value has no place in such a file.
    OutputError
        The file cannot be written.

    Notes
    -----
    Laws:     :func:`read_tensors` gives back equal tensors, dtypes, names, order and
              metadata; equal content in equal order gives equal bytes.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "model.safetensors"
    ...     write_tensors(path, {"bias": np.zeros(2)}, {"seed": 0})
    ...     found = read_tensors(path)
    >>> found.tensors, found.metadata
    ({'bias': array([0., 0.])}, {'seed': 0})
    """
    arrays = {name: _little_endian(name, a) for name, a in tensors.items()}
    # Wide items first keeps every tensor aligned, since gaps are not allowed.
    order = sorted(arrays, key=lambda name: -arrays[name].itemsize)
    places: dict[str, TensorPlace] = {}
    begin = 0
    for name in order:
        a = arrays[name]
        places[name] = TensorPlace(a.dtype, a.shape, begin, begin + a.nbytes)
        begin += a.nbytes
    header = encode_header(
        {name: places[name] for name in arrays}, strict_json.encode(dict(metadata))
    )
    length = len(header).to_bytes(8, "little")
    sha256 = hashlib.sha256(length + header)
    for name in order:
        sha256.update(_bytes_of(arrays[name]))
    header = header.replace(NO_HASH.encode(), sha256.hexdigest().encode(), 1)

    def write(file: BinaryIO) -> None:
        file.write(length + header)
        for name in order:
            file.write(_bytes_of(arrays[name]))

    write_atomically(path, write)


def read_tensors(path: str | os.PathLike[str]) -> TensorFile:
    """Read a tensor file, believing nothing in it before it is checked.

    Parameters
    ----------
    path : path

    Raises
    ------
    ModelFileError
        There is no such file, or it is not a whole, unaltered file of this format:
        cut short, any bit flipped, another kind of file, a newer version.

    Notes
    -----
    Laws:     no memory is allocated by a number in the file before that number agrees
              with the file's size; of a file with one bit changed nothing is returned.
    """
    name = os.fspath(path)
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise ModelFileError(
                _("{path} is not a file; give the path of a model file").format(
                    path=name
                )
            )
        with Path(path).open("rb") as file:
            return _read(file, name)
    except FileNotFoundError as error:
        raise ModelFileError(
            _("there is no file {path}; check its name").format(path=name)
        ) from error
    except OSError as error:
        raise ModelFileError(
            _("{path} cannot be read: {reason}").format(
                path=name, reason=system_reason(error)
            )
        ) from error
    except Damaged as error:
        raise ModelFileError(
            _("{path} is damaged or cut short: {reason}; use another copy").format(
                path=name, reason=error
            )
        ) from error


def _read(file: BinaryIO, path: str) -> TensorFile:
    """Check and read an open file; the order of the checks is the file's own."""
    start = file.read(8)
    opening = file.read(len(OPENING))
    file.seek(8)
    rest = os.fstat(file.fileno()).st_size - 8
    try:
        text = _read_header_text(file, start, rest)
        header = parse_header(text)
    except Damaged:
        if not opening or not OPENING.startswith(opening):
            raise _not_ours(path) from None
        raise
    if header is None:
        raise _not_ours(path)
    sha256 = hashlib.sha256(start)
    sha256.update(text.replace(header.sha256.encode(), NO_HASH.encode(), 1))
    if header.version > FORMAT_VERSION:
        # Its tensors and metadata may follow other rules; its hash does not.
        while chunk := file.read(CHUNK_BYTES):
            sha256.update(chunk)
        _check_hash(header, sha256.hexdigest())
        raise ModelFileError(
            _(
                "{path} was written by a newer version (format {version}, this one "
                "reads up to {known}); update neurona to read it"
            ).format(path=path, version=header.version, known=FORMAT_VERSION)
        )
    places = tensor_places(header.table, rest - len(text))
    tensors = {name: np.empty(p.shape, p.dtype) for name, p in places.items()}
    for name in sorted(places, key=lambda name: (places[name].begin, places[name].end)):
        content = _bytes_of(tensors[name])
        if file.readinto(content) != len(content):  # type: ignore[attr-defined]
            raise Damaged(_("it ends too early"))
        sha256.update(content)
        if tensors[name].dtype == np.bool_ and bytes(content).strip(b"\x00\x01"):
            raise Damaged(_("its tensor {name!r} is not of bits").format(name=name))
    _check_hash(header, sha256.hexdigest())
    return TensorFile(tensors, _read_metadata(header))


def _read_header_text(file: BinaryIO, start: bytes, rest: int) -> bytes:
    """Read the header's bytes once its length agrees with the file's size."""
    length = int.from_bytes(start, "little")
    if len(start) < 8 or length > rest:
        raise Damaged(_("it ends too early"))
    if length > MOST_HEADER_BYTES or length % ALIGNMENT:
        raise Damaged(_("its header has an impossible length"))
    text = file.read(length)
    if len(text) != length:
        raise Damaged(_("it ends too early"))
    return text


def _read_metadata(header: Header) -> dict[str, Any]:
    """Read the metadata's own JSON."""
    try:
        metadata = strict_json.decode(header.metadata)
    except ValueError as error:
        raise Damaged(
            _("its metadata cannot be read ({reason})").format(reason=error)
        ) from error
    if not isinstance(metadata, dict):
        raise Damaged(_("its metadata are missing"))
    return metadata


def _check_hash(header: Header, computed: str) -> None:
    """Raise unless the file is, bit for bit, what was written."""
    if computed != header.sha256:
        raise Damaged(_("its content does not match its hash"))


def _not_ours(path: str) -> ModelFileError:
    """Sentence for whole files of another kind."""
    return ModelFileError(
        _(
            "{path} is not a neurona model; give a file that neurona has written, "
            "whole and unchanged"
        ).format(path=path)
    )


def _little_endian(name: str, a: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Bring an array to one of the file's dtypes, contiguous, its shape kept."""
    dtype = a.dtype.newbyteorder("<")
    if dtype not in DTYPES.values():
        raise OptionError(
            _("tensor {name!r} has the dtype {dtype}, which no file holds").format(
                name=name, dtype=a.dtype
            )
        )
    return a.astype(dtype, order="C", copy=not a.flags.c_contiguous)


def _bytes_of(a: np.ndarray[Any, Any]) -> memoryview:
    """View of a contiguous array's bytes: its own memory, no copy."""
    return a.reshape(-1).view(np.uint8).data
