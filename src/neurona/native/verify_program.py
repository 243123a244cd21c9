"""Check that a program is sound before it runs: the engine itself looks no more."""

from __future__ import annotations

from collections.abc import Iterator

from neurona.errors import GraphError
from neurona.messages import _
from neurona.native.engine_words import engine_words
from neurona.native.program import (
    Buffer,
    Instruction,
    Program,
    buffer_size,
    places_read,
)

__all__ = ["verify_program"]


def verify_program(program: Program) -> Program:
    """Refuse a program that would touch memory that is not its own.

    Laws: every buffer lies within the memory asked for; buffers that are needed at the
    same time never share any of it; nothing is read before it is written.

    Returns
    -------
    Program
        The same one.

    Raises
    ------
    GraphError
        The message names the buffer or the instruction.

    Examples
    --------
    >>> from neurona import graph as g
    >>> from neurona.native.lower import lower_graph_to_program
    >>> x = g.input("x", (g.BATCH, 3))
    >>> graph = g.Graph({"y": g.exp(x)})
    >>> program = lower_graph_to_program(graph, dtype="float32", most_rows=8)
    >>> verify_program(program) is program
    True
    """
    for i, buffer in enumerate(program.buffers):
        check_place(program, buffer, i)
    there = {buffer.number for buffer in program.leaves.values()}
    there |= {buffer.number for buffer, _value in program.constants}
    there |= {b.number for b in program.buffers if b.place == "scalar"}
    lasting = there | {buffer.number for buffer in program.results.values()}
    spans = {number: (-1, len(program.phases)) for number in lasting}
    moments: dict[int, tuple[int, int]] = {}
    made_once: set[int] = set()
    moment = 0
    for phase, instructions in enumerate(program.phases):
        begin, end = moment + 1, moment + len(instructions)
        for instruction in instructions:
            moment += 1
            check_kind(program, instruction)
            if instruction.mode == "each":
                made_once.add(instruction.buffers[0].number)
            for buffer in read_by(instruction):
                if buffer.number not in there:
                    refuse(buffer.name, _("is read before it is written"))
            for buffer in touched_by(instruction):
                there.add(buffer.number)
                number = buffer.number
                # What is made once for all blocks of a phase is needed as long as that.
                first, last = (begin, end) if number in made_once else (moment, moment)
                moments[number] = (moments.get(number, (first, 0))[0], last)
                if number not in lasting:
                    spans[number] = (spans.get(number, (phase, 0))[0], phase)
    shared = [b for b in program.buffers if b.place in ("global", "partial")]
    check_apart(program, shared, spans)
    local = [b for b in program.buffers if b.place == "local"]
    check_apart(program, local, moments)
    return program


def refuse(what: str, why: str) -> None:
    raise GraphError(
        _("the program cannot run: {what} {why}").format(what=what, why=why)
    )


def check_place(program: Program, buffer: Buffer, number: int) -> None:
    """Refuse a buffer that lies outside of the memory asked for."""
    if buffer.place == "scalar":
        inside = 0 <= buffer.offset < len(program.scalars)
    else:
        whole = program.workspace if buffer.place == "local" else program.arena
        stop = buffer.offset + buffer_size(buffer, program.most_rows, program.lanes)
        inside = 0 <= buffer.offset and stop <= whole
        inside = inside and buffer.offset % program.lanes == 0
    if not inside or buffer.number != number:
        refuse(buffer.name, _("lies outside of its memory"))


def check_kind(program: Program, instruction: Instruction) -> None:
    """Refuse an instruction that the engine does not know."""
    words = engine_words()
    known = instruction.code in words.codes and instruction.mode in words.modes
    places = len(instruction.operands) + instruction.temporaries
    for operation, *used in instruction.steps:
        known = known and operation in words.operations
        known = known and all(0 <= place < places for place in used)
    listed = program.buffers
    for buffer in touched_by(instruction):
        own = 0 <= buffer.number < len(listed) and listed[buffer.number] is buffer
        known = known and own
    if not known:
        refuse(instruction.code, _("is no instruction over its buffers"))


def touched_by(instruction: Instruction) -> Iterator[Buffer]:
    yield from instruction.buffers
    for buffer, _spread in instruction.operands:
        yield buffer


def read_by(instruction: Instruction) -> Iterator[Buffer]:
    """Buffers whose values an instruction needs."""
    if instruction.code == "accumulate":
        yield from instruction.buffers
    elif instruction.code != "map":
        yield from instruction.buffers[1:]
    written: set[int] = set()
    for operation, result, *used in instruction.steps:
        for place in places_read(operation, used):
            if place < len(instruction.operands) and place not in written:
                yield instruction.operands[place][0]
        written.add(result)


def check_apart(
    program: Program, buffers: list[Buffer], spans: dict[int, tuple[int, int]]
) -> None:
    """Refuse two buffers that share memory while both are needed."""
    before: list[tuple[int, Buffer]] = []
    for buffer in sorted(buffers, key=lambda b: b.offset):
        size = buffer_size(buffer, program.most_rows, program.lanes)
        if not size:
            continue
        before = [(stop, b) for stop, b in before if stop > buffer.offset]
        first, last = spans.get(buffer.number, (0, 0))
        for _stop, other in before:
            begin, end = spans.get(other.number, (0, 0))
            if begin <= last and first <= end:
                refuse(
                    buffer.name,
                    _("shares memory with {other}").format(other=other.name),
                )
        before.append((buffer.offset + size, buffer))
