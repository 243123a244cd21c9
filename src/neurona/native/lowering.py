"""What each operation asks of the engine: one table for all.

An operation of ``cpp/map_operations.hpp`` needs no entry; nor does one that
``prepare.REWRITES`` writes out in others.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from neurona.graph import OPERATIONS, Node, has_batch
from neurona.messages import _
from neurona.native.engine_words import engine_words
from neurona.native.products import lower_contract_rows, lower_matmul, lower_transpose
from neurona.native.task import CannotLower, Task
from neurona.native.tasks import Rule, Tasks
from neurona.reference.random_numbers import SEED, STEP

__all__ = ["LOWERING", "lowering_rules"]

CASTS: Final = {"integer": "truncate", "boolean": "nonzero"}


def lower_nothing(tasks: Tasks, node: Node) -> None:
    """What is there before a run, or read in place of what it views."""


def lower_input(tasks: Tasks, node: Node) -> None:
    if has_batch(node.shape):
        tasks.add(Task("gather_input", node, (), "block"))


def lower_cast(tasks: Tasks, node: Node) -> None:
    """Only whole numbers and truths are made; as a float they are what they were."""
    if node.dtype != "float":
        tasks.map(node, CASTS[node.dtype], node.inputs)


def lower_elementwise(tasks: Tasks, node: Node) -> None:
    tasks.map(node, node.operation, node.inputs)


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


def lower_multiply(tasks: Tasks, node: Node) -> None:
    if not lower_softmax_slope(tasks, node):
        lower_elementwise(tasks, node)


def lower_softmax_slope(tasks: Tasks, node: Node) -> bool:
    """Lower s (softmax(z) − t), t a one-hot target, as one task; False if it is not."""
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


LOWERING: Final[Mapping[str, Rule]] = {
    **dict.fromkeys(("constant", "parameter", "rows"), lower_nothing),
    **dict.fromkeys(("reshape", "broadcast"), lower_nothing),
    "input": lower_input,
    "cast": lower_cast,
    "multiply": lower_multiply,
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
"""Rule of each operation that is not simply one of the engine's maps.

One that can never run there has a rule that raises CannotLower and says why.
"""


def lowering_rules() -> Mapping[str, Rule]:
    """Rule of every operation that this engine runs: its own maps, and LOWERING.

    Examples
    --------
    >>> lowering_rules()["matmul"] is lower_matmul
    True
    """
    maps = engine_words().operations.keys() & OPERATIONS.keys()
    return {**dict.fromkeys(maps, lower_elementwise), **LOWERING}
