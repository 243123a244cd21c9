"""Embedding: a learned row of numbers for each category."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from neurona import graph as g
from neurona.errors import ShapeError
from neurona.graph import Node
from neurona.messages import _
from neurona.nn.build import Build
from neurona.nn.initializers import Initializer, Normal, as_initializer
from neurona.nn.layers.layer import Layer
from neurona.nn.penalties import Penalty
from neurona.settings import Count

__all__ = ["Embedding"]

STANDARD_NORMAL: Final = Normal()


@dataclass(frozen=True, eq=False, repr=False)
class Embedding(Layer):
    """Learned row of numbers for each category, looked up by its number.

    Parameters
    ----------
    categories : int
        How many there are: numbers 0 to categories − 1.
    width : int
        Numbers per category.
    initializer : str or Initializer
        By default N(0, 1), so that the rows have the size of standardized columns.
    penalty : Penalty, optional
        On the whole table.
    trainable : bool
        False freezes the layer.
    name : str, optional

    Notes
    -----
    Shapes: whole numbers (N,) or (N, k), table (categories, width) → (N, width) or
    (N, k·width), the k columns sharing one table.
    Laws: the same as one-hot rows times the table; a category that a batch lacks has
    gradient 0. A number outside the table is an error, never another category.

    Examples
    --------
    >>> Embedding(10, 3)
    Embedding(10, 3)
    """

    categories: Count
    width: Count
    initializer: Initializer | type[Initializer] | str = STANDARD_NORMAL
    penalty: Penalty | None = None
    trainable: bool = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "initializer", as_initializer(self.initializer))
        super().__post_init__()

    def apply(self, inputs: tuple[Node, ...], build: Build) -> Node:
        """Look the rows up and lay them side by side."""
        (x,) = inputs
        if x.dtype != "integer" or len(x.shape) not in (1, 2):
            raise ShapeError(
                _(
                    "{layer} reads columns of whole numbers, not {dtype} values of "
                    "shape {shape}: give it an Input with dtype='integer'"
                ).format(layer=build.prefix, dtype=x.dtype, shape=g.show_shape(x.shape))
            )
        table = build.parameter(
            "weight",
            (self.categories, self.width),
            as_initializer(self.initializer),
            trainable=self.trainable,
            penalty=self.penalty,
        )
        found = g.gather(table, x)
        return g.reshape(found, (found.shape[0], g.element_count(found.shape)))
