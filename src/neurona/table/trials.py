"""Settings tried: a table's network trained with and without a change."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import numpy as np

from neurona.arrays import Array
from neurona.errors import NeuronaError
from neurona.table.again import train_again
from neurona.table.folds import Fold, Rows, folds_of
from neurona.table.row_scores import SURE, balanced_hits, lead_of, score_rows
from neurona.table.train import TrainingPlan
from neurona.train.metrics import predicted_classes

if TYPE_CHECKING:
    from neurona.table.yardstick import Yardstick

__all__ = ["SECONDS", "Changes", "Trials", "TriedChange", "run_trials"]

Changes: TypeAlias = Mapping[str, Any]
Measure: TypeAlias = Literal["accuracy", "balanced accuracy", "r2"]

SECONDS: Final = 15.0
"""Time in which trials are done; those that would end later are left out."""

LEAST: Final = 1e-7
"""Probability below which a wrong answer costs no more."""

FEWEST_FOLDS: Final = 2
"""Folds that are done of the settings as they are; where these alone would take more
than a quarter of the time, nothing is tried."""


@dataclass(frozen=True)
class TriedChange:
    """What one change of settings gave.

    Parameters
    ----------
    options : mapping of str to value
        The change; empty for the settings as they are.
    measure : {"accuracy", "balanced accuracy", "r2"}
        Balanced, the mean over the classes, where the change weighs them.
    score, error : float
        On rows that did not train, and one standard error.
    lead, lead_error : float
        Over the settings as they are, by the same measure, and one standard error, in
        pairs of rows.
    usual_score, usual_error : float
        Of the settings as they are, by the same measure.
    accuracy_lead : float or None
        Over them in plain accuracy, where the measure is another.
    loss_change : float or None
        Of the mean cross-entropy of the answers, below 0 for better ones; ``None`` for
        a regression, and where classes are weighed.
    constant : float
        Score of always the same answer.
    """

    options: Changes
    measure: Measure
    score: float
    error: float
    lead: float
    lead_error: float
    usual_score: float
    usual_error: float
    accuracy_lead: float | None = None
    loss_change: float | None = None
    constant: float = 0.0

    @property
    def rescues(self) -> bool:
        """Whether it surely beats a constant that the settings as they are do not.

        Answers that ran away have so large a variance that no lead over them is sure.
        """
        return (
            self.usual_score <= self.constant
            and self.score - SURE * self.error > self.constant
        )

    @property
    def helps(self) -> bool:
        """Whether it is better by more than two standard errors, or rescues.

        More right answers at the price of worse probabilities are no help, unless
        those of the settings as they are say nothing.
        """
        is_sure = self.lead > SURE * self.lead_error
        return self.rescues or (is_sure and not (self.loss_change or 0) > 0)


@dataclass(frozen=True)
class Trials:
    """What was tried, on which rows.

    Parameters
    ----------
    trials : tuple of TriedChange
        In the order in which they were tried.
    folds : int
        How many times each was trained.
    rows : int
        Rows that were answered, none by a network that it trained; all of them where
        the table holds every case there can be.
    left_out : int
        Changes that were not tried because time was up.
    seconds : float
    joined : float or None
        Score by folds of the model, where it joins several networks while each trial
        trains one: nothing is worth it that does not score above.
    yardsticks : tuple of Yardstick
        The settings as they are beside simpler models, on the same folds; empty where
        they were not compared.
    """

    trials: tuple[TriedChange, ...]
    folds: int
    rows: int
    left_out: int
    seconds: float
    joined: float | None = None
    yardsticks: tuple[Yardstick, ...] = ()

    def advises(self, trial: TriedChange) -> bool:
        """Whether a change helps, and beats the model that is there already."""
        if self.joined is None:
            return trial.helps
        is_same = trial.measure != "balanced accuracy"
        return trial.helps and is_same and trial.score > self.joined

    @property
    def best(self) -> TriedChange | None:
        """The change that helps most, by the share of what is missing that it gains.

        What finds more of a rare class at the cost of others is for a person to choose.
        """
        helpful = [
            trial
            for trial in self.trials
            if self.advises(trial) and not (trial.accuracy_lead or 0) < 0
        ]
        return max(
            helpful,
            key=lambda trial: trial.lead / max(1 - trial.usual_score, 1e-9),
            default=None,
        )

    def of(self, changes: Changes) -> TriedChange | None:
        """What a change gave, if it was tried."""
        return next((t for t in self.trials if t.options == changes), None)


def run_trials(
    plan: TrainingPlan,
    changes: Sequence[Changes],
    *,
    seconds: float = SECONDS,
    tell: Callable[[Changes], None] = lambda changes: None,
) -> Trials:
    """Train a table's network with each change and without, on the same folds.

    Parameters
    ----------
    plan : TrainingPlan
    changes : sequence of mapping of str to value
        Of :class:`neurona.table.options.TrainOptions`, the likeliest to help first.
    seconds : float
        A change that would probably end later is left out.
    tell : callable
        Called with each change before it is tried.

    Notes
    -----
    Same folds, same seeds, and each network trained in full, so a lead is one of the
    settings on rows not seen; of several changes the best is somewhat flattered. A
    change whose network diverges has not helped, and counts as left out.
    """
    folds, began = trial_folds(plan), time.perf_counter()
    if FEWEST_FOLDS * seconds_of_one(plan) > seconds / 4:
        folds = []
    usual: list[Array] = []
    tell({})
    for train, test in folds:
        if len(usual) >= FEWEST_FOLDS and since(began) > seconds / 4:
            break
        usual.append(answer(plan, {}, train, test))
    folds, spent = folds[: len(usual)], since(began)
    found: list[TriedChange] = []
    for change in changes:
        # What trains for more epochs takes as many times longer.
        longer = change.get("epochs", plan.recipe.epochs) / plan.recipe.epochs
        if not folds or since(began) + spent * longer > seconds:
            continue
        tell(change)
        try:
            given = [answer(plan, change, train, test) for train, test in folds]
        except NeuronaError:
            # What diverges does not help.
            continue
        found.append(judge(plan, change, folds, given, usual))
    return Trials(
        trials=tuple(found),
        folds=len(folds),
        rows=sum(len(test) for _train, test in folds),
        left_out=len(changes) - len(found),
        seconds=since(began),
        joined=joined_score(plan),
        yardsticks=compare_usual(plan, folds, usual),
    )


def seconds_of_one(plan: TrainingPlan) -> float:
    """Time that one network took, about: a model of several took that of them all."""
    network = plan.model.network
    if network.history is None:
        return 0.0
    by_folds = (network.preparation or {}).get("by_folds")
    if not isinstance(by_folds, Mapping):
        return network.history.seconds
    ways = sum(entry["penalty"] is not None for entry in by_folds["tried"])
    folds = {entry["fold"] for entry in by_folds.get("members", ())} - {None}
    return network.history.seconds / max(ways * max(len(folds), 1), 1)


def joined_score(plan: TrainingPlan) -> float | None:
    """Score by folds that a model of several networks was saved with."""
    by_folds = (plan.model.network.preparation or {}).get("by_folds")
    if not isinstance(by_folds, Mapping):
        return None
    is_regression = plan.schema.task == "regression"
    score = by_folds["metrics"].get("r2" if is_regression else "accuracy")
    return None if score is None else float(score)


def compare_usual(
    plan: TrainingPlan, folds: Sequence[Fold], usual: Sequence[Array]
) -> tuple[Yardstick, ...]:
    """The settings as they are beside simpler models; none where rows are too few."""
    if len(folds) < FEWEST_FOLDS or joined_score(plan) is not None:
        return ()
    # scikit-learn takes a second to load: only what compares pays for it.
    from neurona.table.yardstick import yardsticks

    task, given = plan.schema.task, iter(usual)

    def network(_train: Rows, _test: Rows) -> Array:
        output = next(given)
        if task == "classification":
            return predicted_classes(output)
        return output

    y = plan.y
    if task == "regression":
        y = plan.model.encoders.inverse_target(y)
    return tuple(
        yardsticks(plan.X, y, folds, task, network=network, seed=plan.options.seed)
    )


def since(began: float) -> float:
    return time.perf_counter() - began


def trial_folds(plan: TrainingPlan) -> list[Fold]:
    """Folds to judge by; where every case there can be trains, all rows are both."""
    if plan.holds_every_case:
        rows = np.arange(len(plan.y))
        return [(rows, rows)]
    return folds_of(plan)


def answer(plan: TrainingPlan, changes: Changes, train: Rows, test: Rows) -> Array:
    """Probabilities of the classes, or numbers, after training with changes."""
    return train_again(plan, train, changes).model.output(plan.X[test])


def judge(
    plan: TrainingPlan,
    changes: Changes,
    folds: Sequence[Fold],
    given: Sequence[Array],
    usual: Sequence[Array],
) -> TriedChange:
    """Compare answers with and without a change, row by row."""
    truth = plan.y[np.concatenate([test for _train, test in folds])]
    constant, classes = 0.0, np.unique(truth, return_counts=True)[1]
    outputs = [np.concatenate(answers) for answers in (given, usual)]
    plain = loss_change = None
    if plan.schema.task == "regression":
        truth = plan.model.encoders.inverse_target(truth)
        measure: Measure = "r2"
        new, old = (score_rows(truth, output, "regression") for output in outputs)
    else:
        answers = [predicted_classes(output) for output in outputs]
        hits = [score_rows(truth, given, "classification") for given in answers]
        if "class_weight" in changes:
            measure, constant = "balanced accuracy", 1 / len(classes)
            new, old = (balanced_hits(truth, given) for given in answers)
            plain = hits[0].score - hits[1].score
        else:
            measure, constant = "accuracy", float(classes.max() / len(truth))
            new, old = hits
            losses = [cross_entropy(truth, output) for output in outputs]
            loss_change = losses[0] - losses[1]
    lead, lead_error = lead_of(new, old)
    return TriedChange(
        options=dict(changes),
        measure=measure,
        score=new.score,
        error=new.error,
        lead=lead,
        lead_error=lead_error,
        usual_score=old.score,
        usual_error=old.error,
        accuracy_lead=plain,
        loss_change=loss_change,
        constant=constant,
    )


def cross_entropy(truth: Array, probabilities: Array) -> float:
    """Mean of −log p of the true class, p being at least 10⁻⁷."""
    right = probabilities[np.arange(len(truth)), truth.reshape(-1)]
    return float(-np.log(np.maximum(right, LEAST)).mean())
