"""What is written down of each epoch."""

import copy
import json
import math
import pickle
import threading

import numpy as np
import pytest

from neurona.errors import ModelFileError
from neurona.train.history import Epoch, History

ONE = Epoch(1, 0.5, 0.25, {"accuracy": 0.75}, 0.1, 2.0)
TWO = Epoch(2, 1 / 3, 0.125, {"accuracy": 1.0}, 0.1, 1.0)
HISTORY = History([ONE, TWO], best_epoch=2, stopped="epochs")


def test_columns_are_read_off_epoch_by_epoch():
    assert HISTORY.loss == [0.5, 1 / 3]
    assert HISTORY.validation_loss == [0.25, 0.125]
    assert HISTORY.metrics == {"accuracy": [0.75, 1.0]}
    assert HISTORY.learning_rate == [0.1, 0.1]
    assert HISTORY.seconds == 3.0
    assert len(HISTORY) == 2
    assert History().metrics == {}


def test_json_gives_back_the_same_bits():
    again = History.from_json(json.loads(json.dumps(HISTORY.to_json())))
    assert again == HISTORY


def test_metrics_that_are_not_finite_survive_a_file():
    epoch = Epoch(
        1, 0.5, None, {"a": math.nan, "b": math.inf, "c": -math.inf}, 1.0, 0.0
    )
    text = json.dumps(History([epoch]).to_json(), allow_nan=False)
    found = History.from_json(json.loads(text)).epochs[0].metrics
    assert np.isnan(found["a"])
    assert (found["b"], found["c"]) == (math.inf, -math.inf)


@pytest.mark.parametrize(
    "change",
    [
        {"epochs": None}, {"epochs": [{}]}, {"epochs": ["x"]}, {"epochs": 3},
        {"epochs": [{**HISTORY.to_json()["epochs"][0], "loss": "low"}]},
        {"epochs": [{**HISTORY.to_json()["epochs"][0], "metrics": {"a": "high"}}]},
        {"epochs": [{**HISTORY.to_json()["epochs"][0], "metrics": None}]},
        *(
            {"epochs": [{**HISTORY.to_json()["epochs"][0], "validation_loss": bad}]}
            for bad in (True, [1], {}, "low", "1.5")
        ),
        {"epochs": [{**HISTORY.to_json()["epochs"][0], "metrics": {"a": True}}]},
        {"epochs": [{**HISTORY.to_json()["epochs"][0], "epoch": "1"}]},
        {"best_epoch": "two"}, {"best_epoch": 0}, {"stopped": "tired"}, {"stopped": []},
    ],
)  # fmt: skip
def test_a_damaged_history_is_a_model_file_error(change):
    with pytest.raises(ModelFileError, match="history"):
        History.from_json({**HISTORY.to_json(), **change})


@pytest.mark.parametrize("missing", ["epochs", "best_epoch", "stopped"])
def test_a_history_without_a_part_is_a_model_file_error(missing):
    value = HISTORY.to_json()
    del value[missing]
    with pytest.raises(ModelFileError):
        History.from_json(value)


def test_a_history_that_several_threads_read_has_each_epoch_once():
    history = History()
    done = threading.Event()

    def read():
        while not done.is_set():
            assert [e.epoch for e in history.epochs][:1] in ([], [1])

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for _ in range(200):
        history.add([0.5, 0.4], [0.1, 0.1], 1e-6)
    done.set()
    for reader in readers:
        reader.join()
    assert [e.epoch for e in history.epochs] == list(range(1, 401))


def test_a_history_can_be_copied_pickled_and_compared():
    history = History()
    history.add([0.5, 0.4], [0.1, 0.1], 1e-6)
    assert copy.deepcopy(history) == history
    assert pickle.loads(pickle.dumps(history)) == history
    assert history != History()
