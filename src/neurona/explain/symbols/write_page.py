"""The page of a derivation: what the letters mean, then its parts under headings."""

from __future__ import annotations

from collections.abc import Iterable

from neurona.explain.excerpt import Excerpt
from neurona.explain.letters import LOSS, Letters, slope_in
from neurona.explain.reading import Reading
from neurona.explain.symbols.derive import Line
from neurona.explain.textbook.losses import OUTPUTS
from neurona.explain.write_excerpt import write_excerpt
from neurona.messages import _, ngettext
from neurona.nn.activations import SELU
from neurona.show.notation.compose import ONE, exactly, product_of, quotient_of
from neurona.show.notation.terms import Derivative, Relation, Summation, Symbol
from neurona.show.page.blocks import (
    Block,
    Formulas,
    Inline,
    Note,
    Page,
    Paragraph,
    Section,
)
from neurona.show.wording import fill

__all__ = ["write_page"]


def write_page(
    excerpt: Excerpt,
    parts: Iterable[tuple[str, Inline, tuple[Line, ...]]],
    left_out: int,
) -> Page:
    """Page of a derivation.

    Parameters
    ----------
    excerpt : Excerpt
        What of the network is derived.
    parts : iterable of (kind, heading, lines)
    left_out : int
        Weights that were asked for but are not written.
    """
    reading = excerpt.reading
    headings = {
        "forward": _("Forward"),
        "delta": _("Backward: δ of each layer"),
        "gradients": _("The gradients of the weights"),
        "weight": _("Weight by weight"),
    }
    inner: dict[str, list[Block]] = {kind: [] for kind in headings}
    for kind, heading, lines in parts:
        place = inner["forward" if kind == "loss" else kind]
        place.append(Section(heading, (Formulas(lines),)))
    if inner["gradients"]:
        inner["gradients"] += of_batch(reading)
    if left_out:
        said = ngettext(
            "{count} more weight follows the same pattern.",
            "{count} more weights follow the same pattern.",
            left_out,
        ).format(count=left_out)
        inner["weight"].append(Paragraph((said,)))
    sections = [
        Section((headings[kind],), tuple(blocks))
        for kind, blocks in inner.items()
        if blocks
    ]
    title = _("The gradients of a {shape} network, in symbols").format(
        shape=excerpt.sizes
    )
    return Page(title, (*legend(reading), *write_excerpt(excerpt), *sections))


def legend(reading: Reading) -> list[Block]:
    """What the letters mean."""
    weight, z, a = Symbol("w", "ij", "1"), Symbol("z", "j", "1"), Symbol("a", "j", "1")
    said = fill(
        _(
            "{w} leads from input {i} to unit {j} of layer [1]; {z} is the "
            "weighted sum of a unit and {a} its activation; {delta}; {y} is the "
            "target and {loss} the loss of one sample."
        ),
        w=weight,
        i=Symbol("i"),
        j=Symbol("j"),
        z=z,
        a=a,
        delta=Relation((Symbol("δ", "j", "1"), slope_in(z))),
        y=Symbol("y", "j"),
        loss=LOSS,
    )
    blocks: list[Block] = [Paragraph(said)]
    counts = {end.stage.units for end in reading.ends} - {1}
    if len(counts) == 1:
        here = Relation((OUTPUTS, exactly(counts.pop())))
        blocks.append(Paragraph(fill(_("{n} is the number of outputs."), n=here)))
    for end in reading.ends:
        smoothing = getattr(end.loss, "label_smoothing", 0.0)
        if smoothing:
            text = _("The targets y are those after label smoothing by {share}.")
            blocks.append(Note((text.format(share=f"{smoothing:g}"),)))
    if any(isinstance(stage.activation, SELU) for stage in reading.stages):
        text = _("λ = 1.0507 and α = 1.6733 are the constants of SELU.")
        blocks.append(Note((text,)))
    return blocks


def of_batch(reading: Reading) -> list[Block]:
    """What the gradient of a batch is."""
    stage = next((s for s in reading.stages if s.is_weighted), None)
    if stage is None:
        return []
    letters, rows = Letters(reading), Symbol("N")
    body = product_of(
        letters.slope(stage.z, "j"), letters.term(stage.reads[0], "i"), sign=""
    )
    total = Summation(body, Symbol("s"), ONE, rows)
    mean = product_of(quotient_of(ONE, rows), total, sign="")
    weight = reading.written.build.parameters[stage.weight].node
    slope = Derivative(Symbol("J"), letters.term(weight, "i", "j"))
    said = _("sum rule: J is the mean of L over the N samples s of a batch")
    return [Formulas(((Relation((slope, mean)), said),))]
