"""What a person may mean by DATA."""

import pytest

from neurona.data.sources.bundled import BUNDLED
from neurona.errors import OptionError
from neurona.table.source import open_source


@pytest.mark.parametrize("name", BUNDLED)
def test_every_bundled_set_opens_with_its_target(name):
    source = open_source(name)
    assert source.table.rows >= 4
    if isinstance(source.target, str):
        assert source.target in source.table.columns


def test_a_file_goes_before_a_bundled_set(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "iris.csv").write_text("a,b\n1,2\n3,4\n")
    assert open_source("iris.csv").table.columns == ("a", "b")
    assert open_source("iris").table.rows == 150


@pytest.mark.parametrize(
    ("name", "words"),
    [("irs", "did you mean iris"), ("qqq", "the sets are"), ("no.csv", "no file")],
)
def test_what_is_neither_file_nor_set_offers_the_nearest(name, words):
    with pytest.raises(OptionError, match=words):
        open_source(name)
