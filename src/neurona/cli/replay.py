"""``neurona replay``: a step of the run that trained a model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from neurona.cli.asked import command_of
from neurona.cli.declare import argument
from neurona.cli.owners import REPLAY
from neurona.messages import _

if TYPE_CHECKING:
    from neurona.cli.asked import Asked
    from neurona.show.explanation import Explanation

__all__ = ["replay_command"]


def replay_command() -> Callable[..., int]:
    """The command, its texts in the language in use."""
    words = [
        argument("subject", str, "MODEL", _("A saved model.")),
        argument("data", str, "DATA", _("The table that trained it.")),
        argument("step", int, "STEP", _("Which step, counted from 1.")),
    ]
    return command_of(replay, words, REPLAY)


def replay(asked: Asked) -> Explanation:
    """The step, or the rows that moved its loss."""
    assert asked.subject is not None
    assert asked.data is not None
    assert asked.step is not None
    # What replays is loaded when it replays, so that help comes at once.
    from neurona.cli.past_run import replay_of_table
    from neurona.study import rank_rows

    step = replay_of_table(asked, Path(asked.subject), asked.data, asked.step)
    return rank_rows(step) if asked.which_rows else step
