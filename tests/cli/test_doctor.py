"""``neurona doctor``, and what every training report ends with."""

import json

import pytest


@pytest.fixture
def model(train, tmp_path):
    """A model that stopped far too early."""
    assert train("moons", "--learning-rate", "1e-5", "--epochs", "6").code == 0
    return tmp_path / "model.safetensors"


def test_findings_come_with_evidence_and_advice(neurona, model):
    ended = neurona("doctor", model, "moons")
    assert ended.code == 0
    assert "learning rate" in ended.out
    assert "What would help" in ended.out


def test_json_is_one_document_with_ranked_findings(neurona, model):
    found = neurona("doctor", model, "moons", "--format", "json").document
    assert found["healthy"] is False
    (low,) = [f for f in found["findings"] if f["code"] == "learning_rate_too_low"]
    assert low["evidence"]["suggestion"] > 1e-4
    assert set(found["rows"]) == {"train", "validation", "test"}


def test_other_rows_are_not_taken_for_those_that_trained(neurona, train, mixed):
    train(mixed(), "--target", "the answer")
    other = mixed("other.csv", seed=1)
    ended = neurona("doctor", "model.safetensors", other, "--format", "json")
    assert set(ended.document["rows"]) == {"rows"}


def test_the_split_is_found_again_whatever_its_shares(neurona, train):
    train("iris", "--validation", "0.2", "--test", "0")
    found = neurona("doctor", "model.safetensors", "iris", "--format", "json").document
    assert found["rows"] == {"train": 120, "validation": 30}


@pytest.mark.parametrize(
    ("form", "start"), [("html", "<!doctype html>"), ("latex", "\\documentclass")]
)
def test_a_page_is_written_to_a_file(neurona, model, tmp_path, form, start):
    ended = neurona("doctor", model, "moons", "--format", form, "--out", "page")
    assert (ended.code, ended.out) == (0, "")
    assert (tmp_path / "page").read_text("utf-8").lower().startswith(start)


def test_an_unknown_format_is_refused(neurona, model):
    ended = neurona("doctor", model, "moons", "--format", "htm")
    assert ended.code != 0
    assert "html" in ended.error


def test_every_training_report_ends_with_the_findings(train):
    ended = train("moons", "--learning-rate", "1e-5", "--epochs", "6")
    assert "Doctor" in ended.out
    assert "learning rate 1e-05 is too low" in ended.out
    assert "neurona doctor model.safetensors moons" in ended.out


def test_the_training_document_holds_the_findings(train):
    ended = train("moons", "--learning-rate", "1e-5", "--epochs", "6", "--json")
    codes = [finding["code"] for finding in json.loads(ended.out)["findings"]]
    assert "learning_rate_too_low" in codes
