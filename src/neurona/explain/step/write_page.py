"""The page of a worked step."""

from __future__ import annotations

import numpy as np

from neurona.errata import note_for
from neurona.explain.step.draw import draw_network
from neurona.explain.step.perceptron import PerceptronRule, apply_perceptron_rule
from neurona.explain.step.shown_step import ShownStep
from neurona.explain.step.write_backward import write_backward
from neurona.explain.step.write_forward import write_forward, write_weights
from neurona.explain.step.write_update import write_update
from neurona.explain.write_excerpt import write_excerpt
from neurona.messages import _, ngettext
from neurona.nn.activations import Heaviside, Sign
from neurona.show.notation import Power, Relation, Symbol, Term
from neurona.show.notation.compose import difference, exactly, product_of, sum_of
from neurona.show.page.blocks import (
    Block,
    Formulas,
    Inline,
    Note,
    Page,
    Paragraph,
    Section,
)
from neurona.show.wording import fill, tabulate

__all__ = ["write_page"]


def write_page(step: ShownStep) -> Page:
    """Page of a worked step."""
    entries = step.shown
    blocks: list[Block] = [*write_opening(step)]
    blocks.append(write_forward(step))
    blocks.append(write_backward(step, entries))
    blocks += threshold_blocks(step)
    blocks.append(write_update(step, entries))
    blocks += write_errata(step)
    return Page(title_of(step), tuple(blocks))


def write_errata(step: ShownStep) -> list[Block]:
    """What the course notes print wrong about what stands on the page, folded."""
    request = step.numbers.request
    topics = {layer.stage.activation.name for layer in step.layers}
    topics |= {loss.name for loss in request.losses.values()}
    notes = note_for(*topics, request.optimizer.name)
    if not notes:
        return []
    return [Section((_("Printed otherwise in the course notes"),), notes, folded=True)]


def title_of(step: ShownStep) -> str:
    labels = step.row_labels
    if step.replayed is not None:
        return _("Step {step} of the run, replayed").format(step=step.replayed)
    if not step.rows:
        return _("One training step, worked through")
    if len(labels) == 1:
        return _("One training step on row {row}").format(row=labels[0])
    shown = ", ".join(labels[: step.budget.named])
    if len(labels) > step.budget.named:
        shown += ", …"
    return _("One training step on rows {rows}").format(rows=shown)


def write_opening(step: ShownStep) -> list[Block]:
    """What the network is, and how its letters are read."""
    request = step.numbers.request
    count = sum(grad.size for grad in step.gradients.values())
    losses = ", ".join(dict.fromkeys(loss.name for loss in request.losses.values()))
    said = ngettext(
        "A network {sizes} with {count} trained number; loss {loss}, optimizer "
        "{optimizer}.",
        "A network {sizes} with {count} trained numbers; loss {loss}, optimizer "
        "{optimizer}.",
        count,
    ).format(
        sizes=sizes_of(step), count=count, loss=losses, optimizer=request.optimizer.name
    )
    blocks: list[Block] = [Paragraph((said,)), Paragraph(legend(step))]
    notes = list(step.notes)
    if request.training:
        notes.append(_("Dropout masks and batch statistics are those of this step."))
    if notes:
        blocks.append(Note((" ".join(notes),)))
    trace = step.numbers.trace
    known = trace.values.__getitem__ if step.numbers.is_alone else None
    drawn = draw_network(step) if is_drawn(step) else None
    if drawn is not None:
        blocks.append(drawn)
    blocks += write_weights(step)
    return [*blocks, *write_excerpt(step.excerpt, known, columns=step.budget.columns)]


def is_drawn(step: ShownStep) -> bool:
    """Whether a network is small enough for its picture to stand on the page."""
    widths = [layer.stage.inputs for layer in step.layers]
    return step.numbers.rows == 1 and max(widths) <= step.budget.drawn


def sizes_of(step: ShownStep) -> str:
    """Units from layer to layer, such as 2-2-1; of several inputs and outputs each."""
    reading = step.numbers.reading
    inputs = {
        entry.name: entry.size for entry in step.numbers.request.architecture.inputs
    }
    outputs = {end.name: end.stage.units for end in reading.ends}
    if len(inputs) == len(outputs) == 1 < len(reading.sizes):
        return step.excerpt.sizes
    before, after = (
        ", ".join(f"{name} ({size})" for name, size in sizes.items())
        for sizes in (inputs, outputs)
    )
    return _("from {inputs} to {outputs}").format(inputs=before, outputs=after)


def legend(step: ShownStep) -> Inline:
    """How a weight's letter is read."""
    if step.convention == "rows":
        parts: list[str | Term] = [Symbol("w", "ij", "l")]
        said = _(
            " leads from number i of what layer [l] reads to its unit j; z is a unit's "
            "weighted sum, a its activation, δ = ∂L/∂z. Samples are rows."
        )
    else:
        parts = [Symbol("w", "ji", "l")]
        said = _(
            " leads to unit j of layer [l] from number i of what it reads; z is a "
            "unit's weighted sum, a its activation, δ = ∂L/∂z. Samples are columns."
        )
    parts.append(said)
    letters = {letter for letter, _number, _name in step.letters.named.values()}
    if "γ" in letters:
        parts.append(" ")
        parts += fill(
            _("{gamma} and {beta} scale and shift what was normalized."),
            gamma=Symbol("γ"),
            beta=Symbol("β"),
        )
    if "ℓ" in letters:
        parts.append(" ")
        parts += fill(
            _("{low} and {high} are the least and the most that a number may be."),
            low=Symbol("ℓ"),
            high=Symbol("u"),
        )
    if letters & {"μ", "σ²"}:
        parts.append(" ")
        parts += fill(
            _("{mu} is a mean and {variance} a variance."),
            mu=Symbol("μ"),
            variance=Power(Symbol("σ"), exactly(2)),
        )
    return tuple(parts)


def threshold_blocks(step: ShownStep) -> list[Block]:
    """Why a threshold unit does not learn by its gradient, and what it does instead."""
    layers = [
        layer
        for layer in step.layers
        if isinstance(layer.stage.activation, Heaviside | Sign)
    ]
    if not layers:
        return []
    said = _(
        "A threshold unit's slope is 0 wherever it has one, so every derivative behind "
        "it is 0 and gradient descent cannot move those weights."
    )
    blocks: list[Block] = [Note((said,), "warning")]
    rule = apply_perceptron_rule(step.numbers)
    if rule is not None:
        blocks.append(perceptron_section(step, rule))
    return blocks


def perceptron_section(step: ShownStep, rule: PerceptronRule) -> Section:
    """The perceptron's rule, visit by visit."""
    w, b, eta = Symbol("w", "i"), Symbol("b"), Symbol("η")
    error = Symbol("e")
    y, y_hat = Symbol("y"), Symbol("y", accent="hat")
    lines = (
        (Relation((error, difference(y, y_hat))), ""),
        (Relation((w, sum_of(w, product_of(eta, error, Symbol("x", "i")))), "←"), ""),
        (Relation((b, sum_of(b, product_of(eta, error))), "←"), ""),
    )
    width = rule.weights.shape[1]
    few = width <= 4
    names = [Symbol("w", str(i + 1)) for i in range(width)] if few else []
    rows = [
        (
            label,
            *(float(v[n]) for v in (rule.z, rule.prediction, rule.error)),
            *(rule.weights[n].tolist() if few else ()),
            float(rule.biases[n]),
        )
        for n, label in enumerate(step.row_labels)
    ]
    wrong = int(np.count_nonzero(rule.error))
    said = ngettext(
        "{count} update: the unit moves only where it errs.",
        "{count} updates: the unit moves only where it errs.",
        wrong,
    ).format(count=wrong)
    return Section(
        (_("The perceptron's rule"),),
        (
            Paragraph((_("It needs no slope: it adds the error times the input."),)),
            Formulas(lines),
            tabulate([_("row"), Symbol("z"), y_hat, error, *names, b], rows, said),
        ),
    )
