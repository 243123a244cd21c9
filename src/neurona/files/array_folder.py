"""Arrays larger than memory: a folder of ``.npy`` files with a digest of each."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np

from neurona.arrays import Array
from neurona.mapped_arrays import open_mapped

__all__ = ["ArrayFolder", "ArrayFolderWriter", "digest_of_file", "read_array_folder"]

CHUNK_BYTES: Final = 1 << 22

ABOUT: Final = "about.json"

DIGEST: Final = "digest"


@dataclass(frozen=True)
class ArrayFolder:
    """Arrays in files, and what was noted of them.

    Parameters
    ----------
    path : Path
    about : mapping of str to JSON value
    """

    path: Path
    about: Mapping[str, Any]

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(file.stat().st_size for file in self.path.iterdir())

    def arrays(self) -> dict[str, Array]:
        """Arrays by name, mapped from their files."""
        return {
            name: open_mapped(self.path / f"{name}.npy") for name in self.about["files"]
        }


def read_array_folder(path: Path) -> ArrayFolder | None:
    """Folder that a writer finished; None where it is damaged.

    Raises
    ------
    FileNotFoundError
        There is none.

    Notes
    -----
    Every byte is read, to be compared with the digests that were noted: of each array,
    and of what was noted itself.
    """
    text = (path / ABOUT).read_bytes()
    try:
        about = json.loads(text)
        whole = about.pop(DIGEST) == digest_of_text(about) and all(
            digest_of_file(path / f"{name}.npy") == digest
            for name, digest in about["files"].items()
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return ArrayFolder(path, about) if whole else None


class ArrayFolderWriter:
    """Writes arrays piece by piece.

    Parameters
    ----------
    draft : Path
        An empty folder, which is given its name when all is written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as room:
    ...     draft = Path(room) / "draft"
    ...     draft.mkdir()
    ...     with ArrayFolderWriter(draft) as writer:
    ...         writer.write("x", np.array([1.0, 2.0]), rows=3)
    ...         writer.write("x", np.array([3.0]), rows=3)
    ...         found = writer.finish(Path(room) / "whole", {"about": "x"})
    ...     found.arrays()["x"].tolist(), read_array_folder(found.path) == found
    ([1.0, 2.0, 3.0], True)
    """

    def __init__(self, draft: Path) -> None:
        self._draft = draft
        self._files: dict[str, _DigestedFile] = {}

    def __enter__(self) -> ArrayFolderWriter:
        return self

    def __exit__(self, *_raised: object) -> None:
        for file in self._files.values():
            file.close()

    def write(self, name: str, part: Array, rows: int) -> None:
        """Add rows to the array of a name, which will have so many in all."""
        if name not in self._files:
            file = self._files[name] = _DigestedFile(self._draft / f"{name}.npy")
            header = np.lib.format.header_data_from_array_1_0(part)
            header["shape"] = (rows, *part.shape[1:])
            np.lib.format.write_array_header_1_0(file, header)
        if part.size:
            self._files[name].write(np.ascontiguousarray(part).data.cast("B"))

    def finish(self, path: Path, about: Mapping[str, Any]) -> ArrayFolder:
        """Give the folder its name, and note what it holds.

        Where another process was faster, its folder stays: it holds the same.
        """
        for file in self._files.values():
            file.close()
        digests = {name: file.hexdigest() for name, file in self._files.items()}
        noted = {**about, "files": digests}
        text = json.dumps({**noted, DIGEST: digest_of_text(noted)})
        (self._draft / ABOUT).write_bytes(text.encode())
        try:
            self._draft.rename(path)
        except OSError:
            if not path.is_dir():
                raise
        return ArrayFolder(path, noted)


class _DigestedFile:
    """A file that is written from its beginning to its end."""

    def __init__(self, path: Path) -> None:
        self._file: BinaryIO = path.open("wb")
        self._digest = hashlib.blake2b(digest_size=16)

    def write(self, content: bytes | memoryview) -> None:
        self._file.write(content)
        self._digest.update(content)

    def close(self) -> None:
        self._file.close()

    def hexdigest(self) -> str:
        return self._digest.hexdigest()


def digest_of_text(noted: Mapping[str, Any]) -> str:
    """Digest of what was noted, as JSON."""
    return hashlib.blake2b(json.dumps(noted).encode(), digest_size=16).hexdigest()


def digest_of_file(path: Path) -> str:
    """Digest of all the bytes of a file."""
    digest = hashlib.blake2b(digest_size=16)
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()
