"""A step as pictures: the network, and the graph that computes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from neurona.explain.graph_picture import graph_picture
from neurona.explain.step.shown_step import ShownStep
from neurona.explain.trace import trace
from neurona.graph import Graph
from neurona.messages import _
from neurona.show.explanation import Explanation
from neurona.show.page.blocks import Block, Page, Picture, Section
from neurona.show.pictures import network_picture

__all__ = ["StepPictures", "draw_network"]


def draw_network(step: ShownStep) -> Picture | None:
    """Draw the network of a step with its numbers.

    Returns
    -------
    Picture or None
        ``None`` where it is no chain of weighted sums.
    """
    layers = step.numbers.layers
    reading = step.numbers.reading
    if not reading.is_chain or not all(layer.stage.is_weighted for layer in layers):
        return None
    feeds = step.numbers.feeds
    first, last = layers[0], layers[-1]
    values = None
    if step.numbers.rows == 1:
        values = [first.x[0], *(layer.a[0] for layer in layers)]
    biases = [layer.stage.bias for layer in layers]
    named = len(step.feature_names) == first.stage.inputs
    classes = len(step.class_names) == last.stage.units
    return network_picture(
        [np.asarray(feeds[layer.stage.weight]) for layer in layers],
        [np.asarray(feeds[name]) if name else None for name in biases],
        values=values,
        layers=[*reading.inputs, *(layer.stage.layer for layer in layers)],
        inputs=step.feature_names if named else (),
        outputs=step.class_names if classes else (),
    )


@dataclass(frozen=True, eq=False)
class StepPictures(Explanation):
    """A worked step as pictures.

    Parameters
    ----------
    step : WorkedStep
    """

    kind = "pictures"

    step: ShownStep

    def page(self) -> Page:
        """The pictures under their headings."""
        blocks: list[Block] = []
        network = draw_network(self.step)
        if network is not None:
            blocks.append(Section((_("The network"),), (network,)))
        blocks.append(Section((_("The graph of the loss"),), (self.graph(),)))
        return Page(_("A training step in pictures"), tuple(blocks))

    def graph(self) -> Picture:
        """The graph of the loss, values above and gradients below each node."""
        numbers = self.step.numbers
        graph = Graph({"L": numbers.trace.output})
        smooth = [node for node in graph.nodes if node.dtype == "float"]
        found = trace(
            numbers.trace.output, smooth, numbers.feeds, numbers.rows, slopes=False
        )
        return graph_picture(graph, found.values, found.gradients)

    def record(self) -> dict[str, Any]:
        """The pictures as SVG: ``network`` (null if it is no chain) and ``graph``."""
        network = draw_network(self.step)
        return {
            "network": None if network is None else network.svg,
            "graph": self.graph().svg,
        }
