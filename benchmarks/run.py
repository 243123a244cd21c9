"""Time neurona beside its peers, in turn, in one process; write docs/performance.md.

Usage: python benchmarks/run.py [--rounds 7] [--only TEXT] [--without NAME ...]

Every contender trains the same network on the same rows. Rounds are interleaved, so
that a drift of the machine's speed touches all alike; what is quoted is the median over
the rounds of the ratio within a round. Three things are measured:

- a step, once everything is compiled and warm;
- the first stretch less a warm one: what a contender compiles;
- a whole training run, from arrays in memory to a trained model.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import contenders
import numpy as np
from contenders import with_neurona
from works import WORKS, Work

ROOT = Path(__file__).parent.parent
OURS = "neurona"
REST_SECONDS = 0.3
TURN_SECONDS = 0.2
"""How long a contender is timed at a turn, of which the median stretch is quoted: a
single one of ten milliseconds would be a matter of luck."""
MOST_SECONDS = 8.0
"""A contender whose stretch takes longer is timed in fewer rounds."""


def seconds_of(stretch: Callable[[], object]) -> float:
    began = time.perf_counter()
    stretch()
    return time.perf_counter() - began


def peak_gflops() -> float:
    """Single-precision peak of the machine, as the best product of large matrices.

    NumPy's BLAS multiplies 2048 × 2048 matrices on every core; the best of several.
    """
    a = np.random.default_rng(0).standard_normal((2048, 2048)).astype(np.float32)
    best = min(seconds_of(lambda: a @ a) for _ in range(12))
    return 2 * 2048**3 / best / 1e9


def turn(stretch: Callable[[], object]) -> float:
    """Seconds of a stretch at one turn: the median of several, the first left out."""
    stretch()
    found: list[float] = []
    while sum(found) < TURN_SECONDS:
        found.append(seconds_of(stretch))
    return statistics.median(found)


def whole_run(name: str, work: Work, threads: int) -> Callable[[], None]:
    """From arrays to a trained model, compiling included."""
    if name == OURS:
        return lambda: with_neurona.train(work)

    def train() -> None:
        stretch = contenders.prepare(name, work, threads)
        assert stretch is not None
        for _ in range(work.stretches):
            stretch()

    return train


def measure(work: Work, names: list[str], rounds: int) -> dict[str, dict[str, Any]]:
    """Step, compile and whole-run times of each contender, at its best threads.

    Which number of threads is best is found out anew in every round: on a virtual
    machine the way between two processors may become five times longer for a while.
    """
    ready: dict[str, dict[int, Callable[[], None]]] = {}
    found: dict[str, dict[str, Any]] = {}
    for name in names:
        compiling = []
        for threads in contenders.thread_counts(name):
            stretch = contenders.prepare(name, work, threads)
            if stretch is None:
                continue
            first = seconds_of(stretch)
            time.sleep(REST_SECONDS)
            compiling.append(max(0.0, first - turn(stretch)))
            ready.setdefault(name, {})[threads] = stretch
        if name in ready:
            found[name] = {"threads": [], "compile_seconds": min(compiling)}
            found[name] |= {"step_microseconds": [], "whole_seconds": []}
    for _ in range(rounds):
        for name, stretches in ready.items():
            tried = []
            for threads, stretch in stretches.items():
                # Idle threads of the one before spin for a while before they sleep.
                time.sleep(REST_SECONDS)
                tried.append((turn(stretch), threads))
            seconds, threads = min(tried)
            found[name]["step_microseconds"].append(seconds / work.steps * 1e6)
            found[name]["threads"].append(threads)
    for name in found:
        train = whole_run(name, work, statistics.mode(found[name]["threads"]))
        for _ in range(rounds):
            time.sleep(REST_SECONDS)
            found[name]["whole_seconds"].append(seconds_of(train))
            if sum(found[name]["whole_seconds"]) > MOST_SECONDS:
                break
    return found


def ratios(found: dict[str, dict[str, Any]], name: str) -> list[float]:
    """How many times as long a peer takes for a step, round by round."""
    theirs, ours = (found[n]["step_microseconds"] for n in (name, OURS))
    return sorted(a / b for a, b in zip(theirs, ours, strict=True))


def whole_ratio(found: dict[str, dict[str, Any]], name: str) -> float:
    """How many times as long a peer takes for a whole training run."""
    theirs, ours = (statistics.median(found[n]["whole_seconds"]) for n in (name, OURS))
    return theirs / ours


def processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def table(headings: list[str], rows: list[list[str]]) -> list[str]:
    """Lines of a Markdown table."""
    lines = [headings, ["---"] * len(headings), *rows]
    return [f"| {' | '.join(line)} |" for line in lines] + [""]


def page(results: dict[str, Any], known: dict[str, str], peak: float) -> str:
    """The tables as Markdown."""
    peers = [name for name in known if name != OURS]
    cores = len(os.sched_getaffinity(0))
    steps, whole, compiling = [], [], []
    for work in WORKS:
        if work.name not in results:
            continue
        found = results[work.name]
        ours = statistics.median(found[OURS]["step_microseconds"])
        speed = work.operations / ours / 1e3
        cells = [work.name, f"{ours:.3g}", f"{speed:.3g} ({speed / peak:.0%})"]
        ours = statistics.median(found[OURS]["whole_seconds"])
        ends = [work.name, str(work.total_steps), f"{ours:.3g}"]
        first = [work.name, f"{found[OURS]['compile_seconds']:.2g}"]
        for name in peers:
            if name not in found:
                cells.append("·")
                ends.append("·")
                first.append("·")
                continue
            r = ratios(found, name)
            cells.append(f"{statistics.median(r):.3g}× [{r[0]:.3g}, {r[-1]:.3g}]")
            ends.append(f"{whole_ratio(found, name):.3g}×")
            first.append(f"{found[name]['compile_seconds']:.2g}")
        steps.append(cells)
        whole.append(ends)
        compiling.append(first)
    lines = [
        "# Performance",
        "",
        "Training in float32; layers are ReLU and the optimizer Adam where nothing",
        "else is said. Measured by `python benchmarks/run.py`.",
        "",
        f"- processor: {processor()}, {cores} cores, {peak:.0f} GFLOP/s in products of",
        "  large matrices",
        f"- versions: {', '.join(f'{k} {v}' for k, v in known.items())}",
        "",
        "## A step",
        "",
        "How many times as long each peer takes, warm, each with the number of",
        "threads that is best in the round: median over interleaved rounds, range in",
        "brackets. Ranges are wide where a virtual machine's processors are near each",
        "other in some rounds and far in others: threads that share small steps feel",
        "it most. GFLOP/s counts the operations of the matrix products alone, with",
        "the share of the peak.",
        "",
        *table(["network", "neurona, µs", "GFLOP/s", *peers], steps),
        "## A whole training run",
        "",
        "From arrays in memory to a trained model, building and compiling included:",
        "how many times as long each peer takes.",
        "",
        *table(["network", "steps", "neurona, s", *peers], whole),
        "## Compiling",
        "",
        "Seconds that the first stretch takes longer than a warm one.",
        "",
        *table(["network", OURS, *peers], compiling),
    ]
    return "\n".join(lines).rstrip() + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", default="", help="works whose name holds this text")
    parser.add_argument("--without", nargs="*", default=[], help="peers to leave out")
    asked = parser.parse_args()
    known = {k: v for k, v in contenders.versions().items() if k not in asked.without}
    peak = peak_gflops()
    results = {}
    for work in WORKS:
        if asked.only not in work.name:
            continue
        found = results[work.name] = measure(work, list(known), asked.rounds)
        shown = {n: round(statistics.median(v["step_microseconds"]), 1)
                 for n, v in found.items()}  # fmt: skip
        print(work.name, shown, flush=True)
        if not (asked.only or asked.without):
            # After each work, so that a run that is cut short is not lost.
            keep(results, known, peak)
    if asked.only or asked.without:
        print(page(results, known, peak))


def keep(results: dict[str, Any], known: dict[str, str], peak: float) -> None:
    """Write docs/performance.md, and every number to benchmarks/results.json."""
    (ROOT / "docs" / "performance.md").write_text(page(results, known, peak))
    record = {
        "versions": known,
        "processor": processor(),
        "peak_gflops": peak,
        "works": results,
    }
    (ROOT / "benchmarks" / "results.json").write_text(json.dumps(record, indent=1))


if __name__ == "__main__":
    main()
