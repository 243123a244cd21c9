"""``--quality``: several networks that are one model for every other command."""

import pytest

OPTIONS = ("--quality", "good", "--epochs", "4", "--hidden", "6", "--seed", "1")


@pytest.fixture
def model(train_once, tmp_path):
    """A model that is trained once, since what follows only reads it."""
    return train_once(tmp_path / "model.safetensors", "iris", *OPTIONS)


def test_the_report_says_what_was_tried_and_what_it_is_worth(neurona):
    ended = neurona("train", "iris", *OPTIONS)
    assert ended.code == 0
    words = "tried by folds", "share of the answer", "a line", "by folds, to validate"
    for text in words:
        assert text in ended.out


@pytest.mark.parametrize(
    "words",
    [
        ("info",),
        ("evaluate", "iris"),
        ("predict", "iris", "--probabilities"),
        ("doctor", "iris"),
        ("explain", "prediction", "iris"),
        ("explain", "step", "iris", "--row", "0", "--format", "json"),
        ("explain", "cost",),
    ],
    ids=" ".join,
)  # fmt: skip
def test_every_command_reads_the_model(neurona, model, words):
    named = words[:2] if words[0] == "explain" else words[:1]
    rest = words[len(named) :]
    ended = neurona(*named, "model.safetensors", *rest)
    assert ended.code == 0, ended.err


def test_a_replay_says_what_to_train_instead(neurona, model):
    ended = neurona("replay", "model.safetensors", "iris", "1")
    assert ended.code != 0
    assert "--quality fast" in ended.err


def test_what_was_found_by_folds_is_in_the_document(neurona):
    found = neurona(
        "train", "iris", "--json", "--quality", "good", "--epochs", "2"
    ).document
    assert found["quality"] == "good"
    assert found["rows"]["validation"] == 0
    assert set(found["metrics"]["validation"]) == {"loss", "accuracy"}
    assert sum(way["share"] for way in found["by_folds"]["tried"]) == pytest.approx(1)
