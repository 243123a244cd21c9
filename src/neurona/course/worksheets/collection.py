"""Worksheets: exercises of one worked step with other numbers, and their key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from neurona.course.worksheets.exercise import Exercise
from neurona.course.worksheets.practice import practice_step
from neurona.errors import OptionError
from neurona.messages import _, ngettext
from neurona.optimize import Optimizer, as_optimizer
from neurona.show.explanation import Explanation
from neurona.show.notation import DIGITS, Symbol
from neurona.show.page import (
    Block,
    Page,
    Paragraph,
    to_html,
    to_html_fragment,
    to_latex_document,
)
from neurona.show.wording import say

__all__ = ["MOST_EXERCISES", "Worksheets", "make_worksheets"]

MOST_EXERCISES: Final = 1000

PRINTED: Final = """
main > section ~ section { break-before: page; }
main > section > h2 { margin-top: 0; }
main + main { break-before: page; border-top: 3px double var(--line); }
main td, main th { padding-block: .12rem; }
@media print {
  @page { margin: 12mm 15mm; }
  html { font-size: 9.5pt; }
  body { line-height: 1.35; }
  h1 { font-size: 1.5rem; margin-bottom: .4rem; }
  main > p { margin: .25rem 0; max-width: none; }
  main > section > h2 { font-size: 1.25rem; margin: .3rem 0 .4rem; }
  main > section h3 { margin: .5rem 0 .15rem; }
  main .formulas { row-gap: 0; margin-block: .1rem; }
  main .formulas div > span { line-height: 1.7; padding-block: .2em; }
  main .formulas > div { padding-block: 0; }
  main .scroll { margin: .4rem 0; }
  main .scroll + p { margin: .3rem 0; }
  main td, main th { padding-block: .1rem; }
  main + main { border-top: 0; font-size: .88em; }
  main + main > section { display: grid; column-gap: 1.5rem;
    grid-template-columns: minmax(0, 2fr) minmax(0, 3fr); break-inside: avoid; }
  main + main > section ~ section { break-before: auto; margin-top: .7rem; }
  main + main > section > * { grid-column: 1 / 3; }
  main + main > section > section { grid-column: 2; }
  main + main > section > p + section { grid-column: 1; grid-row: span 2; }
  main + main .formulas { margin-left: .4rem; }
  main + main th, main + main td { padding: 0 .45rem; }
  main + main .formulas div > span { line-height: 1.5; padding-block: .1em; }
  main + main .scroll { margin: .2rem 0; }
}
"""
"""Each exercise on a page of its own, close enough that a small one fits on it.

Answers follow each other, what goes forward beside what goes back.
"""


CLOSE: Final[Mapping[str, str]] = {
    "11pt": "10pt",
    "margin=22mm": "margin=14mm",
    r"\begin{document}": r"\begin{document}"
    "\n\\setlength{\\jot}{1pt}\\setlength{\\LTpre}{4pt}\\setlength{\\LTpost}{4pt}"
    "\n\\setlength{\\abovedisplayskip}{3pt}\\setlength{\\belowdisplayskip}{3pt}",
}
"""What makes a LaTeX document close enough that a small exercise fits on a page."""


@dataclass(frozen=True, eq=False)
class Worksheets(Explanation):
    """Exercises of one step with other numbers, and the answers.

    Parameters
    ----------
    network : str
    exercises : tuple of Exercise
    """

    kind = "worksheets"

    network: str
    exercises: tuple[Exercise, ...]

    def page(self) -> Page:
        """The exercises: typeset without answers to be filled in, with them as key."""
        return Page(_("One training step by hand"), self.blocks())

    def key(self) -> Page:
        """The same exercises under the title of the answer key."""
        return Page(_("Answer key"), self.blocks())

    def blocks(self) -> tuple[Block, ...]:
        """What to do, and the exercises."""
        first, count = self.exercises[0], len(self.exercises)
        said = ngettext(
            "{count} exercise on a {network} network, with the loss {loss} and the "
            "optimizer {optimizer}.",
            "{count} exercises on a {network} network, with the loss {loss} and the "
            "optimizer {optimizer}.",
            count,
        ).format(
            count=count,
            network=self.network,
            loss=first.loss.name,
            optimizer=first.request.optimizer.name,
        )
        rounding = _("Fill in every blank, to five significant digits.")
        legend = _(
            "{w} leads from number i of what layer [l] reads to its unit j; z is a "
            "weighted sum, a an activation, {delta} stands for ∂L/∂z."
        )
        return (
            Paragraph((said, " ", rounding)),
            say(legend, w=Symbol("w", "ij", "l"), delta=Symbol("δ")),
            *[exercise.section() for exercise in self.exercises],
        )

    def to_html(
        self, digits: int = DIGITS, answers: bool = False, *, key: bool = True
    ) -> str:
        """One HTML file: each exercise on its own printed page, the key at the end.

        Parameters
        ----------
        digits : int
            Significant digits of the answers.
        key : bool
            Whether the answers are in the same file; see :meth:`key_to_html`.
        """
        document = with_style(to_html(self.page(), digits, answers))
        if not key:
            return document
        appended = to_html_fragment(self.key(), digits, answers=True)
        return document.replace("</body>", f"{appended}\n</body>")

    def key_to_html(self, digits: int = DIGITS) -> str:
        """The answer key as a file of its own."""
        return with_style(to_html(self.key(), digits, answers=True))

    def to_latex(
        self, digits: int = DIGITS, answers: bool = False, *, key: bool = True
    ) -> str:
        """One LaTeX document, each exercise on its own page, the key at the end."""
        document = on_pages(to_latex_document(self.page(), digits, answers))
        if not key:
            return document
        begin, end = r"\begin{document}", r"\end{document}"
        appended = self.key_to_latex(digits).partition(begin)[2].partition(end)[0]
        return document.replace(end, f"\\clearpage\n{appended}\n{end}")

    def key_to_latex(self, digits: int = DIGITS) -> str:
        """The answer key as a document of its own."""
        return on_pages(to_latex_document(self.key(), digits, answers=True))

    def record(self) -> dict[str, Any]:
        """The steps for programs: the seed of each, and all of its numbers."""
        return {
            "network": self.network,
            "exercises": [
                {"number": e.number, "seed": e.seed, "step": e.step}
                for e in self.exercises
            ],
        }


def with_style(document: str) -> str:
    return document.replace("</style>", f"{PRINTED}</style>", 1)


def on_pages(document: str) -> str:
    """Begin a page before every exercise but the first, which follows the title.

    They alone are sections of the first rank.
    """
    for roomy, close in CLOSE.items():
        document = document.replace(roomy, close, 1)
    before, section, rest = document.partition(r"\section*{")
    return before + section + rest.replace(section, rf"\clearpage{section}")


def make_worksheets(
    network: str = "2-2-1",
    *,
    seeds: Iterable[int] = range(1, 31),
    activation: str = "sigmoid",
    output: str = "identity",
    loss: str | None = None,
    optimizer: str | Optimizer = "sgd",
    learning_rate: float = 0.5,
) -> Worksheets:
    """Make exercises of one training step, one for each seed.

    Parameters
    ----------
    network : str
        Numbers of units, inputs first.
    seeds : iterable of int
        The same seed always gives the same numbers.
    activation, output : str
        Of the hidden layers and of the last.
    loss : str, optional
        By default what goes with the output.
    optimizer : str or Optimizer
        An instance brings its own learning rate.
    learning_rate : float

    Raises
    ------
    OptionError
        There are no seeds or too many, a name is unknown, or the network is too large
        to be worked through by hand.

    Examples
    --------
    >>> sheets = make_worksheets("2-2-1", seeds=[1, 2])
    >>> sheets.exercises[1].seed, "<main>" in sheets.to_html()
    (2, True)
    """
    numbers = list(seeds)
    if not 0 < len(numbers) <= MOST_EXERCISES:
        raise OptionError(
            _("the seeds must be from 1 to {most}, one for each exercise").format(
                most=MOST_EXERCISES
            )
        )
    if not isinstance(optimizer, Optimizer):
        optimizer = as_optimizer(optimizer, learning_rate=learning_rate)
    work = partial(
        practice_step,
        network,
        activation=activation,
        output=output,
        loss=loss,
        optimizer=optimizer,
    )
    exercises = (
        Exercise(number, seed, work(seed=seed))
        for number, seed in enumerate(numbers, start=1)
    )
    return Worksheets(network, tuple(exercises))
