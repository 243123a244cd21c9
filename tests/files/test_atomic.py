"""Writing a file whole or not at all."""

import os
import stat
from pathlib import Path

import pytest

from neurona.errors import OutputError
from neurona.files import check_writable, write_atomically

AS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


@pytest.fixture
def umask():
    """Set the umask to one that shows, and put the old one back."""
    old = os.umask(0o027)
    yield 0o027
    os.umask(old)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("content", [b"", b"new", lambda file: file.write(b"new")])
def test_content_replaces_what_stood_there(tmp_path, content):
    path = tmp_path / "a"
    path.write_bytes(b"old and longer")
    write_atomically(path, content)
    assert path.read_bytes() == (b"" if content == b"" else b"new")
    assert os.listdir(tmp_path) == ["a"]


def test_new_file_has_the_permissions_of_a_plain_open(tmp_path, umask):
    (tmp_path / "plain").open("wb").close()
    write_atomically(tmp_path / "atomic", b"x")
    assert mode(tmp_path / "atomic") == mode(tmp_path / "plain") == 0o666 & ~umask


def test_replaced_file_keeps_its_permissions(tmp_path, umask):
    path = tmp_path / "a"
    path.write_bytes(b"old")
    path.chmod(0o604)
    write_atomically(path, b"new")
    assert mode(path) == 0o604


def test_failure_keeps_the_old_file_and_leaves_no_temporary(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"old")

    def fail_half_way(file):
        file.write(b"half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_atomically(path, fail_half_way)
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a"]


def test_full_disk_is_an_output_error_that_leaves_no_temporary(tmp_path):
    def fill(file):
        raise OSError(28, "No space left on device")

    with pytest.raises(OutputError, match="a: no space is left there"):
        write_atomically(tmp_path / "a", fill)
    assert os.listdir(tmp_path) == []


def test_the_file_is_synced_before_and_the_folder_after_the_rename(
    tmp_path, monkeypatch
):
    events = []
    real_sync, real_replace = os.fsync, Path.replace

    def sync(descriptor):
        is_folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        events.append("sync folder" if is_folder else "sync file")
        real_sync(descriptor)

    def replace(self, target):
        events.append("rename")
        return real_replace(self, target)

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(Path, "replace", replace)
    write_atomically(tmp_path / "a", b"x")
    assert events == ["sync file", "rename", "sync folder"]


@pytest.mark.parametrize("target_exists", [True, False])
def test_a_symbolic_link_stays_and_its_target_is_written(tmp_path, target_exists):
    target = tmp_path / "elsewhere" / "target"
    target.parent.mkdir()
    if target_exists:
        target.write_bytes(b"old")
    link = tmp_path / "link"
    link.symlink_to(target)
    check_writable(link)
    write_atomically(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert os.listdir(target.parent) == ["target"]


def test_check_of_a_new_path_leaves_nothing_behind(tmp_path):
    check_writable(tmp_path / "model.safetensors")
    assert os.listdir(tmp_path) == []


def test_check_of_an_old_file_leaves_its_content(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"old")
    check_writable(path)
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a"]


def unusable_paths(tmp_path: Path) -> dict[str, tuple[Path, str]]:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    os.mkfifo(tmp_path / "pipe")
    return {
        "no folder": (tmp_path / "missing" / "a", "the folder .* does not exist"),
        "folder is a file": (tmp_path / "file" / "a", "does not exist"),
        "path is a folder": (tmp_path / "folder", "it is a folder"),
        "path is a pipe": (tmp_path / "pipe", "not a regular file"),
        "link to itself": (tmp_path / "loop", "symbolic links"),
        "name too long": (tmp_path / ("n" * 300), "too long"),
    }


@pytest.mark.parametrize("act", [check_writable, lambda p: write_atomically(p, b"x")])
@pytest.mark.parametrize(
    "case",
    [
        "no folder",
        "folder is a file",
        "path is a folder",
        "path is a pipe",
        "link to itself",
        "name too long",
    ],
)
def test_an_unusable_path_is_one_sentence_and_nothing_is_created(tmp_path, case, act):
    path, sentence = unusable_paths(tmp_path)[case]
    before = sorted(os.listdir(tmp_path))
    with pytest.raises(OutputError, match=sentence) as caught:
        act(path)
    assert str(caught.value).startswith(f"cannot write {path}: ")
    assert sorted(os.listdir(tmp_path)) == before


@pytest.mark.skipif(AS_ROOT, reason="the superuser may write anywhere")
def test_write_protected_folder_and_file_are_refused(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"old")
    path.chmod(0o444)
    with pytest.raises(OutputError, match="write-protected"):
        check_writable(path)
    tmp_path.chmod(0o555)
    with pytest.raises(OutputError, match="this is not permitted"):
        check_writable(tmp_path / "b")
    tmp_path.chmod(0o755)


def test_a_folder_that_lets_nothing_be_created_is_refused(tmp_path, monkeypatch):
    def refuse(*arguments, **options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(OutputError, match="this is not permitted"):
        check_writable(tmp_path / "b")
