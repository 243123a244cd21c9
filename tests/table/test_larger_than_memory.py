"""A table whose numbers never are in memory: little of it, and the same bits."""

import os
import re
import subprocess
import sys

import numpy as np
import pytest

ROWS, COLUMNS = 300_000, 100
MEGABYTES = ROWS * (COLUMNS - 1) * 4 / 2**20

# More than a hundredth of the rows is shuffled by windows, so that the rule is at work.
PROGRAM = """
import pathlib, re, sys
from neurona.data import batches
from neurona.table import encoded_table
from neurona.table.options import TrainOptions
from neurona.table.train import plan_training, train_plan
from neurona.train.fingerprint import digest_of

path, limit = sys.argv[1], int(sys.argv[2])
encoded_table.MAPPED_BYTES, batches.LARGE_ROWS = limit, 100_000
options = TrainOptions(epochs=1, hidden=(8,), test=0.05, validation=0.05)
trained = train_plan(plan_training(path, options))
status = pathlib.Path("/proc/self/status").read_text()
print("peak", int(re.search(r"VmHWM:\\s*(\\d+) kB", status)[1]) / 1024)
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
        # Of the 113 MB no more than the pages that are read at a time.
        saved = float(in_memory["peak"]) - float(found["peak"])
        assert saved > 0.5 * MEGABYTES, (in_memory, found)
