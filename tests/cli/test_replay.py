"""``neurona replay``: a step of the run that trained a model."""

import pytest


@pytest.fixture
def model(train_once, tmp_path):
    return train_once(tmp_path / "iris.safetensors", "iris")


def test_a_step_of_the_run_is_replayed(neurona, model):
    found = neurona("replay", model, "iris", "5", "--format", "json").document
    assert found["replayed"] == 5
    assert found["optimizer"]["step"] == 5
    shown = neurona("replay", model, "iris", "5", "--which-rows").out
    assert "Which rows moved the loss at step 5" in shown


def test_model_and_checkpoint_tell_the_split_of_their_run(neurona, train, tmp_path):
    model, folder = tmp_path / "m.safetensors", tmp_path / "run"
    train("iris", "--quiet", "--out", model, "--test", "0.3", "--checkpoint", folder)
    asked = ("replay", model, "iris", "2")
    assert neurona(*asked).code == 0
    assert neurona(*asked, "--checkpoint", folder).code == 0
    assert "not those that trained" in neurona(*asked, "--test", "0.2").error


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("100000",), "steps, counted from 1"),
        (("2", "--test", "0.3"), "not those that trained"),
        (("2", "--row", "1"), "neurona replay has no --row: leave it out; step"),
        (("2", "--loss", "mse"), "neurona replay has no --loss"),
        ((), "STEP is missing; see neurona replay --help"),
        (("two",), "STEP"),
    ],
)
def test_steps_and_options_that_there_are_not_are_refused(
    neurona, model, arguments, message
):
    ended = neurona("replay", model, "iris", *arguments)
    assert ended.code in (1, 2)
    assert message in ended.error
