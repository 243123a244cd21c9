"""Notebooks: networks, nodes and explanations show themselves."""

import re
import subprocess
import sys
from xml.etree import ElementTree

import numpy as np
import pytest

from neurona import Concatenate, Dense, Embedding, Input, Network, graph
from neurona.course.lessons import LESSONS, teach
from neurona.course.worksheets import make_worksheets
from neurona.errata import Errata
from neurona.explain.notebook import network_page, node_page
from neurona.show.page import scoped_style
from tests.course.lessons.small import SMALL


def trained():
    network = Network([Dense(3, "tanh"), Dense(1)], n_inputs=2, seed=0)
    X, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1.0]]), np.array([0.0, 1, 1, 0])
    network.fit(X, y, loss="mse", epochs=3, batch_size=4)
    return network


def test_a_network_shows_its_picture_its_layers_and_its_training():
    html = trained()._repr_html_()
    assert html.startswith('<div class="neurona">')
    assert "<svg" in html
    assert "dense_2" in html
    assert "Trained for 3 epochs" in html


def test_an_untrained_network_says_so():
    assert "not been trained" in Network([Dense(1)], n_inputs=2)._repr_html_()


def test_a_network_that_is_no_stack_shows_its_layers():
    words, number = Input("word", 1, dtype="integer"), Input("number", 2)
    joined = Concatenate()(Embedding(5, 3)(words), number)
    network = Network(inputs=[words, number], outputs=Dense(1)(joined))
    assert "embedding_1" in network._repr_html_()


def test_a_node_shows_its_expression_and_its_graph():
    html = graph.exp(graph.sin(graph.input("x") ** 2))._repr_html_()
    assert "<math" in html
    assert "<svg" in html


def test_a_node_deep_down_is_shown():
    node = graph.input("x")
    for _layer in range(1500):
        node = graph.sin(node)
    assert "1500 nodes lead to it" in node._repr_html_()


@pytest.mark.parametrize("name", list(LESSONS))
def test_explanations_show_themselves(name):
    lesson = teach(name, **SMALL.get(name, {}))
    bundle = lesson._repr_mimebundle_()
    assert bundle["text/html"] == lesson._repr_html_()
    assert bundle["text/plain"].strip()


def test_errata_and_worksheets_show_themselves():
    for shown in (Errata("tanh"), make_worksheets(seeds=[1])):
        assert '<div class="neurona">' in shown._repr_html_()


def test_what_is_shown_is_well_formed():
    for html in (trained()._repr_html_(), Errata("tanh")._repr_html_()):
        ElementTree.fromstring(html.replace(scoped_style(), ""))


def test_the_style_touches_nothing_outside():
    style = scoped_style()
    assert style.startswith(".neurona{")
    assert ":root" not in style
    assert not re.search(r"\bbody ?\{|@page", style)
    assert style.count("{") == style.count("}")


def test_a_name_with_markup_is_inert():
    node = graph.input("<script>alert(1)</script>")
    assert "<script" not in node._repr_html_()


def test_pages_can_be_asked_for():
    assert network_page(trained()).title == "Network with 13 parameters"
    assert node_page(graph.input("x")).title == "Node: input"


def test_showing_works_where_nothing_of_the_explanations_was_imported():
    code = (
        "import sys; from neurona import Dense, Network; "
        "n = Network([Dense(1)], n_inputs=2); "
        "assert 'neurona.explain' not in sys.modules; "
        "assert 'neurona' in n._repr_html_()"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
