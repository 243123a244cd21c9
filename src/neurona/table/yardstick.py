"""An honest yardstick: what simpler models reach on the very same rows."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Literal, TypeAlias

import numpy as np
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.linear_model import LogisticRegression, RidgeCV

from neurona.arrays import Array
from neurona.data.split import choose_sample
from neurona.messages import _, ngettext
from neurona.table.folds import Fold, Rows
from neurona.table.row_scores import Task, lead_of, score_rows
from neurona.train.quiet import quiet

__all__ = ["SIMPLEST_FIRST", "Answer", "Yardstick", "why_no_yardstick", "yardsticks"]

Answer: TypeAlias = Callable[[Rows, Rows], Array]
"""Fit on the first rows, and answer the others."""

Kind: TypeAlias = Literal["network", "constant", "line", "forest"]

SIMPLEST_FIRST: Final[tuple[Kind, ...]] = ("constant", "line", "network", "forest")

MOST_ROWS: Final = 20_000
"""Rows to fit on, and rows to score on, at most."""

MOST_CELLS: Final = 10_000_000
"""Numbers to fit on, and to score on, at most: 80 MB in float64."""

TREES: Final = 100
"""Trees of a forest, as scikit-learn has it unless told otherwise."""

TREES_OF_SAMPLES: Final = 80
"""Trees of a forest whose trees see a sample each: what they weigh in memory counts."""

MOST_ROWS_PER_TREE: Final = 5_000

FEWEST_TREES: Final = 8
"""Trees that every forest has, however long they take."""

SECONDS: Final = 5.0
"""Time in which the folds are done: those that would end later are left out, and the
forest of the first stops growing."""

MOST_ITERATIONS: Final = 500

MOST_PRODUCTS: Final = 10_000_000_000
"""Multiplications of inputs by weights in a logistic regression, over all iterations:
a few seconds."""


@dataclass(frozen=True)
class Yardstick:
    """Score of one model on held-out rows.

    Parameters
    ----------
    kind : {"network", "constant", "line", "forest"}
    name : str
        Of the model, in the reader's language.
    score : float
        Accuracy, or R² as mean over the targets.
    error : float
        One standard error of the score.
    behind, behind_error : float
        How far the best is ahead, and one standard error of that, both on the same
        rows; 0 for the best itself.
    seconds : float
        Wall time of fitting and predicting.
    folds : int
        How many times it was fitted, each time without the rows it was scored on.
    train_rows, test_rows : int
        How many rows it was fitted on, the first time, and scored on in all.
    sampled : bool
        Whether these are a sample of more rows.
    """

    kind: Kind
    name: str
    score: float
    error: float
    behind: float
    behind_error: float
    seconds: float
    folds: int
    train_rows: int
    test_rows: int
    sampled: bool

    @property
    def behind_in_errors(self) -> float:
        """How far the best is ahead, in standard errors."""
        if self.behind_error:
            return self.behind / self.behind_error
        return float("inf") if self.behind else 0.0

    @property
    def note(self) -> str:
        """What is to be said about the rows."""
        if self.sampled:
            return _(
                "fitted on a sample of {train:,} rows and scored on {test:,} rows"
            ).format(train=self.train_rows, test=self.test_rows)
        if self.folds == 1:
            return ngettext(
                "scored on {test:,} row that trained none of them",
                "scored on {test:,} rows that trained none of them",
                self.test_rows,
            ).format(test=self.test_rows)
        return _(
            "each fitted {folds} times, and scored on {test:,} rows, none of which "
            "trained the model that answered it"
        ).format(folds=self.folds, test=self.test_rows)


def why_no_yardstick(y: Array, folds: Sequence[Fold], task: Task) -> str | None:
    """Why simpler models cannot be compared, in a sentence, or ``None`` if they can.

    Examples
    --------
    >>> y = np.array([0, 1, 0, 1])
    >>> why_no_yardstick(y, [(np.arange(4), np.arange(0))], "classification")
    'There are no rows held out to compare simpler models on.'
    """
    if not sum(len(test) for _train, test in folds):
        return _("There are no rows held out to compare simpler models on.")
    if sum(len(test) for _train, test in folds) < 2:
        return _("A single row held out says nothing about which model is better.")
    if any(len(train) < 2 for train, _test in folds):
        return _("A single training row is not enough to fit simpler models.")
    if task == "classification":
        if any((y[train] == y[train[0]]).all() for train, _test in folds):
            return _("The training rows hold a single class: nothing to compare.")
    return None


def yardsticks(
    X: Array,
    y: Array,
    folds: Sequence[Fold],
    task: Task,
    *,
    network: Answer,
    seed: int = 0,
    jobs: int = -1,
    seconds: float = SECONDS,
) -> list[Yardstick]:
    """Score the network and simpler models on the same held-out rows.

    Parameters
    ----------
    X : array (N, d)
        Encoded and standardized.
    y : array (N,) or (N, K)
        Class numbers, or real numbers in any unit.
    folds : sequence of (int array, int array)
        Rows to fit on and rows to score on, time after time.
    task : {"classification", "regression"}
    network : callable
        Of the rows to fit on and those to answer: class numbers, or real numbers in
        the unit of ``y``, one for each row to answer.
    seed : int
        Of the sample and the forest, in [0, 2**64).
    jobs : int
        Threads of the forest; −1 for one per core allowed.
    seconds : float
        No fold is begun that would probably end later; the first always is, and its
        forest has as many trees as have grown by then.

    Returns
    -------
    list of Yardstick
        The network, the majority class or mean, logistic or ridge regression, and a
        random forest, the best first, among equals the simplest; empty where
        :func:`why_no_yardstick` gives a reason.

    Notes
    -----
    Errors as in :mod:`neurona.table.row_scores`. Of large tables a seeded sample is
    used: at most 20,000 rows and 10,000,000 numbers to fit on, and as many to score
    on. Each tree of the forest sees at most 5,000 rows, and a logistic regression has
    fewer iterations the larger the table is. Laws: the same arguments give the same
    answers fold by fold, with any number of threads; time alone decides how many of the
    folds are done, and where it is up before the first is, how many trees there are.
    """
    if why_no_yardstick(y, folds, task):
        return []
    most = max(2, min(MOST_ROWS, MOST_CELLS // max(1, X.shape[1])))
    chosen = [(sample(train, most, seed), sample(test, most, seed))
              for train, test in folds]  # fmt: skip
    if why_no_yardstick(y, chosen, task):
        # The sample missed every class but one.
        return []
    began, done = time.perf_counter(), 0
    forest = Forest(X, y, task, seed, jobs, began + seconds)
    contenders: dict[Kind, Answer] = {"network": network, "forest": forest}
    contenders |= simpler_models(X, y, task)
    answers: dict[Kind, list[Array]] = {kind: [] for kind in SIMPLEST_FIRST}
    took = dict.fromkeys(SIMPLEST_FIRST, 0.0)
    for train, test in chosen:
        for kind in SIMPLEST_FIRST:
            start = time.perf_counter()
            answers[kind].append(contenders[kind](train, test))
            took[kind] += time.perf_counter() - start
        done += 1
        spent = time.perf_counter() - began
        if spent * (done + 1) > seconds * done:
            break
    scored = np.concatenate([test for _train, test in chosen[:done]])
    found = {
        kind: score_rows(y[scored], np.concatenate(given), task)
        for kind, given in answers.items()
    }
    best = max(found.values(), key=lambda own: own.score)
    all_rows = [len(part) for fold in folds for part in fold]
    entries = []
    for kind, own in found.items():
        behind = lead_of(best, own) if own.score < best.score else (0.0, 0.0)
        entries.append(
            Yardstick(
                kind=kind,
                name=names(task, forest.cut_to)[kind],
                score=own.score,
                error=own.error,
                behind=behind[0],
                behind_error=behind[1],
                seconds=took[kind],
                folds=done,
                train_rows=len(chosen[0][0]),
                test_rows=len(scored),
                sampled=all_rows != [len(part) for fold in chosen for part in fold],
            )
        )
    return sorted(entries, key=lambda entry: -entry.score)


def sample(rows: Rows, most: int, seed: int) -> Rows:
    return rows[choose_sample(len(rows), most, seed)]


def names(task: Task, trees: int | None = None) -> dict[Kind, str]:
    """What each model is called, in the reader's language."""
    classes = task == "classification"
    forest = _("random forest")
    if trees is not None:
        forest = _("random forest of {trees} trees").format(trees=trees)
    return {
        "network": _("the network"),
        "constant": _("majority class") if classes else _("the mean"),
        "line": _("logistic regression") if classes else _("ridge regression"),
        "forest": forest,
    }


@dataclass
class Forest:
    """A random forest that grows until all its trees stand, or time is up.

    Parameters
    ----------
    X, y, task, seed, jobs
        As for :func:`yardsticks`.
    deadline : float
        On the clock of ``time.perf_counter``.
    cut_to : int or None
        Trees of the smallest forest that was cut short, None where none was.
    """

    X: Array
    y: Array
    task: Task
    seed: int
    jobs: int
    deadline: float
    cut_to: int | None = None

    def __call__(self, train: Rows, test: Rows) -> Array:
        """Fit on the first rows, and answer the others."""
        sampled = len(train) > MOST_ROWS_PER_TREE
        settings = {
            "n_estimators": 0,
            "max_samples": MOST_ROWS_PER_TREE if sampled else None,
            "random_state": self.seed % 2**32,
            "n_jobs": self.jobs,
            "warm_start": True,
        }
        if self.task == "classification":
            forest: Any = RandomForestClassifier(**settings)
        else:
            # A third of the features for each split, as Breiman advises.
            forest = RandomForestRegressor(max_features=1 / 3, **settings)
        X, y = self.X[train], truth_of(self.y[train])
        whole = TREES_OF_SAMPLES if sampled else TREES
        began, more = time.perf_counter(), min(FEWEST_TREES, whole)
        while more > 0:
            # Trees that are added are those of a forest grown at once.
            forest.n_estimators += more
            with quiet():
                forest.fit(X, y)
            now, grown = time.perf_counter(), forest.n_estimators
            in_time = (self.deadline - now) / ((now - began) / grown)
            more = int(min(whole - grown, in_time))
        if forest.n_estimators < whole:
            self.cut_to = min(self.cut_to or whole, forest.n_estimators)
        # Threads would add the trees' answers in an order of their own.
        forest.n_jobs = 1
        return np.asarray(forest.predict(self.X[test]))


def simpler_models(X: Array, y: Array, task: Task) -> dict[Kind, Answer]:
    """What answers some rows after being fitted on others, by its kind."""

    def answer(make: Callable[[Array], Any], train: Rows, test: Rows) -> Array:
        truth = truth_of(y[train])
        return fit_and_predict(make(truth), X[train], truth, X[test])

    def logistic(truth: Array) -> Any:
        products = len(truth) * X.shape[1] * len(np.unique(truth))
        iterations = min(MOST_ITERATIONS, max(1, MOST_PRODUCTS // max(1, products)))
        return LogisticRegression(max_iter=iterations)

    make: dict[Kind, Callable[[Array], Any]] = {
        "constant": lambda _truth: DummyRegressor(),
        "line": lambda _truth: RidgeCV(alphas=np.logspace(-2, 4, 13)),
    }
    if task == "classification":
        make = {"constant": lambda _truth: DummyClassifier(), "line": logistic}
    return {kind: partial(answer, made) for kind, made in make.items()}


def truth_of(y: Array) -> Array:
    """Targets as scikit-learn wants them: a single one has no axis of its own."""
    return y[:, 0] if y.ndim == 2 and y.shape[1] == 1 else y


def fit_and_predict(model: Any, X: Array, y: Array, X_new: Array) -> Array:
    # A yardstick that has not quite converged is a yardstick all the same.
    with quiet():
        model.fit(X, y)
        return np.asarray(model.predict(X_new))
