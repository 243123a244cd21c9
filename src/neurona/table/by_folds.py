"""Networks trained on folds, weighed on the rows they never saw, joined into one."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from neurona.arrays import Array
from neurona.data.split import Split, k_folds
from neurona.errors import DivergenceError
from neurona.messages import _, ngettext
from neurona.network import Network, divergence_message
from neurona.nn import Activation, Clip
from neurona.table.blend import best_temperature, blend
from neurona.table.ensemble import Share, join_networks, mean_history
from neurona.table.line import Line, fit_line, mean_line
from neurona.table.model import TableModel
from neurona.table.quality import NetworkWay, Quality
from neurona.table.rare import RareClass, find_rare_class
from neurona.table.seen import near_what_was_seen
from neurona.train.callback import Callback, Moment
from neurona.train.history import History
from neurona.train.many import Job, Progress, fit_many

__all__ = ["ByFolds", "FoldTask", "Tried", "train_by_folds"]

MOST_NUMBERS: Final = 200_000_000
"""Of all networks together: 3.2 GB with the optimizer's memory and the gradients."""

WITH_LINE: Final = ("cross_entropy", "binary_cross_entropy", "mse")
"""Losses that a line is fitted by, too."""

NOT_THE_NUMBERS: Final = ("poisson", "gaussian_nll")
"""Losses over numbers whose network gives something else, such as a logarithm."""

SEEN: Final = "seen"
TOLD: Final = "told"


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
    rare : RareClass or None
        The rare one of two classes, where there is one.
    """

    network: Network
    tried: tuple[Tried, ...]
    left_out: int
    temperature: float
    metrics: dict[str, float]
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
        }


@dataclass(frozen=True, eq=False)
class FoldTask:
    """What is to be learned by folds.

    Parameters
    ----------
    model : TableModel
        Whose encoders say what the answers are.
    X, y : array
        Encoded.
    rows : int array
        Rows to learn from.
    quality : Quality
    make : callable of (int, NetworkWay)
        A fresh network for a seed, of a kind.
    fit : dict
        Options of each fit: its loss, ``l2`` and weights among them.
    units : int
        Numbers of an answer.
    activation : str
        The recipe's.
    seed : int
    """

    model: TableModel
    X: Array
    y: Array
    rows: Array
    quality: Quality
    make: Callable[[int, NetworkWay], Network]
    fit: dict[str, Any]
    units: int
    activation: str
    seed: int

    def folds(self) -> list[Split]:
        """Rows of each fold, by their place among those to learn from."""
        classes = self.model.task == "classification"
        stratify = self.y[self.rows] if classes else None
        return k_folds(len(self.rows), self.quality.folds, self.seed, stratify)

    def seen(self, rows: Array | slice = slice(None)) -> Clip:
        """Bounds of what is read, by some of the rows to learn from."""
        return near_what_was_seen(self.X[self.rows[rows]], SEEN)

    def told(self) -> Clip | None:
        """Bounds of the answer, where it is the numbers themselves."""
        loss, targets = self.fit["loss"], self.y.reshape(len(self.y), -1)[self.rows]
        if loss.head != "real" or loss.name in NOT_THE_NUMBERS:
            return None
        return near_what_was_seen(targets, TOLD)

    def probe(self) -> TableModel:
        """Model that takes raw answers for rows: what they score is what it scores."""
        probe = Network([Activation("identity")], n_inputs=self.units, dtype="float64")
        probe.losses = {"output": self.fit["loss"]}
        return TableModel(probe, self.model.encoders)

    def row_weights(self) -> Array | None:
        """Weight of each row to learn from: as given, and as rare as its class is."""
        given = self.fit["sample_weight"]
        weights = None if given is None else np.asarray(given[self.rows], np.float64)
        if self.fit["class_weight"] is None:
            return weights
        labels = self.y[self.rows].reshape(len(self.rows)).astype(np.int64)
        counts = np.bincount(labels)
        balanced = len(labels) / (np.count_nonzero(counts) * counts[labels])
        return np.asarray(balanced if weights is None else balanced * weights)


@dataclass(frozen=True, eq=False)
class Answers:
    """A way to answer: a part for each fold, and its answers to that fold's rows."""

    name: str
    way: NetworkWay | None
    parts: Sequence[Network | Line]
    answers: Array


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
        Before a way was tried on all folds; afterwards what there is is joined.
    """
    began = time.monotonic()
    folds = task.folds()
    one = len(task.make(task.seed, task.quality.ways[0]).parameters.vector)
    if one * len(folds) * len(task.quality.ways) > MOST_NUMBERS:
        return None
    watch = Watch(callbacks, began, task.quality)
    ways = ways_of_networks(task, folds, watch)
    if not ways:
        return None
    left_out = len(task.quality.ways) - len(ways)
    if task.fit["loss"].name in WITH_LINE:
        ways.append(way_of_lines(task, folds))
    probe, truth, weights = task.probe(), task.y[task.rows], task.row_weights()

    def loss(answers: Array) -> float:
        found = probe.network.evaluate(answers, truth, sample_weight=weights)
        return float(found["loss"])

    shares = blend([way.answers for way in ways], loss)
    answers = np.tensordot(shares, np.stack([way.answers for way in ways]), axes=1)
    heat = 1.0 if task.fit["loss"].head == "real" else best_temperature(answers, loss)
    likeliest = max(
        (i for i, way in enumerate(ways) if way.way is not None),
        key=shares.__getitem__,
    )
    trained = ways[likeliest].parts[0]
    assert isinstance(trained, Network)
    used = [(way, share) for way, share in zip(ways, shares, strict=True) if share]
    history = mean_history(
        histories_of([way for way, _share in used]) or histories_of(ways),
        time.monotonic() - began,
    )
    if watch.interrupted:
        history.stopped = "interrupted"
    parts = [part for way, share in used for part in parts_of(way, share / heat)]
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
        probe.scores(answers / heat, truth, np.arange(len(truth))),
        rare_class(probe, answers / heat, truth),
    )


def rare_class(probe: TableModel, answers: Array, truth: Array) -> RareClass | None:
    """The rare one of two classes, by answers of what never saw the rows."""
    classes = probe.encoders.schema.classes
    if probe.task != "classification" or len(classes) != 2:
        return None
    return find_rare_class(probe.output(answers), truth.reshape(len(truth)), classes)


def ways_of_networks(
    task: FoldTask, folds: Sequence[Split], watch: Watch
) -> list[Answers]:
    """Answers of each way whose networks were all trained."""
    rows, fit = task.rows, task.fit
    count = len(folds)
    networks = [
        task.make((task.seed + number) % 2**63, way)
        for way in task.quality.ways
        for number in range(count)
    ]
    jobs = [
        Job(
            networks[first * count + number],
            {"rows": rows[fold.train], "l2": float(f"{fit['l2'] * way.penalty:.2g}")}
            | ({"validation": rows[fold.test]} if fit["patience"] else {}),
        )
        for first, way in enumerate(task.quality.ways)
        for number, fold in enumerate(folds)
    ]
    shared = {name: value for name, value in fit.items() if name != "l2"}
    try:
        outcomes = fit_many(jobs, task.X, task.y, progress=watch, **shared)
    except KeyboardInterrupt:
        watch.interrupted = True
    else:
        for outcome in outcomes:
            if outcome.error is not None:
                raise outcome.error
    watch.end()
    ways = []
    for number, way in enumerate(task.quality.ways):
        group = networks[number * count : (number + 1) * count]
        if all(is_trained(network) for network in group):
            answers = out_of_fold(task, folds, [network.predict for network in group])
            ways.append(Answers(name_of(way, task.activation), way, group, answers))
    if not ways and watch.interrupted:
        raise KeyboardInterrupt
    lost = [n.history for n in networks if n.history and n.history.stopped == DIVERGED]
    if not ways and lost:
        raise DivergenceError(divergence_message(lost[0]))
    return ways


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
    return Answers(_("a line"), None, lines, out_of_fold(task, folds, lines))


def out_of_fold(
    task: FoldTask, folds: Sequence[Split], answer: Sequence[Callable[[Array], Any]]
) -> Array:
    """Answers to all rows, each by the part that did not learn from it."""
    parts = []
    for one, fold in zip(answer, folds, strict=True):
        seen, X = task.seen(fold.train), task.X[task.rows[fold.test]]
        parts.append(np.asarray(one(seen.of(X)), np.float64))
    found = np.empty((len(task.rows), parts[0].shape[1]))
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
        return [Share(mean_line(lines), share)]
    return [Share(part, share / len(way.parts)) for part in way.parts]


class Watch:
    """Tells callbacks of many fits as if they were one, and ends them in time."""

    def __init__(
        self, callbacks: Iterable[Callback], began: float, quality: Quality
    ) -> None:
        self.callbacks = list(callbacks)
        self.ends = began + quality.seconds
        self.started = False
        self.interrupted = False

    def __call__(self, progress: Progress) -> bool:
        """Pass on where all stand; say whether the time is over."""
        under_way = [moment for moment in progress.moments if moment is not None]
        if under_way:
            one = under_way[-1]
            epochs = one.epochs * progress.total
            done = sum(moment.epoch for moment in under_way)
            moment = Moment(
                min(done, epochs), epochs, 0, one.samples_per_epoch, one.loss
            )
            if not self.started:
                self.started = True
                self.tell(lambda callback: callback.on_start(History(), moment))
            self.tell(lambda callback: callback.on_progress(moment))
        return time.monotonic() > self.ends

    def end(self) -> None:
        """Tell that all have ended."""
        if self.started:
            self.tell(lambda callback: callback.on_end(History()))

    def tell(self, say: Callable[[Callback], None]) -> None:
        for callback in self.callbacks:
            say(callback)
