"""A graph of results row by row, run by the engine over any number of rows."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from neurona.graph import Graph, has_batch
from neurona.mapped_arrays import Pages
from neurona.native.execute import NativeProgram
from neurona.native.program import Program
from neurona.native.threads import allowed_threads
from neurona.reference import WrongIndex

__all__ = ["RowPredictor", "RowProgram", "gives_rows"]

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]

SHARED_ROWS: Final = 256
"""Rows from which threads share the work: for fewer, starting one takes longer."""

CALL_SECONDS: Final = 0.025
"""Aimed length of the engine's calls, between which Ctrl-C is heard."""

FIRST_CHUNKS: Final = 4
"""Chunks that the first call runs over, before it is known how long they take."""


def stretches(rows: int, chunk: int) -> Iterator[tuple[int, int]]:
    """First row and end of each call of the engine, whole chunks but for the last.

    Each is as long as the time that the one before took says it should be.

    Examples
    --------
    >>> list(stretches(5000, 1024))[0]
    (0, 4096)
    """
    start, count = 0, FIRST_CHUNKS
    while start < rows:
        stop = min(start + count * chunk, rows)
        began = time.perf_counter()
        yield start, stop
        seconds = max(time.perf_counter() - began, 1e-9)
        count = max(1, min(int(count * CALL_SECONDS / seconds), 8 * count))
        start = stop


def gives_rows(graph: Graph, sums: Sequence[str] = ()) -> bool:
    """Whether every output is numbers with one row per row, or one of the sums."""
    return all(
        name in sums or (has_batch(node.shape) and node.dtype == "float")
        for name, node in graph.outputs.items()
    )


class RowProgram:
    """A program whose outputs have one row per row, or are summed over the rows.

    Threads may use it at the same time: each has an engine of its own.

    Parameters
    ----------
    program : Program
        Planned for the rows of a chunk.
    dtype : {float32, float64}
    threads : int, optional
        By default as many as this process may use. The bits do not depend on it.
    """

    def __init__(
        self, program: Program, dtype: np.dtype[Any], threads: int | None = None
    ) -> None:
        self.program = program
        self.dtype = dtype
        self._threads = threads
        self._idle: list[tuple[NativeProgram, Any]] = []
        outputs = program.graph.outputs
        self._shapes = {name: outputs[name].shape[1:] for name in program.results}

    def __call__(
        self,
        values: Mapping[str, Array],
        data: Mapping[str, Array],
        rows: int,
        index: NDArray[np.int64] | None = None,
        *,
        keep_data: bool = False,
    ) -> dict[str, Array]:
        """Outputs for all rows, chunk after chunk, so that memory stays flat.

        Parameters
        ----------
        values, data : mapping of str to array
            What all rows share, and what each has of its own.
        rows : int
            How many there are.
        index : int array (rows,), optional
            Which rows of the data; by default all.
        keep_data : bool
            Whether the same data are likely to be asked about again.
        """
        try:
            engine, held = self._idle.pop()
        except IndexError:
            engine, held = self._engine(), None
        if held is not data:
            engine.set_data(data)
        engine.write(values)
        found: dict[str, Array] = {
            name: np.empty((rows, *self._shapes[name]), self.dtype)
            for name in self.program.results
        }
        sums = np.zeros((1, len(self.program.sums)))
        chunk, threads = self.program.most_rows, self.threads(rows)
        # One call or many: sums are added up batch by batch all the same.
        calls = (
            ((i, min(i + chunk, rows)) for i in range(0, rows, chunk))
            if found
            else stretches(rows, chunk)
        )
        pages = Pages(data.values())
        for start, stop in calls:
            chosen = np.arange(start, stop) if index is None else index[start:stop]
            self._advance(engine, chosen, sums, threads)
            pages.touch(pages.span(chosen))
            for name, whole in found.items():
                part = engine.result(name, stop - start)
                whole[start:stop] = part.reshape(stop - start, *self._shapes[name])
        pages.let_go()
        if not keep_data:
            engine.forget_data()
        self._idle.append((engine, data if keep_data else None))
        found |= {
            name: np.asarray(value)
            for name, value in zip(self.program.sums, sums[0], strict=True)
        }
        return found

    def threads(self, rows: int) -> int:
        """How many threads share the work on some rows."""
        if rows < SHARED_ROWS:
            return 1
        return self._threads or allowed_threads()

    def _engine(self) -> NativeProgram:
        return NativeProgram(self.program, self.dtype)

    def _advance(
        self,
        engine: NativeProgram,
        order: NDArray[np.int64],
        sums: NDArray[np.float64],
        threads: int,
    ) -> None:
        batch = min(self.program.most_rows, len(order))
        sizes = np.full(-(-len(order) // batch), batch, np.int64)
        sizes[-1] = len(order) - (len(sizes) - 1) * batch
        engine.advance(
            order,
            batch,
            sizes,
            {},
            sums,
            epoch_rows=len(order),
            skipped=0,
            seed=0,
            first_step=1,
            threads=threads,
        )


class RowPredictor:
    """One result for the rows of one input, with next to no Python in between.

    Parameters
    ----------
    program : Program
        Of one input and one output, both with a batch axis, the parameters its only
        other leaves.
    vector : array (P,)
        Where the parameters lie one after the other: looked at anew in each call.
    places : mapping of str to int
        Where each parameter begins.
    others : mapping of str to array
        States, likewise looked at anew.

    Examples
    --------
    >>> from neurona import graph as g
    >>> from neurona.native import engine_available
    >>> from neurona.native.lower import lower_graph_to_program
    >>> x, w = g.input("x", (g.BATCH, 2)), g.parameter("w", (2, 1))
    >>> program = lower_graph_to_program(
    ...     g.Graph({"y": x @ w}), dtype="float64", most_rows=32
    ... )
    >>> if engine_available():
    ...     predict = RowPredictor(program, np.array([1.0, 10.0]), {"w": 0})
    ...     print(predict(np.array([[1.0, 2.0]])))
    [[21.]]
    """

    def __init__(
        self,
        program: Program,
        vector: Array,
        places: Mapping[str, int],
        others: Mapping[str, Array] = MappingProxyType({}),
    ) -> None:
        (name,) = program.inputs
        entry = program.graph.leaves[name]
        ((self.output, self._result),) = program.results.items()
        self.program = program
        self.width = entry.shape[1]
        self.dtype = vector.dtype
        self._chunk = program.most_rows
        self._vector = vector
        self._idle: list[NativeProgram] = []
        self._leaves = np.array(
            [
                (buffer.number, places[leaf], buffer.rows * buffer.columns)
                for leaf, buffer in program.leaves.items()
                if leaf in places
            ],
            np.int64,
        ).reshape(-1, 3)
        self._others = [
            (buffer.number, others[leaf])
            for leaf, buffer in program.leaves.items()
            if leaf not in places
        ]
        engine = NativeProgram(program, self.dtype)
        self._scalars = engine.constant_scalars()
        self._idle.append(engine)

    @staticmethod
    def suits(program: Program) -> bool:
        """Whether a program is of the kind that this runs."""
        if len(program.inputs) != 1 or len(program.results) != 1 or program.sums:
            return False
        entry = program.graph.leaves[program.inputs[0]]
        (output,) = program.graph.outputs.values()
        scalars_vary = any(node.operation == "rows" for node in program.graph.nodes)
        return (
            entry.dtype == "float"
            and len(entry.shape) == 2
            and len(output.shape) == 2
            and not scalars_vary
        )

    def __call__(self, X: object) -> Array | None:
        """Results; None for what is no finite matrix of the right kind."""
        if (
            type(X) is not np.ndarray
            or X.dtype != self.dtype
            or X.ndim != 2
            or X.shape[1] != self.width
            or not X.flags.c_contiguous
        ):
            return None
        rows = X.shape[0]
        found: Array = np.empty((rows, self._result.columns), self.dtype)
        try:
            engine = self._idle.pop()
        except IndexError:
            engine = self._engine()
        for number, array in self._others:
            engine.engine.write(number, array)
        done = True
        if rows < SHARED_ROWS:
            done = self._run(engine, X, found, 1)
        else:
            threads = allowed_threads()
            for start, stop in stretches(rows, self._chunk):
                try:
                    done = self._run(engine, X[start:stop], found[start:stop], threads)
                except WrongIndex as error:
                    raise error.in_rows(range(start, stop)) from None
                if not done:
                    break
        self._idle.append(engine)
        return found if done else None

    def _run(self, engine: NativeProgram, X: Array, found: Array, threads: int) -> bool:
        try:
            return engine.engine.predict(
                self._leaves,
                self._vector,
                X,
                self._scalars,
                self._result.number,
                found,
                threads,
            )
        except IndexError as error:
            raise WrongIndex(*error.args) from None

    def _engine(self) -> NativeProgram:
        return NativeProgram(self.program, self.dtype)
