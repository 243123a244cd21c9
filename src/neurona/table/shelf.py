"""Where encoded tables are kept between runs: folders named by what is in them."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np

from neurona.arrays import Array
from neurona.data.sources.read import STANDARD_INPUT, split_place
from neurona.errors import DataError, OutputError, system_reason
from neurona.mapped_arrays import open_mapped
from neurona.messages import _, language
from neurona.table.options import TrainOptions
from neurona.train.memory import show_bytes

__all__ = ["Folder", "FolderWriter", "Shelf", "cache_folder"]

MOST_KEPT: Final = 4
"""Encoded tables that are kept; the one used longest ago makes room for a new one."""

SPARE_BYTES: Final = 1 << 28
"""Room that is left on the disk: 256 MB."""

CHUNK_BYTES: Final = 1 << 22

ABANDONED_SECONDS: Final = 24 * 3600
"""Age at which what a run left unfinished is taken away."""

ABOUT: Final = "about.json"


def cache_folder() -> Path:
    """Folder for what can be made again: ``NEURONA_CACHE``, or the platform's own."""
    if asked := os.environ.get("NEURONA_CACHE"):
        return Path(asked)
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        base = Path(local) if local else Path.home() / "AppData" / "Local"
        return base / "neurona" / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "neurona"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "neurona"


@dataclass(frozen=True)
class Folder:
    """Arrays in files, and what is known of them.

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

    def is_whole(self) -> bool:
        """Whether every file holds what was written to it."""
        return all(
            digest_of_file(self.path / f"{name}.npy") == digest
            for name, digest in self.about["files"].items()
        )


@dataclass(frozen=True)
class Shelf:
    """Where the encoded numbers of some files are kept, for a run with some options.

    Parameters
    ----------
    files : tuple of (str, Path)
        Those of the table, each under a name that does not depend on where it stands.
    state : tuple
        Their sizes and times of change when they were first looked at.
    asked : mapping of str to JSON value
        What else decides on the numbers.
    """

    files: tuple[tuple[str, Path], ...]
    state: tuple[tuple[int, int], ...]
    asked: Mapping[str, Any]

    @classmethod
    def of(cls, data: Any, options: TrainOptions) -> Shelf | None:
        """Shelf for a table in files; None for one in memory, or that is piped in."""
        if not isinstance(data, str | os.PathLike) or str(data) == STANDARD_INPUT:
            return None
        path, part = split_place(Path(data))
        if not path.exists():
            return None
        files = [("", path)]
        if path.is_dir():
            found = sorted(p for p in path.rglob("*.parquet") if p.is_file())
            files = [(p.relative_to(path).as_posix(), p) for p in found]
        asked = {"part": part, "ending": path.suffix.lower(), **what_decides(options)}
        state = tuple(state_of(file) for _name, file in files)
        return cls(tuple(files), state, asked)

    @property
    def room(self) -> Path:
        """Folder of all that is kept."""
        return cache_folder() / "encoded"

    def name(self) -> str:
        """Name of the folder: size of the files, digest of their bytes and the rest."""
        digest = hashlib.blake2b(digest_size=16)
        for name, path in (*self.files, *code_that_encodes()):
            digest.update(f"{name}\n{digest_of_file(path)}\n".encode())
        digest.update(json.dumps(self.asked, sort_keys=True).encode())
        return f"{self._prefix()}{digest.hexdigest()}"

    def find(self) -> Folder | None:
        """What is kept of the same bytes and options; damaged, it is taken away."""
        # Files are read through only where something of their size is kept.
        if not any(self.room.glob(f"{self._prefix()}*/{ABOUT}")):
            return None
        path = self.room / self.name()
        try:
            about = json.loads((path / ABOUT).read_text("utf-8"))
            folder = Folder(path, about)
            whole = folder.is_whole()
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError):
            whole = False
        if not whole:
            shutil.rmtree(path, ignore_errors=True)
            return None
        with contextlib.suppress(OSError):
            os.utime(path)
        return folder

    @contextlib.contextmanager
    def writer(self, size: int) -> Iterator[FolderWriter]:
        """What writes the folder, gone again where it is not finished.

        Parameters
        ----------
        size : int
            Bytes that will be written, at most.

        Raises
        ------
        OutputError
            They cannot be written, or there is no room for them.
        """
        path = self.room / self.name()
        draft = self.room / f"draft-{os.getpid()}-{path.name}"
        try:
            self.room.mkdir(parents=True, exist_ok=True)
            self._make_room(size)
            draft.mkdir()
            with FolderWriter(draft, path, self) as writer:
                yield writer
        except OutputError:
            raise
        except OSError as error:
            raise OutputError(
                _(
                    "the encoded table cannot be kept in {path}: {reason}; name "
                    "another folder in NEURONA_CACHE"
                ).format(path=self.room, reason=system_reason(error))
            ) from error
        finally:
            shutil.rmtree(draft, ignore_errors=True)

    def has_changed(self) -> bool:
        """Whether a file is not as it was when it was first looked at."""
        try:
            return self.state != tuple(state_of(path) for _name, path in self.files)
        except OSError:
            return True

    def _prefix(self) -> str:
        return f"{sum(size for size, _changed in self.state)}-"

    def _make_room(self, size: int) -> None:
        """Take away what was used longest ago, and see whether there is room."""
        now = time.time()
        kept = sorted(
            (path for path in self.room.iterdir() if path.is_dir()),
            key=lambda path: path.stat().st_mtime,
        )
        drafts = [path for path in kept if path.name.startswith("draft-")]
        whole = [path for path in kept if path not in drafts]
        old = [p for p in drafts if now - p.stat().st_mtime > ABANDONED_SECONDS]
        for path in [*old, *whole[: max(0, len(whole) - MOST_KEPT + 1)]]:
            shutil.rmtree(path, ignore_errors=True)
        free = shutil.disk_usage(self.room).free
        if free < size + SPARE_BYTES:
            raise OutputError(
                _(
                    "the encoded table needs {size} in {path}, where {free} are free: "
                    "make room, or name a folder on another disk in NEURONA_CACHE"
                ).format(
                    size=show_bytes(size + SPARE_BYTES),
                    path=self.room,
                    free=show_bytes(free),
                )
            )


class FolderWriter:
    """Writes arrays piece by piece, then gives their folder its name.

    Parameters
    ----------
    draft, path : Path
        Where it is written, and what it will be called.
    shelf : Shelf
    """

    def __init__(self, draft: Path, path: Path, shelf: Shelf) -> None:
        self._draft = draft
        self._path = path
        self._shelf = shelf
        self._files: dict[str, BinaryIO] = {}
        self._digests: dict[str, Any] = {}

    def __enter__(self) -> FolderWriter:
        return self

    def __exit__(self, *_raised: object) -> None:
        for file in self._files.values():
            file.close()

    def write(self, name: str, rows: Array, count: int) -> None:
        """Add rows to the array of a name, which will have so many in all."""
        if name not in self._files:
            self._files[name] = (self._draft / f"{name}.npy").open("wb")
            self._digests[name] = hashlib.blake2b(digest_size=16)
            header = np.lib.format.header_data_from_array_1_0(rows)
            header["shape"] = (count, *rows.shape[1:])
            np.lib.format.write_array_header_1_0(_Both(self, name), header)
        self.add(name, np.ascontiguousarray(rows).data.cast("B") if rows.size else b"")

    def add(self, name: str, content: Any) -> None:
        """Add bytes to the file of a name."""
        self._files[name].write(content)
        self._digests[name].update(content)

    def finish(self, about: Mapping[str, Any]) -> Folder:
        """Give the folder its name.

        Raises
        ------
        DataError
            The table changed while it was read.
        """
        if self._shelf.has_changed():
            raise DataError(
                _("{path} was changed while it was read: run this again").format(
                    path=self._shelf.files[0][1]
                )
            )
        for file in self._files.values():
            file.close()
        digests = {name: digest.hexdigest() for name, digest in self._digests.items()}
        told = {**about, "files": digests, "language": language()}
        (self._draft / ABOUT).write_text(json.dumps(told), "utf-8")
        if not self._path.exists():
            self._draft.rename(self._path)
        return Folder(self._path, told)


@dataclass(frozen=True)
class _Both:
    """A file to NumPy, whose bytes are digested too."""

    writer: FolderWriter
    name: str

    def write(self, content: bytes) -> None:
        self.writer.add(self.name, content)


def what_decides(options: TrainOptions) -> dict[str, Any]:
    """Options on which the numbers of a table depend."""
    # A checkpoint is of one network, whatever was asked for.
    quality = options.quality if options.checkpoint is None else "fast"
    return {
        "told": asdict(options.told()),
        "loss": options.loss,
        "output_activation": options.output_activation,
        "dtype": options.dtype,
        "validation": options.validation,
        "test": options.test,
        "seed": options.seed,
        "quality": quality,
    }


def code_that_encodes() -> Iterator[tuple[str, Path]]:
    """Files of this software on which the numbers of a table depend.

    Read too, they need no number of a format that somebody has to remember to raise.
    """
    package = Path(__file__).parents[1]
    for place in ("data", "table"):
        for path in sorted((package / place).rglob("*.py")):
            yield path.relative_to(package).as_posix(), path


def state_of(path: Path) -> tuple[int, int]:
    """Size of a file, and when it was last changed."""
    found = path.stat()
    return found.st_size, found.st_mtime_ns


def digest_of_file(path: Path) -> str:
    """Digest of all its bytes."""
    digest = hashlib.blake2b(digest_size=16)
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()
