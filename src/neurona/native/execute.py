"""A program made ready to run: memory, kernels and threads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from neurona.errors import DataError, ShapeError
from neurona.graph import element_count
from neurona.messages import _
from neurona.native.program import CODES, MODES, PLACES, Buffer, Program, row_length
from neurona.native.scalars import scalar_table

__all__ = ["NativeProgram"]

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]


class NativeProgram:
    """A program in the engine's hands.

    Parameters
    ----------
    program : Program
    dtype : {float32, float64}
    isa : str
        Instruction set; empty for the best of this machine.
    """

    def __init__(self, program: Program, dtype: Any, isa: str = "") -> None:
        # The compiled module exists only where it was built.
        from neurona.native import _engine

        self.program = program
        self.dtype = np.dtype(dtype)
        make = _engine.Engine32 if self.dtype == np.float32 else _engine.Engine64
        maps = [i for phase in program.phases for i in phase if i.code == "map"]
        self.engine = make(
            isa=isa,
            buffers=np.array(
                [self._describe(b) for b in program.buffers], np.int64
            ).reshape(-1, 6),
            phases=[
                [
                    (CODES.index(i.code), MODES.index(i.mode), i.arguments(), i.rate)
                    for i in phase
                ]
                for phase in program.phases
            ],
            arena=program.arena,
            workspace=program.workspace,
            map_places=max((len(i.operands) + i.temporaries for i in maps), default=0),
            scalars=len(program.scalars),
            most_rows=program.most_rows,
        )
        self._data: list[Array] = []
        for buffer, value in program.constants:
            self.engine.write(buffer.number, np.ascontiguousarray(value, self.dtype))

    def _describe(self, buffer: Buffer) -> tuple[int, ...]:
        length = row_length(buffer.columns, self.program.lanes)
        return (
            PLACES.index(buffer.place),
            buffer.offset,
            buffer.rows,
            buffer.columns,
            length,
            max(buffer.rows, 0) * length,
        )

    def set_data(self, data: Mapping[str, Array]) -> None:
        """Say where the rows of the batched inputs are; nothing is copied but indices.

        Raises
        ------
        DataError
            An index is too large for the precision.
        """
        self._data = [self._matrix(name, data[name]) for name in self.program.inputs]
        for i, array in enumerate(self._data):
            self.engine.set_input(i, array)

    def _matrix(self, name: str, array: Array) -> Array:
        if array.dtype.kind in "iu" and array.size:
            limit = 2 ** (np.finfo(self.dtype).nmant + 1)
            if array.max() > limit:
                raise DataError(
                    _("{name} holds {value}, too large an index for {dtype}").format(
                        name=name, value=int(array.max()), dtype=self.dtype
                    )
                )
        return np.ascontiguousarray(
            array.reshape(len(array), element_count(array.shape[1:])), self.dtype
        )

    def write(self, values: Mapping[str, Array]) -> None:
        """Write parameters, states and slots."""
        for name, buffer in self.program.leaves.items():
            array = np.ascontiguousarray(values[name], self.dtype)
            if array.size != buffer.rows * buffer.columns:
                raise ShapeError(
                    _("{name} does not have the shape it was built for").format(
                        name=name
                    )
                )
            self.engine.write(buffer.number, array)

    def read(self, name: str, like: Array) -> Array:
        """Read one of them, in the shape of another array."""
        found = np.empty_like(like, self.dtype)
        self.engine.read(self.program.leaves[name].number, found)
        return found

    def result(self, name: str, rows: int) -> Array:
        """Read a result, as a matrix; ``rows`` of it where it has a batch axis."""
        buffer = self.program.results[name]
        count = rows if buffer.batched else buffer.rows
        found = np.empty((count, buffer.columns), self.dtype)
        if buffer.batched:
            self.engine.read_rows(buffer.number, rows, found)
        else:
            self.engine.read(buffer.number, found)
        return found

    def run(
        self,
        order: NDArray[np.int64],
        batch: int,
        feeds: Mapping[str, NDArray[np.float64]],
        *,
        seed: int,
        first_step: int,
        threads: int,
    ) -> dict[str, float]:
        """Run a step for each batch of an order of rows, and return the sums."""
        steps = -(-len(order) // batch)
        rows = np.full(steps, batch, np.int64)
        if steps:
            rows[-1] = len(order) - (steps - 1) * batch
        table = scalar_table(self.program.scalars, feeds, rows)
        sums = np.zeros(len(self.program.sums))
        self.engine.run(
            order=np.ascontiguousarray(order),
            batch=batch,
            scalars=table,
            seed=seed - 2**64 if seed >= 2**63 else seed,
            first_step=first_step,
            sums=sums,
            threads=threads,
        )
        found = dict(zip(self.program.sums, sums.tolist(), strict=True))
        outputs = self.program.graph.outputs
        for name in self.program.host_sums:
            found[name] = float(scalar_table([outputs[name]], feeds, rows).sum())
        return found
