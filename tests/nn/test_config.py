import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurona.errors import ModelFileError, OptionError
from neurona.nn import ACTIVATIONS, INITIALIZERS, LOSSES
from neurona.nn import layers as k
from neurona.nn.activations import ActivationFunction
from neurona.nn.layers import LAYERS, layer_from_config, layer_to_config
from neurona.nn.penalties import PENALTIES
from neurona.settings import from_config, to_config
from tests.nn import cases

CHOICES = {
    "activation": (ACTIVATIONS, cases.ACTIVATIONS),
    "initializer": (INITIALIZERS, cases.INITIALIZERS),
    "loss": (LOSSES, cases.LOSSES),
    "penalty": (PENALTIES, cases.PENALTIES),
}


@pytest.mark.parametrize("family", CHOICES)
def test_choices_come_back_equal_from_their_description(family):
    registry, records = CHOICES[family]
    assert {type(record) for record in records} == set(registry.values())
    for record in records:
        config = json.loads(json.dumps(to_config(record, {family: registry})))
        assert from_config(config, {family: registry}, family) == record


@pytest.mark.parametrize("case", cases.LAYERS, ids=str)
def test_layers_come_back_from_their_description(case):
    config = json.loads(json.dumps(layer_to_config(case.layer)))
    again = layer_from_config(config)
    assert type(again) is type(case.layer)
    assert layer_to_config(again) == config
    assert repr(again) == repr(case.layer)


@pytest.mark.parametrize("case", cases.LAYERS, ids=str)
def test_repr_is_the_call_that_makes_the_layer(case):
    names = {**vars(cases.a), **vars(cases.i), **vars(cases.p), **vars(cases.k)}
    again = eval(repr(case.layer), names)
    assert layer_to_config(again) == layer_to_config(case.layer)


def test_every_layer_of_the_registry_is_among_the_cases():
    assert {type(case.layer) for case in cases.LAYERS} == set(LAYERS.values())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"type": "layer.dens"}, "unknown layer 'dens'; did you mean dense"),
        ({"type": "dense"}, "where a layer must stand"),
        ({"type": "activation.relu"}, "where a layer must stand"),
        ({"type": 3}, "has no type"),
        ({"units": 0}, "units must be a whole number"),
        ({"units": 3.5}, "units must be a whole number"),
        ({"units": True}, "units must be a whole number"),
        ({"units": [1]}, "units must be a whole number"),
        ({"units": float("nan")}, "units must be a whole number"),
        ({"bias": "yes"}, "bias must be True or False"),
        ({"name": "a.b"}, "cannot name a layer"),
        ({"name": ""}, "cannot name a layer"),
        ({"activation": "rellu"}, "unknown activation"),
        ({"activation": {"type": "activation.rellu"}}, "unknown activation"),
        ({"activation": {"type": "module.relu"}}, "unknown kind 'module'"),
        ({"activation": {}}, "unknown kind"),
        ({"activation": None}, "must be a name, a class or an instance"),
        ({"penalty": {"type": "activation.relu"}}, "penalty must be"),
        ({"penalty": {"type": "penalty.l2", "strength": -1}}, "strength"),
        ({"penalty": {"type": "penalty.l2"}}, "settings"),
        ({"speed": 3}, "settings"),
    ],
)
def test_a_description_that_was_changed_is_refused(change, message):
    config = {**layer_to_config(k.Dense(3, "relu")), **change}
    with pytest.raises(ModelFileError, match=message):
        layer_from_config(config)


@pytest.mark.parametrize("missing", ["type", "units", "name", "activation"])
def test_a_description_that_lacks_an_entry_is_refused(missing):
    config = layer_to_config(k.Dense(3, "relu"))
    del config[missing]
    with pytest.raises(ModelFileError):
        layer_from_config(config)


def test_descriptions_nested_without_end_are_refused():
    config = layer_to_config(k.Dense(3))
    for _ in range(500):
        config = {"type": "layer.residual", "name": None, "layers": [config]}
    with pytest.raises(ModelFileError, match="too deep"):
        layer_from_config(config)
    nested: list[object] = []
    for _ in range(500):
        nested = [nested]
    with pytest.raises(ModelFileError, match="too deep"):
        layer_from_config({**layer_to_config(k.Scale([1], [1])), "mean": nested})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "units", "x"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(deadline=None, derandomize=True)
@given(value=JSON, data=st.data())
def test_no_value_in_a_description_does_more_than_be_refused(value, data):
    case = data.draw(st.sampled_from(cases.LAYERS))
    config = layer_to_config(case.layer)
    config[data.draw(st.sampled_from(sorted(config)))] = value
    try:
        layer = layer_from_config(config)
    except ModelFileError:
        return
    assert type(layer) is type(case.layer)


def test_what_this_software_does_not_know_cannot_be_saved():
    class Cube(ActivationFunction):
        name = "cube"

        def apply(self, x):
            return x**3

    with pytest.raises(OptionError, match="Cube cannot be saved"):
        layer_to_config(k.Dense(3, Cube()))
