"""The recipe: what is chosen for a size of table, and what was asked for."""

from dataclasses import asdict, fields

import pytest

from neurona.errors import OptionError
from neurona.nn import as_activation
from neurona.optimize import OPTIMIZERS, as_optimizer, as_schedule
from neurona.table.recipe import Recipe, choose_recipe

SIZES = [(1, 1), (4, 2), (120, 4), (999, 500), (1_150, 61), (50_000, 20)]
NAMES = [field.name for field in fields(Recipe) if field.name != "reasons"]


@pytest.mark.parametrize("task", ["classification", "regression"])
@pytest.mark.parametrize(("rows", "features"), [*SIZES, (3_000_000, 20)])
def test_every_setting_can_be_used_and_has_a_reason(task, rows, features):
    recipe = choose_recipe(task, rows=rows, features=features)
    assert set(recipe.reasons) == set(NAMES)
    assert all(recipe.reasons.values())
    as_activation(recipe.activation)
    as_optimizer(recipe.optimizer, learning_rate=recipe.learning_rate)
    as_schedule(recipe.schedule)
    assert recipe.batch_size >= 1
    assert recipe.epochs >= 1
    assert 0 <= recipe.patience < recipe.epochs
    assert 0 <= recipe.dropout < 1
    assert recipe.l2 >= 0


ASKED = {
    "hidden": (8,),
    "activation": "tanh",
    "optimizer": "sgd",
    "learning_rate": 0.5,
    "momentum": 0.8,
    "schedule": "constant",
    "batch_size": 7,
    "epochs": 3,
    "patience": 0,
    "l1": 0.1,
    "l2": 0.0,
    "dropout": 0.4,
    "average": 0.9,
}


@pytest.mark.parametrize("name", NAMES)
def test_a_setting_asked_for_stands(name):
    recipe = choose_recipe(
        "classification", rows=5_000, features=64, asked={name: ASKED[name]}
    )
    assert getattr(recipe, name) == ASKED[name]
    assert recipe.reasons[name] == "as asked"
    assert sum(reason == "as asked" for reason in recipe.reasons.values()) == 1


def test_none_means_not_asked():
    nothing = dict.fromkeys(NAMES)
    plain = choose_recipe("regression", rows=100, features=3)
    asked = choose_recipe("regression", rows=100, features=3, asked=nothing)
    assert asdict(plain) == asdict(asked)


def test_an_unknown_setting_offers_the_nearest():
    with pytest.raises(OptionError, match="did you mean epochs"):
        choose_recipe("regression", rows=10, features=3, asked={"epoch": 3})


def test_a_momentum_brings_its_optimizer():
    recipe = choose_recipe("regression", rows=100, features=3, asked={"momentum": 0.5})
    assert recipe.optimizer == "momentum"


def test_no_hidden_layer_needs_no_dropout():
    wide = choose_recipe("classification", rows=1_150, features=61)
    assert wide.dropout > 0
    line = choose_recipe(
        "classification", rows=1_150, features=61, asked={"hidden": ()}
    )
    assert line.dropout == 0


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_has_a_learning_rate_of_its_size(name):
    adam = choose_recipe("classification", rows=5_000, features=4).learning_rate
    rate = choose_recipe(
        "classification", rows=5_000, features=4, asked={"optimizer": name}
    ).learning_rate
    assert 0.05 * adam < rate < 20 * adam


def test_the_penalty_on_a_weight_does_not_depend_on_the_batch():
    small, large = (
        choose_recipe("classification", rows=800, features=8, asked={"batch_size": n})
        for n in (16, 64)
    )
    # λ/(2N) Σw² with N rows a batch
    assert small.l2 / 16 == pytest.approx(large.l2 / 64)


def test_a_million_rows_take_large_batches_and_few_epochs():
    recipe = choose_recipe("regression", rows=800_000, features=20)
    assert 256 <= recipe.batch_size <= 1_024
    assert recipe.epochs <= 12
    assert recipe.patience > 0
