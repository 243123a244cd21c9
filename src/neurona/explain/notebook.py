"""How networks and nodes show themselves in a notebook."""

from __future__ import annotations

from typing import Final

import numpy as np

from neurona.errors import OptionError
from neurona.explain.equations import symbol_of_name, write_expression
from neurona.explain.graph_picture import graph_picture
from neurona.explain.stack import read_stack
from neurona.graph import Graph, Node, topological_order
from neurona.graph.notebook import html_of
from neurona.messages import _, ngettext
from neurona.network import Network
from neurona.show.notation import Relation, Term
from neurona.show.notebook import page_in_notebook
from neurona.show.page import Block, Formulas, Page, Paragraph, Picture, Section
from neurona.show.pictures import line_chart, network_picture
from neurona.show.wording import tabulate

__all__ = ["network_page", "node_page"]

WRITTEN_NODES: Final = 24
"""Expressions of more nodes are drawn and not written."""

DRAWN_NODES: Final = 2000
"""Graphs of more nodes are neither."""


@html_of.register
def html_of_network(network: Network) -> str | None:
    """HTML of a network."""
    return page_in_notebook(network_page(network))


@html_of.register
def html_of_node(node: Node) -> str | None:
    """HTML of a node."""
    return page_in_notebook(node_page(node))


def network_page(network: Network) -> Page:
    """What a network is: a picture, its layers, and how it was trained.

    Examples
    --------
    >>> from neurona import Dense
    >>> network_page(Network([Dense(2, "tanh"), Dense(1)], n_inputs=2)).title
    'Network with 9 parameters'
    """
    summary = network.summary()
    title = ngettext(
        "Network with {count} parameter", "Network with {count} parameters",
        summary.total,
    ).format(count=summary.total)  # fmt: skip
    headings = [_("name"), _("layer"), _("output"), _("parameters")]
    blocks: tuple[Block, ...] = (
        *drawn_network(network),
        tabulate(headings, summary.rows),
        *training_of(network),
    )
    return Page(title, blocks)


def drawn_network(network: Network) -> tuple[Picture, ...]:
    """Picture of a stack of dense layers; of others there is none."""
    try:
        stages = read_stack(network.architecture).stages
    except OptionError:
        return ()
    kept = [stage for stage in stages if stage.weight]
    if not kept:
        return ()
    parameters = network.parameters
    weights = [np.asarray(parameters[stage.weight], float) for stage in kept]
    if not all(np.isfinite(weight).all() for weight in weights):
        return ()
    biases = [parameters[stage.bias] if stage.bias else None for stage in kept]
    return (network_picture(weights, biases),)


def training_of(network: Network) -> tuple[Block, ...]:
    """How the last fit went."""
    history = network.history
    if history is None or not history.epochs:
        return (Paragraph((_("It has not been trained."),)),)
    epochs = history.epochs
    last = epochs[-1]
    said = ngettext(
        "Trained for {count} epoch; the last training loss is {loss}.",
        "Trained for {count} epochs; the last training loss is {loss}.",
        len(epochs),
    ).format(count=len(epochs), loss=f"{last.loss:.4g}")
    series = {_("training loss"): [epoch.loss for epoch in epochs]}
    validation = [epoch.validation_loss for epoch in epochs]
    if all(value is not None for value in validation):
        series[_("validation loss")] = [float(value or 0.0) for value in validation]
    chart = line_chart(
        series, x=[epoch.epoch for epoch in epochs], x_label=_("epoch"), height=220
    )
    return (Section((_("Training"),), (Paragraph((said,)), chart)),)


def node_page(node: Node) -> Page:
    """What a node computes: written out where it is short, and drawn.

    Examples
    --------
    >>> from neurona import graph
    >>> node_page(graph.sin(graph.input("x"))).title
    'Node: sin'
    """
    order = topological_order([node])
    said = _("{kind} of shape {shape}; {count} nodes lead to it.").format(
        kind=kind_in_words(node), shape=str(node.spec).partition(" ")[2],
        count=len(order) - 1,
    )  # fmt: skip
    if node.sources:
        said += " " + _("Made by {layers}.").format(layers=", ".join(node.sources))
    blocks: list[Block] = [Paragraph((said,))]
    if len(order) <= WRITTEN_NODES:
        blocks.append(Formulas(((equation_of(node), ""),)))
    if node.inputs and len(order) <= DRAWN_NODES:
        blocks.append(graph_picture(Graph({node.name or node.operation: node})))
    return Page(_("Node: {operation}").format(operation=node.operation), tuple(blocks))


def kind_in_words(node: Node) -> str:
    return {
        "float": _("Real numbers"),
        "integer": _("Whole numbers"),
        "boolean": _("Truth values"),
    }[node.dtype]


def equation_of(node: Node) -> Term:
    """A node's expression, as the name it has where it has one."""
    expression = write_expression(node)
    if node.name and node.inputs:
        return Relation((symbol_of_name(node.name), expression))
    return expression
