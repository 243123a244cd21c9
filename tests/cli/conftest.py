"""Runs of the command line, in this process and in one of its own."""

import json
import os
import random
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

import neurona as package
from neurona.cli.main import main
from neurona.messages import use_language
from neurona.table import yardstick

FAST = ("--quality", "fast", "--epochs", "3", "--hidden", "8")
SOURCES = str(Path(package.__file__).parents[1])
PROGRAM = """
from neurona.table import yardstick
yardstick.TREES = 5
from neurona.cli.main import run
run()
"""


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str

    @property
    def document(self):
        return json.loads(self.out)

    @property
    def error(self):
        """The one line of an error."""
        (line,) = [x for x in self.err.splitlines() if x.startswith("error: ")]
        return line


@pytest.fixture(autouse=True)
def english():
    """Texts are in English, whatever a test before this one asked for."""
    use_language("en")
    yield
    use_language("en")


@pytest.fixture
def neurona(capsys, tmp_path, monkeypatch):
    """Run a command in this process, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(yardstick, "TREES", 5)

    def run(*arguments):
        capsys.readouterr()
        code = main([str(a) for a in arguments])
        return Ended(code, *capsys.readouterr())

    return run


@pytest.fixture
def train(neurona):
    """Train a small network for a few epochs."""

    def run(data, *arguments):
        return neurona("train", data, *FAST, *arguments)

    return run


@pytest.fixture(scope="session")
def train_once(tmp_path_factory):
    """Train a small network for the first test that asks, and copy it for the others.

    For tests that only read a model; the table is a bundled set, or ``mixed.csv``.
    """
    trained = {}

    def run(path, data, *arguments):
        if (data, arguments) not in trained:
            folder = tmp_path_factory.mktemp("trained")
            model = folder / "model.safetensors"
            table = write_mixed(folder / data) if data == "mixed.csv" else data
            wanted = ["train", table, *FAST, "--quiet", "--out", model, *arguments]
            with pytest.MonkeyPatch.context() as patched:
                patched.setattr(yardstick, "TREES", 5)
                assert main([str(part) for part in wanted]) == 0
            trained[data, arguments] = model.read_bytes()
        path.write_bytes(trained[data, arguments])
        return path

    return run


@pytest.fixture
def start(tmp_path):
    """Start a command in a process of its own."""
    started = []

    def run(*arguments):
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *map(str, arguments)],
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            env={**os.environ, "PYTHONIOENCODING": "utf-8", "PYTHONPATH": SOURCES},
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate()


def write_mixed(path, rows=200, *, seed=0, unseen=0.0, unanswered=0.0):
    """Write a table of numbers, categories, dates and missing values."""
    rng = random.Random(seed)
    lines = ["age,city,joined,member,the answer"]
    for _ in range(rows):
        age = rng.gauss(40, 10)
        city = rng.choice(["Rome", "Paris", "Lima"])
        if rng.random() < unseen:
            city = "Oslo"
        day = f"202{rng.randrange(5)}-0{rng.randrange(1, 10)}-1{rng.randrange(10)}"
        answer = "good" if age + 8 * (city == "Rome") > 42 else "bad"
        cells = [f"{age:.2f}", city, day, rng.choice(["yes", "no"]), answer]
        cells = [
            "" if rng.random() < (unanswered if cell is answer else 0.1) else cell
            for cell in cells
        ]
        lines.append(",".join(cells))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def mixed(tmp_path):
    """Write mixed tables."""

    def write(name="mixed.csv", **options):
        return write_mixed(tmp_path / name, **options)

    return write


@pytest.fixture
def numbers(tmp_path):
    """Write a table of two inputs and two targets, far from standardized."""
    rng = random.Random(0)
    lines = ["a,b,y,z"]
    for _ in range(100):
        a, b = rng.gauss(0, 1), rng.gauss(0, 1)
        lines.append(f"{a:.4f},{b:.4f},{1000 + 300 * a:.3f},{50 - 20 * b:.3f}")
    path = tmp_path / "numbers.csv"
    path.write_text("\n".join(lines) + "\n")
    return path
