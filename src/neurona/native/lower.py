"""From a graph to a program: tasks, phases, maps, buffers, memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from neurona.graph import Graph, Node, has_batch, show_expression
from neurona.native.fuse import fuse
from neurona.native.lowering import lowering_rules
from neurona.native.maps import build_map, connected, spread_in_map
from neurona.native.plan_memory import Lifetime, plan_memory
from neurona.native.prepare import prepare_for_native
from neurona.native.program import (
    Buffer,
    Instruction,
    Place,
    Program,
    block_count,
    buffer_size,
)
from neurona.native.schedule import cluster_key, readers_of, schedule
from neurona.native.side_by_side import side_by_side
from neurona.native.task import Task, matrix_of
from neurona.native.tasks import Tasks

__all__ = ["lower_graph_to_program"]

MOST_MAP_NODES: Final = 24
"""Nodes of one map instruction; longer chains are cut."""

ALIGNMENT: Final = 64


def lower_graph_to_program(
    graph: Graph, *, dtype: Any, most_rows: int, sums: Sequence[str] = ()
) -> Program:
    """Lower a graph.

    Parameters
    ----------
    graph : Graph
        Outputs under the name of a parameter become its next value; those in ``sums``
        are added up over the steps; the others are results to be read.
    dtype : {float32, float64}
    most_rows : int
        Rows of the largest batch.
    sums : sequence of str
        Scalar outputs.

    Raises
    ------
    CannotLower
        The graph holds something that the engine cannot run.

    Examples
    --------
    >>> from neurona import graph as g
    >>> w, rate = g.parameter("w", (3,)), g.input("rate")
    >>> step = g.Graph({"w": w - rate * w})
    >>> print(lower_graph_to_program(step, dtype="float32", most_rows=1))
    arena 16, workspace 0 elements
    phase 0
      slice  map w[1×3] = scaled_difference(w[1×3], w[1×3], $rate[1×1])
    """
    return _Lowering(graph, np.dtype(dtype), most_rows, tuple(sums)).program()


@dataclass(eq=False)
class _Lowering:
    """One lowering under way."""

    graph: Graph
    dtype: np.dtype[Any]
    most_rows: int
    sum_names: tuple[str, ...]
    buffers: dict[Node, Buffer] = field(default_factory=dict)
    partials: dict[Node, Buffer] = field(default_factory=dict)
    scalar_buffers: dict[Node, Buffer] = field(default_factory=dict)
    instructions: list[tuple[int, Instruction]] = field(default_factory=list)

    def program(self) -> Program:
        self.lanes = ALIGNMENT // self.dtype.itemsize
        self.graph = prepare_for_native(self.graph)
        has_one_block = block_count(self.most_rows) == 1
        self.tasks = Tasks(self.graph, lowering_rules(), has_one_block)
        schedule(self.tasks)
        self.readers = readers_of(self.tasks.tasks)
        self.scalars: list[Node] = []
        self.leaves: dict[str, Buffer] = {}
        self.constants: list[tuple[Buffer, Any]] = []
        self.inputs: list[str] = []
        self.results: dict[str, Buffer] = {}
        self.place_leaves()
        self.choose_updates()
        self.emit()
        self.emit_outputs()
        return self.finish()

    # Buffers ------------------------------------------------------------------------

    def place_leaves(self) -> None:
        """Give every array that is there before a run its buffer."""
        for node in self.graph.nodes:
            if node in self.tasks.host:
                continue
            whole = not has_batch(node.shape)
            if node.operation == "parameter" or (node.operation == "input" and whole):
                rows, columns = matrix_of(node.shape)
                self.leaves[str(node.name)] = Buffer(rows, columns, str(node.name))
                self.buffers[node] = self.leaves[str(node.name)]
            elif node.operation == "constant":
                rows, columns = matrix_of(node.shape)
                buffer = Buffer(rows, columns, "constant")
                self.buffers[node] = buffer
                value = np.asarray(node.attributes["value"], self.dtype)
                self.constants.append((buffer, value))

    def buffer(self, node: Node) -> Buffer:
        """Buffer in memory that holds a node's value, made at the first call."""
        if node not in self.buffers:
            rows, columns = matrix_of(node.shape)
            made = self.tasks.producer[node]
            name = node.name or f"{node.operation}_{len(self.buffers)}"
            place: Place = "local" if self.is_local(made) else "global"
            self.buffers[node] = Buffer(rows, columns, str(name), place)
        return self.buffers[node]

    def operand(self, node: Node) -> Buffer:
        """Buffer that a map reads: of a run-time scalar, its place in the table."""
        if node not in self.tasks.host:
            return self.buffer(node)
        if node not in self.scalar_buffers:
            number = len(self.scalars)
            buffer = Buffer(1, 1, scalar_name(node), "scalar", number)
            self.scalar_buffers[node] = buffer
            self.scalars.append(node)
        return self.scalar_buffers[node]

    def is_local(self, task: Task) -> bool:
        """Whether a value never leaves the thread that made it, nor the block."""
        if task.mode == "each":
            return True
        if task.mode != "block" or task.node in self.tasks.kept:
            return False
        readers = self.readers.get(task.node, [])
        return all(r.mode == "block" and r.phase == task.phase for r in readers)

    # Updates ------------------------------------------------------------------------

    def choose_updates(self) -> None:
        """Let new values of leaves be written over the old where nothing reads them."""
        self.updates: dict[str, Node] = {}
        for name, node in self.graph.outputs.items():
            if name in self.leaves and name not in self.sum_names:
                self.updates[name] = node
        leaf_of = {str(n.name): n for n in self.buffers if n.operation == "parameter"}
        taken: set[Node] = set()
        self.in_place: set[str] = set()
        for name, node in self.updates.items():
            task = self.tasks.producer.get(node)
            leaf = leaf_of[name]
            same = matrix_of(node.shape) == matrix_of(leaf.shape)
            if task is None or node in taken or not same or task.code != "map":
                continue
            if all(self.reads_before(r, task) for r in self.readers.get(leaf, [])):
                self.buffers[node] = self.leaves[name]
                self.in_place.add(name)
                taken.add(node)

    def reads_before(self, reader: Task, writer: Task) -> bool:
        """Whether a task surely has read a leaf when another writes over it."""
        if reader.phase != writer.phase:
            return reader.phase < writer.phase
        if reader is writer:
            return True
        same_map = cluster_key(reader) == cluster_key(writer) and (
            reader.level <= writer.level
        )
        if not (same_map and reader.is_flat and writer.is_flat):
            return False
        order = self.tasks.tasks
        return order.index(reader) <= order.index(writer)

    # Instructions -------------------------------------------------------------------

    def emit(self) -> None:
        """Turn tasks into instructions, those of a cluster into maps."""
        self.input_numbers: dict[str, int] = {}
        clusters: dict[tuple[object, ...], list[Task]] = {}
        order: list[tuple[int, int, int, list[Task]]] = []
        for i, task in enumerate(self.tasks.tasks):
            if task.code != "map":
                order.append((task.phase, task.level, i, [task]))
                continue
            key = (*cluster_key(task), task.level)
            if key not in clusters:
                clusters[key] = []
            clusters[key].append(task)
        positions = {task: i for i, task in enumerate(self.tasks.tasks)}
        for members in clusters.values():
            for group in connected(members, self.tasks.host):
                first = positions[group[0]]
                order.append((group[0].phase, group[0].level, first, group))
        for phase, _level, _position, group in sorted(order, key=lambda x: x[:3]):
            if group[0].code == "map":
                for i in range(0, len(group), MOST_MAP_NODES):
                    self.emit_map(phase, group[i : i + MOST_MAP_NODES])
            else:
                self.emit_task(phase, group[0])

    def emit_map(self, phase: int, group: Sequence[Task]) -> None:
        def is_stored(node: Node) -> bool:
            return self.is_stored(node, group)

        fused = fuse(group, self.tasks.host, is_stored)
        self.put(phase, build_map(fused, self.buffer, self.operand, is_stored))

    def put(self, phase: int, instruction: Instruction) -> None:
        self.instructions.append((phase, instruction))

    def emit_task(self, phase: int, task: Task) -> None:
        result = self.buffer(task.node)
        parts = [self.operand(part) for part in task.inputs]
        code, mode, numbers = task.code, task.mode, task.numbers
        if task.reduces:
            partial = Buffer(result.rows, result.columns, result.name, "partial")
            self.partials[task.node] = partial
            self.put(phase, Instruction(code, mode, (partial, *parts), numbers))
            if self.is_read(task.node):
                combine = "combine_max" if code == "max_rows" else "combine_sum"
                self.put(phase + 1, Instruction(combine, "slice", (result, partial)))
        elif code == "gather_input":
            name = str(task.node.name)
            number = self.input_numbers.setdefault(name, len(self.inputs))
            if number == len(self.inputs):
                self.inputs.append(name)
            self.put(phase, Instruction(code, mode, (result,), (number,)))
        elif code == "matmul":
            # Without a bias the engine expects −1 in its place.
            places = (result, *parts)
            rest = numbers if len(parts) == 3 else (-1, *numbers)
            self.put(phase, Instruction(code, mode, places, rest))
        elif code in ("copy_columns", "copy_rows"):
            self.emit_pieces(phase, task, result, parts)
        else:
            rate = task.rate
            self.put(phase, Instruction(code, mode, (result, *parts), numbers, rate))

    def emit_pieces(
        self, phase: int, task: Task, result: Buffer, parts: Sequence[Buffer]
    ) -> None:
        """Copies that make up a concatenation, a slice or a padding."""
        attributes = task.node.attributes
        along_rows = task.code == "copy_rows"

        def size(buffer: Buffer) -> int:
            return buffer.rows if along_rows else buffer.columns

        def copy(part: Buffer, to: int, start: int, count: int) -> None:
            numbers = (to, start, count)
            self.put(phase, Instruction(task.code, task.mode, (result, part), numbers))

        match task.node.operation:
            case "concatenate":
                place = 0
                for part in parts:
                    copy(part, place, 0, size(part))
                    place += size(part)
            case "slice":
                copy(parts[0], 0, attributes["start"], size(result))
            case _:
                self.put(phase, Instruction("fill", task.mode, (result,)))
                copy(parts[0], attributes["before"], 0, size(parts[0]))

    def is_read(self, node: Node) -> bool:
        """Whether a task or a result needs a value that blocks made in parts."""
        if self.readers.get(node):
            return True
        names = [n for n, out in self.graph.outputs.items() if out is node]
        return any(name not in self.sum_names for name in names)

    def is_stored(self, node: Node, group: Iterable[Task]) -> bool:
        """Whether something outside a map reads what it makes."""
        if node in self.tasks.kept:
            return True
        inside = set(group)
        return any(reader not in inside for reader in self.readers.get(node, []))

    def emit_outputs(self) -> None:
        """What leaves a step: sums, next values that could not be written in place."""
        last = max((phase for phase, _i in self.instructions), default=0)
        self.host_sums: list[str] = []
        for number, name in enumerate(self.sum_names):
            node = self.graph.outputs[name]
            if node in self.tasks.host:
                self.host_sums.append(name)
                continue
            node = self.tasks.solid(node)
            task = self.tasks.producer[node]
            source = self.partials.get(node, self.buffer(node))
            phase = task.phase + (task.mode != "single")
            numbers = (number, int(node in self.partials))
            instruction = Instruction("accumulate", "single", (source,), numbers)
            self.put(phase, instruction)
        for name, node in self.graph.outputs.items():
            if name in self.sum_names or name in self.in_place:
                continue
            if name not in self.updates and node in self.tasks.host:
                self.results[name] = Buffer(1, 1, name)
                self.put(last, self.copy_into(self.results[name], node))
            elif name not in self.updates:
                self.results[name] = self.buffer(self.tasks.solid(node))
            elif self.buffers.get(node) is not self.leaves[name]:
                self.put(last + 1, self.copy_into(self.leaves[name], node))

    def copy_into(self, leaf: Buffer, node: Node) -> Instruction:
        """Write a next value over the old, after all that read it."""
        source = node if node in self.tasks.host else self.tasks.solid(node)
        buffer = self.operand(source)
        matrix = matrix_of(source.shape)
        spread = spread_in_map(buffer, matrix, (leaf.rows, leaf.columns))
        return Instruction(
            "map",
            "slice",
            (leaf,),
            operands=((buffer, spread), (leaf, "full")),
            steps=(("copy", 1, 0, 0, 0, 0, 0),),
        )

    # Memory -------------------------------------------------------------------------

    def finish(self) -> Program:
        """Number the buffers, place them in memory, and cut the list into phases."""
        count = 1 + max((phase for phase, _i in self.instructions), default=-1)
        phases: list[list[Instruction]] = [[] for _ in range(count)]
        for phase, instruction in self.instructions:
            phases[phase].append(instruction)
        touched: dict[Buffer, list[tuple[int, int]]] = {}
        spans: list[tuple[int, int]] = []
        moment = 0
        for i, phase_instructions in enumerate(phases):
            spans.append((moment + 1, moment + len(phase_instructions)))
            for instruction in phase_instructions:
                moment += 1
                for buffer in buffers_of(instruction):
                    touched.setdefault(buffer, []).append((i, moment))
        for buffer in (*self.leaves.values(), *(b for b, _v in self.constants)):
            touched.setdefault(buffer, [(0, 0)])
        buffers = list(touched)
        for number, buffer in enumerate(buffers):
            buffer.number = number
        lasting = {id(b) for b in (*self.leaves.values(), *self.results.values())}
        lasting |= {id(buffer) for buffer, _value in self.constants}
        shared = [b for b in buffers if b.place in ("global", "partial")]
        pieces = side_by_side(shared, phases)
        lives = []
        for piece in pieces:
            always = any(id(buffer) in lasting for buffer in piece)
            first = min(0 if always else touched[b][0][0] for b in piece)
            last = max(count if always else touched[b][-1][0] for b in piece)
            lives.append(Lifetime(sum(map(self.size, piece)), first, last))
        offsets, arena = plan_memory(lives)
        for piece, offset in zip(pieces, offsets, strict=True):
            for buffer in piece:
                buffer.offset = offset
                offset += self.size(buffer)
        local = [b for b in buffers if b.place == "local"]
        lasts = {i.buffers[0] for _p, i in self.instructions if i.mode == "each"}
        offsets, workspace = plan_memory(
            [
                Lifetime(
                    self.size(b),
                    # What is made once is not to be lost to a block of the same phase.
                    spans[touched[b][0][0]][0] if b in lasts else touched[b][0][1],
                    spans[touched[b][-1][0]][1] if b in lasts else touched[b][-1][1],
                )
                for b in local
            ]
        )
        for buffer, offset in zip(local, offsets, strict=True):
            buffer.offset = offset
        return Program(
            buffers=buffers,
            phases=phases,
            lanes=self.lanes,
            leaves=self.leaves,
            updated=tuple(self.updates),
            inputs=tuple(self.inputs),
            results=self.results,
            sums=self.sum_names,
            host_sums=tuple(self.host_sums),
            scalars=tuple(self.scalars),
            graph=self.graph,
            constants=self.constants,
            arena=arena,
            workspace=workspace,
            most_rows=self.most_rows,
        )

    def size(self, buffer: Buffer) -> int:
        """Elements that a buffer takes up, padding and all blocks included."""
        return buffer_size(buffer, self.most_rows, self.lanes)


def buffers_of(instruction: Instruction) -> list[Buffer]:
    """Every buffer that an instruction touches."""
    return [*instruction.buffers, *(buffer for buffer, _s in instruction.operands)]


def scalar_name(node: Node) -> str:
    """What a program's text calls a run-time scalar."""
    if node.operation == "constant":
        return f"{node.attributes['value']:g}"
    return str(node.name or show_expression(node))
