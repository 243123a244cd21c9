"""The program: a short list of instructions over planned buffers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

import numpy as np

from neurona.graph import Graph, Node
from neurona.native.engine_words import engine_words

__all__ = [
    "Buffer",
    "Instruction",
    "Mode",
    "Place",
    "Program",
    "block_count",
    "buffer_size",
    "places_read",
    "row_length",
    "show_program",
]

Place: TypeAlias = Literal["global", "local", "partial", "scalar"]
Mode: TypeAlias = Literal["block", "slice", "single", "each"]

USUAL_BLOCK_ROWS: Final = 64
MOST_BLOCKS: Final = 8
LONG_ROW: Final = 16
"""Lines of 64 bytes from which a row counts as long."""


def block_count(rows: int) -> int:
    """Blocks that a batch is cut into, as even as can be: as the engine does.

    Examples
    --------
    >>> block_count(64), block_count(100), block_count(200), block_count(1000)
    (1, 2, 4, 8)
    """
    return min(max(1, -(-rows // USUAL_BLOCK_ROWS)), MOST_BLOCKS)


def most_block_rows(rows: int) -> int:
    """Rows of the largest block of all batches of at most so many rows.

    Examples
    --------
    >>> most_block_rows(20), most_block_rows(200), most_block_rows(1000)
    (20, 64, 125)
    """
    return min(rows, max(USUAL_BLOCK_ROWS, -(-rows // MOST_BLOCKS)))


def row_length(columns: int, lanes: int) -> int:
    """Elements from one row to the next: whole vector registers.

    Long rows are never a multiple of 512 bytes apart: then the same column of many rows
    would compete for the same few places of the first-level cache.

    Examples
    --------
    >>> row_length(3, 16), row_length(64, 16), row_length(512, 16)
    (16, 64, 528)
    """
    lines = -(-columns // lanes)
    return (lines + (lines >= LONG_ROW and lines % 8 == 0)) * lanes


@dataclass(eq=False)
class Buffer:
    """A matrix in memory, its rows padded to whole vector registers.

    Parameters
    ----------
    rows : int
        −1 for one row per row of the batch.
    columns : int
    name : str
    place : {"global", "local", "partial", "scalar"}
        One for the whole step, one per thread, one per block, or a run-time scalar.
    offset : int
        In elements; of a scalar, its place in the table.
    number : int
        Its own, in the program's list.
    """

    rows: int
    columns: int
    name: str
    place: Place = "global"
    offset: int = -1
    number: int = -1

    @property
    def batched(self) -> bool:
        """Whether it has a row for each row of the batch."""
        return self.rows < 0


def buffer_size(buffer: Buffer, most_rows: int, lanes: int) -> int:
    """Elements of a buffer: rows, padded, and once per block for a partial one."""
    rows = buffer.rows
    if buffer.batched:
        rows = most_block_rows(most_rows) if buffer.place == "local" else most_rows
    one = rows * row_length(buffer.columns, lanes)
    return one * block_count(most_rows) if buffer.place == "partial" else one


@dataclass(frozen=True)
class Instruction:
    """One line of a program.

    Parameters
    ----------
    code : str
        The engine's word for it.
    mode : {"block", "slice", "single", "each"}
    buffers : tuple of Buffer
        The result first.
    numbers : tuple of int
    rate : float
        Of a random mask.
    operands, steps : tuple
        Of a map: (buffer, spread), and (operation, result, a, b, c, s, t).
    """

    code: str
    mode: Mode
    buffers: tuple[Buffer, ...]
    numbers: tuple[int, ...] = ()
    rate: float = 0.0
    operands: tuple[tuple[Buffer, str], ...] = ()
    steps: tuple[tuple[str, int, int, int, int, int, int], ...] = ()
    temporaries: int = 0

    def arguments(self) -> list[int]:
        """Arguments as the engine reads them."""
        if self.code != "map":
            return [*(buffer.number for buffer in self.buffers), *self.numbers]
        words = engine_words()
        found = [self.buffers[0].number, len(self.operands), len(self.steps)]
        found.append(self.temporaries)
        for buffer, spread in self.operands:
            found += [buffer.number, words.spreads[spread]]
        for operation, *places in self.steps:
            found += [words.operations[operation].code, *places]
        return found


@dataclass(frozen=True, eq=False)
class Program:
    """What a graph is lowered to.

    Parameters
    ----------
    buffers : sequence of Buffer
    phases : sequence of sequence of Instruction
        Threads meet between them.
    lanes : int
        Elements of 64 bytes: rows are padded to a multiple of it.
    leaves : mapping of str to Buffer
        Arrays without a batch axis, to be written before a run.
    updated : sequence of str
        Those of them that a run changes.
    inputs : sequence of str
        Batched inputs, in the order that the engine numbers them.
    results : mapping of str to Buffer
        Outputs to be read after a run.
    sums : sequence of str
        Outputs that are added up over the steps.
    host_sums : sequence of str
        Those of them that are run-time scalars, to be added up outside.
    scalars : sequence of Node
        Run-time scalars, in the order of the engine's table.
    graph : Graph
        As it was lowered.
    constants : sequence of (Buffer, array)
    arena, workspace : int
        Elements of shared memory and of each thread's.
    most_rows : int
    """

    buffers: Sequence[Buffer]
    phases: Sequence[Sequence[Instruction]]
    lanes: int
    leaves: Mapping[str, Buffer]
    updated: Sequence[str]
    inputs: Sequence[str]
    results: Mapping[str, Buffer]
    sums: Sequence[str]
    host_sums: Sequence[str]
    scalars: Sequence[Node]
    graph: Graph
    constants: Sequence[tuple[Buffer, np.ndarray[Any, np.dtype[Any]]]]
    arena: int
    workspace: int
    most_rows: int

    def __str__(self) -> str:
        return show_program(self)


def show_program(program: Program) -> str:
    """Program as text: phases, modes, instructions with the buffers they touch."""
    lines = [f"arena {program.arena}, workspace {program.workspace} elements"]
    for i, phase in enumerate(program.phases):
        lines.append(f"phase {i}")
        lines += [f"  {show_instruction(instruction)}" for instruction in phase]
    return "\n".join(lines)


def show_buffer(buffer: Buffer) -> str:
    rows = "N" if buffer.batched else str(buffer.rows)
    mark = {"global": "", "local": "~", "partial": "+", "scalar": "$"}[buffer.place]
    return f"{mark}{buffer.name}[{rows}×{buffer.columns}]"


def show_instruction(instruction: Instruction) -> str:
    head = f"{instruction.mode:6} {instruction.code}"
    if instruction.code != "map":
        shown = [show_buffer(buffer) for buffer in instruction.buffers]
        shown += [str(number) for number in instruction.numbers]
        return f"{head} {', '.join(shown)}"
    names = [
        show_buffer(buffer) if spread in ("full", "number") else
        f"{show_buffer(buffer)}:{spread}"
        for buffer, spread in instruction.operands
    ]  # fmt: skip
    names += [f"t{i}" for i in range(instruction.temporaries)]
    parts = []
    for operation, result, *used in instruction.steps:
        values = [names[place] for place in places_read(operation, used)]
        parts.append(f"{names[result]} = {operation}({', '.join(values)})")
    return f"{head} {'; '.join(parts)}"


def places_read(operation: str, used: Sequence[int]) -> list[int]:
    """Of the five places that a step of a map names, those that it reads."""
    told = engine_words().operations[operation]
    return [*used[: told.arrays], *used[3 : 3 + told.numbers]]
