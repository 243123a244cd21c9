"""``--quality``: several networks that are one model for every other command."""

import pytest

OPTIONS = ("--quality", "good", "--epochs", "40", "--hidden", "8", "--seed", "1")


@pytest.fixture
def model(train_once, tmp_path):
    """A model that is trained once, since what follows only reads it."""
    return train_once(tmp_path / "model.safetensors", "iris", *OPTIONS)


def test_the_report_says_what_was_tried_and_what_it_is_worth(neurona):
    ended = neurona("train", "iris", *OPTIONS)
    assert ended.code == 0
    words = "tried by folds", "share of the answer", "a line", "by folds, to validate"
    judged = (
        "none of which trained the model that answered it",
        "its networks of each fold",
    )
    for text in (*words, *judged):
        assert text in " ".join(ended.out.split())


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


def test_a_step_of_a_member_is_replayed(neurona, model):
    run = ("replay", "model.safetensors", "iris", "2", "--format", "json")
    network = neurona(*run, "--member", "1").document
    assert network["replayed"] == network["optimizer"]["step"] == 2
    assert "members" not in network
    assert len(network["rows"]) == 32
    assert "there is no member 90" in neurona(*run, "--member", "90").error
    twice = neurona(*run, "--member", "1", "--member", "2")
    assert "give --member once" in twice.error
    assert "not those that trained" in neurona(*run, "--test", "0.2").error
    flow = neurona("explain", "model.safetensors", "iris", "flow", "--through")
    assert flow.code == 0


def test_one_member_is_explained_and_another_where_it_is_asked_for(neurona, model):
    asked = ("explain", "model.safetensors", "iris", "--row", "0")
    opening = neurona(*asked).out
    assert "networks side by side" in opening
    assert len(opening.splitlines()) < 500
    document = neurona(*asked, "--member", "2", "--format", "json").document
    assert document["members"]["written"] == [2]
    assert any("member_2_" in layer["name"] for layer in document["forward"])
    assert not any("member_1_" in layer["name"] for layer in document["forward"])


def test_what_was_found_by_folds_is_in_the_document(neurona):
    found = neurona(
        "train", "iris", "--json", "--quality", "good", "--epochs", "2"
    ).document
    assert found["quality"] == "good"
    assert found["rows"]["validation"] == 0
    assert set(found["metrics"]["validation"]) == {"loss", "accuracy"}
    assert sum(way["share"] for way in found["by_folds"]["tried"]) == pytest.approx(1)
