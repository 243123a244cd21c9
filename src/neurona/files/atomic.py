"""Writing a file so that its path always holds a whole one: the old or the new."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from neurona.errors import OutputError, system_reason
from neurona.messages import _

__all__ = ["check_writable", "write_atomically"]


def write_atomically(
    path: str | os.PathLike[str], content: bytes | Callable[[BinaryIO], object]
) -> None:
    """Write a file that appears under its path whole, or not at all.

    Parameters
    ----------
    path : path
        Where the file shall stand. Of a symbolic link the target is written and the
        link stays.
    content : bytes or callable
        The bytes, or a function that writes them to the open file it is given.

    Raises
    ------
    OutputError
        The file cannot be written there; what stood there before is untouched.

    Notes
    -----
    Laws:     at any moment, power cuts included, the path holds all of the old file
              or all of the new one; after a failure no temporary file is left.
              Permissions are those that ``open(path, "wb")`` would give: an existing
              file's own, a new file's by the umask.

    The bytes go to a temporary file in the same folder, which is synced, renamed over
    the path, and the folder is synced.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_atomically(Path(folder) / "a.txt", b"whole")
    ...     (Path(folder) / "a.txt").read_bytes()
    b'whole'
    """
    with _as_output_error(path):
        target = _target(path)
        temporary = _create_temporary(target.parent)
        try:
            with temporary.open("wb") as file:
                if callable(content):
                    content(file)
                else:
                    file.write(content)
                file.flush()
                os.fsync(file.fileno())
            if target.exists():
                temporary.chmod(stat.S_IMODE(target.stat().st_mode))
            temporary.replace(target)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    _sync_folder(target.parent)


def check_writable(path: str | os.PathLike[str]) -> None:
    """Refuse a path to which a file could not be written, before work is spent on it.

    Parameters
    ----------
    path : path
        Where a file shall be written later.

    Raises
    ------
    OutputError
        The parent folder does not exist or lets nothing be written, or the path is a
        folder or anything else that is not a regular file.

    Notes
    -----
    Laws:     nothing is created, truncated or left behind; parent folders neither.

    A temporary file is created in the folder and removed again: permission bits alone
    say little about network file systems, quotas and read-only mounts.

    Examples
    --------
    >>> try:
    ...     check_writable("no/such/folder/model.safetensors")
    ... except OutputError as error:
    ...     print(error)  # doctest: +ELLIPSIS
    cannot write no/such/folder/model.safetensors: the folder ...
    """
    with _as_output_error(path):
        _create_temporary(_target(path).parent).unlink()


def _target(path: str | os.PathLike[str]) -> Path:
    """Path of the file behind all symbolic links, if a file may be written there."""
    target = Path(os.path.realpath(path))
    if not target.parent.is_dir():
        raise OutputError(
            _(
                "cannot write {path}: the folder {folder} does not exist; create it "
                "or choose another path"
            ).format(path=os.fspath(path), folder=target.parent)
        )
    try:
        mode = target.stat().st_mode
    except FileNotFoundError:
        return target
    if stat.S_ISDIR(mode):
        raise OutputError(
            _("cannot write {path}: it is a folder; add a file name").format(
                path=os.fspath(path)
            )
        )
    if not stat.S_ISREG(mode):
        raise OutputError(
            _(
                "cannot write {path}: it is not a regular file; choose another path"
            ).format(path=os.fspath(path))
        )
    if not os.access(target, os.W_OK):
        raise OutputError(
            _(
                "cannot write {path}: the file is write-protected; change its "
                "permissions or choose another path"
            ).format(path=os.fspath(path))
        )
    return target


def _create_temporary(folder: Path) -> Path:
    """Create an empty file under a fresh name, its permissions set by the umask."""
    temporary = folder / f".neurona-{secrets.token_hex(8)}.tmp"
    # Not tempfile: it always gives mode 0600, which the rename would carry along.
    os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    return temporary


def _sync_folder(folder: Path) -> None:
    """Make a rename in a folder outlive a power cut, where the system can."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    # The file is in place by now: a file system that cannot sync folders, as some
    # network ones, has no failure to report.
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextlib.contextmanager
def _as_output_error(path: str | os.PathLike[str]) -> Iterator[None]:
    """Turn what the system says about a path into one plain sentence."""
    try:
        yield
    except OutputError:
        raise
    except OSError as error:
        reason = system_reason(error)
        raise OutputError(
            _("cannot write {path}: {reason}; choose another path").format(
                path=os.fspath(path), reason=reason
            )
        ) from error
