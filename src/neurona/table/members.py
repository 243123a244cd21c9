"""A member of a model that was trained by folds, trained once more as it was."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from neurona.arrays import Array
from neurona.errors import DataError, OptionError
from neurona.messages import _
from neurona.network import Network
from neurona.table.ensemble import member_prefix
from neurona.table.model import TableModel
from neurona.table.quality import NetworkWay, choose_quality
from neurona.table.train import TrainingPlan, fold_task

__all__ = ["MemberAgain", "first_member", "is_joined", "train_member_again"]


@dataclasses.dataclass(frozen=True, eq=False)
class MemberAgain:
    """A member of a joined model as it stood alone.

    Parameters
    ----------
    member : int
        Its number, from 1.
    fold, folds : int
        The fold whose rows it did not learn from, counted from 1, and how many.
    network : Network
        With the weights it has in the model, and its own history.
    rows : int array
        Rows of the plan's X that it learned from.
    engine : str
        What computed.
    """

    member: int
    fold: int
    folds: int
    network: Network
    rows: Array
    engine: str

    @property
    def note(self) -> str:
        """Whose run it is, in a sentence."""
        return _(
            "This is the run of member {member} alone, which learned from the rows "
            "outside fold {fold} of {folds}; --member chooses another."
        ).format(member=self.member, fold=self.fold, folds=self.folds)


def is_joined(model: TableModel) -> bool:
    """Whether a model joins networks that were trained by folds."""
    return "by_folds" in (model.network.preparation or {})


def members_of(model: TableModel) -> Sequence[Mapping[str, Any]]:
    """Way and fold of each member, as its file says.

    Raises
    ------
    OptionError
        The file is older than that.
    """
    preparation = model.network.preparation or {}
    found: Mapping[str, Any] = preparation.get("by_folds") or {}
    if "members" not in found:
        raise OptionError(
            _(
                "this model does not say how its members were trained, so none of "
                "their runs can be replayed: train it again"
            )
        )
    members: Sequence[Mapping[str, Any]] = found["members"]
    return members


def first_member(model: TableModel) -> int:
    """The first member that is a network, counted from 1."""
    folds = [entry["fold"] is not None for entry in members_of(model)]
    return folds.index(True) + 1 if True in folds else 1


def train_member_again(
    plan: TrainingPlan, member: int, *, engine: str = "auto"
) -> MemberAgain:
    """Train one member of a plan's model again, to the same bits.

    Parameters
    ----------
    plan : TrainingPlan
        As :func:`neurona.table.again.plan_of_model` finds it; it stays as it is.
    member : int
        Counted from 1.
    engine : {"auto", "native", "reference"}
        What computed then, where it is not recorded.

    Raises
    ------
    OptionError
        There is no such member, or it is a line.
    DataError
        What was trained has other weights than the member.
    """
    members = members_of(plan.model)
    if not 1 <= member <= len(members):
        raise OptionError(
            _("there is no member {member}: they are counted from 1 to {count}").format(
                member=member, count=len(members)
            )
        )
    place, number = members[member - 1]["way"], members[member - 1]["fold"]
    if number is None:
        raise OptionError(no_steps(member, alone=len(members) == 1))
    options = plan.options
    if options.engine == "auto":
        options = dataclasses.replace(options, engine=engine)
    quality = choose_quality(options, len(plan.y))
    task = fold_task(dataclasses.replace(plan, options=options, quality=quality))
    preparation = plan.model.network.preparation or {}
    said = preparation["by_folds"]["tried"][place]
    way = NetworkWay(said["penalty"], said["activation"], said["bins"])
    folds = task.folds()
    network, own = task.network(way, number), task.options(way, folds[number])
    network.fit(task.X, task.y, **{**task.shared, **own})
    if not is_same(network, plan.model.network, member):
        raise DataError(
            _(
                "the run of member {member} is not found again: its weights are others "
                "here; give the table and the engine that it had"
            ).format(member=member)
        )
    return MemberAgain(
        member, number + 1, len(folds), network, own["rows"], options.engine
    )


def no_steps(member: int, *, alone: bool) -> str:
    """That a member is a line, and what to do."""
    if alone:
        return _(
            "this model is a line, which is found at once and not by steps: train with "
            "--quality fast for a network"
        )
    return _(
        "member {member} is a line, which is found at once and not by steps: choose "
        "another with --member"
    ).format(member=member)


def is_same(network: Network, whole: Network, member: int) -> bool:
    """Whether a network has the weights of a member of the whole, bit for bit."""
    prefix = member_prefix(member)
    return all(
        np.array_equal(
            whole.parameters[name if name in whole.parameters else prefix + name], array
        )
        for name, array in network.parameters.items()
    )
