"""A table whose numbers never are in memory: little of it, and the same bits."""

import os
import re
import subprocess
import sys

import numpy as np
import pytest

ROWS, COLUMNS = 200_000, 100
MEGABYTES = ROWS * (COLUMNS - 1) * 4 / 2**20

# The rule of windows is to be at work. What is mapped from files the system can take
# back, so that what counts is the rest, looked at often: no system keeps its peak.
PROGRAM = """
import pathlib, re, sys, threading
from neurona.data import batches
from neurona.table import encoded_table
from neurona.table.options import TrainOptions
from neurona.table.train import plan_training, train_plan
from neurona.train.fingerprint import digest_of

peak, done = 0, threading.Event()

def look():
    global peak
    status = pathlib.Path("/proc/self/status")
    while not done.wait(0.005):
        peak = max(peak, int(re.search(r"RssAnon:\\s*(\\d+)", status.read_text())[1]))

path, limit = sys.argv[1], int(sys.argv[2])
encoded_table.MAPPED_BYTES, batches.LARGE_ROWS = limit, 100_000
options = TrainOptions(epochs=1, hidden=(8,), test=0.05, validation=0.05)
watch = threading.Thread(target=look)
watch.start()
try:
    trained = train_plan(plan_training(path, options))
finally:
    done.set()
print("peak", peak / 1024)
print("bits", digest_of(dict(trained.model.network.parameters)), trained.metrics)
print("mapped", type(trained.plan.X).__name__)
"""


def run(path, limit, cache):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(path), str(limit)],
        env={**os.environ, "NEURONA_CACHE": str(cache)},
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(re.findall(r"^(peak|bits|mapped) (.*)$", done.stdout, re.M))


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_numbers_in_files_are_trained_on_in_little_memory(tmp_path):
    path = tmp_path / "large.csv"
    part = np.random.default_rng(0).integers(0, 1000, size=(10_000, COLUMNS)) / 100
    lines = "\n".join(",".join(map(repr, row)) for row in part.tolist()) + "\n"
    with path.open("w") as file:
        file.write(",".join(f"x{i}" for i in range(COLUMNS)) + "\n")
        for _copy in range(ROWS // len(part)):
            file.write(lines)
    in_memory = run(path, 1 << 40, tmp_path / "cache")
    in_files = run(path, 0, tmp_path / "cache")
    again = run(path, 0, tmp_path / "cache")
    assert in_memory["mapped"] == "ndarray"
    assert in_files["mapped"] == again["mapped"] == "MappedArray"
    assert in_memory["bits"] == in_files["bits"] == again["bits"]
    for found in (in_files, again):
        saved = float(in_memory["peak"]) - float(found["peak"])
        assert saved > 0.75 * MEGABYTES, (in_memory, found)
