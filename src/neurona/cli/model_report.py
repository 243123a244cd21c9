"""What ``neurona info`` tells of a model file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from neurona.cli.console import results
from neurona.data.encoding.encode import Encoders
from neurona.messages import _
from neurona.network import load
from neurona.show.pictures.characters import spark
from neurona.table.model import check_there
from neurona.train.history import History

__all__ = ["show_model"]

CURVE_WIDTH = 40
"""Blocks of a curve."""


def show_model(path: Path) -> None:
    """Print layers, training, history and data of a model.

    Raises
    ------
    ModelFileError
        The file is not a whole model.
    """
    check_there(path)
    network = load(path)
    console = results()
    lines = [
        _("{path}: {dtype}, seed {seed}").format(
            path=path, dtype=network.dtype, seed=network.seed
        ),
        "",
        str(network.summary()),
    ]
    if network.training is not None:
        lines += ["", _("Training")]
        for name, value in network.training.items():
            if value is not None:
                lines.append(f"  {name}: {show_setting(value)}")
    history = network.history
    if history is not None and history.epochs:
        lines += ["", _("History")]
        lines.append(
            _("  {count} epochs, best {best}, ended by {stopped}").format(
                count=len(history),
                best=history.best_epoch or _("none"),
                stopped=ending_word(history),
            )
        )
        curves = {_("loss"): history.loss, _("validation"): history.validation_loss}
        width = max(map(len, curves))
        lines += [
            f"  {label:<{width}}  {curve(values)}  {values[-1]:.4f}"
            for label, values in curves.items()
            if values
        ]
    if network.preparation is not None:
        encoders = Encoders.from_json(network.preparation.get("encoders"))
        lines += ["", _("Data"), str(encoders.schema)]
    for line in lines:
        console.print(line, markup=False)


def ending_word(history: History) -> str:
    """Why a training ended, in a word or two."""
    return {
        "running": _("nothing yet"),
        "epochs": _("the number of epochs"),
        "patience": _("patience"),
        "callback": _("a callback"),
        "converged": _("convergence"),
        "stalled": _("a loss that fell no further"),
        "diverged": _("divergence"),
        "interrupted": _("an interruption"),
    }[history.stopped]


def show_setting(value: object) -> str:
    """Setting on one line: records as ``name(setting=value, …)``."""
    if isinstance(value, dict):
        name = value.get("name") or str(value.get("type", "")).partition(".")[2]
        rest = [
            f"{key}={show_setting(part)}" if key != "output" else show_setting(part)
            for key, part in value.items()
            if key not in ("name", "type") and part is not None
        ]
        return f"{name}({', '.join(rest)})" if name else ", ".join(rest)
    return f"{value:g}" if isinstance(value, float) else str(value)


def curve(values: Sequence[float]) -> str:
    return spark(values, CURVE_WIDTH, log=None)
