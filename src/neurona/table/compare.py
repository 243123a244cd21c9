"""The network beside its yardsticks, on the test rows of its own split."""

from __future__ import annotations

from dataclasses import dataclass

from neurona.table.train import TrainedTable
from neurona.table.yardstick import Yardstick, verdict, why_no_yardstick, yardsticks
from neurona.train.metrics import predicted_classes

__all__ = ["Comparison", "compare"]


@dataclass(frozen=True)
class Comparison:
    """Scores of the network and of simpler models, and what they mean.

    Parameters
    ----------
    entries : tuple of Yardstick
        Empty where nothing can be compared.
    sentence : str
        The verdict, or why there is none.
    """

    entries: tuple[Yardstick, ...]
    sentence: str


def compare(trained: TrainedTable) -> Comparison:
    """Fit simpler models on the training rows and score all on the test rows."""
    plan = trained.plan
    task, split = plan.schema.task, plan.split
    reason = why_no_yardstick(plan.y, split.train, split.test, task)
    if reason is not None:
        return Comparison((), reason)
    rows = plan.X[split.test]
    if task == "classification":
        predictions = predicted_classes(plan.model.output(rows))
    else:
        predictions = plan.model.network.predict_mean(rows)
    found = yardsticks(
        plan.X,
        plan.y,
        split.train,
        split.test,
        task,
        network_predictions=predictions,
        seed=plan.options.seed,
    )
    return Comparison(tuple(found), verdict(found))
