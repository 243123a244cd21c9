"""What is explained: a network by hand or a trained model, and some rows."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from neurona.errors import OptionError
from neurona.messages import _

if TYPE_CHECKING:
    from neurona.cli.asked import Asked
    from neurona.explain.step.worked_step import WorkedStep
    from neurona.network import Network
    from neurona.nn.losses import Loss

__all__ = ["Subject", "find_network", "find_subject", "kind_of"]


def kind_of(subject: str) -> str:
    """Whether a subject is a ``network``, ``model``, ``expression`` or ``series``.

    Examples
    --------
    >>> kind_of("2-2-1"), kind_of("./step"), kind_of("30,28,31"), kind_of("2-x")
    ('network', 'model', 'series', 'expression')
    """
    # Unlike Path.is_file, this one takes what is too long for a name as no file.
    if subject.endswith(".safetensors") or os.path.isfile(subject):
        return "model"
    if subject.startswith(("./", "../", "/")):
        return "model"
    sizes = subject.split("-")
    if len(sizes) > 1 and all(size.isdecimal() for size in sizes):
        return "network"
    numbers = subject.split(",")
    return "series" if len(numbers) > 1 and all_numbers(numbers) else "expression"


def all_numbers(texts: list[str]) -> bool:
    try:
        return [float(text) for text in texts] != []
    except ValueError:
        return False


@dataclass(frozen=True, eq=False)
class Subject:
    """A network, and the rows it is explained on.

    Parameters
    ----------
    network : Network
    x, y : array
    loss : Loss or str or None
    options : dict
        What a worked step is told besides.
    """

    network: Network
    x: Any
    y: Any
    loss: Loss | str | None
    options: dict[str, Any]

    def work(self, asked: Asked) -> WorkedStep:
        """Work a step through on the rows."""
        from neurona.explain.step.ask import worked_step

        return worked_step(
            self.network,
            self.x,
            self.y,
            loss=self.loss,
            convention=asked.chosen_convention,
            **asked.selection,
            **self.options,
        )


def find_network(asked: Asked) -> tuple[Network, Loss | str | None]:
    """A network and its loss, no rows being needed."""
    from neurona.explain.step.by_hand import (
        build_by_hand,
        read_loss,
        read_weights,
        set_weights,
    )

    subject = asked.subject or ""
    if kind_of(subject) != "network":
        from neurona.network import load
        from neurona.table.model import check_there

        check_there(subject)
        return load(subject), asked.loss
    network = build_by_hand(
        subject,
        activation=asked.activation or "sigmoid",
        output=asked.output or "identity",
        seed=asked.seed or 0,
    )
    if asked.weights is not None:
        set_weights(network, read_weights(asked.weights))
    return network, read_loss(asked.loss, network)


def find_subject(asked: Asked) -> Subject:
    """The network and rows that a person means.

    Raises
    ------
    NeuronaError
        There is no such network, or there are no such rows.
    """
    is_network = kind_of(asked.subject or "") == "network"
    found = by_hand(asked) if is_network else of_model(asked)
    if asked.reduction is not None:
        found.options["reduction"] = asked.reduction
    return found


MOST_SHOWN: Final = 8
"""Numbers of an input that a message shows."""


def by_hand(asked: Asked) -> Subject:
    """A network written by hand, and its sample."""
    import numpy as np

    from neurona.explain.step.by_hand import read_loss, read_rows

    network, _loss = find_network(asked)
    loss = read_loss(asked.loss, network)
    if not asked.input or not asked.target:
        inputs = int((asked.subject or "").partition("-")[0])
        sample = ",".join("10"[i % 2] for i in range(min(inputs, MOST_SHOWN)))
        raise OptionError(
            _("a network by hand needs a sample: --input {sample} --target 1").format(
                sample=sample
            )
        )
    x = np.array(read_rows(asked.input, "--input"))
    y = np.array(read_rows(asked.target, "--target"))
    if y.shape[1] == 1:
        y = y[:, 0]
    if loss.head == "classes" and y.ndim == 1 and (y == np.floor(y)).all():
        y = y.astype(np.int64)
    return Subject(network, x, y, loss, {"optimizer": asked.rule() or "sgd"})


def of_model(asked: Asked) -> Subject:
    """A trained model, and rows of a table."""
    from neurona.cli.read_values import read_range
    from neurona.cli.table_rows import read_rows_of_table

    model, data = model_and_table(asked)
    if asked.row is not None and asked.rows is not None:
        raise OptionError(_("say --row 3 or --rows 0:4, not both"))
    if asked.rows is not None:
        chosen = read_range(asked.rows)
    else:
        chosen = [asked.row or 0]
    table = read_rows_of_table(model, data)
    x, y = table.sample(chosen)
    options = {
        "optimizer": asked.rule(),
        "rows": list(chosen),
        "feature_names": table.feature_names,
        "class_names": table.class_names,
        "notes": table.notes(),
    }
    return Subject(table.model.network, x, y, asked.loss, options)


def model_and_table(asked: Asked) -> tuple[Path, str]:
    """A model's file and a table.

    Raises
    ------
    OptionError
        There is no such model, or no table was given.
    """
    from neurona.table.model import check_there

    model = asked.subject or "MODEL"
    check_there(model)
    if asked.data is None:
        raise OptionError(
            _(
                "a model is explained on the rows of a table: add the table's file, or "
                "a bundled set such as iris, after {model}"
            ).format(model=model)
        )
    return Path(model), asked.data
