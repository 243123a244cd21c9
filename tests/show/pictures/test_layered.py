"""Places of the boxes of a graph."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from neurona.show.pictures.layered import lay_out, spread_apart


@st.composite
def graphs(draw):
    count = draw(st.integers(1, 14))
    inputs = {
        i: draw(st.lists(st.integers(0, i - 1), max_size=3, unique=True)) if i else []
        for i in range(count)
    }
    groups = {i: draw(st.sampled_from(["", "a", "b"])) for i in inputs}
    return inputs, groups


@given(graphs())
def test_edges_go_right_and_boxes_of_a_column_stand_apart(given_graph):
    inputs, groups = given_graph
    layout = lay_out(inputs, groups)
    for key, read in inputs.items():
        for source in read:
            assert layout.rank[source] < layout.rank[key]
            ranks = [layout.rank[source], *[r for r, _h in layout.ways[source, key]]]
            assert all(b == a + 1 for a, b in pairwise([*ranks, layout.rank[key]]))
    columns: dict[int, list[float]] = {}
    for key, rank in layout.rank.items():
        columns.setdefault(rank, []).append(layout.height[key])
    for way in layout.ways.values():
        for rank, height in way:
            columns.setdefault(rank, []).append(height)
    for heights in columns.values():
        assert all(b - a > 0.999 for a, b in pairwise(sorted(heights)))


def test_groups_that_follow_each_other_share_no_column():
    inputs = {"x": [], "w": [], "z": ["x", "w"], "a": ["z"], "v": [], "o": ["a", "v"]}
    groups = {"w": "one", "z": "one", "a": "one", "v": "two", "o": "two"}
    rank = lay_out(inputs, groups).rank
    assert rank["x"] == 0
    first = {rank[key] for key in "wza"}
    second = {rank[key] for key in "vo"}
    assert max(first) < min(second)


def test_a_chain_is_drawn_level():
    layout = lay_out({0: [], 1: [0], 2: [1], 3: [2]})
    assert set(layout.height.values()) == {0.0}


def test_a_long_chain_needs_no_recursion():
    count = 3000
    layout = lay_out({i: [i - 1] if i else [] for i in range(count)})
    assert layout.ranks == count


@given(st.lists(st.floats(-50, 50), max_size=10))
def test_places_that_are_far_apart_already_stay(wanted):
    spaced = [w + 101 * i for i, w in enumerate(wanted)]
    assert all(
        abs(a - b) < 1e-9 for a, b in zip(spread_apart(spaced), spaced, strict=True)
    )
