"""The derivation of a network's gradients, without a single number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product
from typing import Any, Final, Literal

from neurona.errors import OptionError, unknown_name
from neurona.explain.stack import (
    Stage,
    loss_of,
    read_stages,
    sizes_in_words,
    sizes_of,
)
from neurona.explain.symbols.derive import Deriver, Line
from neurona.explain.symbols.letters import (
    LOSS,
    a_of,
    b_of,
    delta_of,
    w_of,
    y_of,
    z_of,
)
from neurona.explain.textbook.losses import OUTPUTS, entry_of
from neurona.messages import _, language, ngettext
from neurona.network import Network
from neurona.nn.activations import SELU
from neurona.nn.losses import Loss
from neurona.show.explanation import Explanation
from neurona.show.notation.compose import ONE, exactly, product_of, quotient_of
from neurona.show.notation.latex import to_latex
from neurona.show.notation.terms import Derivative, Relation, Summation, Symbol
from neurona.show.notation.text import show_text
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
from neurona.train.examples import LossLike

__all__ = ["Derivation", "Part", "derive_symbols"]

MOST_WEIGHTS: Final = 24
"""Weights that are derived one by one on a page; the number of the rest is said."""

EXACT: Final = 17


@dataclass(frozen=True, eq=False)
class Part:
    """Lines that belong together.

    Parameters
    ----------
    kind : {"forward", "loss", "delta", "gradients", "weight"}
    of : str
        The layer, or the weight as ``dense_1.weight[0,1]``.
    heading : tuple of str or Term
    lines : tuple of (Relation, str)
    """

    kind: Literal["forward", "loss", "delta", "gradients", "weight"]
    of: str
    heading: Inline
    lines: tuple[Line, ...]


@dataclass(frozen=True, eq=False)
class Derivation(Explanation):
    """Gradients of a network derived with letters alone.

    Parameters
    ----------
    stages : tuple of Stage
    loss : Loss
    places : tuple of (Stage, tuple of int)
        Weights that are derived one by one.
    left_out : int
        Weights that were asked for but are not written.
    """

    kind = "symbols"

    stages: tuple[Stage, ...]
    loss: Loss
    places: tuple[Place, ...] = ()
    left_out: int = 0

    @property
    def parts(self) -> tuple[Part, ...]:
        """What is derived, each line with its rule in the reader's language."""
        return tuple(write_parts(self.stages, self.loss, self.places))

    def page(self) -> Page:
        """The derivation in the reader's language."""
        blocks: list[Block] = [*self._legend()]
        written = self.parts
        headings = {
            "forward": _("Forward"),
            "delta": _("Backward: δ of each layer"),
            "gradients": _("The gradients of the weights"),
            "weight": _("Weight by weight"),
        }
        for kind, heading in headings.items():
            parts = [p for p in written if p.kind == kind]
            if kind == "forward":
                parts += [p for p in written if p.kind == "loss"]
            if not parts:
                continue
            inner: list[Block] = [
                Section(part.heading, (Formulas(part.lines),)) for part in parts
            ]
            if kind == "gradients":
                inner.append(self._of_batch())
            if kind == "weight" and self.left_out:
                said = ngettext(
                    "{count} more weight follows the same pattern.",
                    "{count} more weights follow the same pattern.",
                    self.left_out,
                ).format(count=self.left_out)
                inner.append(Paragraph((said,)))
            blocks.append(Section((heading,), tuple(inner)))
        shape = sizes_in_words(sizes_of(self.stages))
        title = _("The gradients of a {shape} network, in symbols").format(shape=shape)
        return Page(title, tuple(blocks), language())

    def record(self) -> dict[str, Any]:
        """Derivation for programs: every line as text and as LaTeX, with its rule."""
        return {
            "loss": self.loss.name,
            "layers": [
                {
                    "number": stage.number,
                    "name": stage.layer,
                    "inputs": stage.inputs,
                    "units": stage.units,
                    "activation": stage.activation.name,
                    "applied_by_loss": stage.by_loss,
                }
                for stage in self.stages
            ],
            "parts": [
                {
                    "kind": part.kind,
                    "of": part.of,
                    "lines": [
                        {
                            "text": show_text(relation, EXACT),
                            "latex": to_latex(relation, EXACT),
                            "rule": rule,
                        }
                        for relation, rule in part.lines
                    ],
                }
                for part in self.parts
            ],
            "weights_left_out": self.left_out,
        }

    def _legend(self) -> list[Block]:
        last = self.stages[-1]
        legend = fill(
            _(
                "{w} leads from input {i} to unit {j} of layer [1]; {z} is the "
                "weighted sum of a unit and {a} its activation; {delta}; {y} is the "
                "target and {loss} the loss of one sample."
            ),
            w=w_of(1, "i", "j"),
            i=Symbol("i"),
            j=Symbol("j"),
            z=z_of(1, "j"),
            a=a_of(1, "j"),
            delta=Relation((delta_of(1, "j"), Derivative(LOSS, z_of(1, "j")))),
            y=y_of("j"),
            loss=LOSS,
        )
        blocks: list[Block] = [Paragraph(legend)]
        if last.units > 1:
            here = Relation((OUTPUTS, exactly(last.units)))
            said = fill(_("{n} is the number of outputs."), n=here)
            blocks.append(Paragraph(said))
        smoothing = getattr(self.loss, "label_smoothing", 0.0)
        if smoothing:
            text = _("The targets y are those after label smoothing by {share}.")
            blocks.append(Note((text.format(share=f"{smoothing:g}"),)))
        if any(isinstance(stage.activation, SELU) for stage in self.stages):
            text = _("λ = 1.0507 and α = 1.6733 are the constants of SELU.")
            blocks.append(Note((text,)))
        return blocks

    def _of_batch(self) -> Block:
        stage = next(s for s in self.stages if s.weight)
        number = stage.number
        body = product_of(delta_of(number, "j"), a_of(number - 1, "i"), sign="")
        rows = Symbol("N")
        mean = product_of(
            quotient_of(ONE, rows), Summation(body, Symbol("s"), ONE, rows), sign=""
        )
        slope = Derivative(Symbol("J"), w_of(number, "i", "j"))
        said = _("sum rule: J is the mean of L over the N samples s of a batch")
        return Formulas(((Relation((slope, mean)), said),))


def derive_symbols(
    network: Network,
    loss: LossLike | None = None,
    *,
    weights: Sequence[str] | Literal["all"] = (),
) -> Derivation:
    """Derive the gradients of a network with letters, each line naming its rule.

    Parameters
    ----------
    network : Network
        Dense layers and activations, one after the other.
    loss : str or Loss, optional
        By default that of the last fit, else what suits the network's end. One that
        does not match the last activation is derived as it is.
    weights : sequence of str, or "all"
        Weights to derive one by one besides, such as ``"dense_1.weight[0,1]"`` or
        ``"dense_2.bias[0]"``, counted from 0 as in the arrays.

    Raises
    ------
    OptionError
        The network has other layers, or there is no such weight.

    Examples
    --------
    >>> from neurona import Dense
    >>> network = Network([Dense(2, "tanh"), Dense(1, "sigmoid")], n_inputs=2)
    >>> found = derive_symbols(network)
    >>> print(show_text(found.parts[3].lines[-1][0]))
    δ₁⁽²⁾ = a₁⁽²⁾ − y₁
    """
    chosen = loss_of(network, loss)
    # A loss that is not written is refused now, not by whoever reads.
    entry_of(chosen)
    stages = read_stages(network.architecture, chosen)
    if weights == "all":
        places = list(islice(all_places(stages), MOST_WEIGHTS))
        count = sum(
            stage.units * (bool(stage.weight) * stage.inputs + bool(stage.bias))
            for stage in stages
        )
    else:
        places = [read_place(text, stages) for text in weights[:MOST_WEIGHTS]]
        count = len(weights)
    return Derivation(stages, chosen, tuple(places), count - len(places))


def write_parts(
    stages: tuple[Stage, ...], loss: Loss, places: Iterable[Place]
) -> list[Part]:
    deriver = Deriver(stages, loss)
    parts = [
        Part(
            "forward", stage.layer, layer_heading(stage), tuple(deriver.forward(stage))
        )
        for stage in stages
    ]
    parts.append(Part("loss", "", (_("The loss"),), (deriver.loss_line(),)))
    for stage in reversed(stages):
        lines = tuple(deriver.delta(stage))
        parts.append(Part("delta", stage.layer, layer_heading(stage), lines))
    for stage in reversed(stages):
        lines = tuple(deriver.gradients(stage))
        if lines:
            parts.append(Part("gradients", stage.layer, layer_heading(stage), lines))
    parts += [weight_part(deriver, stage, index) for stage, index in places]
    return parts


def layer_heading(stage: Stage) -> Inline:
    if stage.layer:
        return (
            _("Layer [{number}], {name}: {units}, {activation}").format(
                number=stage.number,
                name=stage.layer,
                units=ngettext("{count} unit", "{count} units", stage.units).format(
                    count=stage.units
                ),
                activation=stage.activation.name,
            ),
        )
    return (
        _("Stage [{number}]: the {activation} that the loss applies").format(
            number=stage.number, activation=stage.activation.name
        ),
    )


Place = tuple[Stage, tuple[int, ...]]


def all_places(stages: Sequence[Stage]) -> Iterator[Place]:
    """Every weight and bias, in the order of the parameters."""
    for stage in stages:
        if stage.weight:
            for i, j in product(range(stage.inputs), range(stage.units)):
                yield stage, (i, j)
        if stage.bias:
            for j in range(stage.units):
                yield stage, (j,)


def read_place(text: str, stages: Sequence[Stage]) -> Place:
    """The weight that a text such as ``dense_1.weight[0,1]`` means.

    Raises
    ------
    OptionError
        There is none.
    """
    match = re.fullmatch(r"\s*([^\[\]]+)\[(\d+)(?:\s*,\s*(\d+))?\]\s*", text)
    name = match[1] if match else text.strip()
    known = {n: s for s in stages for n in (s.weight, s.bias) if n}
    if name not in known:
        raise OptionError(unknown_name(_("weight"), name, known))
    stage = known[name]
    shape = (stage.inputs, stage.units) if name == stage.weight else (stage.units,)
    index = tuple(int(part) for part in match.groups()[1:] if part) if match else ()
    if len(index) != len(shape) or any(
        i >= size for i, size in zip(index, shape, strict=True)
    ):
        raise OptionError(
            _(
                "{name} has shape {shape}: name one entry, such as {name}[{first}]"
            ).format(name=name, shape=shape, first=",".join("0" for _size in shape))
        )
    return stage, index


def weight_part(deriver: Deriver, stage: Stage, index: tuple[int, ...]) -> Part:
    i = str(index[0] + 1) if len(index) == 2 else ""
    j = str(index[-1] + 1)
    symbol = w_of(stage.number, i, j) if i else b_of(stage.number, j)
    name = stage.weight if i else stage.bias
    of = f"{name}[{','.join(map(str, index))}]"
    lines = tuple(deriver.chain_of(stage, i, j))
    return Part("weight", of, (symbol, f"  ({of})"), lines)
