"""Layered layout: where the boxes of a graph stand, left to right.

Ranks are longest paths (each group of boxes keeps ranks to itself), the order inside a
rank is found by sweeps of barycentres, long edges pass between the boxes through
waypoints. Source: K. Sugiyama, S. Tagawa, M. Toda, "Methods for visual understanding of
hierarchical system structures" (1981), with four sweeps each way.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

__all__ = ["Layout", "lay_out"]

Key = TypeVar("Key", bound=Hashable)
SWEEPS: Final = 4
SETTLINGS: Final = 12

Place = tuple[int, int]


@dataclass(frozen=True)
class Layout(Generic[Key]):
    """Rank and height of every box, and the way of every edge.

    Parameters
    ----------
    rank : mapping of Key to int
        Column, from 0 at the left.
    height : mapping of Key to float
        Place in the column, in steps of the distance between neighbours; 0 is the top.
    ways : mapping of (Key, Key) to tuple of (int, float)
        Waypoints of each edge, (rank, height), without its ends.
    """

    rank: Mapping[Key, int]
    height: Mapping[Key, float]
    ways: Mapping[tuple[Key, Key], tuple[tuple[int, float], ...]]

    @property
    def ranks(self) -> int:
        """Number of columns."""
        return 1 + max(self.rank.values(), default=0)

    @property
    def tallest(self) -> float:
        """Height of the lowest box or waypoint."""
        points = [h for way in self.ways.values() for _rank, h in way]
        return max([*self.height.values(), *points], default=0.0)


def lay_out(
    inputs: Mapping[Key, Sequence[Key]], groups: Mapping[Key, str] | None = None
) -> Layout[Key]:
    """Place boxes so that every edge goes to the right.

    Parameters
    ----------
    inputs : mapping of Key to sequence of Key
        What each box reads, each box after those it reads.
    groups : mapping of Key to str, optional
        Boxes of one group share their ranks with no box of another group; the empty
        name is no group.

    Examples
    --------
    >>> found = lay_out({"x": [], "w": [], "z": ["x", "w"], "a": ["z"]})
    >>> [found.rank[key] for key in "xwza"]
    [0, 0, 1, 2]
    """
    groups = groups or {}
    rank = find_ranks(inputs, groups)
    columns, below, above, chains = with_waypoints(inputs, rank)
    for sweep in range(2 * SWEEPS):
        forward = sweep % 2 == 0
        order_columns(columns, below if forward else above, forward)
    height = settle(columns, below, above)
    keys = list(inputs)
    return Layout(
        rank,
        {key: height[i] for i, key in enumerate(keys)},
        {
            edge: tuple((r, height[i]) for r, i in chain)
            for edge, chain in chains.items()
        },
    )


def find_ranks(
    inputs: Mapping[Key, Sequence[Key]], groups: Mapping[Key, str]
) -> dict[Key, int]:
    """Longest path from the left, groups one after the other; leaves moved right."""
    rank: dict[Key, int] = {}
    first: dict[str, int] = {}
    end = 0
    # A group starts where all that came before it ends; boxes arrive in order of
    # evaluation, but groups may be interleaved in it, so each is gone through at once.
    names = list(dict.fromkeys(groups.get(key, "") for key in inputs))
    loose = [key for key in inputs if not groups.get(key)]
    for key in loose:
        known = [rank[k] + 1 for k in inputs[key] if k in rank]
        if len(known) == len(inputs[key]):
            rank[key] = max(known, default=0)
            end = max(end, rank[key] + 1)
    for name in filter(None, names):
        first[name] = end
        for key in inputs:
            if groups.get(key) == name:
                known = [rank[k] + 1 for k in inputs[key] if k in rank]
                rank[key] = max([first[name], *known])
                end = max(end, rank[key] + 1)
    for key in inputs:
        if key not in rank:
            rank[key] = max([end - 1, *[rank[k] + 1 for k in inputs[key]]])
    repair(inputs, rank)
    draw_leaves_right(inputs, groups, rank)
    return rank


def repair(inputs: Mapping[Key, Sequence[Key]], rank: dict[Key, int]) -> None:
    """Where groups read each other both ways, edges to the right come first."""
    for key, read in inputs.items():
        rank[key] = max([rank[key], *[rank[k] + 1 for k in read]])


def draw_leaves_right(
    inputs: Mapping[Key, Sequence[Key]],
    groups: Mapping[Key, str],
    rank: dict[Key, int],
) -> None:
    """Leaves of a group stand next to what reads them."""
    readers: dict[Key, list[int]] = {}
    for key, read in inputs.items():
        for k in read:
            readers.setdefault(k, []).append(rank[key])
    for key, read in inputs.items():
        if (
            not read
            and key in readers
            and (groups.get(key) or not any(groups.values()))
        ):
            rank[key] = max(rank[key], min(readers[key]) - 1)


def with_waypoints(
    inputs: Mapping[Key, Sequence[Key]], rank: Mapping[Key, int]
) -> tuple[
    list[list[int]],
    dict[int, list[int]],
    dict[int, list[int]],
    dict[tuple[Key, Key], list[Place]],
]:
    """Columns of boxes and waypoints, both as numbers, with their neighbours."""
    number = {key: i for i, key in enumerate(inputs)}
    columns: list[list[int]] = [[] for _r in range(max(rank.values(), default=0) + 1)]
    for key, i in number.items():
        columns[rank[key]].append(i)
    below: dict[int, list[int]] = {}
    above: dict[int, list[int]] = {}
    chains: dict[tuple[Key, Key], list[Place]] = {}
    count = len(number)
    for key, read in inputs.items():
        for source in dict.fromkeys(read):
            last = number[source]
            chain: list[Place] = []
            for r in range(rank[source] + 1, rank[key]):
                columns[r].append(count)
                chain.append((r, count))
                below.setdefault(count, []).append(last)
                above.setdefault(last, []).append(count)
                last, count = count, count + 1
            below.setdefault(number[key], []).append(last)
            above.setdefault(last, []).append(number[key])
            chains[source, key] = chain
    return columns, below, above, chains


def order_columns(
    columns: list[list[int]], neighbours: Mapping[int, list[int]], forward: bool
) -> None:
    """Sort each column by the mean place of the neighbours on one side."""
    place = {i: p for column in columns for p, i in enumerate(column)}
    for column in columns if forward else reversed(columns):
        middle = {
            i: sum(place[n] for n in neighbours[i]) / len(neighbours[i])
            if neighbours.get(i)
            else float(place[i])
            for i in column
        }
        column.sort(key=middle.__getitem__)
        place.update({i: p for p, i in enumerate(column)})


def settle(
    columns: list[list[int]],
    below: Mapping[int, list[int]],
    above: Mapping[int, list[int]],
) -> dict[int, float]:
    """Heights that pull boxes level with their neighbours, at least 1 apart."""
    height: dict[int, float] = {}
    tallest = max((len(column) for column in columns), default=0)
    for column in columns:
        start = (tallest - len(column)) / 2
        height.update({i: start + p for p, i in enumerate(column)})
    for turn in range(SETTLINGS):
        for column in columns if turn % 2 else reversed(columns):
            wanted = []
            for i in column:
                near = [height[n] for n in (*below.get(i, ()), *above.get(i, ()))]
                wanted.append(sum(near) / len(near) if near else height[i])
            height.update(zip(column, spread_apart(wanted), strict=True))
    top = min(height.values(), default=0.0)
    return {i: h - top for i, h in height.items()}


def spread_apart(wanted: list[float]) -> list[float]:
    """Places nearest to those wanted that keep their order and a distance of 1.

    Examples
    --------
    >>> spread_apart([1.0, 1.0, 5.0])
    [0.5, 1.5, 5.0]
    """
    # Pool adjacent violators: what wants to overlap moves as one block.
    blocks: list[tuple[float, int]] = []
    for i, want in enumerate(wanted):
        mean, size = want - i, 1
        while blocks and blocks[-1][0] > mean:
            other, count = blocks.pop()
            mean = (mean * size + other * count) / (size + count)
            size += count
        blocks.append((mean, size))
    places = [mean for mean, size in blocks for _i in range(size)]
    return [place + i for i, place in enumerate(places)]
