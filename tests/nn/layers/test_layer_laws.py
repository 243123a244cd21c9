import numpy as np
import pytest

from neurona import graph as g
from neurona.errors import NeuronaError
from neurona.gradient import backward, check_gradients
from tests.nn.cases import LAYERS, Written

# Two orders of summation of a handful of numbers.
ROUNDING = 1e-12


def scalar_of(output):
    """Some smooth number that depends on every element in another way."""
    width = g.element_count(output.shape)
    return g.sum(g.sin(output * g.constant(np.linspace(0.3, 1.7, width))))


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("case", LAYERS, ids=str)
def test_gradients_agree_with_central_differences_to_second_order(case, training):
    written = Written(case.layer, case.inputs, training=training)
    if written.real_leaves:
        loss = scalar_of(written.output)
        check_gradients(loss, written.real_leaves, written.values, order=2)


@pytest.mark.parametrize("case", LAYERS, ids=str)
def test_rows_do_not_know_each_other_in_evaluation(case):
    whole = Written(case.layer, case.inputs, training=False).value
    for row in range(len(whole)):
        alone = tuple(value[[row]] for value in case.inputs)
        found = Written(case.layer, alone, training=False).value
        assert found == pytest.approx(whole[[row]], rel=ROUNDING, abs=ROUNDING)


@pytest.mark.parametrize("case", LAYERS, ids=str)
def test_one_row_trains_without_nan(case):
    written = Written(case.layer, tuple(value[:1] for value in case.inputs))
    loss = scalar_of(written.output)
    grads = backward(loss, written.real_leaves)
    states = list(written.build.new_states.values())
    for found in written.run(written.output, *grads, *states):
        assert np.isfinite(found).all()


@pytest.mark.parametrize("case", LAYERS, ids=str)
def test_training_and_evaluation_ask_for_the_same_parameters_and_states(case):
    builds = [
        Written(case.layer, case.inputs, training=mode).build for mode in (True, False)
    ]
    asked, again = (
        [(p.name, p.shape, p.initializer, p.trainable) for p in b.parameters.values()]
        for b in builds
    )
    assert asked == again
    assert list(builds[0].states) == list(builds[1].states)


@pytest.mark.parametrize("case", LAYERS, ids=str)
def test_evaluation_changes_no_state_and_draws_no_mask(case):
    written = Written(case.layer, case.inputs, training=False)
    assert not written.build.new_states
    operations = {node.operation for node in g.topological_order([written.output])}
    assert "random_mask" not in operations


@pytest.mark.parametrize("case", LAYERS, ids=str)
def test_everything_a_layer_asks_for_bears_its_name(case):
    build = Written(case.layer, case.inputs).build
    for name in (*build.parameters, *build.states, *build.new_states):
        assert name.startswith("layer.")
    assert set(build.new_states) <= set(build.states)


@pytest.mark.parametrize("case", LAYERS, ids=str)
def test_unknown_settings_are_refused(case):
    with pytest.raises(TypeError):
        type(case.layer)(speed=3)


@pytest.mark.parametrize("case", LAYERS, ids=str)
def test_an_input_of_the_wrong_kind_is_an_error_of_ours(case):
    wrong = np.zeros((2, 2, 2, 2))
    if type(case.layer).__name__ in ("Activation", "Dropout"):
        assert Written(case.layer, (wrong,)).value.shape == wrong.shape
    else:
        with pytest.raises(NeuronaError, match="layer"):
            Written(case.layer, (wrong,) * len(case.inputs))
