"""Files inside archives, and what comes through standard input."""

from __future__ import annotations

import atexit
import re
import shlex
import shutil
import sys
import tempfile
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

from neurona.errors import DataError, OptionError, unknown_name
from neurona.messages import _

__all__ = ["content_ending", "take_standard_input", "unpack_member"]

HEAD_BYTES = 64
BINARY = {
    b"PAR1": ".parquet",
    b"ARROW1": ".arrow",
    b"SQLite format 3\0": ".db",
    b"\xd0\xcf\x11\xe0": ".xls",
}
MEMBERS = {
    "xl/workbook.xml": ".xlsx",
    "content.xml": ".ods",
    "xl/workbook.bin": ".xlsb",
}


ABOUT = re.compile(
    r"(?i)(read[ _-]?me|l[ée]eme|licen[cs]e|licencia|copying|changelog|about|notes?"
    r"|notice|citation|metadata|description)\b.*\.(txt|json)"
)
"""Names of texts that come with a table and are none."""


def unpack_member(
    path: Path, member: str | None, known: tuple[str, ...]
) -> tuple[Path, tuple[str, ...]]:
    """One file of a ``.zip``, in a folder that lasts as long as the process.

    Parameters
    ----------
    path : Path
    member : str or None
        Its name in the archive, with or without folders; ``None`` where there is only
        one with a known ending.
    known : tuple of str
        Endings of the files that can be read.

    Returns
    -------
    path : Path
    notes : tuple of str
        Which texts about the table were passed over, in sentences.

    Raises
    ------
    OptionError
        There is no such file, or none was chosen of several.
    DataError
        The archive is broken, locked, or holds no table.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            name, notes = _chosen(path, member, archive.namelist(), known)
            target = _new_file(Path(name).name)
            with archive.open(name) as packed, target.open("wb") as file:
                shutil.copyfileobj(packed, file)
            return target, notes
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        locked = isinstance(error, RuntimeError) and "password" in str(error)
        said = (
            _("{name} is locked by a password; unpack it and give the file inside")
            if locked
            else _(
                "{name} is not a whole zip file; it may have been cut short: copy or "
                "download it again"
            )
        )
        raise DataError(said.format(name=repr(path.name))) from error


def _chosen(
    path: Path, member: str | None, names: list[str], known: tuple[str, ...]
) -> tuple[str, tuple[str, ...]]:
    files = [
        name
        for name in names
        if not name.endswith("/")
        and not name.startswith("__MACOSX/")
        and not Path(name).name.startswith(".")
    ]
    if member is not None:
        alike = [name for name in files if member in (name, Path(name).name)]
        if len(alike) != 1:
            raise OptionError(unknown_name(_("file of the archive"), member, files))
        return alike[0], ()
    tables = [name for name in files if name.lower().endswith(known)]
    # What is told of a table comes as a text beside it.
    told = [name for name in tables if not ABOUT.fullmatch(Path(name).name)]
    if len(tables) == 1:
        return tables[0], ()
    if len(told) == 1:
        others = ", ".join(repr(name) for name in tables if name not in told)
        note = _("{table!r} of {name} is read, not {others}")
        return told[0], (
            note.format(table=told[0], name=repr(path.name), others=others),
        )
    if not tables:
        shown = ", ".join(files[:10]) + ", …" * (len(files) > 10)
        raise DataError(
            _("{name} holds no table: {files}").format(
                name=repr(path.name), files=shown or _("it is empty")
            )
        )
    raise OptionError(
        _(
            "{name} holds several tables: {tables}; choose one, such as {example}"
        ).format(
            name=repr(path.name),
            tables=", ".join(tables[:10]) + ", …" * (len(tables) > 10),
            example=shlex.quote(f"{path.name}::{tables[0]}"),
        )
    )


_taken: list[tuple[Any, Path]] = []


def take_standard_input() -> Path:
    """File with what stands on standard input; the same one however often asked.

    Raises
    ------
    OptionError
        Nothing is piped in.
    DataError
        It is empty.
    """
    for source, path in _taken:
        if source is sys.stdin:
            return path
    if sys.stdin is None or sys.stdin.isatty():
        raise OptionError(
            _("there is nothing on standard input: pipe a table in, or name a file")
        )
    spooled = _new_file("stdin")
    with spooled.open("wb") as file:
        shutil.copyfileobj(sys.stdin.buffer, file)
    if not spooled.stat().st_size:
        raise DataError(_("standard input is empty; pipe a table in"))
    path = spooled.rename(spooled.with_suffix(content_ending(spooled)))
    _taken[:] = [(sys.stdin, path)]
    return path


def content_ending(path: Path) -> str:
    """Ending that suits what a file holds.

    Examples
    --------
    >>> content_ending(_example("stdin", b'[{"x": 1}]')), content_ending(
    ...     _example("stdin", b"x,y")
    ... )
    ('.json', '.csv')
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    for mark, ending in BINARY.items():
        if head.startswith(mark):
            return ending
    if head.startswith(b"PK\x03\x04"):
        return _archive_ending(path)
    packed = ".gz" if head.startswith(b"\x1f\x8b") else ""
    if packed:
        head = _unpacked_head(path)
    is_json = head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith((b"{", b"[{"))
    return (".json" if is_json else ".csv") + packed


def _unpacked_head(path: Path) -> bytes:
    import gzip

    try:
        with gzip.open(path) as file:
            return file.read(HEAD_BYTES)
    except (EOFError, OSError):
        return b""


def _archive_ending(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except zipfile.BadZipFile:
        return ".zip"
    return next((end for name, end in MEMBERS.items() if name in names), ".zip")


def _example(name: str, content: bytes) -> Path:
    path = _new_file(name)
    path.write_bytes(content)
    return path


def _new_file(name: str) -> Path:
    """Path of a file that does not exist yet, in a folder of its own."""
    return Path(tempfile.mkdtemp(dir=_folder())) / name


@cache
def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="neurona-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
