"""An honest yardstick: what simpler models reach on the very same rows."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.linear_model import LogisticRegression, RidgeCV

from neurona.arrays import Array
from neurona.data.split import choose_sample
from neurona.errors import OptionError
from neurona.messages import _, ngettext
from neurona.train.metrics import r2
from neurona.train.quiet import quiet

__all__ = ["Yardstick", "verdict", "why_no_yardstick", "yardsticks"]

Rows: TypeAlias = NDArray[np.int64]
Task: TypeAlias = Literal["classification", "regression"]
Kind: TypeAlias = Literal["network", "constant", "line", "forest"]

MOST_ROWS: Final = 20_000
"""Rows to fit on, and rows to score on, at most."""

MOST_CELLS: Final = 10_000_000
"""Numbers to fit on, and to score on, at most: 80 MB in float64."""

TREES: Final = 200
TREES_OF_SAMPLES: Final = 80
"""Trees of a forest whose trees see a sample each: what they weigh in memory counts."""

MOST_ROWS_PER_TREE: Final = 5_000


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
    seconds : float
        Wall time of fitting and predicting; 0 for the network, which is trained.
    train_rows, test_rows : int
        How many rows it was fitted and scored on.
    sampled : bool
        Whether these are a sample of more rows.
    """

    kind: Kind
    name: str
    score: float
    error: float
    seconds: float
    train_rows: int
    test_rows: int
    sampled: bool

    @property
    def note(self) -> str:
        """What is to be said about the rows; empty where all of them were used."""
        if not self.sampled:
            return ""
        if self.kind == "network":
            return _("scored on a sample of {test:,} rows").format(test=self.test_rows)
        return _(
            "fitted on a sample of {train:,} rows and scored on {test:,} rows"
        ).format(train=self.train_rows, test=self.test_rows)


def why_no_yardstick(
    y: Array, train_rows: Rows, test_rows: Rows, task: Task
) -> str | None:
    """Why simpler models cannot be compared, in a sentence, or ``None`` if they can.

    Examples
    --------
    >>> y = np.array([0, 1, 0, 1])
    >>> why_no_yardstick(y, np.arange(4), np.arange(0), "classification")
    'There are no test rows to compare simpler models on.'
    """
    if len(test_rows) == 0:
        return _("There are no test rows to compare simpler models on.")
    if len(train_rows) < 2:
        return _("A single training row is not enough to fit simpler models.")
    if task == "classification":
        truth = y[train_rows]
        if (truth == truth[0]).all():
            return _("The training rows hold a single class: nothing to compare.")
    return None


def yardsticks(
    X: Array,
    y: Array,
    train_rows: Rows,
    test_rows: Rows,
    task: Task,
    *,
    network_predictions: Array,
    seed: int = 0,
    jobs: int = -1,
) -> list[Yardstick]:
    """Score the network and simpler models on the same held-out rows.

    Parameters
    ----------
    X : array (N, d)
        Encoded and standardized.
    y : array (N,) or (N, K)
        Class numbers, or real numbers in any unit.
    train_rows, test_rows : int array
        Rows of X and y.
    task : {"classification", "regression"}
    network_predictions : array (len(test_rows),) or (len(test_rows), K)
        Class numbers, or real numbers in the unit of ``y``, one per test row.
    seed : int
        Of the sample and the forest, in [0, 2**64).
    jobs : int
        Threads of the forest; −1 for one per core allowed.

    Returns
    -------
    list of Yardstick
        The network, the majority class or mean, logistic or ridge regression, and a
        random forest; empty where :func:`why_no_yardstick` gives a reason.

    Raises
    ------
    OptionError
        Not one prediction per test row.

    Notes
    -----
    Standard errors, with n test rows: of an accuracy with h hits, √(p(1−p)/(n+3)) at
    p = (h+1)/(n+2), the deviation that n rows leave of an unknown accuracy: unlike
    √(p(1−p)/n) it is not 0 where few rows happen to be all right; of
    R² = 1 − mean(e²)/mean(d²), by the delta method over rows,
    √(Var(e² − (1−R²) d²)/n) / mean(d²), where e = y − ŷ and d = y − ȳ; with several
    targets the rows' terms are averaged over the targets first.

    Of large tables a seeded sample is used: at most 20,000 rows and 10,000,000 numbers
    to fit on, and as many to score on, the network's too. Each tree of the forest sees
    at most 5,000 rows. Laws: the same arguments give the same scores and errors, with
    any number of threads.
    """
    if len(network_predictions) != len(test_rows):
        raise OptionError(
            _("{rows} test rows need one prediction each, not {found}").format(
                rows=len(test_rows), found=len(network_predictions)
            )
        )
    if why_no_yardstick(y, train_rows, test_rows, task):
        return []
    most = max(2, min(MOST_ROWS, MOST_CELLS // max(1, X.shape[1])))
    fitted = train_rows[choose_sample(len(train_rows), most, seed)]
    scored = choose_sample(len(test_rows), most, seed)
    chosen = test_rows[scored]
    if why_no_yardstick(y, fitted, chosen, task):
        # The sample missed every class but one.
        return []
    sampled = len(fitted) < len(train_rows) or len(chosen) < len(test_rows)
    X_train, y_train, X_test, truth = X[fitted], y[fitted], X[chosen], y[chosen]
    if y_train.ndim == 2 and y_train.shape[1] == 1:
        y_train = y_train[:, 0]

    def entry(kind: Kind, name: str, predicted: Array, seconds: float) -> Yardstick:
        score, error = score_and_error(truth, predicted, task)
        return Yardstick(
            kind, name, score, error, seconds, len(fitted), len(chosen), sampled
        )

    found = [entry("network", _("the network"), network_predictions[scored], 0.0)]
    for kind, name, make in models(task, len(fitted), seed, jobs):
        began = time.perf_counter()
        predicted = fit_and_predict(make(), X_train, y_train, X_test)
        found.append(entry(kind, name, predicted, time.perf_counter() - began))
    return found


def verdict(found: Sequence[Yardstick]) -> str:
    """What the comparison means, in one or two sentences.

    Notes
    -----
    The line wins where its score is at least the network's. Otherwise the network is
    better where it leads by more than one standard error, the larger of the two, and
    it is too close to call where it does not. A forest that leads the network by more
    than one standard error is named too.
    """
    scores = {entry.kind: entry for entry in found}
    if not {"network", "line"} <= set(scores):
        return _("There is nothing to compare the network with.")
    network, line = scores["network"], scores["line"]
    lead = network.score - line.score
    if lead < 0:
        text = _("A line ({name}) is better, by {lead:.4f}: use the line.").format(
            name=line.name, lead=-lead
        )
    elif lead == 0:
        text = _("A line ({name}) is as good: use the line.").format(name=line.name)
    elif lead > max(network.error, line.error):
        text = _(
            "The network is better than a line ({name}) by {lead:.4f}, "
            "more than one standard error."
        ).format(name=line.name, lead=lead)
    else:
        text = ngettext(
            "Network or line: too close to call on {rows:,} row.",
            "Network or line: too close to call on {rows:,} rows.",
            network.test_rows,
        ).format(rows=network.test_rows)
    forest = scores.get("forest")
    if forest is not None and lead > 0:
        behind = forest.score - network.score
        if behind > max(network.error, forest.error):
            text += " " + _("The forest is better still, by {lead:.4f}.").format(
                lead=behind
            )
    return text


def models(
    task: Task, rows: int, seed: int, jobs: int
) -> list[tuple[Kind, str, Callable[[], Any]]]:
    """Simpler models of a task, each with its name."""
    sampled = rows > MOST_ROWS_PER_TREE
    forest = {
        "n_estimators": min(TREES, TREES_OF_SAMPLES) if sampled else TREES,
        "max_samples": MOST_ROWS_PER_TREE if sampled else None,
        "random_state": seed % 2**32,
        "n_jobs": jobs,
    }
    if task == "classification":
        return [
            ("constant", _("majority class"), DummyClassifier),
            ("line", _("logistic regression"),
             lambda: LogisticRegression(max_iter=500)),
            ("forest", _("random forest"), lambda: RandomForestClassifier(**forest)),
        ]  # fmt: skip
    return [
        ("constant", _("the mean"), DummyRegressor),
        ("line", _("ridge regression"),
         lambda: RidgeCV(alphas=np.logspace(-2, 4, 13))),
        # A third of the features for each split, as Breiman advises.
        ("forest", _("random forest"),
         lambda: RandomForestRegressor(max_features=1 / 3, **forest)),
    ]  # fmt: skip


def fit_and_predict(model: Any, X: Array, y: Array, X_new: Array) -> Array:
    # A yardstick that has not quite converged is a yardstick all the same.
    with quiet():
        model.fit(X, y)
        if "n_jobs" in model.get_params():
            # Threads would add the trees' answers in an order of their own.
            model.n_jobs = 1
        return np.asarray(model.predict(X_new))


def score_and_error(truth: Array, predicted: Array, task: Task) -> tuple[float, float]:
    """Accuracy or R², and one standard error of it."""
    n = len(truth)
    if task == "classification":
        hits = int(np.sum(truth.reshape(n) == predicted.reshape(n)))
        expected = (hits + 1) / (n + 2)
        return hits / n, math.sqrt(expected * (1 - expected) / (n + 3))
    own = np.asarray(truth, np.float64).reshape(n, -1)
    rest = (own - np.asarray(predicted, np.float64).reshape(own.shape)) ** 2
    spread = (own - own.mean(axis=0)) ** 2
    whole = spread.mean(axis=0)
    score = r2(truth, predicted)
    varied = whole > 0
    if not varied.any():
        return score, 0.0
    ratio = rest.mean(axis=0)[varied] / whole[varied]
    terms = (rest[:, varied] - ratio * spread[:, varied]) / whole[varied]
    influence = terms.sum(axis=1) / own.shape[1]
    return score, float(math.sqrt(np.var(influence) / n))
