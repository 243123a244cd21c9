"""Lowering, fourth part: which buffers lie side by side in memory.

An optimizer does the same to every parameter, one map after the other. Where their
arrays follow each other, the engine runs maps of small steps as one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from neurona.native.program import Buffer, Instruction

__all__ = ["side_by_side"]


def side_by_side(
    buffers: Iterable[Buffer], phases: Iterable[Iterable[Instruction]]
) -> list[tuple[Buffer, ...]]:
    """Buffers in pieces of memory, together where that makes one loop of several.

    What alike maps read and write lies side by side in the order of the maps. A buffer
    that several groups of them use is where the first of these wants it.

    Examples
    --------
    >>> parts = [[Buffer(1, 4, f"{name}{i}") for name in "wg"] for i in range(2)]
    >>> step = ("subtract", 0, 0, 1, 0, 0, 0)
    >>> maps = [
    ...     Instruction(
    ...         "map", "slice", (w,), operands=((w, "full"), (g, "full")), steps=(step,)
    ...     )
    ...     for w, g in parts
    ... ]
    >>> pieces = side_by_side([*parts[0], *parts[1]], [maps])
    >>> [[buffer.name for buffer in piece] for piece in pieces]
    [['w0', 'w1'], ['g0', 'g1']]
    """
    piece_of = {buffer: (buffer,) for buffer in buffers}
    for group in alike_maps(phases):
        for same in zip(*(each.operands for each in group), strict=True):
            piece = tuple(buffer for buffer, _spread in same)
            alone = all(len(piece_of.get(b, ())) == 1 for b in piece)
            if alone and len(set(piece)) == len(piece):
                piece_of |= dict.fromkeys(piece, piece)
    return list(dict.fromkeys(piece_of.values()))


def alike_maps(phases: Iterable[Iterable[Instruction]]) -> Iterator[list[Instruction]]:
    """Maps of whole arrays that do the same in one phase, such as an optimizer's."""
    for phase in phases:
        found: dict[object, list[Instruction]] = {}
        for each in phase:
            if each.code != "map" or each.mode != "slice":
                continue
            spreads = tuple(
                (spread, buffer if spread == "number" else None)
                for buffer, spread in each.operands
            )
            if {spread for spread, _number in spreads} <= {"full", "number"}:
                found.setdefault((each.steps, spreads), []).append(each)
        yield from (group for group in found.values() if len(group) > 1)
