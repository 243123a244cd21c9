"""A training step in matrices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from neurona.errors import OptionError
from neurona.explain.matrices.letters import Convention, Writer, check_convention
from neurona.explain.matrices.numbers import (
    StageNumbers,
    StepMatrices,
    measure_matrices,
)
from neurona.explain.matrices.write_page import write_page
from neurona.explain.stack import loss_of
from neurona.messages import _
from neurona.network import Network
from neurona.nn.losses import Loss
from neurona.show.explanation import Explanation
from neurona.show.page.blocks import Page
from neurona.train.examples import LossLike

__all__ = ["MatrixView", "matrix_view"]

WIDEST_JACOBIAN: Final = 64


@dataclass(frozen=True, eq=False)
class MatrixView(Explanation):
    """Every matrix of a step with its shape, forward and backward.

    Parameters
    ----------
    loss : Loss
    matrices : StepMatrices
    convention : {"rows", "columns"}
    row : int
        The sample whose Jacobians are written out, counted from 0 in X.
    label : int
        What that sample is called: its row in the table that X was taken from.
    """

    kind = "matrices"

    loss: Loss
    matrices: StepMatrices
    convention: Convention
    row: int
    label: int

    def page(self) -> Page:
        """The step in matrices, in the reader's language."""
        return write_page(
            self.loss, self.matrices, self.convention, self.row, self.label
        )

    def record(self) -> dict[str, Any]:
        """Matrices for programs, samples as rows or columns as the view has them.

        Returns
        -------
        dict
            ``convention``, ``loss``, ``rows``, ``X``, ``Y``, ``dX``, and ``layers``
            with ``name``, ``W``, ``b``, ``Z``, ``A``, ``dZ``, ``dA``, ``dW``, ``db``
            and the ``jacobian`` ∂a/∂z of the sample ``row``, of layers of up to 64
            units. Gradients are those of the mean over the samples; a number that is
            too large for a float is null.
        """
        found = self.matrices
        turn = Writer(self.convention, batch=True).turned
        return {
            "convention": self.convention,
            "loss": found.loss,
            "rows": found.rows,
            "row": self.label,
            "X": turn(found.x).tolist(),
            "Y": turn(found.y).tolist(),
            "dX": turn(found.grad_x).tolist(),
            "layers": [self._layer(numbers) for numbers in found.stages],
        }

    def _layer(self, numbers: StageNumbers) -> dict[str, Any]:
        turn = Writer(self.convention, batch=True).turned
        stage = numbers.stage
        record: dict[str, Any] = {
            "number": stage.number,
            "name": stage.layer,
            "activation": stage.activation.name,
            "Z": turn(numbers.z).tolist(),
            "A": turn(numbers.a).tolist(),
            "dZ": turn(numbers.grad_z).tolist(),
            "dA": [
                [float(x) if np.isfinite(x) else None for x in line]
                for line in turn(numbers.grad_a)
            ],
        }
        if stage.units <= WIDEST_JACOBIAN:
            record["jacobian"] = numbers.jacobian(self.row).tolist()
        for key, array in (
            ("W", numbers.weight),
            ("b", numbers.bias),
            ("dW", numbers.grad_weight),
            ("db", numbers.grad_bias),
        ):
            if array is not None:
                record[key] = array.tolist()
        return record


def matrix_view(
    network: Network,
    X: Any,
    y: Any,
    *,
    loss: LossLike | None = None,
    convention: str = "rows",
    row: int = 0,
    row_numbers: Sequence[int] | None = None,
) -> MatrixView:
    """Show a step in matrices: Z = XW + b, A = f(Z), and the gradients back.

    Parameters
    ----------
    network : Network
        Dense layers and activations, one after the other. It computes in float64 here,
        without dropout.
    X : array (N, d)
    y : array
        As for :meth:`Network.fit`.
    loss : str or Loss, optional
        By default that of the last fit, else what suits the network's end.
    convention : {"rows", "columns"}
        Whether a sample is a row of X, Z = XW + b, or a column, Z = WᵀX + b.
    row : int
        The sample, counted from 0, whose Jacobians are written out.
    row_numbers : sequence of int, optional
        What the rows of X are called; by default their place.

    Raises
    ------
    OptionError
        The network has other layers, or there is no such convention or row.
    DataError
        X or y cannot be used.

    Examples
    --------
    >>> from neurona import Dense
    >>> network = Network([Dense(1)], n_inputs=2, dtype="float64")
    >>> network.parameters["dense_1.weight"] = [[2.0], [1.0]]
    >>> view = matrix_view(network, [[1.0, 3.0]], [4.0], loss="mse")
    >>> view.to_json()["layers"][0]["dW"]
    [[2.0], [6.0]]
    """
    chosen = loss_of(network, loss)
    known = check_convention(convention)
    matrices = measure_matrices(network, chosen, X, y)
    if not 0 <= row < matrices.rows:
        raise OptionError(
            _("there is no row {row}: rows are counted from 0 to {last}").format(
                row=row, last=matrices.rows - 1
            )
        )
    label = row if row_numbers is None else int(row_numbers[row])
    return MatrixView(chosen, matrices, known, row, label)
