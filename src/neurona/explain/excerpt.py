"""Part of a network that a page writes out: of many members side by side, one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from neurona.errors import OptionError
from neurona.explain.reading import Reading, sizes_in_words
from neurona.explain.stages import Stage
from neurona.graph import Node
from neurona.lazy import settled_property
from neurona.messages import _

__all__ = ["Excerpt", "Joint", "choose_excerpt"]


@dataclass(frozen=True, eq=False)
class Joint:
    """A stage that joins what many members give, none of which reads another.

    Parameters
    ----------
    reading : Reading
    stage : Stage
        The one that joins.
    lasts : tuple of Stage
        Of each member the stage that is joined, in the order in which they are read.
    """

    reading: Reading
    stage: Stage
    lasts: tuple[Stage, ...]

    @settled_property
    def behind(self) -> tuple[frozenset[Stage], ...]:
        """Of each member every stage that leads to its output, shared ones too."""
        return tuple(frozenset(stages_to(self.reading, last)) for last in self.lasts)

    def own(self, member: int) -> tuple[Stage, ...]:
        """Stages of a member, counted from 1, that no other member has."""
        shared = frozenset[Stage]().union(
            *(found for n, found in enumerate(self.behind, 1) if n != member)
        )
        found = self.behind[member - 1] - shared
        return tuple(stage for stage in self.reading.stages if stage in found)

    @property
    def usual(self) -> int:
        """The first member of more than one stage, from 1; else the first."""
        several = (m for m in range(1, len(self.lasts) + 1) if len(self.own(m)) > 1)
        return next(several, 1)

    def of(self, names: Collection[str]) -> tuple[int, ...]:
        """Members that have any of these layers or parameters as their own."""
        return tuple(
            member
            for member in range(1, len(self.lasts) + 1)
            if any(s.layer in names or is_home(self.reading, s, names)
                   for s in self.own(member))
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Excerpt:
    """The stages of a network that a page writes out.

    Parameters
    ----------
    reading : Reading
    joint : Joint or None
        Where many members are joined; ``None`` where everything is written out.
    members : tuple of int
        Those that are written out, counted from 1.
    """

    reading: Reading
    joint: Joint | None = None
    members: tuple[int, ...] = ()

    @settled_property
    def stages(self) -> tuple[Stage, ...]:
        """In the order of computation."""
        if self.joint is None:
            return self.reading.stages
        kept = [self.joint.behind[member - 1] for member in self.members]
        shown = frozenset[Stage]().union(*kept)
        hidden = frozenset[Stage]().union(*self.joint.behind) - shown
        return tuple(stage for stage in self.reading.stages if stage not in hidden)

    @settled_property
    def parameters(self) -> frozenset[str]:
        """Names of parameters that are used first in these stages, or in none."""
        homes, shown = self.reading.homes, set(self.stages)
        names = self.reading.written.build.parameters
        return frozenset(n for n in names if n not in homes or homes[n] in shown)

    @property
    def sizes(self) -> str:
        """Units as the notes write them, such as 2-2-1; of many members 2-…-1."""
        sizes = self.reading.sizes
        if self.joint is not None:
            return f"{sizes[0]}-…-{sizes[-1]}"
        return sizes_in_words(sizes)

    def shows(self, node: Node) -> bool:
        """Whether a node is an input, or what a stage of the part gives."""
        made = self.reading.made_by.get(node)
        return made is None or made in self.stages


def choose_excerpt(
    reading: Reading,
    members: Sequence[int] = (),
    names: Iterable[str] = (),
    *,
    most: int,
) -> Excerpt:
    """Choose what of a network is written out: all, but of many members one.

    Parameters
    ----------
    reading : Reading
    members : sequence of int
        Members to write out, counted from 1.
    names : iterable of str
        Layers or parameters whose members are to be written out.
    most : int
        Members side by side that are all written out.

    Raises
    ------
    OptionError
        There is no such member.

    Notes
    -----
    Of several joints the one nearest to the output counts. Laws: what a stage of the
    part reads is an input, a stage of the part, or the output of a member.

    Examples
    --------
    >>> from neurona import Add, Dense, Input, Network
    >>> from neurona.explain.reading import losses_of, read_network
    >>> x = Input("x", 2)
    >>> ways = [Dense(1)(Dense(3, "relu")(x())) for _each in range(5)]
    >>> network = Network(inputs=[x], outputs=Add()(*ways))
    >>> reading = read_network(network.architecture, losses_of(network, "mse"))
    >>> excerpt = choose_excerpt(reading, members=[2], most=3)
    >>> [stage.layer for stage in excerpt.stages], excerpt.sizes
    (['dense_3', 'dense_4', 'add_1'], '2-…-1')
    """
    joint = find_joint(reading, most)
    count = 0 if joint is None else len(joint.lasts)
    for member in members:
        if not 1 <= member <= count:
            raise OptionError(no_member(member, count))
    if joint is None:
        return Excerpt(reading)
    chosen = tuple(members) or joint.of(set(names)) or (joint.usual,)
    return Excerpt(reading, joint, chosen)


def no_member(member: int, count: int) -> str:
    """That there is no such member, and which there are."""
    if not count:
        return _("this network has no members side by side: leave --member out")
    return _("there is no member {member}: they are counted from 1 to {count}").format(
        member=member, count=count
    )


def find_joint(reading: Reading, most: int) -> Joint | None:
    """The last stage that joins more than so many members side by side."""
    for stage in reversed(reading.stages):
        lasts = tuple(
            reading.made_by[node] for node in stage.reads if node in reading.made_by
        )
        if len(lasts) > most:
            joint = Joint(reading, stage, lasts)
            apart = sum(last in found for last in lasts for found in joint.behind)
            if apart == len(lasts) and is_alone(joint):
                return joint
    return None


def is_alone(joint: Joint) -> bool:
    """Whether nothing but the joint reads what the members give."""
    reading = joint.reading
    return all(
        reading.readers(last.a) == (joint.stage,) and not reading.ends_at(last)
        for last in joint.lasts
    )


def stages_to(reading: Reading, last: Stage) -> set[Stage]:
    """A stage and every stage that it is made of."""
    found: set[Stage] = set()
    pending = [last]
    while pending:
        stage = pending.pop()
        if stage not in found:
            found.add(stage)
            made = (reading.made_by.get(node) for node in stage.reads)
            pending += [before for before in made if before is not None]
    return found


def is_home(reading: Reading, stage: Stage, names: Collection[str]) -> bool:
    """Whether one of these parameters is first used in a stage."""
    return any(reading.homes.get(name) is stage for name in names)
