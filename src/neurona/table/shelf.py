"""Where encoded tables are kept between runs: folders named by what is in them."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from neurona.data.sources.place import split_place
from neurona.data.sources.read import STANDARD_INPUT
from neurona.errors import DataError, NeuronaError, OutputError, system_reason
from neurona.files.array_folder import (
    ArrayFolder,
    ArrayFolderWriter,
    digest_of_file,
    read_array_folder,
)
from neurona.files.cache_folder import cache_folder
from neurona.messages import _
from neurona.table.options import TrainOptions
from neurona.train.memory import show_bytes

__all__ = ["Shelf"]

MOST_KEPT: Final = 4
"""Encoded tables that are kept; the one used longest ago makes room for a new one."""

SPARE_BYTES: Final = 1 << 28
"""Room that is left on the disk: 256 MB."""

KEPT: Final = re.compile(r"\d+-[0-9a-f]{32}")
DRAFT: Final = re.compile(r"draft-\d+-\d+")
"""Names of our own folders: no other is ever taken away."""

ABANDONED_SECONDS: Final = 24 * 3600
"""Age at which what a run left unfinished is taken away."""


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
    room : Path
        Folder of all that is kept.
    """

    files: tuple[tuple[str, Path], ...]
    state: tuple[tuple[int, int], ...]
    asked: Mapping[str, Any]
    room: Path

    @classmethod
    def of(cls, data: Any, options: TrainOptions) -> Shelf | None:
        """Shelf for a table in files whose bytes tell all of it.

        None for one in memory, piped in, or in a database that is being written to;
        and where there is no folder to keep anything in.
        """
        if not isinstance(data, str | os.PathLike) or str(data) == STANDARD_INPUT:
            return None
        path, part = split_place(Path(data))
        # Unlike Path.exists, this one takes what is too long for a name as not there.
        room = cache_folder()
        if room is None or not os.path.exists(path) or has_changes_beside(path):
            return None
        files = [("", path)]
        if path.is_dir():
            found = sorted(p for p in path.rglob("*.parquet") if p.is_file())
            files = [(p.relative_to(path).as_posix(), p) for p in found]
        asked = {"part": part, "ending": ending_of(path), **what_decides(options)}
        state = tuple(state_of(file) for _name, file in files)
        return cls(tuple(files), state, asked, room / "encoded")

    def name(self) -> str:
        """Name of the folder: size of the files, digest of their bytes and the rest."""
        digest = hashlib.blake2b(digest_size=16)
        for name, path in (*self.files, *code_that_encodes()):
            digest.update(f"{name}\n{digest_of_file(path)}\n".encode())
        digest.update(json.dumps(self.asked, sort_keys=True).encode())
        return f"{self._prefix()}{digest.hexdigest()}"

    def find(self) -> ArrayFolder | None:
        """What is kept of the same bytes and options; damaged, it is taken away."""
        # Files are read through only where something of their size is kept.
        if not any(self.room.glob(f"{self._prefix()}*")):
            return None
        path = self.room / self.name()
        try:
            folder = read_array_folder(path)
        except OSError:
            return None
        if folder is None:
            shutil.rmtree(path, ignore_errors=True)
            return None
        with contextlib.suppress(OSError):
            os.utime(path)
        return folder

    @contextlib.contextmanager
    def writer(self, size: int) -> Iterator[ArrayFolderWriter]:
        """What writes the folder; what it leaves unfinished is gone again.

        Parameters
        ----------
        size : int
            Bytes that will be written, at most.

        Raises
        ------
        OutputError
            They cannot be written, or there is no room for them.
        """
        draft = self.room / f"draft-{os.getpid()}-{time.time_ns()}"
        try:
            self.room.mkdir(parents=True, exist_ok=True)
            self._make_room(size)
            draft.mkdir()
            with ArrayFolderWriter(draft) as writer:
                yield writer
        except NeuronaError:
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

    def finish(
        self, writer: ArrayFolderWriter, about: Mapping[str, Any]
    ) -> ArrayFolder:
        """Put what was written where it will be found.

        Raises
        ------
        DataError
            The table changed while it was read.
        """
        name = self.name()
        if self.state != tuple(state_of(path) for _name, path in self.files):
            raise DataError(
                _("{path} was changed while it was read: run this again").format(
                    path=self.files[0][1]
                )
            )
        return writer.finish(self.room / name, about)

    def _prefix(self) -> str:
        return f"{sum(size for size, _changed in self.state)}-"

    def _named(self, pattern: re.Pattern[str]) -> list[Path]:
        return [path for path in self.room.iterdir() if pattern.fullmatch(path.name)]

    def _make_room(self, size: int) -> None:
        """Take away what was used longest ago, and see whether there is room."""
        kept = sorted(self._named(KEPT), key=last_changed)
        long_ago = time.time() - ABANDONED_SECONDS
        drafts = [p for p in self._named(DRAFT) if last_changed(p) < long_ago]
        for path in [*drafts, *kept[: max(0, len(kept) - MOST_KEPT + 1)]]:
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
        **{f"{name} is": version(name) for name in ("numpy", "polars")},
    }


def code_that_encodes() -> Iterator[tuple[str, Path]]:
    """Files of this software on which the numbers of a table depend.

    Read too, they need no number of a format that somebody has to remember to raise.
    """
    package = Path(__file__).parents[1]
    for place in ("data", "reference", "table"):
        for path in sorted((package / place).rglob("*.py")):
            yield path.relative_to(package).as_posix(), path


def has_changes_beside(path: Path) -> bool:
    """Whether a database has rows in its journal that its own file does not hold."""
    return any(os.path.exists(f"{path}{end}") for end in ("-wal", "-journal"))


def ending_of(path: Path) -> str:
    """What of a file's name says how it is read: of one packed, what stands before."""
    packed = path.suffix.lower() == ".gz"
    return "".join(path.suffixes[-2 if packed else -1 :]).lower()


def last_changed(path: Path) -> float:
    """When a folder was written, or used again."""
    return path.stat().st_mtime


def state_of(path: Path) -> tuple[int, int]:
    """Size of a file, and when it was last changed."""
    found = path.stat()
    return found.st_size, found.st_mtime_ns
