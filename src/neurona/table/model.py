"""A network and the encoders of its table: from cells to answers in the same words."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from neurona.arrays import Array
from neurona.data.encoding.encode import Encoders
from neurona.data.sources.read import as_source
from neurona.errors import DataError, ModelFileError, OptionError, nearest_names
from neurona.messages import _, ngettext
from neurona.network import Network, load
from neurona.nn.losses import Loss
from neurona.train.metrics import METRICS, predicted_classes

__all__ = [
    "Predictions",
    "TableModel",
    "TableScores",
    "answers_of",
    "check_there",
    "load_table_model",
]


CHUNK_ROWS: Final = 65_536
"""Rows that are evaluated in one go, so that no second copy of a table is made."""


@dataclass(frozen=True)
class Predictions:
    """Answers for the rows of a table.

    Parameters
    ----------
    columns : mapping of str to array
        ``prediction``, or ``prediction_<name>`` for several targets; and
        ``probability_<class>`` where asked for.
    notes : tuple of str
        What was noticed in the table, in sentences.
    """

    columns: Mapping[str, Array]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class TableScores:
    """How good a model is on a table.

    Parameters
    ----------
    rows : int
        Rows with a target.
    metrics : mapping of str to float
    confusion : int array (C, C) or None
        Of a classification: how many rows of each true class (down) were answered with
        each class (across).
    notes : tuple of str
        What was noticed in the table, in sentences.
    """

    rows: int
    metrics: Mapping[str, float]
    confusion: Array | None
    notes: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class TableModel:
    """A trained network together with how its table is encoded.

    Parameters
    ----------
    network : Network
    encoders : Encoders
    """

    network: Network
    encoders: Encoders

    @property
    def loss(self) -> Loss:
        """Loss it was trained with."""
        losses = self.network.losses
        assert losses is not None
        return losses["output"]

    @property
    def task(self) -> str:
        """``"classification"`` or ``"regression"``."""
        return self.encoders.schema.task

    def output(self, X: Array) -> Array:
        """Probabilities (N, C), or numbers (N, k) in their own unit."""
        if self.task == "regression":
            return self.encoders.inverse_target(self.network.predict_mean(X))
        found = self.network.predict_proba(X)
        assert isinstance(found, np.ndarray)
        if found.shape[1] == 1:
            return np.concatenate([1 - found, found], axis=1)
        return found

    def predict(self, source: Any, *, probabilities: bool = False) -> Predictions:
        """Answer every row of a table.

        Parameters
        ----------
        source : Table, path, frame or mapping
            Columns are found by name; a target column is ignored.
        probabilities : bool
            Whether to give one column per class too.

        Raises
        ------
        DataError
            Columns are missing, or a cell is not what its column holds.
        OptionError
            Probabilities of a regression.
        """
        if probabilities and self.task == "regression":
            raise OptionError(
                _("a regression has no probabilities: leave --probabilities out")
            )
        encoded = self.encoders.transform(source, with_target=False)
        output = self.output(encoded.X)
        return Predictions(dict(self._columns(output, probabilities)), encoded.notes)

    def _columns(
        self, output: Array, probabilities: bool
    ) -> Iterator[tuple[str, Array]]:
        schema = self.encoders.schema
        if self.task == "regression":
            names = ["prediction"]
            if len(schema.targets) > 1:
                names = [f"prediction_{name}" for name in schema.targets]
            yield from zip(names, output.reshape(len(output), -1).T, strict=True)
            return
        words = np.array(schema.classes, dtype=object)
        yield "prediction", words[predicted_classes(output)]
        if probabilities:
            for number, word in enumerate(schema.classes):
                yield f"probability_{word}", output[:, number]

    def evaluate(self, source: Any) -> TableScores:
        """Scores on a table that holds the target too."""
        source = as_source(source)
        encoded = self.encoders.transform(source, with_target=True)
        assert encoded.y is not None
        rows = np.arange(len(encoded.y))
        if not len(rows):
            raise DataError(
                _("no row of {name} has a target: there is nothing to compare").format(
                    name=source.name
                )
            )
        notes = list(encoded.notes)
        left_out = source.rows - len(rows)
        if left_out:
            notes.append(
                ngettext(
                    "{count} row without a target is left out",
                    "{count} rows without a target are left out",
                    left_out,
                ).format(count=left_out)
            )
        loss, output = self._answers(encoded.X, encoded.y, rows)
        return TableScores(
            len(rows),
            self._metrics(loss, output, encoded.y),
            self._confusion(output, encoded.y),
            tuple(notes),
        )

    def scores(self, X: Array, y: Array, rows: Array) -> dict[str, float]:
        """Loss, and accuracy or R², over some rows of encoded arrays.

        For a regression the root mean squared error stands beside them, in the target's
        own unit; the loss is in standardized units, as it was trained.
        """
        loss, output = self._answers(X, y, rows)
        return self._metrics(loss, output, y[rows])

    def _answers(self, X: Array, y: Array, rows: Array) -> tuple[float, Array]:
        """Mean loss over some rows, and the answers to them."""
        loss = 0.0
        outputs = []
        for start in range(0, len(rows), CHUNK_ROWS):
            chosen = rows[start : start + CHUNK_ROWS]
            part = X[chosen]
            loss += self.network.evaluate(part, y[chosen])["loss"] * len(chosen)
            outputs.append(self.output(part))
        return loss / len(rows), np.concatenate(outputs)

    def _metrics(self, loss: float, output: Array, y: Array) -> dict[str, float]:
        if self.task == "classification":
            return {"loss": loss, "accuracy": METRICS["accuracy"](y, output)}
        own = self.encoders.inverse_target(y).reshape(output.shape)
        found = {"loss": loss, "r2": METRICS["r2"](own, output)}
        # Targets in different units have no error in common.
        if output.shape[1] == 1:
            found["rmse"] = METRICS["rmse"](own, output)
        return found

    def _confusion(self, output: Array, y: Array) -> Array | None:
        if self.task == "regression":
            return None
        count = len(self.encoders.schema.classes)
        cells = y.reshape(-1).astype(np.int64) * count + predicted_classes(output)
        return np.bincount(cells, minlength=count * count).reshape(count, count)


def answers_of(model: TableModel, X: Array) -> Array:
    """Class numbers, or numbers in the standardized unit of the target."""
    if model.task == "classification":
        return predicted_classes(model.output(X))
    return np.asarray(model.network.predict_mean(X))


def check_there(path: str | os.PathLike[str]) -> None:
    """Refuse the path of a model that does not exist; offer the nearest name.

    Raises
    ------
    OptionError
    """
    # Unlike Path.exists, this one takes what is too long for a name as not there.
    if os.path.exists(path):
        return
    path = Path(path)
    folder = path.parent
    siblings = [p.name for p in folder.iterdir()] if os.path.isdir(folder) else []
    near = nearest_names(path.name, siblings, most=1)
    if near:
        raise OptionError(
            _("there is no model file {path}; did you mean {near}?").format(
                path=path, near=folder / near[0]
            )
        )
    raise OptionError(
        _("there is no model file {path}; check the name").format(path=path)
    )


def load_table_model(path: str | os.PathLike[str]) -> TableModel:
    """Read a model that was trained on a table.

    Raises
    ------
    OptionError
        There is no such file.
    ModelFileError
        The file is no whole model, or one that was not trained on a table.
    """
    check_there(path)
    network = load(path)
    if network.preparation is None or network.losses is None:
        raise ModelFileError(
            _(
                "{path} holds a network that was not trained on a table: use it from "
                "Python"
            ).format(path=path)
        )
    encoders = Encoders.from_json(network.preparation.get("encoders"))
    width = network.architecture.inputs[0].size
    if len(network.architecture.inputs) != 1 or len(encoders.features) != width:
        raise ModelFileError(
            _("{path} is damaged: its encoders do not fit its network").format(
                path=path
            )
        )
    return TableModel(network, encoders)
