"""The derivation of a network's gradients, without a single number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, Literal

import numpy as np

from neurona.errors import OptionError, unknown_name
from neurona.explain.budget import Budget
from neurona.explain.excerpt import Excerpt, choose_excerpt
from neurona.explain.reading import Reading, losses_of, read_network
from neurona.explain.stages import Stage
from neurona.explain.symbols.derive import Deriver, Line
from neurona.explain.symbols.write_page import write_page
from neurona.messages import _, ngettext
from neurona.network import Network
from neurona.show.explanation import Explanation
from neurona.show.notation.latex import to_latex
from neurona.show.notation.text import show_text
from neurona.show.page.blocks import Inline, Page
from neurona.train.examples import LossLike

__all__ = ["Derivation", "Passage", "derive_symbols"]

MOST_WEIGHTS: Final = 24
"""Weights that are derived one by one on a page; the number of the rest is said."""

EXACT: Final = 17

Place = tuple[str, tuple[int, ...]]
"""A parameter by name, and one entry of it, counted from 0."""

Kind = Literal["forward", "loss", "delta", "gradients", "weight"]


@dataclass(frozen=True, eq=False)
class Passage:
    """Lines that belong together.

    Parameters
    ----------
    kind : {"forward", "loss", "delta", "gradients", "weight"}
    of : str
        The layer, or the weight as ``dense_1.weight[0,1]``.
    heading : tuple of str or Term
    lines : tuple of (Relation, str)
    """

    kind: Kind
    of: str
    heading: Inline
    lines: tuple[Line, ...]

    def record(self) -> dict[str, Any]:
        """Every line as text and as LaTeX, with its rule."""
        lines = [
            {
                "text": show_text(relation, EXACT),
                "latex": to_latex(relation, EXACT),
                "rule": rule,
            }
            for relation, rule in self.lines
        ]
        return {"kind": self.kind, "of": self.of, "lines": lines}


@dataclass(frozen=True, eq=False)
class Derivation(Explanation):
    """Gradients of a network derived with letters alone.

    Parameters
    ----------
    excerpt : Excerpt
        What of the network is derived.
    places : tuple of (str, tuple of int)
        The weights that are derived one by one besides.
    left_out : int
        Weights that were asked for but are not written.
    """

    kind = "symbols"

    excerpt: Excerpt
    places: tuple[Place, ...] = ()
    left_out: int = 0

    @property
    def reading(self) -> Reading:
        """The network."""
        return self.excerpt.reading

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The stages that are derived."""
        return self.excerpt.stages

    @property
    def parts(self) -> tuple[Passage, ...]:
        """What is derived, each line with its rule in the reader's language."""
        deriver = Deriver(self.reading)
        stages = self.stages
        found = [passage("forward", stage, deriver.forward(stage)) for stage in stages]
        found.append(Passage("loss", "", (_("The loss"),), tuple(deriver.loss_lines())))
        found += [passage("delta", s, deriver.backward(s)) for s in reversed(stages)]
        gradients = [(s, deriver.gradients(s)) for s in reversed(stages)]
        found += [passage("gradients", s, lines) for s, lines in gradients if lines]
        return (*found, *(weight_part(deriver, place) for place in self.places))

    def page(self) -> Page:
        """The derivation in the reader's language."""
        sections = [(p.kind, p.heading, p.lines) for p in self.parts]
        return write_page(self.excerpt, sections, self.left_out)

    def record(self) -> dict[str, Any]:
        """Derivation for programs: every line as text and as LaTeX, with its rule."""
        losses = {end.name: end.loss.name for end in self.reading.ends}
        return {
            "loss": losses if len(losses) > 1 else next(iter(losses.values())),
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
            "parts": self.parts,
            "weights_left_out": self.left_out,
        }


def derive_symbols(
    network: Network,
    loss: LossLike | Mapping[str, LossLike] | None = None,
    *,
    weights: Sequence[str] | Literal["all"] = (),
    members: Sequence[int] = (),
) -> Derivation:
    """Derive the gradients of a network with letters, each line naming its rule.

    Parameters
    ----------
    network : Network
    loss : str or Loss, or a mapping of them by output, optional
        By default that of the last fit, else what suits the network's end. One that
        does not match the last activation is derived as it is.
    weights : sequence of str, or "all"
        Weights to derive one by one besides, such as ``"dense_1.weight[0,1]"`` or
        ``"dense_2.bias[0]"``, counted from 0 as in the arrays.
    members : sequence of int
        Of a network that joins many members side by side, those to derive, counted from
        1; by default those of the weights, else the first.

    Raises
    ------
    OptionError
        There is no such weight or member.

    Examples
    --------
    >>> from neurona import Dense
    >>> network = Network([Dense(2, "tanh"), Dense(1, "sigmoid")], n_inputs=2)
    >>> found = derive_symbols(network)
    >>> print(show_text(found.parts[3].lines[-1][0]))
    δ₁⁽²⁾ = a₁⁽²⁾ − y₁
    """
    reading = read_network(network.architecture, losses_of(network, loss))
    shapes = {
        name: parameter.shape
        for name, parameter in reading.written.build.parameters.items()
        if parameter.trainable
    }
    if weights == "all":
        places = list(islice(all_places(shapes), MOST_WEIGHTS))
        count = sum(int(np.prod(shape)) for shape in shapes.values())
    else:
        places = [read_place(text, shapes) for text in weights[:MOST_WEIGHTS]]
        count = len(weights)
    names = [name for name, _index in places]
    excerpt = choose_excerpt(reading, members, names, most=Budget().members)
    return Derivation(excerpt, tuple(places), count - len(places))


def passage(kind: Kind, stage: Stage, lines: Sequence[Line]) -> Passage:
    """Lines of a stage under its heading."""
    return Passage(kind, stage.layer, stage_heading(stage), tuple(lines))


def stage_heading(stage: Stage) -> Inline:
    """Number, name, units and activation of a stage."""
    if not stage.layer:
        said = _("Stage [{number}]: the {activation} that the loss applies")
    elif stage.has_activation:
        said = _("Layer [{number}], {name}: {units}, {activation}")
    else:
        said = _("Layer [{number}], {name}: {units}")
    units = ngettext("{count} unit", "{count} units", stage.units)
    return (
        said.format(
            number=stage.number,
            name=stage.layer,
            units=units.format(count=stage.units),
            activation=stage.activation.name,
        ),
    )


def all_places(shapes: Mapping[str, tuple[int, ...]]) -> Iterator[Place]:
    """Every entry of every parameter, in their order."""
    for name, shape in shapes.items():
        for index in np.ndindex(shape):
            yield name, index


def read_place(text: str, shapes: Mapping[str, tuple[int, ...]]) -> Place:
    """The weight that a text such as ``dense_1.weight[0,1]`` means.

    Raises
    ------
    OptionError
        There is none.
    """
    match = re.fullmatch(r"\s*([^\[\]]+)\[(\d+)(?:\s*,\s*(\d+))?\]\s*", text)
    name = match[1] if match else text.strip()
    if name not in shapes:
        raise OptionError(unknown_name(_("weight"), name, shapes))
    shape = shapes[name]
    index = tuple(int(part) for part in match.groups()[1:] if part) if match else ()
    if len(index) != len(shape) or any(
        i >= size for i, size in zip(index, shape, strict=True)
    ):
        raise OptionError(
            _(
                "{name} has shape {shape}: name one entry, such as {name}[{first}]"
            ).format(name=name, shape=shape, first=",".join("0" for _size in shape))
        )
    return name, index


def weight_part(deriver: Deriver, place: Place) -> Passage:
    """One weight, factor by factor."""
    name, index = place
    indices = [str(i + 1) for i in index]
    node = deriver.reading.written.build.parameters[name].node
    of = f"{name}[{','.join(map(str, index))}]"
    heading = (deriver.letters.term(node, *indices), f"  ({of})")
    return Passage("weight", of, heading, tuple(deriver.chain_of(name, *indices)))
