"""What a person may ask is checked before a table is read."""

import pytest

from neurona.errors import OptionError
from neurona.table.options import TrainOptions, read_hidden


@pytest.mark.parametrize(
    "wrong",
    [
        {"task": "foo"},
        {"dtype": "float16"},
        {"engine": "foo"},
        {"epochs": 0},
        {"batch_size": 0},
        {"patience": -1},
        {"activation": "foo"},
        {"output_activation": "foo"},
        {"initializer": "foo"},
        {"loss": "foo"},
        {"optimizer": "foo"},
        {"schedule": "foo"},
        {"learning_rate": 0.0},
        {"momentum": 1.0},
        {"momentum": 0.5, "optimizer": "adam"},
        {"l1": -1.0},
        {"l2": float("nan")},
        {"dropout": 1.0},
        {"class_weight": "fair"},
        {"validation": 0.5, "test": 0.5},
        {"validation": -0.1},
    ],
    ids=str,
)
def test_what_no_table_could_make_right_is_refused(wrong):
    with pytest.raises(OptionError):
        TrainOptions(**wrong)


@pytest.mark.parametrize("optimizer", [None, "sgd", "momentum", "nesterov"])
def test_momentum_goes_with_rules_that_have_one(optimizer):
    assert TrainOptions(momentum=0.5, optimizer=optimizer).momentum == 0.5


@pytest.mark.parametrize("text", ["0", "8,0", "-3", "8,x", "", "1.5"])
def test_hidden_layers_are_whole_numbers_of_at_least_one(text):
    with pytest.raises(OptionError, match="none"):
        read_hidden(text)
