"""Findings about classes: one that is rare and not found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from neurona.messages import _
from neurona.study.diagnosis.errors_by_part import answers_of, as_classes
from neurona.study.diagnosis.examination import Examination
from neurona.study.diagnosis.finding import Finding

__all__ = ["imbalance"]

UNEVEN: Final = 4.0
"""Rows of the commonest class for each of the rarest from which classes are uneven."""

FOUND: Final = 0.7
"""Share of the rarest class that must be found for it to be well."""

SAMPLE: Final = 4_000


def imbalance(found: Examination) -> Iterator[Finding]:
    """Rare class whose rows the network mostly takes for another."""
    if not found.classifies:
        return
    X, y = found.main.sample(SAMPLE)
    truth = as_classes(np.asarray(y, np.float64))
    if truth.ndim != 1:
        return
    classes, counts = np.unique(truth, return_counts=True)
    if len(classes) < 2 or counts.max() < UNEVEN * counts.min():
        return
    answers = answers_of(found.network, X).reshape(-1)
    recall = {int(c): float((answers[truth == c] == c).mean()) for c in classes}
    rarest = int(classes[np.argmin(counts)])
    most = float(counts.max() / counts.sum())
    if recall[rarest] >= FOUND:
        return
    right = float((answers == truth).mean())
    yield Finding(
        "imbalance",
        "serious" if recall[rarest] < 0.3 else "moderate",
        _(
            "The classes are uneven: {few} of {all} rows looked at are of class "
            "{name}, and the network finds {recall:.0%} of them. Its accuracy of "
            "{right:.1%} on these rows says little: always giving the commonest class "
            "reaches {most:.1%}."
        ).format(
            few=int(counts.min()),
            all=len(truth),
            name=class_name(found, rarest),
            recall=recall[rarest],
            right=right,
            most=most,
        ),
        weight_advice(found),
        {
            "counts": {str(c): int(n) for c, n in zip(classes, counts, strict=True)},
            "recall": {str(c): value for c, value in recall.items()},
            "accuracy": right,
        },
        () if found.training.get("class_weight") else ({"class_weight": "balanced"},),
    )


def weight_advice(found: Examination) -> str:
    """How to give a rare class more weight, as one says it to what trained."""
    if found.training.get("class_weight") is not None:
        return _("Collect more rows of the rare class; its weight is raised already.")
    # Classes have words where a table trained the network, by the command line.
    option = "--class-weight balanced" if found.classes else 'class_weight="balanced"'
    return _("Give the rare class more weight: {option}.").format(option=option)


def class_name(found: Examination, number: int) -> str:
    words = found.classes
    return repr(words[number]) if 0 <= number < len(words) else str(number)
