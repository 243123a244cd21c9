"""``neurona doctor``, and what every training report ends with."""

import json
import shlex

import numpy as np
import pytest

from neurona.table.model import load_table_model
from tests.tables import panel


@pytest.fixture
def model(train_once, tmp_path):
    """A model that stopped far too early."""
    early = ("--learning-rate", "1e-5", "--epochs", "6")
    return train_once(tmp_path / "model.safetensors", "moons", *early)


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
    assert "learning rate 10⁻⁵ is too low" in ended.out
    assert "neurona doctor model.safetensors moons" in ended.out


def test_the_training_document_holds_the_findings(train):
    ended = train("moons", "--learning-rate", "1e-5", "--epochs", "6", "--json")
    codes = [finding["code"] for finding in json.loads(ended.out)["findings"]]
    assert "learning_rate_too_low" in codes


def test_a_rate_that_broke_every_unit_heads_the_training_report(neurona):
    ended = neurona(
        "train", "moons", "--hidden", "8", "--optimizer", "sgd", "--learning-rate",
        "30", "--epochs", "20", "--quality", "fast", "--json",
    )  # fmt: skip
    findings = json.loads(ended.out)["findings"]
    assert findings[0]["code"] == "learning_rate_too_high"
    assert findings[0]["evidence"]["suggestion"] < 3
    assert all("Learning rate too high" in f["advice"] for f in findings[1:])


def test_the_advice_for_uneven_classes_is_an_option_that_helps(neurona, tmp_path):
    rng = np.random.default_rng(0)
    kind = np.arange(400) < 40
    table = np.c_[rng.normal(size=(400, 2)) + 1.5 * kind[:, None], kind]
    rows = [f"{a:.4f},{b:.4f},{'rare' if c else 'usual'}" for a, b, c in table]
    (tmp_path / "t.csv").write_text("\n".join(["a,b,y", *rows]) + "\n")
    options = (
        "t.csv",
        "--hidden",
        "none",
        "--epochs",
        "100",
        "--quality",
        "fast",
        "--json",
    )
    before = neurona("train", *options).document["findings"]
    (uneven,) = [f for f in before if f["code"] == "imbalance"]
    assert "--class-weight balanced" in uneven["advice"]
    after = neurona("train", *options, "--class-weight", "balanced").document
    assert "imbalance" not in [f["code"] for f in after["findings"]]
    training = load_table_model(tmp_path / "model.safetensors").network.training
    assert training["class_weight"] == "balanced"


def test_what_proved_better_is_given_as_a_command_that_does_it(neurona, tmp_path):
    cells = panel()
    lines = [
        ",".join(cells),
        *(",".join(map(str, row)) for row in zip(*cells.values(), strict=True)),
    ]
    (tmp_path / "my panel.csv").write_text("\n".join(lines) + "\n")
    options = ("--target", "value", "--epochs", "40", "--quality", "fast", "--quiet")
    neurona("train", "my panel.csv", *options)
    ended = neurona("doctor", "model.safetensors", "my panel.csv", "--format", "json")
    command = shlex.split(ended.document["command"])
    assert command[:3] == ["neurona", "train", "my panel.csv"]
    better = neurona(*command[1:], "--quiet")
    assert (better.code, better.out) == (0, "")
    before, after = (
        load_table_model(tmp_path / name).network.preparation["metrics"]["test"]["r2"]
        for name in ("model.safetensors", "better.safetensors")
    )
    assert after > before


def test_the_glance_after_training_says_what_it_did_not_try(train):
    ended = train("moons", "--learning-rate", "1e-5", "--epochs", "6")
    assert "May help, not tried yet: Try" in ended.out
