"""What was asked for on the command line, and every option in one table."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, get_type_hints

from neurona.cli.declare import OptionText, option, with_parameters
from neurona.messages import _

if TYPE_CHECKING:
    from neurona.explain.letters import Convention
    from neurona.optimize import Optimizer
    from neurona.show.explanation import Explanation

__all__ = ["OUTPUT", "SWITCHES", "Asked", "command_of", "options_of"]

OUTPUT: Final = frozenset({"format", "out", "digits", "details"})
"""Options of whatever writes an explanation."""


@dataclass(frozen=True)
class Asked:
    """Words and options of a command that explains, as they were typed."""

    subject: str | None = None
    data: str | None = None
    step: int | None = None
    activation: str | None = None
    output: str | None = None
    loss: str | None = None
    weights: str | None = None
    input: list[str] | None = None
    target: list[str] | None = None
    seed: int | None = None
    optimizer: str | None = None
    learning_rate: float | None = None
    set: list[str] | None = None
    at: list[str] | None = None
    steps: int | None = None
    beta: float = 0.9
    count: int = 1
    row: int | None = None
    rows: str | None = None
    reduction: str | None = None
    layer: list[str] | None = None
    unit: list[int] | None = None
    weight: list[str] | None = None
    largest: int | None = None
    member: list[int] | None = None
    which_rows: bool = False
    convention: str = "rows"
    through: bool = False
    checkpoint: Path | None = None
    validation: float | None = None
    test: float | None = None
    engine: str = "auto"
    format: str | None = None
    out: Path | None = None
    digits: int = 5
    details: bool = False
    answers: bool = False

    @property
    def chosen_convention(self) -> Convention:
        """The convention.

        Raises
        ------
        OptionError
            There is no such convention.
        """
        # What explains is loaded when it explains, so that help comes at once.
        from neurona.explain.letters import check_convention

        return check_convention(self.convention)

    @property
    def selection(self) -> dict[str, Any]:
        """Which derivatives to explain one by one."""
        return {
            "layers": self.layer or (),
            "units": self.unit or (),
            "weights": self.weight or (),
            "largest": self.largest,
            "members": self.member or (),
        }

    def rule(self, usual_rate: float | None = None) -> Optimizer | None:
        """The optimizer asked for; ``None`` where nothing was said of one.

        Parameters
        ----------
        usual_rate : float, optional
            The learning rate where another setting was given alone.
        """
        from neurona.cli.read_values import read_optimizer

        rate = self.learning_rate
        if rate is None and (self.optimizer is not None or self.set):
            rate = usual_rate
        return read_optimizer(self.optimizer, rate, self.set or ())


SWITCHES: Final = frozenset(
    field.name for field in fields(Asked) if isinstance(field.default, bool)
)
"""Options that no value follows."""


def option_texts() -> dict[str, OptionText]:
    """Every option by its name, in the order of a help page."""
    hand, table = _("A network by hand"), _("A model and its table")
    which, shown = _("Which derivatives"), _("How it is shown")
    return {
        "input": OptionText("1,0", _("What it reads; repeat it for a batch."), hand),
        "target": OptionText(
            "1", _("What it should give; a class is a number from 0."), hand
        ),
        "activation": OptionText(
            "NAME", _("Of the hidden layers; by default sigmoid."), hand
        ),
        "output": OptionText(
            "NAME", _("Of the last layer; by default the identity."), hand
        ),
        "weights": OptionText("FILE", _("JSON of the weights by name."), hand),
        "seed": OptionText("N", _("Draws what is not given."), hand),
        "row": OptionText("3", _("Row of the table, counted from 0."), table),
        "rows": OptionText("0:4", _("Rows of a mini-batch, counted from 0."), table),
        "at": OptionText("x=1", _("Where an expression is looked at.")),
        "loss": OptionText("NAME", _("What is minimized.")),
        "reduction": OptionText("mean|sum", _("Of the losses of a batch.")),
        "optimizer": OptionText("NAME", _("The rule of a step.")),
        "learning_rate": OptionText("0.1", _("How far a step goes.")),
        "set": OptionText(
            "NAME=VALUE", _("Another setting of the optimizer, such as beta_1=0.9.")
        ),
        "steps": OptionText("N", _("Steps of an optimizer on an expression.")),
        "beta": OptionText("β", _("How much of the average so far is kept.")),
        "count": OptionText("N", _("How many exercises.")),
        "through": OptionText("", _("At each epoch of the training, run again.")),
        "checkpoint": OptionText("DIR", _("Checkpoint of the run replayed.")),
        "validation": OptionText(
            "0.1", _("Share of rows held out in that run, where no model records it.")
        ),
        "test": OptionText(
            "0.1", _("Share of rows kept for the test in that run, likewise.")
        ),
        "engine": OptionText("auto|native|reference", _("What computed that run.")),
        "which_rows": OptionText("", _("Rank the rows that moved the loss most.")),
        "convention": OptionText(
            "rows|columns", _("Whether samples are rows or columns.")
        ),
        "layer": OptionText("NAME", _("Explain this layer's weights."), which),
        "unit": OptionText("1", _("Explain this unit, counted from 1."), which),
        "weight": OptionText(
            "NAME", _("Explain this weight, such as dense_1.weight[0,2]."), which
        ),
        "largest": OptionText("N", _("Explain the k largest derivatives."), which),
        "member": OptionText(
            "1", _("Of many networks side by side, this one, counted from 1."), which
        ),
        "answers": OptionText("", _("Fill in the blanks of an exercise.")),
        "format": OptionText(
            "text|html|latex|json", _("By default as the file is called."), shown
        ),
        "out": OptionText(
            "FILE", _("Where it is written; by default, standard output."), shown
        ),
        "digits": OptionText("N", _("Significant digits of the numbers."), shown),
        "details": OptionText("", _("Show what is folded, too."), shown),
    }


def options_of(names: Collection[str]) -> list[inspect.Parameter]:
    """Some of the options, as parameters of a command."""
    kinds = get_type_hints(Asked)
    defaults = {field.name: field.default for field in fields(Asked)}
    return [
        option(name, kinds[name], text, defaults[name])
        for name, text in option_texts().items()
        if name in names
    ]


def command_of(
    answer: Callable[[Asked], Explanation],
    words: Iterable[inspect.Parameter],
    names: Iterable[str],
) -> Callable[..., int]:
    """A command that writes what it answers.

    Parameters
    ----------
    answer : callable
    words : iterable of Parameter
        Its arguments: fields of :class:`Asked`.
    names : iterable of str
        Its options, besides those of the output.
    """

    def run(**given: Any) -> int:
        asked = Asked(**given)
        # What explains is loaded when it explains, so that help comes at once.
        from neurona.cli.output import choose_output, write_explanation

        output = choose_output(
            asked.format,
            asked.out,
            asked.digits,
            details=asked.details,
            answers=asked.answers,
            reads=(asked.subject, asked.data, asked.weights),
        )
        write_explanation(answer(asked), output)
        return 0

    return with_parameters(run, [*words, *options_of({*names} | OUTPUT)])
