"""The page of a step in matrices: the batch forward and backward, then one sample."""

from __future__ import annotations

from neurona.arrays import Array
from neurona.explain.evaluation import say_left_out
from neurona.explain.letters import Convention
from neurona.explain.matrices.lines import Lines, shape_text
from neurona.explain.matrices.numbers import StepMatrices
from neurona.explain.write_excerpt import write_excerpt
from neurona.messages import _
from neurona.show.notation.compose import exactly, measured
from neurona.show.notation.terms import Relation, Symbol, Term
from neurona.show.page.blocks import Block, Formulas, Note, Page, Paragraph, Section
from neurona.show.wording import fill, tabulate

__all__ = ["write_page"]


def write_page(
    found: StepMatrices, convention: Convention, row: int, label: int
) -> Page:
    """Page of a step in matrices."""
    batch = Lines(found, convention, row, batch=True)
    sample = Lines(found, convention, row, batch=False)
    title = _("A step of a {shape} network in matrices").format(
        shape=found.excerpt.sizes
    )
    joint = write_excerpt(found.excerpt)
    blocks: list[Block] = [*joint, legend(batch), shapes(batch)]
    left_out = say_left_out(found.reading.architecture, replayable=False)
    if left_out:
        blocks.append(Note((left_out,)))
    if found.rows > 1:
        for heading, lines in (
            (_("The batch, forward"), batch.forward()),
            (_("The batch, backward"), batch.backward()),
        ):
            blocks.append(Section((heading,), (Formulas(tuple(lines)),)))
    parts = [sample.forward(), sample.backward(), sample.whole_chain()]
    inner = tuple(Formulas(tuple(lines)) for lines in parts if lines)
    heading = _("One sample, row {row}: the Jacobians").format(row=label)
    blocks.append(Section((heading,), inner))
    return Page(title, tuple(blocks))


def legend(lines: Lines) -> Block:
    """How samples lie, and what J is."""
    writer = lines.writer
    said = (
        _(
            "Each row of {X} is a sample and {W} is (inputs, units): {sum}. {J} is "
            "the mean of the losses {L} of the samples: {count}, {loss}."
        )
        if writer.by_rows
        else _(
            "Each column of {X} is a sample and {W} is (inputs, units): {sum}. {J} "
            "is the mean of the losses {L} of the samples: {count}, {loss}."
        )
    )
    first = next((s for s in lines.found.stages if s.is_weighted), None)
    formula: Term = writer.term(lines.found.stages[0].a)
    if first is not None:
        piece = lines.derive.piece(first.z)
        total = writer.write(piece.root, writer.known_in(piece))
        formula = Relation((writer.z(first), total))
    return Paragraph(
        fill(
            said,
            X=Symbol("X", bold=True),
            W=Symbol("W", bold=True),
            sum=formula,
            J=Symbol("J"),
            L=Symbol("L"),
            count=Relation((Symbol("N"), exactly(lines.found.rows))),
            loss=Relation((Symbol("J"), measured(lines.found.loss))),
        )
    )


def shapes(lines: Lines) -> Block:
    """Table of the shapes of all matrices."""
    writer, reading = lines.writer, lines.found.reading
    rows: list[tuple[Term, str, str]] = []

    def row(symbol: Term, array: Array, what: str) -> None:
        rows.append((symbol, shape_text(array), what))

    for node in reading.inputs.values():
        row(writer.term(node), lines.value(node), _("inputs"))
    named = {
        "weight": _("weights"),
        "bias": _("biases"),
        "scale": _("scales"),
        "shift": _("shifts"),
    }
    for stage in lines.found.stages:
        for name in lines.parameters_of(stage):
            node = lines.found.parameter(name)
            last = name.rpartition(".")[2]
            value = lines.found.value(node)
            turned = lines.parameter(node, value)
            row(writer.term(node), turned, named.get(last, last))
        if stage.is_weighted:
            row(writer.z(stage), lines.value(stage.z), _("weighted sums"))
        for node in stage.inner.values():
            row(writer.term(node), lines.value(node), stage.layer)
        what = stage.layer
        if stage.has_activation:
            what = _("activations ({name})").format(name=stage.activation.name)
        row(lines.a(stage), lines.value(stage.a), what)
    for end in reading.ends:
        row(writer.term(end.target), lines.value(end.target), _("targets"))
    caption = _("A gradient has the shape of what it belongs to.")
    return tabulate([_("matrix"), _("shape"), _("holds")], rows, caption)
