"""The one vector that a network's numbers lie in."""

import copy
import pickle

import numpy as np
import pytest

from neurona.errors import OptionError
from neurona.network import Network
from neurona.nn import BatchNorm, Dense
from neurona.nn.parameters import ParameterVector

SHAPES = {"a.weight": (2, 3), "a.bias": (3,), "b.weight": (3, 1)}


def made() -> ParameterVector:
    vector = ParameterVector(SHAPES, np.float32)
    vector.vector[...] = np.arange(12)
    return vector


def test_parameters_are_one_contiguous_vector_without_gaps():
    network = Network([Dense(5, "relu"), BatchNorm(), Dense(3)], n_inputs=4)
    joined = np.concatenate([p.ravel() for p in network.parameters.values()])
    assert (joined == network.parameters.vector).all()
    assert network.parameters.vector.flags.c_contiguous
    at = network.parameters.vector.ctypes.data
    for view in network.parameters.values():
        assert view.ctypes.data == at
        assert np.shares_memory(view, network.parameters.vector)
        at += view.nbytes


def test_a_change_in_place_reaches_the_vector_and_the_network():
    network = Network([Dense(1, bias=False)], n_inputs=2)
    network.parameters["dense_1.weight"][:] = [[2.0], [3.0]]
    assert network.parameters.vector.tolist() == [2.0, 3.0]
    assert network.predict([[1.0, 1.0]]).tolist() == [[5.0]]


def test_assigning_copies():
    vector, values = made(), np.ones((2, 3))
    vector["a.weight"] = values
    values[0, 0] = 9
    assert vector.vector[:6].tolist() == [1.0] * 6


@pytest.mark.parametrize(
    "value", [np.zeros((3, 2)), 1.0, [[1, 2, 3], [1, 2]], [["a"] * 3] * 2, None]
)
def test_a_value_that_does_not_fit_is_refused_and_changes_nothing(value):
    vector = made()
    with pytest.raises(OptionError, match=r"a\.weight"):
        vector["a.weight"] = value
    assert (vector.vector == np.arange(12)).all()


def test_an_unknown_name_offers_the_nearest():
    with pytest.raises(OptionError, match=r"did you mean a\.weight"):
        made()["a.wieght"]
    with pytest.raises(KeyError):
        made()["a.wieght"]
    assert "c.weight" not in made()


def test_a_parameter_cannot_be_removed():
    with pytest.raises(OptionError, match="not removed"):
        del made()["a.bias"]


@pytest.mark.parametrize(
    "duplicate", [copy.copy, copy.deepcopy, lambda v: pickle.loads(pickle.dumps(v))]
)
def test_a_copy_has_views_of_a_vector_of_its_own(duplicate):
    vector = made()
    again = duplicate(vector)
    again["b.weight"][...] = -1
    assert again.vector[-3:].tolist() == [-1.0] * 3
    assert (vector.vector == np.arange(12)).all()
    assert again.vector.dtype == np.float32


def test_all_parameters_can_be_assigned_at_once():
    a, b = (Network([Dense(2)], n_inputs=2, seed=seed) for seed in (0, 1))
    a.parameters = b.parameters
    assert (a.parameters.vector == b.parameters.vector).all()
    assert not np.shares_memory(a.parameters.vector, b.parameters.vector)
    before = a.parameters.vector.copy()
    for wrong in (
        {},
        {**b.parameters, "dense_1.bias": [1.0]},
        {**b.parameters, "c": 1},
    ):
        with pytest.raises(OptionError):
            a.parameters = wrong
    assert (a.parameters.vector == before).all()


def test_states_are_held_to_their_shapes_too():
    network = Network([BatchNorm()], n_inputs=2)
    with pytest.raises(OptionError):
        network.states["batch_norm_1.mean"] = [1.0]
