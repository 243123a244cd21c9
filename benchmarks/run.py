"""Time neurona beside its peers, in turn, in one process; write docs/performance.md.

Usage: python benchmarks/run.py [--rounds 7]

Every contender trains the same network on the same rows. Rounds are interleaved, so
that a drift of the machine's speed touches all alike; what is quoted is the median over
the rounds of the ratio within a round.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import time
from pathlib import Path

from contenders import CONTENDERS, thread_counts, versions
from works import WORKS, Work

ROOT = Path(__file__).parent.parent
OURS = "neurona"
REST_SECONDS = 0.3


def seconds_of(stretch) -> float:  # type: ignore[no-untyped-def]
    began = time.perf_counter()
    stretch()
    return time.perf_counter() - began


def measure(work: Work, names: list[str], rounds: int) -> dict[str, list[float]]:
    """Microseconds a step, for each contender and round, each at its best threads."""
    ready = {}
    for name in names:
        makes = CONTENDERS[name][1]
        tried = [makes(work, threads) for threads in thread_counts(name)]
        for stretch in tried:
            stretch()
        time.sleep(REST_SECONDS)
        ready[name] = min(tried, key=lambda s: min(seconds_of(s) for _ in range(5)))
    found: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(rounds):
        for name in names:
            # Idle threads of the one before spin for a while before they sleep.
            time.sleep(REST_SECONDS)
            ready[name]()
            found[name].append(seconds_of(ready[name]) / work.steps * 1e6)
    return found


def ratios(found: dict[str, list[float]], name: str) -> list[float]:
    """How many times as long a peer takes, round by round."""
    pairs = zip(found[name], found[OURS], strict=True)
    return sorted(theirs / ours for theirs, ours in pairs)


def processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def page(results: dict[str, dict[str, list[float]]], known: dict[str, str]) -> str:
    """The table as Markdown."""
    peers = [name for name in known if name != OURS]
    lines = [
        "# Performance",
        "",
        "Time of a training step of a ReLU classifier with Adam in float32, and how",
        "many times as long each peer takes: median over interleaved rounds, range in",
        "brackets. Measured by `python benchmarks/run.py`.",
        "",
        f"- processor: {processor()}, {len(thread_counts('PyTorch eager'))} cores",
        f"- versions: {', '.join(f'{k} {v}' for k, v in known.items())}",
        "",
        "| network | neurona, µs | GFLOP/s | " + " | ".join(peers) + " |",
        "|---|---|---|" + "---|" * len(peers),
    ]
    for work in WORKS:
        found = results[work.name]
        ours = statistics.median(found[OURS])
        cells = [work.name, f"{ours:.1f}", f"{work.operations / ours / 1e3:.0f}"]
        for name in peers:
            r = ratios(found, name)
            cells.append(f"{statistics.median(r):.1f}× [{r[0]:.1f}, {r[-1]:.1f}]")
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    known = versions()
    names = list(known)
    results = {}
    for work in WORKS:
        results[work.name] = measure(work, names, rounds)
        print(work.name, {n: round(statistics.median(v), 1) for n, v in
                          results[work.name].items()}, flush=True)  # fmt: skip
    (ROOT / "docs" / "performance.md").write_text(page(results, known))
    record = {"versions": known, "processor": processor(), "microseconds": results}
    (ROOT / "benchmarks" / "results.json").write_text(json.dumps(record, indent=1))


if __name__ == "__main__":
    main()
