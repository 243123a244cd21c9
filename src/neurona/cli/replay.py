"""``neurona replay``: a step of the run that trained a model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from neurona.cli.asked import command_of
from neurona.cli.declare import argument
from neurona.cli.owners import REPLAY
from neurona.errors import OptionError
from neurona.messages import _

if TYPE_CHECKING:
    from neurona.cli.asked import Asked
    from neurona.show.explanation import Explanation

__all__ = ["replay_command"]


def replay_command() -> Callable[..., int]:
    """The command, its texts in the language in use."""
    words = [
        argument("subject", str | None, "MODEL", _("A saved model.")),
        argument("data", str | None, "DATA", _("The table that trained it.")),
        argument("step", int | None, "STEP", _("Which step, counted from 1.")),
    ]
    return command_of(replay, words, REPLAY)


def replay(asked: Asked) -> Explanation:
    """The step, or the rows that moved its loss."""
    if asked.subject is None or asked.data is None or asked.step is None:
        raise OptionError(
            _("say which model, which table and which step: neurona replay {example}")
            .format(example="model.safetensors iris 12")
        )  # fmt: skip
    # What replays is loaded when it replays, so that help comes at once.
    from neurona.cli.past_run import replay_of_table
    from neurona.study import rank_rows

    step = replay_of_table(asked, Path(asked.subject), asked.data, asked.step)
    return rank_rows(step) if asked.which_rows else step
