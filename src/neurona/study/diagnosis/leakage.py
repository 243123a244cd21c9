"""Findings about leakage: rows that stand in training and in a held-out part."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, TypeAlias

import numpy as np

from neurona.messages import _
from neurona.study.diagnosis.examination import Examination
from neurona.study.diagnosis.finding import Finding, part_names
from neurona.study.rows import Part, arrays_of, flat_numbers

__all__ = ["fingerprints", "leaking_rows"]

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]

SHARE: Final = 0.05
"""Share of held-out rows with a twin in training from which scores mislead."""

MANY: Final = 0.2
"""Share from which scores are worth little."""

FEW_CASES: Final = 0.2
"""Share of distinct training rows below which a table simply has few cases."""

QUICK_NUMBERS: Final = 4_000_000
"""Numbers of a table beyond which a brief look leaves the search out."""

CHUNK_ROWS: Final = 65_536


def leaking_rows(found: Examination) -> Iterator[Finding]:
    """Held-out rows whose every input, and target, equals that of a training row.

    Where few values are possible, different cases have the same inputs by chance; those
    with different targets are no copies.
    """
    if not found.knows_split:
        return
    train = found.parts["train"]
    held = {n: p for n, p in found.parts.items() if n != "train" and p.count}
    width = sum(entry.size for entry in found.network.architecture.inputs)
    if not found.thorough and train.count * width > QUICK_NUMBERS:
        return
    seen = np.unique(fingerprints(train))
    distinct = len(seen) / max(train.count, 1)
    twins = {n: int(np.isin(fingerprints(p), seen).sum()) for n, p in held.items()}
    shares = {n: twins[n] / p.count for n, p in held.items() if twins[n] > 1}
    if not shares or max(shares.values()) < SHARE:
        return
    # Of both parts the worse is told; what helps one helps the other.
    name = max(shares, key=lambda part: shares[part])
    few = distinct < FEW_CASES
    yield Finding(
        "leakage",
        "hint" if few else "serious" if shares[name] > MANY else "moderate",
        _(
            "Leakage: {twins} of {rows} {part} rows ({share:.0%}) stand among the "
            "training rows too, with the same inputs, so the score on them shows "
            "memory as well as understanding."
        ).format(
            twins=twins[name],
            rows=held[name].count,
            part=part_names()[name],
            share=shares[name],
        ),
        _("The table has few different cases; judge it with that in mind.")
        if few
        else _(
            "Remove duplicate rows before the split, or keep rows of one case in one "
            "part."
        ),
        {
            "part": name,
            "twins": twins[name],
            "rows": held[name].count,
            "shares": shares,
            "distinct": distinct,
        },
    )


def fingerprints(part: Part) -> Array:
    """One number for each row, the same for rows whose numbers are all the same.

    Notes
    -----
    Math: Σⱼ rⱼ bⱼ modulo 2⁶⁴, b being the bits of the numbers and r odd random numbers,
    then mixed; of n rows about n²/2⁴⁰ pairs agree by chance at most.
    """
    parts = [*arrays_of(part.X), *arrays_of(part.y)]
    total = np.zeros(part.count, np.uint64)
    rng = np.random.default_rng(0)
    for array in parts:
        width = int(np.prod(array.shape[1:], dtype=int))
        multipliers = rng.integers(0, 2**63, width, dtype=np.uint64) * 2 + 1
        for start in range(0, part.count, CHUNK_ROWS):
            rows = part.rows[start : start + CHUNK_ROWS]
            # Adding 0 makes one zero of both.
            bits = (flat_numbers(array[rows]) + 0.0).view(np.uint64)
            mixed = (bits ^ (bits >> np.uint64(29))) * multipliers
            mixed ^= mixed >> np.uint64(32)
            total[start : start + len(rows)] += (mixed * multipliers).sum(
                axis=1, dtype=np.uint64
            )
    return total
