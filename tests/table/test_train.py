"""The main job as a function: any table trains without preparation."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import neurona
from neurona.errors import OptionError
from neurona.table.options import TrainOptions
from neurona.table.train import plan_training, train_plan

FAST = {"quality": "fast", "hidden": (8,), "epochs": 3}
MOST_BYTES = 480_000_000


def plan(data, **options):
    return plan_training(data, TrainOptions(**{**FAST, **options}))


def table(rows=60):
    rng = np.random.default_rng(0)
    return {"x": rng.normal(size=rows), "y": np.array(["a", "b", "c"])[
        np.arange(rows) % 3]}  # fmt: skip


def test_rows_without_an_answer_are_dropped():
    data = {"x": np.arange(40) * 0.37 % 1, "y": [None, "a", "b", "a"] * 10}
    found = plan(data)
    assert len(found.X) == 30
    assert any("10 rows without a target" in note for note in found.notes)


def test_class_weights_are_refused_where_there_are_no_classes():
    data = {"x": np.arange(40) * 0.37 % 1, "y": np.arange(40) * 0.53 % 1}
    with pytest.raises(OptionError, match="class weights need classes"):
        plan(data, class_weight="balanced")


def test_a_class_too_small_to_split_stays_in_training():
    data = table()
    data["y"][0] = "rare"
    data["y"] = list(data["y"])
    found = plan({"x": data["x"], "y": ["rare", *data["y"][1:]]}, validation=0.3,
                 test=0.3)  # fmt: skip
    rare = found.schema.classes.index("rare")
    assert rare in found.y[found.split.train]


@pytest.mark.parametrize("rows", [2, 3, 4, 5])
def test_tiny_tables_train_without_held_out_rows(rows):
    data = {"x": np.arange(rows) * 0.5, "y": np.arange(rows) * 1.5 + 1}
    trained = train_plan(plan(data, validation=0.0, test=0.0, target=("y",)))
    assert trained.metrics["test"] is None
    assert np.isfinite(trained.metrics["train"]["loss"])


def test_no_hidden_layer_is_a_line():
    found = plan(table(), hidden=())
    assert len(found.model.network.architecture.layers) == 1


def test_the_task_follows_the_loss():
    counts = {"x": table()["x"], "n": np.arange(60) % 5}
    assert plan(counts, target=("n",)).schema.task == "classification"
    found = plan(counts, target=("n",), loss="poisson")
    assert found.schema.task == "regression"
    assert "poisson" in found.schema.task_reason


def test_a_bundled_set_says_its_target_itself():
    assert plan("iris").schema.target_reason == "the bundled set says so"
    assert plan("iris", target=("species",)).schema.target_reason == "asked for"


def test_a_network_beyond_memory_is_refused_at_once():
    with pytest.raises(OptionError, match="fewer or smaller layers"):
        plan(table(), hidden=(10**6, 10**6))


def test_the_same_seed_gives_the_same_weights():
    first, second = (train_plan(plan(table(), seed=3)) for _ in range(2))
    other = train_plan(plan(table(), seed=4))
    vectors = [t.model.network.parameters.vector for t in (first, second, other)]
    np.testing.assert_array_equal(vectors[0], vectors[1])
    assert (vectors[0] != vectors[2]).any()


# What getrusage says of a child includes the process it was forked from, so the child
# reads its own peak from the kernel. pandas and pyarrow, which the tests install and
# neurona does not, are hidden: scikit-learn loads them where it finds them.
TRAIN_AND_TELL_PEAK = """
import pathlib, re, sys
class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("pandas", "pyarrow"):
            raise ModuleNotFoundError(name, name=name)
sys.meta_path.insert(0, Hidden())
from neurona.cli.main import main
code = main(sys.argv[1:])
status = pathlib.Path("/proc/self/status").read_text()
pathlib.Path("peak").write_text(re.search(r"VmHWM:\\s*(\\d+) kB", status)[1])
sys.exit(code)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the system tells no peak")
@pytest.mark.parametrize("options", [["--quiet"], []], ids=["quiet", "report"])
def test_a_million_rows_train_in_little_memory(tmp_path, options):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(1_000_000, 20)).astype(np.float32)
    columns = {f"x{i}": X[:, i] for i in range(20)} | {"y": X.sum(axis=1)}
    pl.DataFrame(columns).write_csv(tmp_path / "big.csv")
    ended = subprocess.run(
        [sys.executable, "-c", TRAIN_AND_TELL_PEAK, "train", "big.csv",
         "--epochs", "1", *options],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(neurona.__file__).parents[1])},
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    assert ended.returncode == 0
    assert int((tmp_path / "peak").read_text()) * 1024 < MOST_BYTES
