"""One closed set of families for all that a model file can name."""

import json

import pytest

from neurona.errors import ModelFileError, OptionError
from neurona.model_file import FAMILIES, part_from_config, part_to_config
from neurona.nn import Dense
from neurona.optimize import Optimizer, WarmUp

SIMPLE = [
    (family, kind)
    for family, registry in FAMILIES.items()
    for name, kind in registry.items()
    if family in ("activation", "initializer", "loss", "optimizer", "schedule")
    and name != "constant"
]


@pytest.mark.parametrize(("family", "kind"), SIMPLE)
def test_every_part_comes_back_from_its_description(family, kind):
    part = kind()
    config = json.loads(json.dumps(part_to_config(part)))
    assert part_from_config(config, family) == part


def test_no_class_has_two_names():
    kinds = [kind for registry in FAMILIES.values() for kind in registry.values()]
    assert len(set(kinds)) == len(kinds)


@pytest.mark.parametrize("family", ["optimizer", "schedule"])
def test_a_part_describes_itself_as_the_family_does(family):
    for kind in FAMILIES[family].values():
        assert kind().to_config() == part_to_config(kind())


def test_parts_within_parts_are_described_too():
    layer = part_to_config(Dense(3, "relu"))
    assert part_to_config(part_from_config(layer, "layer")) == layer
    schedule = WarmUp("cosine", steps=3)
    assert part_from_config(part_to_config(schedule), "schedule") == schedule


def test_one_family_does_not_stand_for_another():
    with pytest.raises(ModelFileError, match="where a loss must stand"):
        part_from_config(part_to_config(WarmUp()), "loss")


def test_a_rule_of_ones_own_trains_but_is_not_a_part_of_a_file():
    class Still(Optimizer):
        name = "still"

        def update(self, parameter, gradient, slots, clock):
            return parameter, {}

    assert Still(0.1).to_config() == {"type": "optimizer.still", "learning_rate": 0.1}
    with pytest.raises(OptionError, match="Still cannot be saved"):
        part_to_config(Still(0.1))
