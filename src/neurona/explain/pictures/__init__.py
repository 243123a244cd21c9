"""Pictures: charts, graphs and networks as SVG, and with characters."""

from neurona.explain.pictures.bar_chart import bar_chart
from neurona.explain.pictures.graph_picture import graph_picture
from neurona.explain.pictures.heat_map import heat_map
from neurona.explain.pictures.histogram import histogram
from neurona.explain.pictures.line_chart import line_chart
from neurona.explain.pictures.network_picture import network_picture
from neurona.explain.pictures.svg import Drawing

__all__ = [
    "Drawing",
    "bar_chart",
    "graph_picture",
    "heat_map",
    "histogram",
    "line_chart",
    "network_picture",
]
