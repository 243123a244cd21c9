"""Networks trained on folds, weighed on the rows they never saw, joined into one."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from neurona.arrays import Array
from neurona.data.split import Split
from neurona.errors import DivergenceError
from neurona.messages import _, ngettext
from neurona.network import Network, divergence_message
from neurona.table.blend import best_temperature, blend
from neurona.table.ensemble import Share, join_networks, mean_history
from neurona.table.fold_task import FoldTask
from neurona.table.fold_watch import FoldWatch
from neurona.table.line import Line, fit_line, mean_line
from neurona.table.model import TableModel, answers_of
from neurona.table.quality import NetworkWay
from neurona.table.rare import RareClass, find_rare_class
from neurona.train.callback import Callback
from neurona.train.history import History
from neurona.train.many import Job, fit_many

__all__ = ["ByFolds", "Tried", "train_by_folds"]

MOST_NUMBERS: Final = 200_000_000
"""Of all networks together: 3.2 GB with the optimizer's memory and the gradients."""

WITH_LINE: Final = ("cross_entropy", "binary_cross_entropy", "mse")
"""Losses that a line is fitted by, too."""


@dataclass(frozen=True)
class Tried:
    """One way to answer, tried over all folds.

    Parameters
    ----------
    name : str
        In the reader's language.
    way : NetworkWay or None
        Of networks; None for a line.
    loss : float
        Of rows that it never saw.
    share : float
        Of it in the answer that is kept, in [0, 1].
    """

    name: str
    way: NetworkWay | None
    loss: float
    share: float


@dataclass(frozen=True, eq=False)
class ByFolds:
    """What training by folds found.

    Parameters
    ----------
    network : Network
        Of what was joined.
    tried : tuple of Tried
    left_out : int
        Ways that the time did not allow for.
    temperature : float
        What the logits are divided by; 1 for numbers.
    metrics : mapping of str to float
        Of every row to learn from, answered by what never saw it.
    members : tuple of (int, int or None)
        Of each member of the network: the place of its way in ``tried``, and of its
        fold; None for a line, which is the mean over the folds.
    folds : tuple of (int array, int array)
        Rows of X that the networks of a fold learned from, and those they answered.
    planned : int
        Folds that there were to be.
    answers : array (N,) or (N, K)
        To the rows of each fold in turn: class numbers, or numbers in the standardized
        unit of the target.
    rare : RareClass or None
        The rare one of two classes, where there is one.
    """

    network: Network
    tried: tuple[Tried, ...]
    left_out: int
    temperature: float
    metrics: dict[str, float]
    members: tuple[tuple[int, int | None], ...]
    folds: tuple[tuple[Array, Array], ...]
    planned: int
    answers: Array
    rare: RareClass | None = None

    @property
    def notes(self) -> list[str]:
        """What else is to be said, in sentences."""
        found = []
        if self.temperature != 1:
            found.append(
                _(
                    "logits are divided by {temperature:.2f}, so that probabilities "
                    "are as sure as they are right"
                ).format(temperature=self.temperature)
            )
        if self.rare is not None:
            found.append(str(self.rare))
        if len(self.folds) < self.planned:
            found.append(
                _(
                    "networks of {done} folds of {planned} were trained before the "
                    "end; the score by folds is of the rows that they answer"
                ).format(done=len(self.folds), planned=self.planned)
            )
        if self.left_out:
            found.append(
                ngettext(
                    "{count} way more would have been tried with more time",
                    "{count} ways more would have been tried with more time",
                    self.left_out,
                ).format(count=self.left_out)
            )
        return found

    def to_json(self) -> dict[str, Any]:
        """What was found, in JSON's terms, without the network."""
        return {
            "tried": [
                {
                    "penalty": t.way and t.way.penalty,
                    "activation": t.way and t.way.activation,
                    "bins": t.way and t.way.bins,
                    "loss": t.loss,
                    "share": t.share,
                }
                for t in self.tried
            ],
            "left_out": self.left_out,
            "temperature": self.temperature,
            "metrics": self.metrics,
            "rare": self.rare and self.rare.to_json(),
            "members": [{"way": way, "fold": fold} for way, fold in self.members],
        }


@dataclass(frozen=True, eq=False)
class Answers:
    """A way to answer: a part for each fold, and its answers to that fold's rows.

    ``folds`` says by its place which fold each part that is kept left out; None for the
    only line.
    """

    name: str
    way: NetworkWay | None
    parts: Sequence[Network | Line]
    answers: Array
    folds: Sequence[int | None]


def train_by_folds(
    task: FoldTask, callbacks: Iterable[Callback] = ()
) -> ByFolds | None:
    """Train each way over all folds; join those that answer best, by their shares.

    Returns
    -------
    ByFolds or None
        None where the time was too short for a single way, or the networks would hold
        more than 200,000,000 numbers.

    Raises
    ------
    DivergenceError
        The loss left the finite numbers whatever was tried.
    KeyboardInterrupt
        Before a network had done an epoch; afterwards what there is is joined.
    """
    began = time.monotonic()
    folds = task.folds()
    one = len(task.make(task.seed, task.quality.ways[0]).parameters.vector)
    if one * len(folds) * len(task.quality.ways) > MOST_NUMBERS:
        return None
    watch = FoldWatch(callbacks, began, task.quality)
    groups = networks_of_ways(task, folds, watch)
    ways = whole_ways(task, folds, groups)
    left_out, planned = len(task.quality.ways) - len(ways), len(folds)
    is_whole = bool(ways)
    if not ways:
        begun, folds = way_begun(task, folds, groups, interrupted=watch.interrupted)
        if begun is None:
            return None
        ways, left_out = [begun], left_out - 1
    elif task.fit["loss"].name in WITH_LINE:
        ways.append(way_of_lines(task, folds))
    judged = np.sort(np.concatenate([fold.test for fold in folds]))
    probe, truth, weights = task.probe(), task.y[task.rows], task.row_weights()

    def loss(answers: Array, rows: Array = judged) -> float:
        own = None if weights is None else weights[rows]
        found = probe.network.evaluate(answers[rows], truth[rows], sample_weight=own)
        return float(found["loss"])

    def join(rows: Array) -> tuple[list[float], float]:
        """Shares and temperature that suit some rows."""
        given = [way.answers for way in ways]
        shares = (
            blend(given, lambda answers: loss(answers, rows)) if is_whole else [1.0]
        )
        if task.fit["loss"].head == "real" or not is_whole:
            return shares, 1.0
        joined = np.tensordot(shares, np.stack(given), axes=1)
        return shares, best_temperature(joined, lambda answers: loss(answers, rows))

    shares, heat = join(judged)
    answers = answers_unseen([way.answers for way in ways], folds, join)
    likeliest = max(
        (i for i, way in enumerate(ways) if way.way is not None),
        key=shares.__getitem__,
    )
    trained = ways[likeliest].parts[0]
    assert isinstance(trained, Network)
    used = sorted(
        (i for i, share in enumerate(shares) if share), key=lambda i: -shares[i]
    )
    history = mean_history(
        histories_of([ways[i] for i in used]) or histories_of(ways),
        time.monotonic() - began,
    )
    if watch.interrupted:
        history.stopped = "interrupted"
    parts = [part for i in used for part in parts_of(ways[i], shares[i] / heat)]
    return ByFolds(
        join_networks(
            parts, trained, history, seed=task.seed, read=task.seen(), give=task.told()
        ),
        tuple(
            Tried(way.name, way.way, loss(way.answers), share)
            for way, share in zip(ways, shares, strict=True)
        ),
        left_out,
        heat,
        probe.scores(answers, truth, judged),
        tuple((i, fold) for i in used for fold in ways[i].folds),
        tuple((task.rows[fold.train], task.rows[fold.test]) for fold in folds),
        planned,
        answers_of(probe, answers[np.concatenate([f.test for f in folds])]),
        rare_class(probe, answers[judged], truth[judged]),
    )


def rare_class(probe: TableModel, answers: Array, truth: Array) -> RareClass | None:
    """The rare one of two classes, by answers of what never saw the rows."""
    classes = probe.encoders.schema.classes
    if probe.task != "classification" or len(classes) != 2:
        return None
    return find_rare_class(probe.output(answers), truth.reshape(len(truth)), classes)


def answers_unseen(
    given: Sequence[Array],
    folds: Iterable[Split],
    join: Callable[[Array], tuple[list[float], float]],
) -> Array:
    """Answers joined by shares and a temperature that suit the other folds.

    Shares that were chosen on the rows they answer would flatter them.

    Parameters
    ----------
    given : sequence of array (N, K)
        Answers of each way to all rows, none by a network that learned from them.
    folds : iterable of Split
    join : callable
        From rows to the shares and the temperature that suit them.
    """
    found = np.full_like(given[0], np.nan)
    for fold in folds:
        shares, heat = join(fold.train)
        own = np.stack([answers[fold.test] for answers in given])
        found[fold.test] = np.tensordot(shares, own, axes=1) / heat
    return found


def networks_of_ways(
    task: FoldTask, folds: Sequence[Split], watch: FoldWatch
) -> list[list[Network]]:
    """Networks of each way, one for each fold, trained as far as time allowed.

    Raises
    ------
    DivergenceError
        Some diverged, and none was trained to its end.
    """
    count = len(folds)
    each = [
        (way, number, fold)
        for way in task.quality.ways
        for number, fold in enumerate(folds)
    ]
    networks = [task.network(way, number) for way, number, _fold in each]
    jobs = [
        Job(network, task.options(way, fold))
        for network, (way, _number, fold) in zip(networks, each, strict=True)
    ]
    try:
        outcomes = fit_many(jobs, task.X, task.y, progress=watch, **task.shared)
    except KeyboardInterrupt:
        watch.interrupted = True
    else:
        for outcome in outcomes:
            if outcome.error is not None:
                raise outcome.error
    watch.end()
    lost = [n.history for n in networks if n.history and n.history.stopped == DIVERGED]
    if lost and not any(is_trained(network) for network in networks):
        raise DivergenceError(divergence_message(lost[0]))
    return [networks[i : i + count] for i in range(0, len(networks), count)]


def whole_ways(
    task: FoldTask, folds: Sequence[Split], groups: Iterable[Sequence[Network]]
) -> list[Answers]:
    """Answers of each way whose networks were all trained."""
    return [
        answers_of_way(task, way, folds, group, range(len(folds)))
        for way, group in zip(task.quality.ways, groups, strict=True)
        if all(is_trained(network) for network in group)
    ]


def way_begun(
    task: FoldTask,
    folds: Sequence[Split],
    groups: Sequence[Sequence[Network]],
    *,
    interrupted: bool,
) -> tuple[Answers | None, list[Split]]:
    """Answers of the way of which most networks were trained, and their folds.

    After Ctrl-C, where none was trained to its end, those that did an epoch count.

    Raises
    ------
    KeyboardInterrupt
        None has done an epoch.
    """
    usable = [[i for i, n in enumerate(group) if is_trained(n)] for group in groups]
    if interrupted and not any(usable):
        usable = [[i for i, n in enumerate(g) if has_learned(n)] for g in groups]
    if not any(usable):
        if interrupted:
            raise KeyboardInterrupt
        return None, []
    place = max(range(len(groups)), key=lambda number: len(usable[number]))
    own = usable[place]
    kept, networks = [folds[i] for i in own], [groups[place][i] for i in own]
    way = task.quality.ways[place]
    return answers_of_way(task, way, kept, networks, own), kept


def answers_of_way(
    task: FoldTask,
    way: NetworkWay,
    folds: Sequence[Split],
    networks: Sequence[Network],
    places: Sequence[int],
) -> Answers:
    """What the networks of a way answer to the rows of their folds."""
    answers = out_of_fold(task, folds, [network.predict for network in networks])
    return Answers(name_of(way, task.activation), way, networks, answers, places)


def has_learned(network: Network) -> bool:
    """Whether a network has done an epoch, and was not lost."""
    history = network.history
    return history is not None and len(history) > 0 and history.stopped != DIVERGED


def name_of(way: NetworkWay, usual: str) -> str:
    if way.bins:
        text = _("{activation} networks with bins, L2 penalty × {penalty:g}")
    else:
        text = _("{activation} networks, L2 penalty × {penalty:g}")
    return text.format(activation=way.activation or usual, penalty=way.penalty)


DIVERGED: Final = "diverged"


def is_trained(network: Network) -> bool:
    """Whether a network did all that it was to do."""
    return network.history is not None and network.history.stopped in (
        "epochs",
        "patience",
    )


def way_of_lines(task: FoldTask, folds: Sequence[Split]) -> Answers:
    """The way to answer by a line."""
    loss, weights = task.fit["loss"], task.row_weights()
    lines = [
        fit_line(
            task.X[task.rows[fold.train]],
            task.y[task.rows[fold.train]],
            loss.head,
            task.units,
            None if weights is None else weights[fold.train],
        )
        for fold in folds
    ]
    return Answers(_("a line"), None, lines, out_of_fold(task, folds, lines), [None])


def out_of_fold(
    task: FoldTask, folds: Sequence[Split], answer: Sequence[Callable[[Array], Any]]
) -> Array:
    """Answers to all rows, each by the part that did not learn from it."""
    parts = []
    for one, fold in zip(answer, folds, strict=True):
        seen, X = task.seen(fold.train), task.X[task.rows[fold.test]]
        parts.append(np.asarray(one(seen.of(X)), np.float64))
    found = np.full((len(task.rows), parts[0].shape[1]), np.nan)
    for part, fold in zip(parts, folds, strict=True):
        found[fold.test] = part
    return found


def histories_of(ways: Iterable[Answers]) -> list[History]:
    networks = (p for way in ways for p in way.parts if isinstance(p, Network))
    return [n.history for n in networks if n.history is not None]


def parts_of(way: Answers, share: float) -> list[Share]:
    """Parts that give a way's share together: lines add up to one line."""
    lines = [part for part in way.parts if isinstance(part, Line)]
    if lines:
        return [Share(mean_line(lines), rounded(share))]
    return [Share(part, rounded(share / len(way.parts))) for part in way.parts]


def rounded(share: float) -> float:
    """A share that can be read: its error is far below that of what it weighs."""
    return float(f"{share:.6g}")
