"""The flow through a network as explanations: its numbers, with their page."""

from __future__ import annotations

from neurona.show.explanation import Explanation
from neurona.show.page import Page
from neurona.study.flow.numbers import ComparedFlows, FlowMoment, FlowSeries
from neurona.study.flow.write_pages import (
    write_comparison_page,
    write_history_page,
    write_moment_page,
)

__all__ = ["FlowComparison", "FlowHistory", "GradientFlow"]


class GradientFlow(FlowMoment, Explanation):
    """Every layer of a network at one moment, with tables and pictures."""

    kind = "flow"

    def page(self) -> Page:
        """Numbers of each layer, then how they are spread."""
        return write_moment_page(self)


class FlowHistory(FlowSeries, Explanation):
    """The flow at several moments of a training, with pictures of what changed."""

    kind = "flow_history"

    def page(self) -> Page:
        """How the numbers of each layer changed."""
        return write_history_page(self)


class FlowComparison(ComparedFlows, Explanation):
    """The flow through deep networks that differ in one thing, with pictures."""

    kind = "flow_comparison"

    def page(self) -> Page:
        """Deviations by depth, then the spread in some layers."""
        return write_comparison_page(self)
