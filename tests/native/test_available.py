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
)

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
