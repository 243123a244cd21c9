"""Normalization by fixed numbers, as a layer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from neurona.errors import DataError, OptionError, ShapeError
from neurona.graph import Node
from neurona.messages import _
from neurona.nn.build import Build
from neurona.nn.layers.layer import Layer, row_width
from neurona.settings import Positive

__all__ = ["Scale"]


@dataclass(frozen=True, eq=False, repr=False)
class Scale(Layer):
    """Normalization as a layer: (x − μ)/σ, with fixed numbers of the training rows.

    Parameters
    ----------
    mean : sequence of float or array
        μ of each column.
    deviation : sequence of float or array
        σ of each column, above 0.
    name : str, optional

    Notes
    -----
    Shapes: (N, I) → (N, I).
    Laws: divided by σ, not σ²; the numbers are states (``mean``, ``deviation``): saved
    with the network, never trained.

    Examples
    --------
    >>> Scale.of([[2.0], [4.0], [4.0], [4.0], [5.0], [5.0], [7.0], [9.0]])
    Scale([5.0], [2.0])
    """

    mean: Sequence[float]
    deviation: Sequence[Positive]

    def __post_init__(self) -> None:
        for name in ("mean", "deviation"):
            value: Any = getattr(self, name)
            if isinstance(value, np.ndarray):
                object.__setattr__(self, name, value.tolist())
        super().__post_init__()
        if len(self.mean) != len(self.deviation) or not self.mean:
            raise OptionError(
                _(
                    "Scale needs one mean and one deviation per column, not {means} "
                    "means and {deviations} deviations"
                ).format(means=len(self.mean), deviations=len(self.deviation))
            )

    @classmethod
    def of(cls, X: ArrayLike, *, name: str | None = None) -> Scale:
        """Layer with the mean and the deviation of each column of X.

        Parameters
        ----------
        X : array (N, I)
            The training rows, and only these.
        name : str, optional

        Returns
        -------
        Scale
            Deviations are over N, not N − 1; a constant column has deviation 1.

        Raises
        ------
        DataError
            X has no rows, or values that are not finite.
        """
        rows = np.asarray(X, dtype=np.float64)
        if rows.ndim != 2 or not rows.size or not np.isfinite(rows).all():
            raise DataError(
                _("the mean and deviation are of rows of finite numbers, (N, columns)")
            )
        deviation = np.where(np.ptp(rows, axis=0) > 0, rows.std(axis=0), 1.0)
        return cls(rows.mean(axis=0).tolist(), deviation.tolist(), name=name)

    def apply(self, inputs: tuple[Node, ...], build: Build) -> Node:
        """(x − μ)/σ."""
        (x,) = inputs
        width = row_width(x, build)
        if width != len(self.mean):
            raise ShapeError(
                _("{layer} knows {known} columns, but reads {width}").format(
                    layer=build.prefix, known=len(self.mean), width=width
                )
            )
        mean = build.state("mean", (width,), self.mean)
        return (x - mean) / build.state("deviation", (width,), self.deviation)
