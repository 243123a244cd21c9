"""All errata: by topic, as a page, as notes for other pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from types import MappingProxyType
from typing import Any, Final

from neurona.errata.entries import ENTRIES
from neurona.errata.erratum import Erratum
from neurona.errors import OptionError, unknown_name
from neurona.messages import _, defer, ngettext
from neurona.show.explanation import Explanation
from neurona.show.find import find_by_words, words_of
from neurona.show.page import Note, Page, Paragraph, Section

__all__ = ["TOPICS", "Errata", "errata", "errata_page", "note_for"]

TOPICS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "activation": defer("activation"),
        "adam": "Adam",
        "backpropagation": defer("backpropagation"),
        "bias": defer("bias"),
        "cross_entropy": defer("cross-entropy"),
        "data": defer("data"),
        "derivative": defer("derivative, slope, gradient"),
        "features": defer("features, polynomial"),
        "fitting": defer("fitting, underfitting, overfitting"),
        "heaviside": defer("Heaviside, step"),
        "initialization": defer("initialization"),
        "learning_rate": defer("learning rate"),
        "likelihood": defer("likelihood"),
        "linear_regression": defer("linear regression"),
        "logic": defer("logic"),
        "logistic_regression": defer("logistic regression"),
        "loss": defer("loss, cost"),
        "mcculloch_pitts": "McCulloch-Pitts",
        "momentum": defer("momentum"),
        "moving_average": defer("moving average"),
        "normalization": defer("normalization, standardization"),
        "output": defer("output"),
        "parameters": defer("parameters, weights"),
        "perceptron": defer("perceptron"),
        "regression": defer("regression"),
        "regularization": defer("regularization"),
        "relu": "ReLU",
        "separability": defer("separability, separable"),
        "softmax": "softmax",
        "split": defer("split, test, validation"),
        "tanh": defer("tanh, hyperbolic tangent"),
        "training": defer("training, epochs"),
        "weight_decay": defer("weight decay"),
        "xor": "XOR",
    }
)
"""What errata are about, and words to find it by.

Activations, optimizers and losses have their own names.
"""

NOTES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "S0": defer("S0: why models that are not linear"),
        "S1": defer("S1: the neuron, the perceptron and backpropagation"),
        "S2": defer("S2: from McCulloch-Pitts to deep networks"),
        "S3": defer("S3: computational graphs and Jacobians"),
        "S4": defer("S4: linear models, likelihood, initialization"),
    }
)
"""Titles of the sets of notes."""


@dataclass(frozen=True)
class Errata(Explanation):
    """Errata on a topic, or all of them.

    Parameters
    ----------
    topic : str
        A topic, a set of notes or other words; empty for all.
    """

    kind = "errata"

    topic: str = ""

    @property
    def found(self) -> tuple[Erratum, ...]:
        """The errata, in the reader's language."""
        return errata(self.topic or None)

    def page(self) -> Page:
        """Printed, correct, why: one section for each, by notes."""
        found = self.found
        count = ngettext(
            "{count} error of the course notes. S0 to S4 are the five sets of notes; "
            "lines are counted in their text files.",
            "{count} errors of the course notes. S0 to S4 are the five sets of notes; "
            "lines are counted in their text files.",
            len(found),
        ).format(count=len(found))
        sections = tuple(
            Section((_(NOTES[notes]),), tuple(e.section() for e in own))
            for notes, own in groupby(found, lambda e: e.where[:2])
        )
        return Page(_("Errata"), (Paragraph((count,)), *sections))

    def record(self) -> dict[str, Any]:
        """The errata for programs."""
        return {
            "topic": self.topic or None,
            "errata": [erratum.record() for erratum in self.found],
        }


def errata(topic: str | None = None) -> tuple[Erratum, ...]:
    """Errors of the notes, in the order of the notes.

    Parameters
    ----------
    topic : str, optional
        One of :data:`TOPICS`, a set of notes such as S2, or words in any language; by
        default all.

    Raises
    ------
    OptionError
        There is no such topic; the message offers the nearest names.

    Examples
    --------
    >>> errata("softmax")[0].places, errata("tangente")[0].places
    (('S2:825',), ('S2:964',))
    """
    if topic is None:
        return ENTRIES
    if topic in TOPICS:
        return tuple(e for e in ENTRIES if topic in e.topics)
    if topic.upper() in NOTES:
        return tuple(e for e in ENTRIES if e.where.startswith(topic.upper()))
    words = {
        e: words_of(e.heading, e.name, *(TOPICS[own] for own in e.topics))
        for e in ENTRIES
    }
    chosen = find_by_words(topic, words)
    if not chosen:
        names = dict.fromkeys(_(name).partition(",")[0] for name in TOPICS.values())
        raise OptionError(unknown_name(_("topic"), topic, names))
    return chosen


def errata_page(topic: str | None = None) -> Page:
    """Page of the errata on a topic, or of all.

    Raises
    ------
    OptionError
        There is no such topic.

    Examples
    --------
    >>> errata_page("tanh").title
    'Errata'
    """
    if topic is not None:
        errata(topic)
    return Errata(topic or "").page()


def note_for(*topics: str) -> tuple[Note, ...]:
    """Errata on some topics as notes, each once; none where nothing is known.

    Parameters
    ----------
    *topics : str
        Names of activations, losses, optimizers or of what a view is about; others
        than :data:`TOPICS` are passed over.

    Examples
    --------
    >>> note_for("tanh", "activation", "gelu")[0].kind
    'erratum'
    >>> note_for("gelu")
    ()
    """
    wanted = set(topics)
    return tuple(e.note() for e in errata() if wanted & set(e.topics))
