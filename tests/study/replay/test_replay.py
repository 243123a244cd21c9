"""Steps of past runs, found again."""

import io

import numpy as np
import pytest
from rich.console import Console

from neurona import BatchNorm, Dense, Dropout, Network
from neurona.errors import CheckpointError, DataError, OptionError
from neurona.show.page import to_html
from neurona.show.page.terminal import show_terminal
from neurona.study.flow import FlowRecorder
from neurona.study.replay.flow_of_run import flow_of_run
from neurona.study.replay.rank_rows import rank_rows
from neurona.study.replay.replay_step import replay_step

ROWS = 10
BATCH = 4
EPOCHS = 3
# Three batches an epoch, the last one shorter.
STEPS = 9

# Float32 keeps 24 bits, and a run rounds at every step.
SINGLE = 1e-5


def examples(seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(ROWS, 3))
    return X, X[:, 0] - X[:, 1] * X[:, 2]


def trained(dtype="float64", engine="reference", **options):
    X, y = examples()
    layers = [Dense(4, "tanh"), BatchNorm(), Dropout(0.3), Dense(1)]
    network = Network(layers, n_inputs=3, seed=5, dtype=dtype)
    network.fit(
        X,
        y,
        **{
            "loss": "mse",
            "optimizer": "adam",
            "batch_size": BATCH,
            "epochs": EPOCHS,
            "engine": engine,
            "seed": 11,
            **options,
        },
    )
    return network, X, y


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"optimizer": "nadam", "l2": 0.1, "clip_norm": 0.5},
        {"schedule": "cosine", "sample_weight": np.linspace(0, 1, ROWS)},
        {"shuffle": False, "average": 0.5, "optimizer": "momentum"},
        {"schedule": "reduce_on_plateau", "reduction": "sum"},
    ],
)
def test_the_last_step_ends_where_the_run_ended(options):
    network, X, y = trained(**options)
    weight = options.get("sample_weight")
    step = replay_step(network, X, y, STEPS, engine="reference", sample_weight=weight)
    if "average" in options:
        # The network keeps the average, so the step before the last is compared.
        before = replay_step(network, X, y, STEPS - 1, engine="reference")
        ends, expected = before.update, step.numbers.request.values
    else:
        ends, expected = step.update, network.parameters
    for name, value in ends.items():
        assert value.tobytes() == np.asarray(expected[name]).tobytes()


def test_a_step_begins_where_the_one_before_it_ended():
    network, X, y = trained()
    for number in (2, 3, 6):
        this = replay_step(network, X, y, number, engine="reference")
        after = replay_step(network, X, y, number + 1, engine="reference").numbers
        for name, value in this.update.items():
            assert value.tobytes() == after.request.values[name].tobytes()
        for name, value in this.numbers.new_slots.items():
            assert value.tobytes() == after.request.slots[name].tobytes()


def test_the_steps_of_an_epoch_visit_every_row_once():
    network, X, y = trained()
    steps = [replay_step(network, X, y, n, engine="reference") for n in (4, 5, 6)]
    assert [len(step.rows) for step in steps] == [4, 4, 2]
    assert sorted(row for step in steps for row in step.rows) == list(range(ROWS))


def test_dropout_masks_of_a_step_are_in_force():
    network, X, y = trained()
    step = replay_step(network, X, y, 2, engine="reference")
    (layer,) = [layer for layer in step.numbers.layers if "m" in layer.inner]
    dropped = layer.a[~layer.inner["m"]]
    assert dropped.size
    assert not dropped.any()


def test_the_scale_of_dropout_has_the_digits_that_were_asked_for():
    network, X, y = trained()
    page = replay_step(network, X, y, 2, engine="reference").page()
    console = Console(width=100, record=True, file=io.StringIO())
    show_terminal(page, console)
    for written in (console.export_text(), to_html(page)):
        assert "1.4286" in written
        assert "1.42857" not in written


def test_a_run_in_float32_is_found_again_in_float64():
    network, X, y = trained("float32", "auto")
    step = replay_step(network, X, y, STEPS)
    for name, value in step.update.items():
        np.testing.assert_allclose(
            value, network.parameters[name], rtol=SINGLE, atol=SINGLE
        )


def test_rows_held_out_are_left_out():
    network, X, y = trained(validation=np.arange(2))
    step = replay_step(network, X, y, 1, rows=np.arange(2, ROWS), engine="reference")
    assert min(step.rows) >= 2


def test_a_checkpoint_shortens_the_way(tmp_path):
    network, X, y = trained(checkpoint=tmp_path, epochs=1)
    network.fit(
        X, y, loss="mse", optimizer="adam", batch_size=BATCH, epochs=EPOCHS,
        engine="reference", seed=11, checkpoint=tmp_path, resume=True,
    )  # fmt: skip
    plain = replay_step(network, X, y, STEPS, engine="reference")
    short = replay_step(network, X, y, STEPS, engine="reference", checkpoint=tmp_path)
    for name, value in plain.update.items():
        assert value.tobytes() == short.update[name].tobytes()


def test_other_data_are_not_the_run():
    network, _X, _y = trained()
    with pytest.raises(DataError, match="the loss of its epoch 1 was"):
        replay_step(network, *examples(1), 5, engine="reference")
    with pytest.raises(DataError, match="the loss of its epoch 1 was"):
        replay_step(network, *examples(1), 1, engine="reference")


def test_a_checkpoint_of_other_data_is_refused(tmp_path):
    network, _X, y = trained(checkpoint=tmp_path)
    with pytest.raises(CheckpointError, match="other data"):
        replay_step(network, examples(1)[0], y, STEPS, checkpoint=tmp_path)


def test_a_folder_without_a_checkpoint_is_named(tmp_path):
    network, X, y = trained()
    with pytest.raises(CheckpointError, match="there is no checkpoint in"):
        replay_step(network, X, y, 1, checkpoint=tmp_path)


@pytest.mark.parametrize("number", [0, STEPS + 1])
def test_a_step_that_the_run_did_not_take_is_refused(number):
    network, X, y = trained()
    with pytest.raises(OptionError, match=f"the run took {STEPS} steps"):
        replay_step(network, X, y, number, engine="reference")


def test_an_untrained_network_has_no_step_to_replay():
    with pytest.raises(OptionError, match="never trained"):
        replay_step(Network([Dense(1)], n_inputs=3), *examples(), 1)


def test_a_replayed_page_says_where_the_step_was():
    network, X, y = trained()
    step = replay_step(network, X, y, 5, engine="reference")
    assert step.page().title == "Step 5 of the run, replayed"
    assert step.notes[0] == "Epoch 2, batch 2 of 3."
    assert step.to_json()["replayed"] == 5


def test_the_parts_of_the_rows_add_up_to_the_gradient():
    from neurona.study.replay.rank_rows import row_gradients

    network, X, y = trained(sample_weight=np.linspace(0, 1, ROWS))
    weight = np.linspace(0, 1, ROWS)
    step = replay_step(network, X, y, 2, engine="reference", sample_weight=weight)
    parts = row_gradients(step, np.arange(len(step.rows)))
    for name, grad in step.gradients.items():
        total = sum(part[name] for part in parts)
        np.testing.assert_allclose(total, grad, rtol=1e-12, atol=1e-12)


def test_the_row_that_moved_the_loss_most_stands_first():
    # One row is far off: its gradient is most of the batch's.
    X, y = np.eye(4), np.array([0.1, -0.1, 9.0, 0.1])
    network = Network([Dense(1)], n_inputs=4, seed=1, dtype="float64")
    network.fit(
        X, y, loss="mse", optimizer="sgd", batch_size=4, epochs=1, engine="reference"
    )
    ranking = rank_rows(replay_step(network, X, y, 1, engine="reference"))
    first = ranking.rows[0]
    assert first.row == 2
    assert first.effect > 0
    assert first.loss_after < first.loss
    assert ranking.to_json()["rows"][0]["row"] == 2
    assert ranking.page().title == "Which rows moved the loss at step 1"


def test_the_flow_through_a_run_is_that_which_a_recorder_saw():
    X, y = examples()
    network = Network([Dense(4, "tanh"), Dense(1)], n_inputs=3, seed=5)
    seen = FlowRecorder(network, X, y, loss="mse", jacobians=True)
    network.fit(X, y, loss="mse", epochs=EPOCHS, engine="reference", callbacks=seen)
    found = flow_of_run(network, X, y, engine="reference")
    assert found.epochs == [0, 1, 2, 3]
    assert found.to_json() == seen.history.to_json()
    assert found.page().blocks[0].heading == ("Deviation of the activations",)
    assert flow_of_run(network, X, y, engine="reference", every=2).epochs == [0, 2, 3]


def test_the_flow_through_another_run_is_not_shown():
    network, X, y = trained()
    with pytest.raises(DataError, match="is not found again"):
        flow_of_run(network, X, y + 1, engine="reference")
