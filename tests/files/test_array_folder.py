"""Folders of arrays: whole, or not believed."""

from pathlib import Path

import numpy as np
import pytest

from neurona.files.array_folder import ArrayFolderWriter, read_array_folder
from neurona.files.cache_folder import cache_folder


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "draft").mkdir()
    with ArrayFolderWriter(tmp_path / "draft") as writer:
        for start in range(0, 10, 4):
            part = np.arange(20.0).reshape(10, 2)[start : start + 4]
            writer.write("x", part, rows=10)
            writer.write("y", part[:, 0].astype(np.int64), rows=10)
        return writer.finish(tmp_path / "whole", {"note": "ñ"})


def test_what_was_written_is_read(folder, tmp_path):
    found = read_array_folder(folder.path)
    assert found == folder
    assert found.about["note"] == "ñ"
    arrays = found.arrays()
    np.testing.assert_array_equal(arrays["x"], np.arange(20.0).reshape(10, 2))
    np.testing.assert_array_equal(arrays["y"], np.arange(0, 20, 2))
    assert not (tmp_path / "draft").exists()
    assert found.size > 240


def flip(path):
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


def change_note(path):
    changed = path.read_text().replace('"note": "', '"note": "other ')
    assert changed != path.read_text()
    path.write_text(changed)


@pytest.mark.parametrize(
    "harm",
    [
        lambda folder: flip(folder / "x.npy"),
        lambda folder: (folder / "y.npy").unlink(),
        lambda folder: (folder / "about.json").write_text("{}"),
        lambda folder: (folder / "about.json").write_text("[1]"),
        lambda folder: change_note(folder / "about.json"),
        lambda folder: (folder / "about.json").write_text('{"files": {"x"'),
    ],
)
def test_a_damaged_folder_is_not_read(folder, harm):
    harm(folder.path)
    assert read_array_folder(folder.path) is None


def test_no_folder_is_said_so(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_array_folder(tmp_path / "none")


def test_of_two_that_write_the_same_the_first_stays(tmp_path):
    found = []
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        with ArrayFolderWriter(tmp_path / name) as writer:
            writer.write("x", np.arange(3.0), rows=3)
            found.append(writer.finish(tmp_path / "whole", {"by": name}))
    assert [folder.path for folder in found] == [tmp_path / "whole"] * 2
    assert read_array_folder(tmp_path / "whole").about["by"] == "one"


def test_what_cannot_be_given_its_name_is_said_so(tmp_path):
    (tmp_path / "draft").mkdir()
    with ArrayFolderWriter(tmp_path / "draft") as writer:
        writer.write("x", np.arange(3.0), rows=3)
        with pytest.raises(FileNotFoundError):
            writer.finish(tmp_path / "nowhere" / "whole", {})


def test_without_a_home_there_is_no_folder(monkeypatch):
    def unknown(_path):
        raise RuntimeError

    for name in ("NEURONA_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "expanduser", unknown)
    assert cache_folder() is None


def test_the_folder_is_the_one_that_is_asked_for(monkeypatch, tmp_path):
    monkeypatch.setenv("NEURONA_CACHE", str(tmp_path))
    assert cache_folder() == tmp_path
    monkeypatch.delenv("NEURONA_CACHE")
    assert cache_folder().name in ("neurona", "Cache")
