"""How soon ``neurona train`` speaks, saves and ends, and what large tables cost.

    python benchmarks/start.py            the command on iris, beside its imports
    python benchmarks/start.py --rows N   tables of N rows and 20 columns, in parts

Rounds are interleaved. Of each the best and the median are told, in seconds on the wall
and of the processors, and as a multiple of loading numpy, polars and
sklearn.linear_model, or of reading the table.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl
import psutil

Times = dict[str, tuple[float, float]]
"""Seconds on the wall and of the processors, by what they were taken for."""

IMPORTS = "import numpy, polars, sklearn.linear_model"
OFTEN = 0.002
"""Seconds between two looks at whether the model is there."""


def time_command(folder: Path) -> Times:
    """One run of the command on iris, and one of the imports."""
    out = folder / "model.safetensors"
    out.unlink(missing_ok=True)
    began = time.perf_counter()
    command = [sys.executable, "-m", "neurona", "train", "iris", "--out", str(out)]
    process = psutil.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    found: Times = {}

    def note(what: str) -> None:
        used = process.cpu_times()
        found[what] = time.perf_counter() - began, used.user + used.system

    process.stderr.readline()
    note("first line")
    while not out.exists():
        time.sleep(OFTEN)
    note("model saved")
    process.stderr.read()
    note("whole command")
    process.wait()
    began, used = time.perf_counter(), children()
    subprocess.run([sys.executable, "-c", IMPORTS], check=True)
    found["imports"] = time.perf_counter() - began, children() - used
    return found


def children() -> float:
    """Seconds that processes which have ended used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def write_table(path: Path, rows: int, words: int, dates: int) -> None:
    """Table of 20 columns, the last a number that the first ones tell."""
    draws = np.random.default_rng(0)
    numbers = {f"x{i}": draws.normal(size=rows).round(4) for i in range(19 - words)}
    columns: dict[str, object] = dict([*numbers.items()][: 19 - words - dates])
    for i, kinds in enumerate((3, 12, 40, 200, 1000)[:words]):
        columns[f"w{i}"] = [f"word {k}" for k in draws.integers(kinds, size=rows)]
    for i in range(dates):
        moments = np.datetime64("2015", "s") + draws.integers(3 * 10**8, size=rows)
        columns[f"d{i}"] = (moments if i else moments.astype("M8[D]")).astype(str)
    noise = draws.normal(size=rows)
    columns["y"] = (numbers["x0"] - numbers["x1"] + noise).round(4)
    pl.DataFrame(columns).write_csv(path)


def time_table(path: Path) -> Times:
    """One run on a table: what reading, encoding, steps and all of it take."""
    from neurona.data.columns.schema import find_schema
    from neurona.data.encoding.encode import fit_encoders
    from neurona.data.encoding.target import read_target
    from neurona.data.sources.read import read_table
    from neurona.table.options import TrainOptions
    from neurona.table.train import plan_training, train_plan

    found: Times = {}

    @contextmanager
    def taking(what: str) -> Iterator[None]:
        wall, used = time.perf_counter(), time.process_time()
        yield
        found[what] = time.perf_counter() - wall, time.process_time() - used

    with taking("polars alone"):
        pl.read_csv(path)
    with taking("read"):
        table = read_table(path)
        schema = find_schema(table)
    rows = read_target(schema, table).rows
    with taking("encode"):
        fit_encoders(schema, table, rows).transform(table, with_target=True)
    with taking("whole"):
        plan = plan_training(path, TrainOptions(epochs=1, quality="fast"))
        with taking("arithmetic"):
            trained = train_plan(plan)
    assert len(trained.history) == 1
    return found


def tell(title: str, once: Callable[[], Times], rounds: int, unit: str) -> None:
    """Print best and median of several rounds, and multiples of one of them."""
    runs = [once() for _ in range(rounds)]
    names = ("", "wall, s: best, median", "processors, s: best, median", f"of {unit}")
    print(f"\n{title}: {rounds} rounds\n\n| {' | '.join(names)} |")
    print("| --- " * len(names) + "|")
    for what in runs[0]:
        walls, used = zip(*(run[what] for run in runs), strict=True)
        # The processors' time: on a busy machine it is the steadier of the two.
        share = min(used) / min(run[unit][1] for run in runs)
        shown = [f"{min(t):.2f}, {statistics.median(t):.2f}" for t in (walls, used)]
        print(f"| {what} | {shown[0]} | {shown[1]} | {share:.2f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=0)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if not asked.rows:
            once = partial(time_command, folder)
            tell("neurona train iris", once, asked.rounds, "imports")
            return
        path = folder / "table.csv"
        for title, words, dates in (("numbers", 0, 0), ("words and dates", 5, 2)):
            write_table(path, asked.rows, words, dates)
            once = partial(time_table, path)
            tell(f"{asked.rows:,} rows of {title}", once, asked.rounds, "read")


if __name__ == "__main__":
    main()
