"""All errata: by topic, as a page, as notes for other pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from neurona.errata.erratum import Erratum
from neurona.errata.functions import errors_on_functions
from neurona.errata.learning import errors_on_learning
from neurona.errata.neurons import errors_on_neurons
from neurona.errors import OptionError, unknown_name
from neurona.messages import _, language, ngettext
from neurona.show.explanation import Explanation
from neurona.show.page import Note, Page, Paragraph, Section

__all__ = ["TOPICS", "Errata", "errata", "errata_page", "note_for"]

TOPICS: Final = (
    "activation",
    "adam",
    "backpropagation",
    "bias",
    "cross_entropy",
    "data",
    "derivative",
    "features",
    "fitting",
    "heaviside",
    "initialization",
    "learning_rate",
    "likelihood",
    "linear_regression",
    "logic",
    "logistic_regression",
    "loss",
    "mcculloch_pitts",
    "momentum",
    "moving_average",
    "normalization",
    "output",
    "parameters",
    "perceptron",
    "regression",
    "regularization",
    "relu",
    "separability",
    "softmax",
    "split",
    "tanh",
    "training",
    "weight_decay",
    "xor",
)
"""What errata are about. Activations, optimizers and losses have their own names."""


@dataclass(frozen=True)
class Errata(Explanation):
    """Errata on a topic, or all of them.

    Parameters
    ----------
    topic : str
        Empty for all.
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
        titles = titles_of_notes()
        sections = tuple(
            Section(
                (titles[notes],),
                tuple(e.section() for e in found if e.places[0].startswith(notes)),
            )
            for notes in titles
            if any(e.places[0].startswith(notes) for e in found)
        )
        return Page(_("Errata"), (Paragraph((count,)), *sections), language())

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
        One of :data:`TOPICS`; by default all.

    Raises
    ------
    OptionError
        There is no such topic; the message offers the nearest names.

    Examples
    --------
    >>> errata("softmax")[0].places
    ('S2:825',)
    """
    if topic is not None and topic not in TOPICS:
        raise OptionError(unknown_name(_("topic"), topic, TOPICS))
    every = (*errors_on_neurons(), *errors_on_functions(), *errors_on_learning())
    found = [e for e in every if topic is None or topic in e.topics]
    return tuple(sorted(found, key=lambda e: reading_order(e.places[0])))


def reading_order(place: str) -> tuple[str, int]:
    notes, _colon, line = place.partition(":")
    return notes, int(line.partition("-")[0])


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


def titles_of_notes() -> dict[str, str]:
    return {
        "S0": _("S0: why models that are not linear"),
        "S1": _("S1: the neuron, the perceptron and backpropagation"),
        "S2": _("S2: from McCulloch-Pitts to deep networks"),
        "S3": _("S3: computational graphs and Jacobians"),
        "S4": _("S4: linear models, likelihood, initialization"),
    }
