"""Findings about leakage: rows that stand in training and in a held-out part."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np

from neurona.messages import _
from neurona.study.diagnosis.examination import Examination
from neurona.study.diagnosis.finding import Finding, part_names
from neurona.study.rows import Part, arrays_of, flat_numbers

__all__ = ["leaking_rows"]

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]

SHARE: Final = 0.05
"""Share of held-out rows, surely copies, from which scores mislead."""

MANY: Final = 0.2
"""Share from which scores are worth little."""

BEYOND_CHANCE: Final = 4.0
"""Deviations by which twins must exceed those to be expected by chance."""

MOST_GROUPS: Final = 64
MOST_PRINTS: Final = 20_000_000
"""Columns, or groups of them, that are told apart, and prints of all that are kept."""

QUICK_NUMBERS: Final = 4_000_000
"""Numbers of a table beyond which a brief look leaves the search out."""

CHUNK_ROWS: Final = 65_536


def leaking_rows(found: Examination) -> Iterator[Finding]:
    """Held-out rows that are copies of training rows.

    Notes
    -----
    A row is a twin of another if every input and the target are the same. Where few
    values are possible different cases are twins by chance, and prove no leakage. So
    twins count only where they are far more than columns drawn apart from each other
    would give, and where one of three things speaks for many of them: a value that no
    other training row has; no training row that differs in one input alone, since by
    chance such rows are commoner than twins; or a target that no other training row
    has, though others have the same inputs. Rows that hold a value pooled with others
    are not compared.
    """
    if not found.knows_split:
        return
    train = found.parts["train"]
    held = {n: p for n, p in found.parts.items() if n != "train" and p.count}
    width = sum(entry.size for entry in found.network.architecture.inputs)
    if not found.thorough and train.count * width > QUICK_NUMBERS:
        return
    most = min(MOST_GROUPS, max(4, MOST_PRINTS // max(1, train.count)))
    known = row_prints(train, found, most)
    twins = {
        name: Twins.of(row_prints(part, found, most), known)
        for name, part in held.items()
    }
    leaks = {name: own for name, own in twins.items() if own.is_leak}
    if not leaks:
        return
    # Of both parts the worse is told; what helps one helps the other.
    name = max(leaks, key=lambda part: leaks[part].share)
    own = leaks[name]
    yield Finding(
        "leakage",
        "serious" if own.share > MANY else "moderate",
        _(
            "Leakage: {twins} of {rows} {part} rows ({share:.0%}) are the same as "
            "training rows in every input and in the target, and by chance about "
            "{expected} would be, so the score on them shows memory as well as "
            "understanding."
        ).format(
            twins=own.count,
            rows=own.rows,
            part=part_names()[name],
            share=own.share,
            expected=round(own.expected),
        ),
        _(
            "Remove duplicate rows before the split, or keep rows of one case in one "
            "part."
        ),
        {
            "part": name,
            "twins": own.count,
            "rows": own.rows,
            "expected": own.expected,
            "shares": {part: other.share for part, other in leaks.items()},
        },
    )


@dataclass(frozen=True, eq=False)
class RowPrints:
    """One number for each row and column, and their sum, all modulo 2⁶⁴.

    Parameters
    ----------
    whole : uint64 array (N,)
        The same for rows whose numbers are all the same.
    columns : uint64 array (N, C)
        Each column's part in it, the target's last.
    sure : bool array (N,)
        Whether no value is pooled with others.
    """

    whole: Array
    columns: Array
    sure: Array


def row_prints(part: Part, found: Examination, most: int) -> RowPrints:
    """Prints of the rows of a part, the columns made from one source being one.

    Wide tables are looked at in so many groups of columns at most.

    Notes
    -----
    Math: Σⱼ rⱼ bⱼ modulo 2⁶⁴, b being the bits of the numbers and r odd random numbers,
    then mixed; of n rows about n²/2⁴⁰ pairs agree by chance at most.
    """
    inputs, targets = arrays_of(part.X), arrays_of(part.y)
    widths = [int(np.prod(array.shape[1:], dtype=int)) for array in inputs]
    sources = list(found.sources or range(sum(widths)))
    number = {source: i for i, source in enumerate(dict.fromkeys(sources))}
    groups = [number[source] % most for source in sources]
    last = max(groups, default=-1) + 1
    columns = np.zeros((part.count, last + 1), np.uint64)
    sure = np.ones(part.count, bool)
    rng = np.random.default_rng(0)
    done = 0
    for place, array in enumerate([*inputs, *targets]):
        width = int(np.prod(array.shape[1:], dtype=int))
        is_input = place < len(inputs)
        own = groups[done : done + width] if is_input else [last] * width
        pooled = [i - done for i in found.pooled if is_input and 0 <= i - done < width]
        multipliers = rng.integers(0, 2**63, width, dtype=np.uint64) * 2 + 1
        for start in range(0, part.count, CHUNK_ROWS):
            end = start + CHUNK_ROWS
            # Adding 0 makes one zero of both.
            values = flat_numbers(array[part.rows[start:end]]) + 0.0
            sure[start:end] &= ~values[:, pooled].any(axis=1)
            bits = values.view(np.uint64)
            mixed = (bits ^ (bits >> np.uint64(29))) * multipliers
            mixed ^= mixed >> np.uint64(32)
            np.add.at(columns[start:end].T, own, (mixed * multipliers).T)
        done += width
    return RowPrints(columns.sum(axis=1, dtype=np.uint64), columns, sure)


@dataclass(frozen=True)
class Twins:
    """Held-out rows that stand among the training rows too.

    Parameters
    ----------
    count, rows : int
        Twins, and held-out rows in all.
    copies : int
        Twins for which something speaks against chance.
    expected : float
        Twins to be expected by chance.
    """

    count: int
    rows: int
    copies: int
    expected: float

    @classmethod
    def of(cls, held: RowPrints, train: RowPrints) -> Twins:
        """Twins of training rows, and what speaks for and against chance."""
        twins = np.isin(held.whole, train.whole) & held.sure
        copies = int(surely_copied(held, train, twins).sum()) if twins.any() else 0
        expected = twins_by_chance(held, train) if copies else 0.0
        return cls(int(twins.sum()), len(twins), copies, expected)

    @property
    def share(self) -> float:
        """Of the held-out rows."""
        return self.count / self.rows

    @property
    def is_leak(self) -> bool:
        """Whether there are more than chance would give, and enough to matter."""
        chance = self.expected + BEYOND_CHANCE * self.expected**0.5
        enough = self.copies > 1 and self.copies >= SHARE * self.rows
        return enough and self.count > chance


def surely_copied(held: RowPrints, train: RowPrints, twins: Array) -> Array:
    """For which twins something speaks against chance."""
    whole, first = np.unique(train.whole, return_index=True)
    columns, own, parts = train.columns[first], held.whole[twins], held.columns[twins]
    by_value, alone = np.zeros(len(own), bool), np.ones(len(own), bool)
    target, own_target = columns[:, -1], parts[:, -1]
    for j in range(columns.shape[1] - 1):
        by_value |= np.isin(parts[:, j], values_of(columns[:, j], only_once=True))
        # Rows alike but for input j, whatever their target.
        others = values_of(whole - columns[:, j] - target, only_once=False)
        alone &= ~np.isin(own - parts[:, j] - own_target, others)
    by_target = np.isin(own_target, values_of(target, only_once=True))
    by_target &= np.isin(own - own_target, values_of(whole - target, only_once=False))
    return np.asarray(by_value | alone | by_target)


def twins_by_chance(held: RowPrints, train: RowPrints) -> float:
    """Held-out rows that would have a twin if columns were drawn apart from each other.

    Notes
    -----
    Math: Σᵢ 1 − exp(−n Πⱼ fⱼ(xᵢⱼ)), fⱼ being the share of a value among the n training
    rows, one of them left out, and j the inputs: a target may follow from them.
    """
    count = len(train.whole)
    expected = np.full(len(held.whole), float(count))
    for j in range(train.columns.shape[1] - 1):
        values, times = np.unique(train.columns[:, j], return_counts=True)
        place = np.minimum(np.searchsorted(values, held.columns[:, j]), len(values) - 1)
        known = values[place] == held.columns[:, j]
        expected *= np.where(known, times[place] - 1, 0) / max(count - 1, 1)
    return float((1 - np.exp(-expected)).sum())


def values_of(values: Array, *, only_once: bool) -> Array:
    """Values that occur once, or those that occur more often."""
    found, times = np.unique(values, return_counts=True)
    return np.asarray(found[(times == 1) == only_once])
