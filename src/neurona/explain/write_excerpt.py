"""The opening of a page that writes out a part: what joins the members, and of what."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from neurona.arrays import Array
from neurona.explain.derive import cut
from neurona.explain.excerpt import Excerpt, Joint
from neurona.explain.letters import row_shape
from neurona.explain.stages import Stage
from neurona.graph import Graph, Node
from neurona.messages import _
from neurona.reference import evaluate
from neurona.show.notation.compose import product_of
from neurona.show.notation.terms import Relation, Summation, Symbol
from neurona.show.page.blocks import Block, Formulas, Paragraph, Section
from neurona.show.wording import Cell, tabulate
from neurona.show.wording import Part as Heading

__all__ = ["joint_weights", "write_excerpt"]

WEIGHT, MEMBER = Symbol("v", "m"), Symbol("m")


def write_excerpt(
    excerpt: Excerpt, values: Callable[[Node], Array] | None = None, *, columns: int = 4
) -> list[Block]:
    """Section that says what joins the members, and which of them is written out.

    Parameters
    ----------
    excerpt : Excerpt
    values : callable, optional
        Numbers of a node for the only row, where they are known.
    columns : int
        Numbers of a member that are listed.

    Returns
    -------
    list of Block
        Empty where the whole network is written out.
    """
    joint = excerpt.joint
    if joint is None:
        return []
    count = len(joint.lasts)
    heading = _("{count} networks side by side").format(count=count)
    said = _(
        "Layer [{number}], {name}, joins the outputs of {count} members, none of which "
        "reads another."
    ).format(number=joint.stage.number, name=joint.stage.layer, count=count)
    blocks: list[Block] = [Paragraph((said,))]
    weights = joint_weights(joint)
    if weights is not None:
        blocks.append(Formulas(((sum_of_members(joint), ""),)))
    blocks.append(members_table(excerpt, weights, values, columns))
    other = next(m for m in range(1, count + 1) if m not in excerpt.members)
    shown = _(
        "Written out below: member {shown}, and what follows the layer that joins. The "
        "others are made alike; --member {other} writes out another."
    ).format(shown=", ".join(map(str, excerpt.members)), other=other)
    return [Section((heading,), (*blocks, Paragraph((shown,))))]


def sum_of_members(joint: Joint) -> Relation:
    """What a unit of the joint is: Σₘ vₘ aⱼₘ."""
    total = Summation(product_of(WEIGHT, Symbol("a", "j,m"), sign=""), MEMBER)
    return Relation((Symbol("a", "j", str(joint.stage.number)), total))


def joint_weights(joint: Joint) -> list[float] | None:
    """Weight of each member in a sum; ``None`` of a joint that is no weighted sum.

    Notes
    -----
    What the joint sends back to a member, for 1 arriving at each of its units: the same
    number for every unit, whatever the members give.
    """
    given = {last.a for last in joint.lasts}
    found: list[float] = []
    for last in joint.lasts:
        if last.a.shape != joint.stage.a.shape:
            return None
        piece = cut(joint.stage.a, given)
        share = piece.share(last.a)
        read = {
            n for n in Graph.of(share).nodes if n.operation in ("input", "parameter")
        }
        if not read <= {piece.seed}:
            return None
        ones = np.ones((1, *row_shape(last.a)))
        (sent,) = evaluate([share], {piece.seed: ones}, rows=1)
        if not (sent == sent.flat[0]).all():
            return None
        found.append(float(sent.flat[0]))
    return found


def members_table(
    excerpt: Excerpt,
    weights: Sequence[float] | None,
    values: Callable[[Node], Array] | None,
    columns: int,
) -> Block:
    """Layers, weight and output of each member, and what they make together."""
    joint = excerpt.joint
    assert joint is not None
    count = min(columns, joint.stage.units) if values and weights else 0
    headings: list[Heading] = [MEMBER, _("its layers"), _("units"), _("activation")]
    headings += [WEIGHT] if weights else []
    headings += [Symbol("a", f"{j + 1},m") for j in range(count)]
    rows: list[list[Cell]] = []
    for member, last in enumerate(joint.lasts, 1):
        own = joint.own(member)
        row: list[Cell] = [str(member), numbered(own), sizes(own), activations(own)]
        row += [weights[member - 1]] if weights else []
        rows.append([*row, *first_of(values, last.a, count)])
    if not count:
        return tabulate(headings, rows)
    together: list[Cell] = ["Σ", f"[{joint.stage.number}]", "", "", sum(weights or ())]
    rows.append([*together, *first_of(values, joint.stage.a, count)])
    said = _("The last row: the outputs, each times its weight, added up.")
    return tabulate(headings, rows, said)


def first_of(
    values: Callable[[Node], Array] | None, node: Node, count: int
) -> list[Cell]:
    """The first numbers of a node for the only row."""
    if values is None or not count:
        return []
    return [float(value) for value in np.asarray(values(node)).reshape(-1)[:count]]


def numbered(stages: Sequence[Stage]) -> str:
    """Numbers of stages, such as [3]–[6]."""
    first, last = stages[0].number, stages[-1].number
    if first == last:
        return f"[{first}]"
    if last - first == len(stages) - 1:
        return f"[{first}]–[{last}]"
    return ", ".join(f"[{stage.number}]" for stage in stages)


def sizes(stages: Sequence[Stage]) -> str:
    """Units of the stages with weights, inputs first."""
    weighted = [stage for stage in stages if stage.is_weighted]
    first = [stage.inputs for stage in weighted[:1]]
    return "-".join(map(str, [*first, *(stage.units for stage in weighted)]))


def activations(stages: Sequence[Stage]) -> str:
    """Functions that stages apply, each once."""
    names = (stage.activation.name for stage in stages if stage.is_weighted)
    bent = [name for name in dict.fromkeys(names) if name != "identity"]
    return ", ".join(bent) or "identity"
