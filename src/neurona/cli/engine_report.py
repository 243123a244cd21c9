"""What ``neurona info`` tells of the engine and of the program it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from neurona.cli.console import results
from neurona.data.batches import rows_per_batch
from neurona.errors import OptionError
from neurona.messages import _
from neurona.model_file.trained_step import trained_options
from neurona.native.available import (
    engine_available,
    instruction_set,
    instruction_sets,
    missing_engine_sentence,
)
from neurona.native.lower import lower_graph_to_program
from neurona.native.task import CannotLower
from neurona.native.threads import allowed_threads
from neurona.network import load
from neurona.table.model import check_there
from neurona.train.step import LOSS_SUM, WEIGHT_SUM, build_step

__all__ = ["show_engine", "show_step_program"]

EXAMPLE_ROWS: Final = 1024
"""Rows that a program is planned for where the batch was all of them."""


def show_engine() -> None:
    """Print which engine computes here, its instruction set and its threads."""
    if not engine_available():
        lines = [missing_engine_sentence()]
    else:
        sets = ", ".join(instruction_sets())
        lines = [
            _("engine: native"),
            _("instruction set: {used} (of {known})").format(
                used=instruction_set(), known=sets
            ),
            _("threads: at most {count}").format(count=allowed_threads()),
            _("precision: float32, float64"),
        ]
    for line in lines:
        results().print(line, markup=False)


def show_step_program(path: Path) -> None:
    """Print the program of the training step that made a model.

    Raises
    ------
    ModelFileError
        The file is not a whole model.
    OptionError
        The model was not trained, or the engine is not there or cannot run its step.
    """
    check_there(path)
    if not engine_available():
        raise OptionError(missing_engine_sentence())
    network = load(path)
    if network.training is None or network.losses is None:
        raise OptionError(
            _("{path} was not trained, so there is no step to show").format(path=path)
        )
    options = trained_options(network.architecture, network.losses, network.training)
    size = network.training["batch_size"]
    try:
        program = lower_graph_to_program(
            build_step(network.architecture, options).graph,
            dtype=network.dtype,
            most_rows=rows_per_batch(size, EXAMPLE_ROWS),
            sums=(LOSS_SUM, WEIGHT_SUM),
        )
    except CannotLower as error:
        raise OptionError(
            _("this step runs on the reference: {reason}").format(reason=error)
        ) from error
    results().print(str(program), markup=False, soft_wrap=True)
