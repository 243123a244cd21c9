"""Time short fits on one thread, on two, and on as many as are chosen by themselves.

Usage: python benchmarks/threads.py [--rounds 15] [--threads 2]

Each fit is timed alone and right after a NumPy product, whose threads go on to spin for
about a tenth of a second. All six are interleaved, in an order that turns from round to
round, with a rest between any two; what is quoted are medians over the rounds, of times
and of the ratios within a round. Run it while nothing else runs.
"""

from __future__ import annotations

import argparse
import statistics
import time

import numpy as np
from contenders import with_neurona
from works import Work

WORKS = (
    Work((300, 400, 300, 10), 256, 48, stretches=1),
    Work((12, 100, 5), 200, 2000, stretches=1),
)

REST_SECONDS = 0.3
"""Until no thread of a product spins any more."""

CHOSEN = "chosen"


def fit_seconds(work: Work, threads: int | None, *, after_product: bool) -> float:
    """Seconds of one fit, from arrays to a trained network."""
    X, y, epochs = work.epoch()
    network = with_neurona.make_network(work)
    square = np.ones((512, 512), np.float32)
    time.sleep(REST_SECONDS)
    if after_product:
        _ = square @ square
    began = time.perf_counter()
    network.fit(
        X,
        y,
        optimizer=with_neurona.make_optimizer(work),
        batch_size=work.batch,
        epochs=epochs,
        threads=threads,
    )
    return time.perf_counter() - began


def measure(work: Work, several: int, rounds: int) -> None:
    """Time a work, and print what was found."""
    kinds = {"1": 1, str(several): several, CHOSEN: None}
    settings = [(name, after) for name in kinds for after in (False, True)]
    found: dict[tuple[str, bool], list[float]] = {one: [] for one in settings}
    for turn in range(rounds + 1):
        shift = turn % len(settings)
        for name, after in settings[shift:] + settings[:shift]:
            seconds = fit_seconds(work, kinds[name], after_product=after)
            if turn:  # The first compiles.
                found[name, after].append(seconds)
    print(f"\n{work.name}, {work.total_steps} steps; {rounds} rounds")
    print(f"{'threads':>8}  {'alone':>9}  {'after one':>9}  {'ratio':>6}")
    for name in kinds:
        alone, after = found[name, False], found[name, True]
        print(
            f"{name:>8}  {1e3 * statistics.median(alone):6.1f} ms"
            f"  {1e3 * statistics.median(after):6.1f} ms  {ratio(after, alone):5.2f}x"
        )
    for after, words in ((False, "alone"), (True, "after a product")):
        given = [found[name, after] for name in kinds if name != CHOSEN]
        best = [min(times) for times in zip(*given, strict=True)]
        print(
            f"chosen / best number of threads, {words}: "
            f"{ratio(found[CHOSEN, after], best):.2f}x"
        )


def ratio(times: list[float], others: list[float]) -> float:
    """Median of the ratios within a round."""
    return statistics.median(a / b for a, b in zip(times, others, strict=True))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--threads", type=int, default=2, help="how many several are")
    arguments = parser.parse_args()
    for work in WORKS:
        measure(work, arguments.threads, arguments.rounds)


if __name__ == "__main__":
    main()
