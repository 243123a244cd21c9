"""Of many members side by side one is written out, and what joins them all."""

import numpy as np
import pytest

from neurona import Add, Concatenate, Dense, Input, Network
from neurona.errors import OptionError
from neurona.explain import derive_symbols, explain_cost, matrix_view
from neurona.explain.excerpt import choose_excerpt
from neurona.explain.reading import losses_of, read_network
from neurona.explain.step.ask import worked_step
from neurona.explain.write_excerpt import joint_weights

WEIGHTS = (0.4, 0.3, 0.2, 0.1)


def side_by_side(join=None, members=4, shared=False):
    """Members dense_1-dense_2, dense_3-dense_4, …, joined by one layer."""
    x = Input("x", 2)
    base = Dense(5, "relu", name="base")(x()) if shared else x()
    ways = [Dense(1)(Dense(3, "tanh")(base)) for _member in range(members)]
    join = join or Add(WEIGHTS[:members])
    return Network(inputs=[x], outputs=join(*ways), seed=1, dtype="float64")


def part_of(network, members=(), names=(), most=3):
    reading = read_network(network.architecture, losses_of(network, "mse"))
    return choose_excerpt(reading, members, names, most=most)


def layers(part):
    return [stage.layer for stage in part.stages]


def test_the_first_member_is_written_out_and_what_follows():
    part = part_of(side_by_side())
    assert layers(part) == ["dense_1", "dense_2", "add_1"]
    assert part.sizes == "2-…-1"


def test_a_member_of_one_stage_is_passed_over():
    x = Input("x", 2)
    line = Dense(1, name="line")(x())
    ways = [Dense(1)(Dense(3, "tanh")(x())) for _member in range(3)]
    network = Network(inputs=[x], outputs=Add()(line, *ways))
    assert layers(part_of(network))[:2] == ["dense_2", "dense_3"]


@pytest.mark.parametrize(
    "asked", [{"members": [3]}, {"names": ["dense_6"]}, {"names": ["dense_5.bias"]}]
)
def test_another_member_is_asked_for_by_its_number_or_by_what_it_has(asked):
    assert layers(part_of(side_by_side(), **asked)) == ["dense_5", "dense_6", "add_1"]


def test_what_members_share_is_written_out_too():
    part = part_of(side_by_side(shared=True), members=[2])
    assert layers(part) == ["base", "dense_4", "dense_5", "add_1"]
    assert "base.weight" in part.parameters
    assert "dense_2.weight" not in part.parameters


def residual():
    x = Input("x", 2)
    value = x()
    for _block in range(5):
        value = Add()(value, Dense(2, "tanh")(value))
    return Network(inputs=[x], outputs=Dense(1)(value))


def dense_net():
    x = Input("x", 2)
    values = [x()]
    for _block in range(5):
        last = values[-1]
        values.append(Dense(2, "tanh")(Concatenate()(*values) if values[1:] else last))
    return Network(inputs=[x], outputs=Dense(1)(Concatenate()(*values)))


@pytest.mark.parametrize(
    "network", [residual(), dense_net(), side_by_side(members=3)], ids=str
)
def test_where_nothing_many_lies_side_by_side_all_is_written_out(network):
    part = part_of(network)
    assert part.joint is None
    assert part.stages == part.reading.stages


@pytest.mark.parametrize(
    ("network", "member", "words"),
    [
        (side_by_side(), 5, "there is no member 5: they are counted from 1 to 4"),
        (side_by_side(), 0, "there is no member 0"),
        (side_by_side(members=2), 1, "no members side by side"),
    ],
)
def test_a_member_that_there_is_not_is_refused(network, member, words):
    with pytest.raises(OptionError, match=words):
        part_of(network, members=[member])


def test_weights_of_a_sum_are_found_in_its_graph():
    assert joint_weights(part_of(side_by_side()).joint) == list(WEIGHTS)
    assert joint_weights(part_of(side_by_side(Add())).joint) == [1.0] * 4
    assert joint_weights(part_of(side_by_side(Concatenate())).joint) is None


def test_a_step_opens_with_the_sum_of_all_members():
    network = side_by_side()
    x = np.array([0.5, -1.0])
    step = worked_step(network, x, 1.0, loss="mse", members=[2])
    text = step.to_text()
    outputs = [
        float(step.numbers.by_stage[last].a[0, 0]) for last in step.excerpt.joint.lasts
    ]
    assert np.dot(outputs, WEIGHTS) == pytest.approx(float(network.predict([x])[0, 0]))
    opening = text[: text.index("Forward")]
    assert "4 networks side by side" in opening
    for value in (*outputs, np.dot(outputs, WEIGHTS)):
        assert f"{value:.5g}".lstrip("-") in opening
    assert "Layer [3]: dense_3" in text
    assert "Layer [1]" not in text
    assert "the other members" in text


def test_only_what_is_written_out_is_in_the_document_and_is_moved():
    step = worked_step(side_by_side(), [0.5, -1.0], 1.0, loss="mse", members=[4])
    document = step.to_json()
    assert [layer["name"] for layer in document["forward"]] == [
        "dense_7", "dense_8", "add_1",
    ]  # fmt: skip
    assert document["members"] == {"written": [4], "count": 4, "weights": [*WEIGHTS]}
    assert {name for name, _index in step.entries} == {
        f"dense_{n}.{part}" for n in (7, 8) for part in ("weight", "bias")
    }


@pytest.mark.parametrize(
    "explain",
    [
        lambda network, **kwargs: matrix_view(
            network, [[0.5, -1.0]], [1.0], loss="mse", **kwargs
        ),
        lambda network, **kwargs: derive_symbols(network, "mse", **kwargs),
        lambda network, **kwargs: explain_cost(network, "mse", **kwargs),
    ],
    ids=["matrices", "symbols", "cost"],
)
def test_every_view_writes_out_one_member(explain):
    whole = explain(side_by_side(members=3)).to_text()
    assert "side by side" not in whole
    text = explain(side_by_side(), members=[2]).to_text()
    assert "4 networks side by side" in text
    assert "member 2" in text
    # The table of the members names the stages of all, the view those of one.
    below = text[text.index("writes out another") :]
    assert "[4]" in below or "⁽⁴⁾" in below
    assert "dense_1" not in below
    assert "z⁽¹⁾ =" not in below
