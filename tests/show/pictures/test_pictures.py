"""Pictures are valid, described, and drawn with characters as well."""

from __future__ import annotations

import math
from itertools import pairwise
from xml.etree import ElementTree

import numpy as np
import pytest

from neurona import graph as g
from neurona.errors import OptionError
from neurona.explain import graph_boxes
from neurona.explain.graph_picture import graph_picture
from neurona.show.pictures import (
    Drawing,
    bar_chart,
    heat_map,
    histogram,
    line_chart,
    network_picture,
)
from neurona.show.pictures.axes import axis_for, linear_ticks, log_ticks
from neurona.show.pictures.characters import bar_lines, spark

NAMESPACE = {"s": "http://www.w3.org/2000/svg"}
BAD = '<script>alert("x")</script>'


def texts(picture):
    root = ElementTree.fromstring(picture.svg)
    return [element.text for element in root.iterfind(".//s:text", NAMESPACE)]


def square_graph():
    x = g.input("x")
    square = x**2
    return g.Graph({"f": g.exp(g.sin(square))}), x, square


def network_graph(layers=1):
    x = g.input("x", shape=(g.BATCH, 64))
    for i in range(layers):
        with g.source(f"hidden {i + 1}"):
            w = g.parameter(f"w{i}", shape=(64, 64))
            x = g.tanh(x @ w + g.parameter(f"b{i}", shape=(64,)))
    return g.Graph({"y": x})


PICTURES = [
    line_chart(
        {"a": [1, 2, math.nan, 4], BAD: [0.1, math.inf, -1]}, title=BAD, log=True
    ),
    line_chart({"a": []}),
    line_chart({"a": [3.0]}, x=[1e-3], log_x=True),
    histogram({"a": [1.0, 2.0], "b": [], BAD: [math.nan]}),
    histogram(np.zeros(5)),
    bar_chart({"a": -1.0, BAD: math.nan, "c": 1e-9}, errors={"a": 0.5}),
    bar_chart({}),
    heat_map([[1.0, math.nan], [-2.0, 0.0]], rows=[BAD], columns=["x"]),
    heat_map(np.full((3, 3), np.nan)),
    heat_map(np.zeros((40, 64))),
    network_picture([[[math.nan]]], inputs=[BAD], outputs=[BAD], layers=[BAD]),
    graph_picture(square_graph()[0]),
]


@pytest.mark.parametrize("picture", PICTURES)
def test_any_numbers_and_any_names_give_a_valid_drawing(picture):
    root = ElementTree.fromstring(picture.svg)
    assert root.get("role") == "img"
    assert root.get("aria-label") == picture.description
    for element in root.iter():
        assert not element.tag.endswith("script")
        for name, value in element.attrib.items():
            if name not in ("aria-label", "style"):
                assert "nan" not in value
                assert "inf" not in value


def test_a_drawing_escapes_what_it_is_given():
    drawing = Drawing(10, 10)
    drawing.text(0, 0, "a < \x00b", colour='"><b>')
    root = ElementTree.fromstring(drawing.to_svg('say "so"'))
    assert root[0].text == "a < b"


def test_axes_end_at_round_numbers_around_the_values():
    assert linear_ticks(0.03, 0.97) == [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    assert linear_ticks(-3.2, 41) == [-10.0, 0.0, 10.0, 20.0, 30.0, 40.0, 50.0]
    assert log_ticks(1e-5, 10)[0] == 1e-5
    axis = axis_for([1.0, math.nan, 100.0], 0, 300, log=True)
    assert axis.place(10.0) == pytest.approx(150)


def test_two_series_are_told_apart_by_dashes_too():
    root = ElementTree.fromstring(line_chart({"a": [1, 2], "b": [2, 1]}).svg)
    dashes = {
        path.get("stroke-dasharray") for path in root.iterfind("s:path", NAMESPACE)
    }
    assert len(dashes) == 2


def test_bars_are_as_long_as_their_values():
    root = ElementTree.fromstring(bar_chart({"a": 4.0, "b": -2.0, "c": 0.0}).svg)
    widths = [float(r.get("width")) for r in root.iterfind("s:rect", NAMESPACE)]
    assert widths[0] == pytest.approx(2 * widths[1], rel=1e-3)
    assert widths[2] == 0


def test_a_histogram_counts_every_value():
    picture = histogram({"a": [0.0] * 6 + [1.0] * 3}, bins=2)
    root = ElementTree.fromstring(picture.svg)
    heights = [float(r.get("height")) for r in root.iterfind("s:rect", NAMESPACE)]
    assert heights[0] == pytest.approx(2 * heights[1], rel=1e-3)


def test_series_without_places_are_refused():
    with pytest.raises(OptionError, match="2 places"):
        line_chart({"a": [1, 2, 3]}, x=[0, 1])
    with pytest.raises(OptionError, match="at least one"):
        line_chart({})


def test_values_stand_above_and_gradients_below_their_node():
    graph, x, square = square_graph()
    picture = graph_picture(graph, {x: 2.0, square: 4.0}, {x: -0.5})
    root = ElementTree.fromstring(picture.svg)
    height = {
        t.text: float(t.get("y")) for t in root.iterfind("s:text", NAMESPACE) if t.text
    }
    assert height["2"] < height["x"] < height["−0.5"]
    assert "= 4" in picture.text


def test_layers_are_named_and_a_large_graph_has_a_box_for_each():
    small, large = graph_picture(network_graph(2)), graph_picture(network_graph(20))
    assert {"hidden 1", "hidden 2", "tanh"} <= set(texts(small))
    assert "hidden 20" in texts(large)
    assert "tanh" not in texts(large)
    assert "hidden 2 (N, 64) ← hidden 1" in large.text


def test_weights_show_size_by_width_and_sign_by_dashes():
    picture = network_picture([[[1.0], [-0.5]]], [[0.25]], inputs=["age", "income"])
    lines = ElementTree.fromstring(picture.svg).findall("s:line", NAMESPACE)
    thin, thick = sorted(lines, key=lambda line: float(line.get("stroke-width")))
    assert thin.get("stroke-dasharray")
    assert not thick.get("stroke-dasharray")
    assert {"age", "income", "1", "−0.5", "b = 0.25"} <= set(texts(picture))


def test_wide_layers_are_drawn_by_their_first_and_last_units():
    rng = np.random.default_rng(0)
    sizes = (64, 100, 10)
    weights = [rng.normal(size=pair) for pair in pairwise(sizes)]
    picture = network_picture(weights)
    root = ElementTree.fromstring(picture.svg)
    assert len(root.findall("s:circle", NAMESPACE)) == 3 * 7
    assert texts(picture).count("⋮") == 3
    assert "64-100-10" in picture.description


def test_layers_that_do_not_fit_are_refused():
    with pytest.raises(OptionError, match="weights 2"):
        network_picture([np.zeros((2, 3)), np.zeros((2, 1))])


def test_sparks_reach_from_the_lowest_block_to_the_highest():
    assert spark([0.0, 3.5, 7.0]) == "▁▅█"
    assert spark([]) == ""
    assert len(spark(range(1000), width=40)) == 40


def test_the_caption_of_a_graph_counts_the_nodes_that_are_drawn():
    x = g.input("x")
    picture = graph_picture(g.Graph({"f": g.exp(g.sin(x**2))}))
    assert "A graph of 4 nodes that ends in f." in picture.svg
    alone = graph_picture(g.Graph({"f": g.input("x") * 1.0}))
    assert "A graph of 2 nodes" in alone.svg


def test_a_graph_of_a_loss_speaks_the_reader_s_language(monkeypatch):
    monkeypatch.setattr(graph_boxes, "_", str.upper)
    with g.source("loss"):
        target = g.input("target/output", (g.BATCH,), "integer")
        loss = g.one_hot(target, 3)
    svg = graph_picture(g.Graph({"L": loss})).svg
    assert ">LOSS<" in svg
    assert ">TARGET<" in svg
    assert ">ONE-HOT<" in svg


@pytest.mark.parametrize("columns", [60, 80, None])
def test_a_long_label_is_cut_and_leaves_room_for_its_bar(columns):
    lines = bar_lines(["note = " + "very " * 40, "b"], [2.0, -1.0], columns=columns)
    assert max(map(len, lines)) <= (columns or 88)
    assert lines[0].startswith("note = very very")
    assert "… " in lines[0]
    assert "▇▇▇▇▇▇▇▇" in lines[0]
    assert lines[1].startswith("b  ")
