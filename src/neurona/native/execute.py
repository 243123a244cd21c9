"""A program made ready to run: memory, kernels and threads."""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from threading import get_ident, main_thread
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from neurona.errors import DataError, ShapeError
from neurona.graph import element_count
from neurona.lazy import settled_property
from neurona.messages import _
from neurona.native.engine_words import engine_words
from neurona.native.memory import require_memory
from neurona.native.program import (
    Buffer,
    Instruction,
    Program,
    block_count,
    row_length,
)
from neurona.native.scalars import ScalarTable
from neurona.native.stop_flag import StopFlag
from neurona.native.verify_program import verify_program
from neurona.reference import WrongIndex

__all__ = ["NativeProgram", "as_rows_of_numbers"]

LARGE_MEMORY: Final = 2**26
"""Bytes from which it is worth asking whether they are there."""

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, eq=False)
class _Tables:
    """A program as the engine reads it: made once, however many engines run it."""

    buffers: NDArray[np.int64]
    phases: list[list[tuple[int, int, list[int], float]]]
    map_places: int
    scalars: ScalarTable
    host_sums: ScalarTable
    host_columns: tuple[int, ...]
    lasting_phase: int


_tables: weakref.WeakKeyDictionary[Program, _Tables] = weakref.WeakKeyDictionary()


def tables_of(program: Program) -> _Tables:
    """Tables of a program, made at the first call."""
    found = _tables.get(program)
    if found is None:
        found = _tables[program] = make_tables(program)
    return found


def make_tables(program: Program) -> _Tables:
    verify_program(program)
    words = engine_words()
    maps = [i for phase in program.phases for i in phase if i.code == "map"]
    buffers = [describe(buffer, program.lanes) for buffer in program.buffers]
    outputs = program.graph.outputs
    return _Tables(
        buffers=np.array(buffers, np.int64).reshape(-1, 6),
        phases=[
            [
                (words.codes[i.code], words.modes[i.mode], i.arguments(), i.rate)
                for i in phase
            ]
            for phase in program.phases
        ],
        map_places=max((len(i.operands) + i.temporaries for i in maps), default=0),
        scalars=ScalarTable(program.scalars),
        host_sums=ScalarTable([outputs[name] for name in program.host_sums]),
        host_columns=tuple(program.sums.index(name) for name in program.host_sums),
        lasting_phase=lasting_phase(program),
    )


def lasting_phase(program: Program) -> int:
    """First phase of a step that changes what lasts from one step to the next.

    Until then a step can be abandoned as if it had never begun.
    """
    lasting = {buffer.number for buffer in program.leaves.values()}
    for i, phase in enumerate(program.phases):
        if any(b.number in lasting for each in phase for b in written_by(each)):
            return i
    return len(program.phases)


def written_by(instruction: Instruction) -> Iterator[Buffer]:
    if instruction.code not in ("map", "accumulate"):
        yield instruction.buffers[0]
    for _operation, result, *_used in instruction.steps:
        if result < len(instruction.operands):
            yield instruction.operands[result][0]


def describe(buffer: Buffer, lanes: int) -> tuple[int, ...]:
    length = row_length(buffer.columns, lanes)
    return (
        engine_words().places[buffer.place],
        buffer.offset,
        buffer.rows,
        buffer.columns,
        length,
        max(buffer.rows, 0) * length,
    )


def as_rows_of_numbers(name: str, array: Array, dtype: np.dtype[Any]) -> Array:
    """Data of one input as the engine reads them: a matrix in its precision.

    Raises
    ------
    DataError
        An index is too large for the precision.
    """
    if array.dtype.kind in "iu" and array.size:
        limit = 2 ** (np.finfo(dtype).nmant + 1)
        if array.max() > limit:
            raise DataError(
                _("{name} holds {value}, too large an index for {dtype}").format(
                    name=name, value=int(array.max()), dtype=dtype
                )
            )
    return np.ascontiguousarray(
        array.reshape(len(array), element_count(array.shape[1:])), dtype
    )


class NativeProgram:
    """A program in the engine's hands.

    Parameters
    ----------
    program : Program
    dtype : {float32, float64}
    isa : str
        Instruction set; empty for the best of this machine.

    Raises
    ------
    MemoryError
        The program's memory cannot be had; the message says how much it is.
    """

    def __init__(self, program: Program, dtype: Any, isa: str = "") -> None:
        # The compiled module exists only where it was built.
        import neurona.native._engine as _engine

        self.program = program
        self.dtype = np.dtype(dtype)
        self._tables = tables_of(program)
        if self._size() > LARGE_MEMORY:
            require_memory(self._size(), program.most_rows)
        make = _engine.Engine32 if self.dtype == np.float32 else _engine.Engine64
        try:
            self.engine = make(
                isa=isa,
                buffers=self._tables.buffers,
                phases=self._tables.phases,
                arena=program.arena,
                workspace=program.workspace,
                map_places=self._tables.map_places,
                scalars=len(program.scalars),
                most_rows=program.most_rows,
                lasting_phase=self._tables.lasting_phase,
            )
        except MemoryError:
            raise MemoryError(self._too_large()) from None
        for buffer, value in program.constants:
            self.engine.write(buffer.number, np.ascontiguousarray(value, self.dtype))

    def _size(self) -> int:
        """Bytes that the program and one thread need."""
        elements = self.program.arena + self.program.workspace
        return elements * int(self.dtype.itemsize)

    def _too_large(self) -> str:
        return _(
            "the engine needs {size:,} bytes for batches of {rows:,} rows, which are "
            "not there: use a smaller batch size"
        ).format(size=self._size(), rows=self.program.most_rows)

    @settled_property
    def shares_work(self) -> bool:
        """Whether anything in it is large enough to be cut among threads."""
        # The engine cuts batches into blocks, and arrays into 1024 numbers.
        return block_count(self.program.most_rows) > 1 or any(
            buffer.rows * row_length(buffer.columns, self.program.lanes) > 1024
            for buffer in self.program.buffers
        )

    def set_data(self, data: Mapping[str, Array]) -> None:
        """Say where the rows of the batched inputs are; nothing is copied but indices.

        Raises
        ------
        DataError
            An index is too large for the precision.
        """
        for i, name in enumerate(self.program.inputs):
            array = as_rows_of_numbers(name, data[name], self.dtype)
            self.engine.set_input(i, array)

    def forget_data(self) -> None:
        """Let go of the data; they are to be set again before the next run."""
        self.engine.forget_inputs()

    def constant_scalars(self) -> NDArray[np.float64]:
        """The run-time scalars of one step, where they are the same for every step."""
        return self._tables.scalars({}, np.ones(1, np.int64))

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

    def read_updated(self, values: MutableMapping[str, Array]) -> None:
        """Replace what runs change by new arrays."""
        for name in self.program.updated:
            values[name] = self.read(name, values[name])

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
        sums = np.zeros((1, len(self.program.sums)))
        self.advance(
            order,
            batch,
            rows,
            feeds,
            sums,
            epoch_rows=max(len(order), 1),
            skipped=0,
            seed=seed,
            first_step=first_step,
            threads=threads,
        )
        return dict(zip(self.program.sums, sums[0].tolist(), strict=True))

    def advance(
        self,
        order: NDArray[np.int64],
        batch: int,
        rows: NDArray[np.int64],
        feeds: Mapping[str, NDArray[np.float64]],
        sums: NDArray[np.float64],
        *,
        epoch_rows: int,
        skipped: int,
        seed: int,
        first_step: int,
        threads: int,
        stop: StopFlag | None = None,
    ) -> int:
        """Run steps over one epoch or several.

        Parameters
        ----------
        order : int64 array
            Rows to visit, epoch after epoch.
        batch : int
        rows : int64 array (steps,)
            Rows of each batch: ``batch`` but for the last of an epoch.
        feeds : mapping of str to array (steps,)
            Run-time scalars.
        sums : float64 array (epochs, sums)
            Added to, a line for each epoch.
        epoch_rows : int
        skipped : int
            Rows of the first epoch that were visited before.
        seed, first_step, threads : int
        stop : StopFlag, optional
            Looked at while the steps run: once it is set, they end within milliseconds.

        Returns
        -------
        int
            How many steps are done: all of them unless stopped. A step that was under
            way then has changed nothing.

        Raises
        ------
        MemoryError
            The threads' memory cannot be had.
        DataError
            An index points outside of its table. Leaves are to be written anew.
        """
        tables = self._tables
        try:
            done: int = self.engine.run(
                order=np.ascontiguousarray(order),
                batch=batch,
                epoch_rows=epoch_rows,
                skipped=skipped,
                scalars=tables.scalars(feeds, rows),
                seed=seed - 2**64 if seed >= 2**63 else seed,
                first_step=first_step,
                sums=sums,
                threads=threads,
                stop=stop,
                # Python's handlers run in the main thread, which is busy here.
                hears_signals=get_ident() == main_thread().ident,
            )
        except MemoryError:
            raise MemoryError(self._too_large()) from None
        except IndexError as error:
            raise WrongIndex(*error.args) from None
        if tables.host_columns and done:
            found = tables.host_sums(feeds, rows)[:done]
            batches = -(-epoch_rows // batch)
            epochs = (skipped // batch + np.arange(done)) // batches
            for i, column in enumerate(tables.host_columns):
                added = np.bincount(epochs, found[:, i], len(sums))
                sums[:, column] += added
        return done
