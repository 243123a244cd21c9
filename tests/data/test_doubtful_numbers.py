"""Numbers that may mean something else are read as they stand, and a note says so."""

import shlex

import numpy as np
import pytest

from neurona.data.columns.schema import find_schema
from neurona.data.reading.tally import find_profiles
from neurona.data.sources.read import as_source

COUNT = 60
DRAWN = np.random.default_rng(3)
TEMPERATURES = [round(value, 1) for value in DRAWN.normal(15, 5, COUNT)]
SCALE = [1 + i * i % 5 for i in range(COUNT)]
INCOMES = [1_000 * (i * i % 97) for i in range(COUNT)]


def notes_of(cells, name="x", **more):
    data = {name: cells, "y": [i / 8 for i in range(len(cells))]}
    schema = find_schema(data, "y", **more)
    return schema, [note for note in schema.notes if repr(name) in note]


SENTINELS = {
    "below": (TEMPERATURES, [-999, -999], "-999 × 2; --missing -999 reads"),
    "a fraction": (TEMPERATURES, [-9999.9], "-9999.9 × 1; --missing -9999.9 reads"),
    "above": (SCALE, [99, 98, 99], "98 × 1, 99 × 2; --missing 98 --missing 99 reads"),
    "one digit": (SCALE, [-9], "-9 × 1; --missing -9 reads"),
    "the only negative one": (INCOMES, [-99], "-99 × 1; --missing -99 reads"),
    "a limit": (TEMPERATURES, [-32768], "-32768 × 1; --missing -32768 reads"),
    "beside marks": (
        TEMPERATURES,
        ["9999", "NA"],
        "9999 × 1; --missing 9999 --missing NA reads",
    ),
}


@pytest.mark.parametrize(("cells", "odd", "said"), SENTINELS.values(), ids=SENTINELS)
@pytest.mark.parametrize("written", [str, lambda cell: cell], ids=["text", "number"])
def test_a_number_far_outside_is_kept_and_named(cells, odd, said, written):
    cells = [*map(written, [*odd, *cells])]
    schema, notes = notes_of(cells)
    numbers = [float(value) for value in odd if value != "NA"]
    assert {schema.column("x").low, schema.column("x").high} & {*numbers}
    (note,) = [note for note in notes if "far outside" in note]
    assert said in note
    # What the note says to write is right.
    options = shlex.split(note.partition("; ")[2].rpartition(" reads")[0])
    schema, notes = notes_of(cells, missing=options[1::2])
    assert schema.column("x").missing == len(odd)
    assert not [note for note in notes if "far outside" in note]


@pytest.mark.parametrize(
    "cells",
    [
        [*range(COUNT), 99],
        [*INCOMES, 999],
        [0, 99] * 30,
        [*SCALE, 9],
        [1.5] * COUNT + [999],
        [*TEMPERATURES, -9],
    ],
)
def test_a_number_among_others_is_a_number(cells):
    assert not [note for note in notes_of(cells)[1] if "far outside" in note]


def test_sentinels_are_told_whatever_the_batches(monkeypatch):
    cells = [*TEMPERATURES, -999, *TEMPERATURES, -999, -9999]
    found = []
    for rows in (1, 7, 500):
        monkeypatch.setattr("neurona.data.sources.table.BATCH_ROWS", rows)
        profile = find_profiles(as_source({"x": cells}))["x"]
        found.append([*profile.doubtful.facts("x", profile.low, profile.high)])
    assert found == [[("sentinels", "-9999 -999")]] * 3


DAYS = [20_230_101 + 100 * (i % 12) + i * i % 28 for i in range(COUNT)]
SECONDS = [1_700_000_000 + 90_000 * (i * i % 53) for i in range(COUNT)]
MOMENTS = {
    "days": (DAYS, "day", "whole numbers that may be days"),
    "days under any name": (DAYS, "x", "whole numbers that may be days"),
    "seconds": (SECONDS, "created_at", "(1700000000 = 2023-11-14"),
    "milliseconds": ([1000 * s for s in SECONDS], "timestamp", "= 2023-11-14"),
    "nanoseconds": ([10**9 * s for s in SECONDS], "ts", "= 2023-11-14"),
}


@pytest.mark.parametrize(("cells", "name", "said"), MOMENTS.values(), ids=MOMENTS)
def test_numbers_that_may_be_moments_are_named_and_read_so_when_asked(
    cells, name, said
):
    schema, notes = notes_of(cells, name)
    assert schema.column(name).kind == "numeric"
    (note,) = [note for note in notes if "may be" in note]
    assert said in note
    assert f"--columns {name}=date reads them as dates" in note
    asked, notes = notes_of(cells, name, columns={name: "date"})
    assert (asked.column(name).kind, asked.column(name).missing) == ("date", 0)
    asked, notes = notes_of(cells, name, columns={name: "number"})
    assert not [note for note in notes if "may be" in note]


@pytest.mark.parametrize(
    ("cells", "name"),
    [
        ([*DAYS, 20_230_132], "day"),
        (SECONDS, "amount"),
        ([10 * s for s in SECONDS], "time"),
        ([*DAYS, 20_230_101.5], "day"),
    ],
)
def test_numbers_of_which_one_is_no_moment_are_numbers(cells, name):
    assert not [note for note in notes_of(cells, name)[1] if "may be" in note]


def test_numbers_as_far_apart_as_floats_go_are_no_trouble():
    cells = [0.0, 9.9e294, -1.7976931348622163e308, 1.79e308]
    profile = find_profiles(as_source({"x": cells}))["x"]
    assert [*profile.doubtful.facts("x", profile.low, profile.high)] == []
    assert not profile.rising
