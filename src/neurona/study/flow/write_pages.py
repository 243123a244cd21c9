"""The flow through a network as pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from neurona.messages import _
from neurona.show.notation.terms import Number, Power, Relation
from neurona.show.page import (
    Block,
    Formulas,
    Note,
    Page,
    Paragraph,
    Picture,
    Section,
    Table,
)
from neurona.show.pictures import histogram, line_chart
from neurona.show.wording import tabulate
from neurona.study.flow.numbers import ComparedFlows, FlowMoment, FlowSeries, LayerFlow
from neurona.study.flow.spread import Spread

__all__ = ["write_comparison_page", "write_history_page", "write_moment_page"]

MOST_LINES: Final = 6
"""Lines of a chart that can be told apart."""


def write_moment_page(flow: FlowMoment) -> Page:
    """Page of one moment: numbers of each layer, then how they are spread."""
    said = _(
        "Measured over {rows} rows in float64, without dropout and with running "
        "statistics."
    ).format(rows=flow.rows)
    blocks: list[Block] = [Paragraph((said,)), forward_table(flow)]
    if any(layer.gradients for layer in flow.layers):
        blocks.append(backward_table(flow))
    products = flow.jacobian_products
    if products:
        last = list(products)[-1]
        bound = _(
            "The product of the Jacobian norms up to {layer} is {product:.3g}: a "
            "change of the input grows at most by so much, and a gradient on its way "
            "back too."
        ).format(layer=last, product=products[last])
        blocks.append(Note((bound,)))
    activations = {x.name: x.activations for x in flow.layers}
    gradients = {x.name: x.gradients for x in flow.layers if x.gradients}
    blocks.append(spread_section(_("How activations are spread"), activations))
    if gradients:
        heading = _("How gradients are spread")
        blocks.append(spread_section(heading, gradients, "∂l/∂a"))
    return Page(_("Gradient flow"), tuple(blocks))


def forward_table(flow: FlowMoment) -> Table:
    """What each layer gives."""
    return tabulate(
        [
            _("layer"),
            _("units"),
            _("activation"),
            _("mean"),
            _("deviation"),
            _("dead"),
            _("saturated"),
            "‖∂a/∂x‖",
        ],
        (
            (
                x.name,
                x.units,
                x.activation,
                x.activations.mean,
                x.activations.deviation,
                share(x.dead),
                share(x.saturated),
                x.jacobian,
            )
            for x in flow.layers
        ),
        _("Forward: activations, units without slope, norm of the Jacobian."),
    )


def backward_table(flow: FlowMoment) -> Table:
    """What comes back to each layer, the last layer first."""
    return tabulate(
        [_("layer"), "‖∂l/∂a‖", _("deviation of ∂l/∂a"), "‖W‖", "‖∂J/∂W‖"],
        (
            (
                x.name,
                x.gradient_norm,
                x.gradients.deviation if x.gradients else None,
                x.weight_norm,
                x.weight_gradient_norm,
            )
            for x in reversed(flow.layers)
        ),
        _("Backward: gradient of each row's loss, and of the weights."),
    )


def share(value: float | None) -> str:
    return "" if value is None else f"{value:.0%}"


def spread_section(
    heading: str, spreads: Mapping[str, Spread], label: str = "a"
) -> Section:
    """Histograms one below the other."""
    picture = histogram(
        {name: from_counts(spread) for name, spread in spreads.items()},
        moments={name: (s.mean, s.deviation) for name, s in spreads.items()},
        x_label=label,
    )
    return Section((heading,), (picture,))


def from_counts(spread: Spread) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Numbers that have the counts of a histogram: evenly within each bin."""
    width = (spread.high - spread.low) / len(spread.counts)
    placed = [
        spread.low + width * (i + (np.arange(count) + 0.5) / count)
        for i, count in enumerate(spread.counts)
        if count
    ]
    return np.concatenate(placed) if placed else np.zeros(0)


def write_history_page(history: FlowSeries) -> Page:
    """Page of a training: how the numbers of each layer changed."""
    if not history.moments:
        note = Note((_("Nothing was measured: no epoch has ended."),))
        return Page(_("Gradient flow through training"), (note,))
    blocks: list[Block] = []
    charts: list[tuple[str, Callable[[LayerFlow], float | None], bool]] = [
        (_("Deviation of the activations"), lambda x: x.activations.deviation, False),
        (_("Norm of the gradient ‖∂l/∂a‖"), lambda x: x.gradient_norm, True),
        (
            _("Norm of the weights' gradient ‖∂J/∂W‖"),
            lambda x: x.weight_gradient_norm,
            True,
        ),
        (_("Share of dead units"), lambda x: x.dead, False),
        (_("Share of saturated slopes"), lambda x: x.saturated, False),
        (_("Norm of the Jacobian ‖∂a/∂x‖"), lambda x: x.jacobian, True),
    ]
    for title, value, log in charts:
        lines = history.series(value)
        if any(v != 0 for values in lines.values() for v in values):
            chart = line_chart(
                some_of(lines),
                x=history.epochs,
                x_label=_("epoch"),
                log=log and all(v > 0 for vs in lines.values() for v in vs),
            )
            # A heading and not the chart's own title, which text does not show.
            blocks.append(Section((title,), (chart,)))
    first, last = history.moments[0], history.moments[-1]
    for moment in (first, last):
        heading = _("Layers after epoch {epoch}").format(epoch=moment.epoch)
        blocks.append(
            Section((heading,), (forward_table(moment), backward_table(moment)))
        )
    spreads = {
        _("{layer}, epoch {epoch}").format(layer=x.name, epoch=m.epoch): x.activations
        for x in last.layers
        for m in (first, last)
        for x in [m[x.name]]
        if x.activation
    }
    if spreads:
        heading = _("How activations are spread, at first and at last")
        blocks.append(spread_section(heading, spreads))
    return Page(_("Gradient flow through training"), tuple(blocks))


def some_of(lines: dict[str, list[float]]) -> dict[str, list[float]]:
    """At most as many lines as can be told apart, the first and the last among them."""
    if len(lines) <= MOST_LINES:
        return lines
    chosen = np.unique(np.linspace(0, len(lines) - 1, MOST_LINES).round().astype(int))
    names = list(lines)
    return {names[i]: lines[names[i]] for i in chosen}


def write_comparison_page(found: ComparedFlows) -> Page:
    """Page of a comparison: deviations by depth, then the spread in some layers."""
    title = _("Activations over depth")
    if found.activation:
        title = _("How {activation} layers start").format(activation=found.activation)
    said = _(
        "Standard normal rows go through {depth} layers of {width} units, and a "
        "standard normal gradient goes back from the last. Where the deviation stays "
        "near 1, layers can be added without the signal fading or blowing up."
    ).format(depth=found.depth, width=found.width)
    blocks = (
        Paragraph((said,)),
        deviation_chart(
            found.activation_deviations(), _("Deviation of the activations")
        ),
        deviations_table(
            found.activation_deviations(), _("Deviation of the activations by layer.")
        ),
        deviation_chart(found.gradient_deviations(), _("Deviation of the gradients")),
        deviations_table(found.gradient_deviations(), _("Deviation of ∂/∂a by layer.")),
        *bound_blocks(found),
        *spread_sections(found),
    )
    return Page(title, blocks)


def deviation_chart(found: dict[str, list[float]], title: str) -> Picture:
    """Deviations over depth, one line for each that is compared."""
    depth = len(next(iter(found.values())))
    layers = [float(k) for k in range(1, depth + 1)]
    return line_chart(found, x=layers, title=title, x_label=_("layer"), log=True)


def bound_blocks(found: ComparedFlows) -> list[Block]:
    """What the slopes alone leave of a gradient, where they are all below 1."""
    bounds = found.chain_bounds()
    below = {name: values for name, values in bounds.items() if values[-1] < 1}
    if not below:
        return []
    name, values = next(iter(below.items()))
    text = _(
        "The slope of {activation} is at most {slope:g}; over {depth} layers the "
        "slopes alone leave at most this share of a gradient:"
    ).format(
        activation=found.flows[name].layers[0].activation,
        slope=values[0],
        depth=found.depth,
    )
    power = Power(Number(values[0], exact=True), Number(found.depth, exact=True))
    return [
        Paragraph((text,)),
        Formulas(((Relation((power, Number(values[-1])), "≈"), ""),)),
    ]


def deviations_table(found: dict[str, list[float]], caption: str) -> Table:
    """Deviations by layer, one row for each that is compared."""
    depth = len(next(iter(found.values())))
    shown = sorted({0, 1, depth // 2, depth - 2, depth - 1} & set(range(depth)))
    return tabulate(
        ["", *(_("layer {number}").format(number=i + 1) for i in shown)],
        ((name, *(values[i] for i in shown)) for name, values in found.items()),
        caption,
    )


def spread_sections(found: ComparedFlows) -> list[Block]:
    """Histograms of the first, middle and last layer for each that is compared."""
    shown = sorted({0, found.depth // 2, found.depth - 1})
    return [
        spread_section(
            _("How activations are spread: {name}").format(name=name),
            {
                _("layer {number}").format(number=i + 1): flow.layers[i].activations
                for i in shown
            },
        )
        for name, flow in found.flows.items()
    ]
