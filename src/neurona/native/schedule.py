"""Lowering, second part: the phase in which each task runs."""

from __future__ import annotations

from collections.abc import Iterable

from neurona.graph import Node
from neurona.native.task import Task
from neurona.native.tasks import Tasks

__all__ = ["readers_of", "schedule"]


def available(made: Task, reader: Task) -> int:
    """First phase in which a task may read what another makes.

    Threads meet between phases only. Within one, a thread may read what it wrote
    itself: the same rows of the batch, or the same slice of an array.
    """
    if made.reduces:
        combined = made.phase + 1
        return combined if reads_same_slice(made, reader) else combined + 1
    if made.mode == "each":
        return made.phase
    if made.mode == "block":
        return made.phase + (reader.mode != "block")
    if made.mode == "single":
        return made.phase + (reader.mode != "single")
    return made.phase + (not (made.is_flat and reads_same_slice(made, reader)))


def reads_same_slice(made: Task, reader: Task) -> bool:
    """Whether each thread of the reader reads the slice that it wrote."""
    return (
        reader.code == "map"
        and reader.mode == "slice"
        and reader.is_flat
        and reader.matrix == made.matrix
    )


def readers_of(tasks: Iterable[Task]) -> dict[Node, list[Task]]:
    """The tasks that read each node."""
    readers: dict[Node, list[Task]] = {}
    for task in tasks:
        for part in task.inputs:
            readers.setdefault(part, []).append(task)
    return readers


def schedule(tasks: Tasks) -> None:
    """Give each task its phase and its level within the phase.

    Every task runs as late as those which read it allow, in as few phases as there
    must be: then forward and backward share a phase, what passes between them stays
    with one thread, and a chain of elementwise tasks is not torn apart.
    """
    for task in tasks.tasks:
        made = [tasks.producer[p] for p in task.inputs if p in tasks.producer]
        task.phase = max((available(m, task) for m in made if m is not task), default=0)
    last = max((task.phase + task.reduces for task in tasks.tasks), default=0)
    readers = readers_of(tasks.tasks)
    for task in reversed(tasks.tasks):
        limits = [latest(task, r) for r in readers.get(task.node, ()) if r is not task]
        task.phase = max(task.phase, min([*limits, last - task.reduces]))
    for task in tasks.tasks:
        made = [tasks.producer[p] for p in task.inputs if p in tasks.producer]
        task.level = max(
            (level_after(m, task) for m in made if m is not task), default=0
        )
    for task in reversed(tasks.tasks):
        reading = readers.get(task.node, [])
        if task.code == "map" and reading and reading != [task]:
            limits = [latest_level(task, r) for r in reading]
            task.level = max(task.level, min(limits))


def latest(made: Task, reader: Task) -> int:
    """Last phase in which a task may make what another reads."""
    return reader.phase - (available(made, reader) - made.phase)


def latest_level(made: Task, reader: Task) -> int:
    """Last level at which a map may make what another task reads."""
    if made.phase != reader.phase or made.mode != reader.mode:
        return made.level
    return reader.level - (cluster_key(made) != cluster_key(reader))


def level_after(made: Task, reader: Task) -> int:
    """Level of a task, given something that it reads."""
    phase = made.phase + made.reduces
    if phase != reader.phase or (made.mode != reader.mode and not made.reduces):
        return 0
    together = not made.reduces and cluster_key(made) == cluster_key(reader)
    return made.level + (0 if together and made.code == "map" else 1)


def cluster_key(task: Task) -> tuple[object, ...]:
    """Tasks with the same key and level may become one map."""
    # What is spread over a block is whole when that begins; a slice is cut anywhere.
    alike = task.is_flat or task.mode == "block"
    return (task.code == "map", task.phase, task.mode, task.matrix, alike)
