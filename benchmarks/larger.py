"""Train on a table larger than memory should hold: peak of memory, time, and again.

Makes a CSV file and a folder of Parquet files of 10 million rows and 20 columns, trains
one epoch on each with an empty cache, once more with what was kept, and deletes all of
it. Needs about 5 GB of disk.

Usage: python benchmarks/larger.py [--rows N] [--folder FOLDER]
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

STEP = 500_000

PROGRAM = """
import pathlib, re, sys
from neurona.cli.main import main

code = main(sys.argv[1:])
status = pathlib.Path("/proc/self/status").read_text()
print("peak", int(re.search(r"VmHWM:\\s*(\\d+)", status)[1]) / 1024, file=sys.stderr)
sys.exit(code)
"""


def make(folder: Path, rows: int) -> tuple[Path, Path]:
    """A CSV file and a folder of Parquet files with the same rows."""
    rng = np.random.default_rng(0)
    weights = rng.normal(size=16)
    table, parts = folder / "large.csv", folder / "parts"
    parts.mkdir()
    with table.open("wb") as file:
        for start in range(0, rows, STEP):
            count = min(STEP, rows - start)
            x = rng.normal(size=(count, 16)).round(7)
            score = x @ weights + 2 * np.sin(3 * x[:, 0]) + rng.normal(size=count)
            frame = pl.DataFrame(
                {
                    **{f"x{i}": x[:, i] for i in range(16)},
                    "kind": rng.choice(["red", "green", "blue", "grey"], count),
                    "place": rng.choice(["north", "south", "east", "west"], count),
                    "count": rng.integers(0, 100, count),
                    "label": np.where(score > 0, "yes", "no"),
                }
            )
            frame.write_csv(file, include_header=start == 0)
            frame.write_parquet(parts / f"{start:09}.parquet")
    return table, parts


def train(data: Path, cache: Path) -> tuple[float, float, str]:
    """Seconds, MB of memory at the peak, and the table of scores."""
    began = time.perf_counter()
    command = ["train", str(data), "--epochs", "1", "--quality", "fast"]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *command, "--out", str(cache / "model")],
        env={**os.environ, "NEURONA_CACHE": str(cache), "NEURONA_LANG": "en"},
        capture_output=True,
        text=True,
        check=True,
    )
    found = re.search(r"peak ([\d.]+)", done.stderr)
    assert found is not None
    scores = [line for line in done.stdout.splitlines() if re.match(r"\s+test ", line)]
    return time.perf_counter() - began, float(found[1]), " ".join(scores)


def main() -> None:
    """Measure, and say what was found."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        room = Path(folder)
        for data in make(room, asked.rows):
            for run in ("first", "again"):
                cache = room / f"cache of {data.name}"
                cache.mkdir(exist_ok=True)
                seconds, peak, scores = train(data, cache)
                print(f"{data.name}, {run}: {seconds:.0f} s, {peak:.0f} MB, {scores}")


if __name__ == "__main__":
    main()
