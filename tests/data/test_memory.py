import subprocess
import sys

import numpy as np
import pytest

ROWS, COLUMNS = 1_000_000, 20
# The promise for training is 480 MB in all; what follows the encoding needs 30 MB.
MOST_MEGABYTES = 450

PROGRAM = """
import pathlib, re, resource, sys
from neurona.data.encoding.encode import fit_encoders
from neurona.data.sources.read import read_table
from neurona.data.columns.schema import find_schema
from neurona.data.encoding.target import read_target

table = read_table(sys.argv[1])
schema = find_schema(table)
rows = read_target(schema, table).rows
encoded = fit_encoders(schema, table, rows[: len(rows) // 2]).transform(table)
status = pathlib.Path("/proc/self/status")
if status.exists():
    # What getrusage tells begins with the size of the parent process.
    peak = int(re.search(r"VmHWM:\\s*(\\d+) kB", status.read_text())[1]) / 1024
else:
    unit = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20
print(*encoded.X.shape, peak)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no resource module there")
def test_a_million_rows_are_encoded_in_little_memory(tmp_path):
    path = tmp_path / "large.csv"
    part = np.random.default_rng(0).normal(size=(10_000, COLUMNS)).tolist()
    lines = "\n".join(",".join(map(repr, row)) for row in part) + "\n"
    with path.open("w") as file:
        file.write(",".join(f"x{i}" for i in range(COLUMNS)) + "\n")
        for _copy in range(ROWS // len(part)):
            file.write(lines)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(path)],
        capture_output=True,
        text=True,
        check=True,
    )
    rows, columns, peak = map(float, done.stdout.split())
    assert (rows, columns) == (ROWS, COLUMNS - 1)
    assert peak < MOST_MEGABYTES
