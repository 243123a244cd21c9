"""A step as pictures: the network, and the graph that computes it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from neurona.explain.graph_picture import graph_picture
from neurona.explain.step.worked_step import WorkedStep
from neurona.gradient import backward
from neurona.graph import Graph, Node
from neurona.messages import _, language
from neurona.reference import Executable
from neurona.show.explanation import Explanation
from neurona.show.page.blocks import Block, Page, Picture, Section
from neurona.show.pictures import network_picture

__all__ = ["StepPictures", "draw_network"]


def draw_network(step: WorkedStep) -> Picture | None:
    """Draw the network of a step with its numbers.

    Returns
    -------
    Picture or None
        ``None`` where it is no chain of fully connected layers.
    """
    layers = step.numbers.layers
    first = layers[0] if layers else None
    chained = all(later.reads is earlier.units for earlier, later in pairwise(layers))
    if first is None or not first.input_name or not chained:
        return None
    feeds = step.numbers.feeds
    biases = [
        None
        if layer.units.bias is None
        else np.asarray(feeds[str(layer.units.bias.name)])
        for layer in layers
    ]
    values = None
    if step.numbers.rows == 1:
        values = [first.x[0], *(layer.a[0] for layer in layers)]
    return network_picture(
        [np.asarray(feeds[str(layer.units.weight.name)]) for layer in layers],
        biases,
        values=values,
        layers=[first.input_name, *(layer.units.name for layer in layers)],
        inputs=step.feature_names
        if len(step.feature_names) == first.x.shape[1]
        else (),
        outputs=step.class_names
        if len(step.class_names) == layers[-1].z.shape[1]
        else (),
    )


@dataclass(frozen=True, eq=False)
class StepPictures(Explanation):
    """A worked step as pictures.

    Parameters
    ----------
    step : WorkedStep
    """

    kind = "pictures"

    step: WorkedStep

    def page(self) -> Page:
        """The pictures under their headings."""
        blocks: list[Block] = []
        network = draw_network(self.step)
        if network is not None:
            blocks.append(Section((_("The network"),), (network,)))
        blocks.append(Section((_("The graph of the loss"),), (self.graph(),)))
        return Page(_("A training step in pictures"), tuple(blocks), language())

    def graph(self) -> Picture:
        """The graph of the loss, values above and gradients below each node."""
        values, gradients = self.evaluate()
        return graph_picture(Graph({"L": self.step.numbers.total}), values, gradients)

    def evaluate(self) -> tuple[dict[Node, Any], dict[Node, Any]]:
        """Value of every node of the loss, and the gradient of those that have one."""
        numbers = self.step.numbers
        nodes = Graph({"L": numbers.total}).nodes
        smooth = [node for node in nodes if node.dtype == "float"]
        grads = dict(zip(smooth, backward(numbers.total, smooth), strict=True))
        outputs = {f"v{i}": node for i, node in enumerate(nodes)}
        outputs |= {f"g{i}": node for i, node in enumerate(grads.values())}
        found = Executable(Graph(outputs))(numbers.feeds, numbers.rows)
        return (
            {node: found[f"v{i}"] for i, node in enumerate(nodes)},
            {node: found[f"g{i}"] for i, node in enumerate(grads)},
        )

    def record(self) -> dict[str, Any]:
        """The pictures as SVG: ``network`` (null if it is no chain) and ``graph``."""
        network = draw_network(self.step)
        return {
            "network": None if network is None else network.svg,
            "graph": self.graph().svg,
        }
