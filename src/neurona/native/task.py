"""One operation on matrices, as the engine is asked for it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from neurona.errors import NeuronaError
from neurona.graph import Node, Shape, element_count, has_batch
from neurona.lazy import settled_property
from neurona.messages import _
from neurona.native.program import Mode

__all__ = ["CannotLower", "Matrix", "Task", "matrix_of", "spread_of"]

BATCHED: Final = -1
"""Number of rows of a matrix that has one for each row of the batch."""

Matrix: TypeAlias = tuple[int, int]


class CannotLower(NeuronaError):
    """A graph holds something that this engine cannot run.

    It is remembered in place of a program, so it speaks the language of whoever reads
    it, not of whoever met it first.
    """

    def __init__(self, node: Node, why: Callable[[], str]) -> None:
        self.operation = node.operation
        self.why = why
        super().__init__(node.operation)

    def __str__(self) -> str:
        return _("{operation} cannot run on the native engine: {why}").format(
            operation=self.operation, why=self.why()
        )


@functools.lru_cache(maxsize=4096)
def matrix_of(shape: Shape) -> Matrix:
    """Rows and columns of the matrix that holds a value.

    Examples
    --------
    >>> from neurona.graph import BATCH
    >>> matrix_of((BATCH, 3)), matrix_of((BATCH,)), matrix_of((5,)), matrix_of(())
    ((-1, 3), (-1, 1), (1, 5), (1, 1))
    """
    if has_batch(shape):
        return BATCHED, element_count(shape)
    if len(shape) < 2:
        return 1, element_count(shape)
    rows = shape[0]
    assert isinstance(rows, int)
    return rows, element_count(shape[1:])


def spread_of(part: Matrix, whole: Matrix) -> str | None:
    """How one matrix is spread over another in an elementwise operation."""
    if part == whole:
        return "full"
    if part == (1, 1):
        return "number"
    if part[0] == 1 and part[1] == whole[1]:
        return "row"
    if part[0] == whole[0] and part[1] == 1:
        return "column"
    return None


@dataclass(eq=False)
class Task:
    """One operation on matrices, before it has a place in the program.

    Parameters
    ----------
    code : str
        The engine's word for it.
    node : Node
        Its result.
    inputs : tuple of Node
        What it reads, views resolved; run-time scalars included.
    mode : {"block", "slice", "single", "each"}
    numbers : tuple of int
    rate : float
    operation : str
        Of a map.
    reduces : bool
        Whether rows of the batch are combined, one part per block.
    """

    code: str
    node: Node
    inputs: tuple[Node, ...]
    mode: Mode
    numbers: tuple[int, ...] = ()
    rate: float = 0.0
    operation: str = ""
    reduces: bool = False
    phase: int = 0
    level: int = 0

    @settled_property
    def matrix(self) -> Matrix:
        """Shape of the result."""
        return matrix_of(self.node.shape)

    @settled_property
    def is_flat(self) -> bool:
        """Whether a map reads only whole matrices of its own shape, and numbers."""
        return self.code == "map" and all(
            spread_of(matrix_of(part.shape), self.matrix) in ("full", "number")
            for part in self.inputs
        )
