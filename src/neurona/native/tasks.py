"""Lowering, first part: what each node asks of the engine, one table for all."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from neurona.errors import NeuronaError
from neurona.graph import Graph, Node, Shape, element_count, has_batch
from neurona.lazy import settled_property
from neurona.messages import _
from neurona.native.prepare import is_zero
from neurona.native.program import MAP_OPERATIONS, NUMBERS, Mode
from neurona.reference import host_scalars
from neurona.reference.random_numbers import SEED, STEP

__all__ = ["CannotLower", "Matrix", "Task", "Tasks", "matrix_of", "spread_of"]

BATCHED: Final = -1
"""Number of rows of a matrix that has one for each row of the batch."""

LARGE_GRADIENT: Final = 16_384
"""Elements from which a gradient is computed in tiles over all rows of the batch
rather than in one part for each block of rows."""

LARGE_WEIGHT: Final = 98_304
"""Elements from which a matrix is multiplied in tiles over all rows of the batch:
blocks of rows would each read it anew from beyond the near caches."""

SMALL_TRANSPOSE: Final = 8_192
"""Elements up to which every thread transposes a matrix for itself: that takes less
time than to meet and to fetch what others made."""

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


ELEMENTWISE: Final = frozenset(MAP_OPERATIONS) - {
    *("copy", "multiply_add", "truncate", "nonzero"),
    *NUMBERS,
}
ACTIVATIONS: Final = {"identity": 0, "relu": 1, "gate": 2}
"""What a product may do to its result, as the engine numbers them."""

CASTS: Final = {"integer": "truncate", "boolean": "nonzero", "float": "copy"}


@dataclass(eq=False)
class Tasks:
    """The tasks of a graph, each after those it reads.

    Parameters
    ----------
    graph : Graph
        Prepared for the engine.
    has_one_block : bool
        Whether every batch is small enough to be one block: then a sum over rows is
        made whole at once.

    Attributes
    ----------
    tasks : list of Task
    host : set of Node
        Run-time scalars, which are computed before a run.
    producer : dict of Node to Task
    """

    graph: Graph
    has_one_block: bool = False
    tasks: list[Task] = field(default_factory=list)
    producer: dict[Node, Task] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.host = host_scalars(self.graph.nodes)
        self.kept = set(self.graph.outputs.values())
        self.readers: dict[Node, list[Node]] = {}
        for node in self.graph.nodes:
            for part in node.inputs:
                self.readers.setdefault(part, []).append(node)
        self.absorbed: set[Node] = set()
        for node in self.graph.nodes:
            if node not in self.host and node not in self.absorbed:
                self.lower(node)
        self.kept |= {self.solid(node) for node in self.kept - self.host}
        self.drop_unread_targets()

    def add(self, task: Task) -> None:
        """Append a task."""
        self.tasks.append(task)
        self.producer[task.node] = task

    def add_reduction(self, task: Task) -> None:
        """Append a task that combines rows of the batch."""
        task.reduces = not self.has_one_block
        self.add(task)

    def lower(self, node: Node) -> None:
        """Append what computes a node; leaves and views compute nothing."""
        if node.operation in ELEMENTWISE:
            if not lower_softmax_slope(self, node):
                self.map(node, node.operation, node.inputs)
        elif node.operation == "input":
            if has_batch(node.shape):
                self.add(Task("gather_input", node, (), "block"))
        elif node.operation == "cast":
            if node.dtype != "float":
                self.map(node, CASTS[node.dtype], node.inputs)
        elif node.operation in LOWERING:
            LOWERING[node.operation](self, node)
        elif node.operation not in VIEWS:
            raise CannotLower(node, lambda: _("there is no rule for it"))

    def map(self, node: Node, operation: str, inputs: Iterable[Node]) -> None:
        """Append an elementwise operation, broadcasting what it reads."""
        parts = tuple(self.loose(part) for part in inputs)
        whole = matrix_of(node.shape)
        for part in parts:
            if spread_of(matrix_of(part.shape), whole) is None:
                raise CannotLower(node, lambda: _("it broadcasts along a middle axis"))
        mode: Mode = "block" if has_batch(node.shape) else "slice"
        self.add(Task("map", node, parts, mode, operation=operation))

    def drop(self, node: Node) -> None:
        """Take back a task that another one makes needless."""
        self.tasks.remove(self.producer.pop(node))

    def drop_unread_targets(self) -> None:
        """Leave out one-hot targets of which all readers take the class itself."""
        read = {part for task in self.tasks for part in task.inputs} | self.kept
        for node in [t.node for t in self.tasks if t.code == "one_hot"]:
            if node not in read:
                self.drop(node)

    def loose(self, node: Node) -> Node:
        """What an elementwise operation may read in place of a view."""
        while (
            node not in self.producer
            and node not in self.host
            and node.operation in VIEWS
        ):
            (inner,) = node.inputs
            if spread_of(matrix_of(inner.shape), matrix_of(node.shape)) is None:
                return self.solid(node)
            node = inner
        return node

    def solid(self, node: Node) -> Node:
        """What any operation may read in place of a view: the same matrix."""
        if node in self.producer:
            return node
        if node in self.host:
            self.add(Task("map", node, (node,), "slice", operation="copy"))
            return node
        if node.operation not in VIEWS:
            return node
        (inner,) = node.inputs
        if matrix_of(inner.shape) == matrix_of(node.shape):
            return self.solid(inner)
        if node.operation == "reshape":
            read = self.solid(inner)
            mode: Mode = "block" if has_batch(node.shape) else "single"
            self.add(Task("reshape", node, (read,), mode))
        else:
            self.map(node, "copy", node.inputs)
        return node

    def only_reader(self, node: Node) -> Node | None:
        """The single node that reads a node which nothing else needs."""
        readers = self.readers.get(node, [])
        return readers[0] if len(readers) == 1 and node not in self.kept else None

    def row_mode(self, node: Node) -> Mode:
        """Mode of an operation that treats each row alone."""
        return "block" if has_batch(node.shape) else "single"


def lower_matmul(tasks: Tasks, node: Node) -> None:
    """A product and what follows it: a bias, a ReLU, or the gate of a ReLU's slope.

    Only where nothing else reads the values between.
    """
    a, b = map(tasks.solid, node.inputs)
    rows, columns = matrix_of(b.shape)
    large = rows * columns >= LARGE_WEIGHT
    mode: Mode = "block" if has_batch(node.shape) and not large else "slice"
    after = tasks.only_reader(node)
    gate = gate_of(tasks, node, after)
    if after is not None and gate is not None:
        tasks.absorbed.add(after)
        tasks.add(Task("matmul", after, (a, b, gate), mode, (ACTIVATIONS["gate"],)))
        return
    result, bias, relu = node, None, False
    if after is not None and after.operation == "add" and after.shape == node.shape:
        others = [part for part in after.inputs if part is not node]
        other = tasks.loose(others[0]) if others else node
        is_row = matrix_of(other.shape) == (1, matrix_of(node.shape)[1])
        if other.operation == "parameter" and is_row:
            result, bias = after, other
            last = tasks.only_reader(after)
            if last is not None and last.operation == "maximum":
                if last.inputs[0] is after and is_zero(last.inputs[1]):
                    result, relu = last, True
    if bias is not None:
        # What the instruction does besides is not done again.
        tasks.absorbed |= {n for n in (after, result) if n is not None}
    inputs = (a, b) if bias is None else (a, b, bias)
    numbers = (ACTIVATIONS["relu" if relu else "identity"],)
    tasks.add(Task("matmul", result, inputs, mode, numbers))


def gate_of(tasks: Tasks, node: Node, after: Node | None) -> Node | None:
    """The matrix h of where(h > 0, product, 0), if that is what follows a product."""
    if after is None or after.operation != "where" or after.shape != node.shape:
        return None
    condition, chosen, other = after.inputs
    if chosen is not node or not is_zero(other) or condition.operation != "greater":
        return None
    compared, bound = condition.inputs
    gate = tasks.solid(compared)
    made_before = gate in tasks.producer and gate.shape == node.shape
    if (
        tasks.only_reader(condition) is not after
        or not is_zero(bound)
        or not made_before
    ):
        return None
    slope = tasks.producer.pop(condition, None)
    if slope is not None:
        tasks.tasks.remove(slope)
    tasks.absorbed.add(condition)
    return gate


def lower_contract_rows(tasks: Tasks, node: Node) -> None:
    a, b = map(tasks.solid, node.inputs)
    rows, columns = matrix_of(node.shape)
    if not has_batch(a.shape):
        tasks.add(Task("contract_rows", node, (a, b), "slice"))
    elif rows * columns >= LARGE_GRADIENT:
        tasks.add(Task("contract_rows", node, (a, b), "slice"))
    else:
        tasks.add_reduction(Task("contract_rows", node, (a, b), "block"))


def lower_transpose(tasks: Tasks, node: Node) -> None:
    part = tasks.solid(node.inputs[0])
    rows, columns = matrix_of(node.shape)
    is_small = rows * columns <= SMALL_TRANSPOSE and node not in tasks.kept
    mode: Mode = "each" if is_small else "slice"
    tasks.add(Task("transpose", node, (part,), mode))


def lower_reduction(tasks: Tasks, node: Node) -> None:
    """A sum or maximum over rows or over columns."""
    x = tasks.solid(node.inputs[0])
    shape, axes = node.inputs[0].shape, node.attributes["axes"]
    batched = has_batch(shape)
    first_alone = axes == (0,)
    if batched and first_alone:
        tasks.add_reduction(Task(f"{node.operation}_rows", node, (x,), "block"))
    elif len(shape) == 2 and first_alone:
        tasks.add(Task(f"{node.operation}_rows", node, (x,), "single"))
    elif axes == tuple(range(1, len(shape))) or (len(shape) == 1 and not batched):
        mode = tasks.row_mode(node)
        tasks.add(Task(f"{node.operation}_columns", node, (x,), mode))
    else:
        raise CannotLower(node, lambda: _("it reduces a middle axis"))


def lower_by_rows(tasks: Tasks, node: Node) -> None:
    """An operation over the last axis, each row alone."""
    parts = tuple(map(tasks.solid, node.inputs))
    if len(node.inputs[0].shape) > 2:
        raise CannotLower(node, lambda: _("it has more than two axes"))
    tasks.add(Task(node.operation, node, parts, tasks.row_mode(node)))


def lower_cross_entropy(tasks: Tasks, node: Node) -> None:
    """A cross-entropy; of a one-hot target, from the class itself."""
    logits, target = node.inputs
    index = class_of(tasks, target)
    if index is None:
        lower_by_rows(tasks, node)
        return
    parts = (tasks.solid(logits), index)
    mode = tasks.row_mode(node)
    tasks.add(Task("cross_entropy_of_class", node, parts, mode))


def class_of(tasks: Tasks, target: Node) -> Node | None:
    """The class for which a target is 1, if that is how it was made."""
    made = tasks.producer.get(target)
    return made.inputs[0] if made is not None and made.code == "one_hot" else None


def lower_softmax_slope(tasks: Tasks, node: Node) -> bool:
    """Lower s (softmax(z) − t), t a one-hot target, as one task; False if it is not."""
    if node.operation != "multiply":
        return False
    slope, factor = node.inputs
    softmax = slope.inputs[0] if slope.operation == "subtract" else slope
    scale = tasks.loose(factor)
    if (
        softmax.operation != "softmax"
        or scale not in tasks.host
        or node.shape != softmax.shape
        or tasks.only_reader(slope) is not node
        or tasks.only_reader(softmax) is not slope
    ):
        return False
    index = class_of(tasks, slope.inputs[1])
    if index is None:
        return False
    tasks.drop(slope)
    tasks.drop(softmax)
    parts = (tasks.solid(softmax.inputs[0]), index, scale)
    tasks.add(Task("softmax_slope", node, parts, tasks.row_mode(node)))
    return True


def lower_one_hot(tasks: Tasks, node: Node) -> None:
    if len(node.shape) > 2 or not has_batch(node.shape):
        raise CannotLower(node, lambda: _("its index is not one number for each row"))
    parts = (tasks.solid(node.inputs[0]),)
    tasks.add(Task("one_hot", node, parts, tasks.row_mode(node)))


def lower_gather(tasks: Tasks, node: Node) -> None:
    if not has_batch(node.shape):
        raise CannotLower(node, lambda: _("its index has no batch axis"))
    parts = tuple(map(tasks.solid, node.inputs))
    tasks.add(Task("gather", node, parts, tasks.row_mode(node)))


def lower_scatter_add(tasks: Tasks, node: Node) -> None:
    if not has_batch(node.inputs[0].shape):
        raise CannotLower(node, lambda: _("its index has no batch axis"))
    parts = tuple(map(tasks.solid, node.inputs))
    tasks.add_reduction(Task("scatter_add", node, parts, "block"))


def lower_random_mask(tasks: Tasks, node: Node) -> None:
    if [part.name for part in node.inputs] != [SEED, STEP]:
        raise CannotLower(node, lambda: _("its seed and step are not those of the run"))
    stream = node.attributes["stream"]
    signed = stream - 2**64 if stream >= 2**63 else stream
    rate = node.attributes["rate"]
    mode = tasks.row_mode(node)
    tasks.add(Task("random_mask", node, (), mode, (signed,), rate))


def lower_pieces(tasks: Tasks, node: Node) -> None:
    """Parts of matrices copied side by side: concatenate, slice and pad."""
    axis = node.attributes["axis"]
    shape = node.shape
    if len(shape) > 2:
        raise CannotLower(node, lambda: _("it has more than two axes"))
    along_rows = axis == 0 and len(shape) == 2
    code = "copy_rows" if along_rows else "copy_columns"
    parts = tuple(map(tasks.solid, node.inputs))
    tasks.add(Task(code, node, parts, tasks.row_mode(node)))


VIEWS: Final = frozenset({"reshape", "broadcast", "cast"})
"""Operations that may share the matrix of what they read."""

LOWERING: Final[Mapping[str, Callable[[Tasks, Node], None]]] = {
    "constant": lambda tasks, node: None,
    "parameter": lambda tasks, node: None,
    "rows": lambda tasks, node: None,
    "matmul": lower_matmul,
    "contract_rows": lower_contract_rows,
    "transpose": lower_transpose,
    "sum": lower_reduction,
    "max": lower_reduction,
    "softmax": lower_by_rows,
    "log_sum_exp": lower_by_rows,
    "cross_entropy": lower_cross_entropy,
    "one_hot": lower_one_hot,
    "gather": lower_gather,
    "scatter_add": lower_scatter_add,
    "random_mask": lower_random_mask,
    "concatenate": lower_pieces,
    "slice": lower_pieces,
    "pad": lower_pieces,
}
"""Rule of each operation that is neither elementwise nor a view."""
