"""What is explained: a network by hand or a trained model, and some rows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from neurona.errors import OptionError
from neurona.messages import _

if TYPE_CHECKING:
    from neurona.cli.explain_request import ExplainRequest
    from neurona.explain.step.worked_step import WorkedStep
    from neurona.network import Network
    from neurona.nn.losses import Loss

__all__ = ["Subject", "find_subject"]


@dataclass(frozen=True, eq=False)
class Subject:
    """A network, and the rows it is explained on.

    Parameters
    ----------
    network : Network
    x, y : array or None
        ``None`` for a network by hand without a sample.
    loss : Loss or str or None
    options : dict
        What a worked step is told besides.
    """

    network: Network
    x: Any
    y: Any
    loss: Loss | str | None
    options: dict[str, Any]

    def sample(self) -> tuple[Any, Any]:
        """Inputs and targets.

        Raises
        ------
        OptionError
            There are none.
        """
        if self.x is None or self.y is None:
            raise OptionError(
                _("a network by hand needs a sample: --input 1,0 --target 1")
            )
        return self.x, self.y

    def work(self, request: ExplainRequest) -> WorkedStep:
        """Work a step through on the rows."""
        from neurona.explain.step.ask import worked_step

        x, y = self.sample()
        return worked_step(
            self.network,
            x,
            y,
            loss=self.loss,
            convention=request.chosen_convention,
            **request.selection,
            **self.options,
        )


def find_subject(request: ExplainRequest) -> Subject:
    """The network and rows that a person means.

    Raises
    ------
    NeuronaError
        There is no such network, or there are no such rows.
    """
    if request.network is not None:
        return by_hand(request)
    if request.subject is None:
        raise OptionError(_("say which network: MODEL DATA, or --network 2-2-1"))
    return of_model(request, Path(request.subject))


def by_hand(request: ExplainRequest) -> Subject:
    """A network written by hand, and its sample."""
    import numpy as np

    from neurona.cli.explain_settings import read_optimizer
    from neurona.explain.step.by_hand import (
        build_by_hand,
        read_loss,
        read_rows,
        read_weights,
        set_weights,
    )

    assert request.network is not None
    network = build_by_hand(
        request.network,
        activation=request.activation or "sigmoid",
        output=request.output_activation or "identity",
        seed=request.seed,
    )
    if request.weights is not None:
        set_weights(network, read_weights(request.weights))
    loss = read_loss(request.loss, network)
    rule = read_optimizer(request.optimizer, request.learning_rate, request.settings)
    options: dict[str, Any] = {"optimizer": rule or "sgd"}
    if request.reduction is not None:
        options["reduction"] = request.reduction
    if not request.inputs or not request.targets:
        return Subject(network, None, None, loss, options)
    x = np.array(read_rows(request.inputs, _("input")))
    y = np.array(read_rows(request.targets, _("target")))
    if y.shape[1] == 1:
        y = y[:, 0]
    if loss.head == "classes" and y.ndim == 1 and (y == np.floor(y)).all():
        y = y.astype(np.int64)
    return Subject(network, x, y, loss, options)


def of_model(request: ExplainRequest, model: Path) -> Subject:
    """A trained model, and rows of a table."""
    from neurona.cli.explain_settings import read_optimizer, read_range
    from neurona.cli.explain_table import read_rows_of_table

    if request.data is None:
        raise OptionError(
            _("a model is explained on the rows of a table: neurona explain MODEL DATA")
        )
    if request.row is not None and request.rows is not None:
        raise OptionError(_("say --row 3 or --rows 0:4, not both"))
    if request.rows is not None:
        chosen = read_range(request.rows)
    else:
        chosen = [0 if request.row is None else request.row]
    table = read_rows_of_table(model, request.data)
    x, y = table.sample(chosen)
    rule = read_optimizer(request.optimizer, request.learning_rate, request.settings)
    options: dict[str, Any] = {
        "optimizer": rule,
        "rows": chosen,
        "feature_names": table.feature_names,
        "class_names": table.class_names,
        "notes": table.notes(),
    }
    if request.reduction is not None:
        options["reduction"] = request.reduction
    return Subject(table.model.network, x, y, request.loss, options)
