"""The list of the benchmark's tables is in two halves that are alike."""

import csv
from collections import Counter
from pathlib import Path

LIST = Path(__file__).parents[2] / "benchmarks" / "tables.csv"


def test_each_table_is_in_one_half_and_the_halves_are_alike():
    with LIST.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len({row["name"] for row in rows}) == len(rows) >= 60
    halves = Counter((row["kind"], row["half"]) for row in rows)
    for kind in ("classification", "regression"):
        assert abs(halves[kind, "A"] - halves[kind, "B"]) <= 1
    assert all(row["why"] and row["target"] for row in rows)
