from __future__ import annotations

import importlib
import logging
import threading

import pytest

import neurona
from neurona.errors import OptionError
from neurona.native import available
from neurona.native.available import (
    engine_available,
    instruction_set,
    instruction_sets,
    note_missing_engine,
    sources_fingerprint,
)
from neurona.train.engines import resolve_engine

needs_engine = pytest.mark.skipif(not engine_available(), reason="engine not built")
NOT_BUILT = ModuleNotFoundError("No module named 'neurona.native._engine'")
BROKEN = ImportError("libstdc++.so.6: version `GLIBCXX_3.4.30' not found")


@pytest.fixture
def import_fails(monkeypatch):
    def fail(error):
        monkeypatch.setattr(available, "_import_failure", lambda: error)
        monkeypatch.setattr(available, "_said", threading.Lock())

    return fail


@needs_engine
def test_engine_is_of_the_same_version_as_the_package():
    engine = importlib.import_module("neurona.native._engine")
    assert engine.version == neurona.__version__


def test_an_engine_in_a_checkout_is_built_from_the_sources_beside_it():
    # Not needs_engine: an old engine counts as missing, and its tests would be skipped.
    engine = pytest.importorskip("neurona.native._engine")
    if sources_fingerprint() is not None:
        assert engine.sources == sources_fingerprint(), "run scripts/build_native"


@pytest.mark.parametrize("built_from", ["another", None])
def test_an_engine_of_other_sources_counts_as_missing_and_says_what_to_do(
    import_fails, tmp_path, built_from
):
    (tmp_path / "engine.cpp").write_text("int one = 1;")
    first = sources_fingerprint(tmp_path)
    (tmp_path / "engine.cpp").write_text("int one = 2;")
    second = sources_fingerprint(tmp_path)
    assert available._mismatch(second, second) is None
    assert available._mismatch(first, second) is not None
    # What is installed has no sources to be older than.
    assert sources_fingerprint(tmp_path / "no_sources") is None
    assert available._mismatch(first, None) is None
    import_fails(available._mismatch(built_from, second))
    assert not engine_available()
    told: list[str] = []
    note_missing_engine(told.append)
    assert len(told) == 1
    assert (
        "built from other sources and is not used: run scripts/build_native" in told[0]
    )
    with pytest.raises(OptionError, match="run scripts/build_native"):
        resolve_engine("native")


@needs_engine
def test_widest_instruction_set_is_used_when_none_is_asked_for(monkeypatch):
    monkeypatch.delenv("NEURONA_ISA", raising=False)
    assert instruction_set() == instruction_sets()[-1]


@needs_engine
@pytest.mark.parametrize("name", instruction_sets())
def test_instruction_set_asked_for_is_used(name, monkeypatch):
    monkeypatch.setenv("NEURONA_ISA", name)
    assert instruction_set() == name


@needs_engine
def test_baseline_is_always_among_the_instruction_sets(monkeypatch):
    monkeypatch.setenv("NEURONA_ISA", "baseline")
    assert instruction_set() == instruction_sets()[0]


@needs_engine
@pytest.mark.parametrize("name", ["avx1024", "AVX2", "baselin"])
def test_unknown_instruction_set_is_refused_by_name(name, monkeypatch):
    monkeypatch.setenv("NEURONA_ISA", name)
    with pytest.raises(OptionError, match=f"{name}.*choose one of.*unset it"):
        instruction_set()


def test_missing_engine_has_no_instruction_set(import_fails):
    import_fails(NOT_BUILT)
    assert not engine_available()
    assert instruction_set() is None
    assert instruction_sets() == []


def test_missing_engine_is_noted_once(import_fails, caplog):
    import_fails(NOT_BUILT)
    with caplog.at_level(logging.WARNING, logger="neurona"):
        note_missing_engine()
        note_missing_engine()
    assert caplog.messages == [
        "the native engine is not built; running on the reference"
    ]


def test_engine_that_cannot_be_loaded_is_noted_with_the_reason(import_fails):
    import_fails(BROKEN)
    told: list[str] = []
    note_missing_engine(told.append)
    assert len(told) == 1
    assert "GLIBCXX_3.4.30" in told[0]


def test_engine_that_is_there_is_not_noted(import_fails):
    import_fails(None)
    told: list[str] = []
    note_missing_engine(told.append)
    assert told == []
