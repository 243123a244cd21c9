"""A training step in matrices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from neurona.errors import OptionError
from neurona.explain.letters import Convention, check_convention
from neurona.explain.matrices.numbers import StepMatrices, measure_matrices
from neurona.explain.matrices.write_page import write_page
from neurona.explain.reading import losses_of
from neurona.explain.stages import Stage
from neurona.graph import Node
from neurona.messages import _
from neurona.network import Network
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
    matrices : StepMatrices
    convention : {"rows", "columns"}
    row : int
        The sample whose Jacobians are written out, counted from 0 in X.
    label : int
        What that sample is called: its row in the table that X was taken from.
    """

    kind = "matrices"

    matrices: StepMatrices
    convention: Convention
    row: int
    label: int

    def page(self) -> Page:
        """The step in matrices, in the reader's language."""
        return write_page(self.matrices, self.convention, self.row, self.label)

    def record(self) -> dict[str, Any]:
        """Matrices for programs, samples as rows or columns as the view has them.

        Returns
        -------
        dict
            ``convention``, ``loss``, ``rows``, ``X``, ``Y``, ``dX``, each a mapping by
            name where there are several inputs or outputs, and ``layers`` with
            ``name``, ``reads`` (numbers of layers, or names of inputs), ``A``, ``dA``
            and, where there are such, ``Z``, ``dZ``, ``W``, ``b``, ``dW``, ``db``,
            further ``parameters`` and ``gradients`` by name, the ``inner`` matrices and
            the ``jacobian`` ∂a/∂z of the sample ``row``, of layers of up to 64 units.
            Gradients are those of the mean over the samples.
        """
        found, reading = self.matrices, self.matrices.reading
        inputs = reading.inputs
        floats = {n: node for n, node in inputs.items() if node.dtype == "float"}
        targets = {end.name: end.target for end in reading.ends}
        return {
            "convention": self.convention,
            "loss": found.loss,
            "rows": found.rows,
            "row": self.label,
            "X": only({n: self.turned(found.value(x)) for n, x in inputs.items()}),
            "Y": only({n: self.turned(found.value(y)) for n, y in targets.items()}),
            "dX": only({n: self.turned(found.gradient(x)) for n, x in floats.items()}),
            "layers": [self.layer(stage) for stage in found.stages],
        }

    def turned(self, array: Any) -> Any:
        """Samples as rows or as columns."""
        return array if self.convention == "rows" else array.T

    def layer(self, stage: Stage) -> dict[str, Any]:
        """Matrices of one stage."""
        found, reading = self.matrices, self.matrices.reading
        record: dict[str, Any] = {
            "number": stage.number,
            "name": stage.layer,
            "activation": stage.activation.name,
            "reads": [self.name_of(node) for node in stage.reads],
            "A": self.turned(found.value(stage.a)),
            "dA": self.turned(found.gradient(stage.a)),
        }
        if stage.has_activation:
            record["Z"] = self.turned(found.value(stage.z))
            record["dZ"] = self.turned(found.gradient(stage.z))
            if stage.units <= WIDEST_JACOBIAN:
                record["jacobian"] = found.jacobian(stage, stage.z, self.row)
        if stage.inner:
            inner = stage.inner.items()
            record["inner"] = {k: self.turned(found.value(n)) for k, n in inner}
        build = reading.written.build
        own = [n for n, home in reading.homes.items() if home is stage]
        others: dict[str, str] = {n: n for n in own if n in build.parameters}
        for key, name in (("W", stage.weight), ("b", stage.bias)):
            if name:
                others.pop(name, None)
                record[key] = found.trace.values[found.parameter(name)]
                record[f"d{key}"] = found.trace.gradients[found.parameter(name)]
        if others:
            nodes = {name: found.parameter(name) for name in others}
            record["parameters"] = {n: found.trace.values[x] for n, x in nodes.items()}
            record["gradients"] = {n: found.gradient(x)[0] for n, x in nodes.items()}
        return record

    def name_of(self, node: Node) -> int | str:
        """Number of the stage that gives a node, or the name of an input."""
        stage = self.matrices.reading.made_by.get(node)
        return str(node.name) if stage is None else stage.number


def only(values: Mapping[str, Any]) -> Any:
    """The only one of some values, or all by name."""
    return next(iter(values.values())) if len(values) == 1 else values


def matrix_view(
    network: Network,
    X: Any,
    y: Any,
    *,
    loss: LossLike | Mapping[str, LossLike] | None = None,
    convention: str = "rows",
    row: int = 0,
    row_numbers: Sequence[int] | None = None,
    members: Sequence[int] = (),
) -> MatrixView:
    """Show a step in matrices: Z = XW + b, A = f(Z), and the gradients back.

    Parameters
    ----------
    network : Network
        It computes in float64 here, without dropout.
    X : array (N, d), or a mapping of them by input
    y : array
        As for :meth:`Network.fit`.
    loss : str or Loss, or a mapping of them by output, optional
        By default that of the last fit, else what suits the network's end.
    convention : {"rows", "columns"}
        Whether a sample is a row of X, Z = XW + b, or a column, Z = WᵀX + b.
    row : int
        The sample, counted from 0, whose Jacobians are written out.
    row_numbers : sequence of int, optional
        What the rows of X are called; by default their place.
    members : sequence of int
        Of a network that joins many members side by side, those to show, counted from
        1; by default the first.

    Raises
    ------
    OptionError
        There is no such convention, row or member.
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
    known = check_convention(convention)
    matrices = measure_matrices(network, losses_of(network, loss), X, y, members)
    if not 0 <= row < matrices.rows:
        raise OptionError(
            _("there is no row {row}: rows are counted from 0 to {last}").format(
                row=row, last=matrices.rows - 1
            )
        )
    label = row if row_numbers is None else int(row_numbers[row])
    return MatrixView(matrices, known, row, label)
