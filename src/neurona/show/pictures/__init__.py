"""Pictures: charts, graphs and networks as SVG, and with characters."""

from neurona.show.pictures.bar_chart import bar_chart
from neurona.show.pictures.heat_map import heat_map
from neurona.show.pictures.histogram import histogram
from neurona.show.pictures.line_chart import line_chart
from neurona.show.pictures.network_picture import network_picture
from neurona.show.pictures.svg import Drawing

__all__ = [
    "Drawing",
    "bar_chart",
    "heat_map",
    "histogram",
    "line_chart",
    "network_picture",
]
