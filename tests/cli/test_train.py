"""``neurona train``: what it prints, writes and returns."""

import json
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from neurona import load

SECONDS = 60  # a bound for waiting, not an expectation


def test_a_bundled_set_trains_and_is_saved(train, tmp_path):
    ended = train("iris")
    assert ended.code == 0
    assert (tmp_path / "model.safetensors").exists()
    for part in ("iris: 150 rows", "cross_entropy", "Yardstick", "Saved in"):
        assert part in ended.out


def test_json_is_one_document_with_what_scripts_rely_on(train):
    ended = train("iris", "--json", "--out", "m.safetensors")
    assert ended.code == 0
    found = ended.document
    assert {
        "task", "network", "columns", "metrics", "epochs", "best_epoch", "seconds",
        "model",
    } <= set(found)  # fmt: skip
    assert found["task"] == "classification"
    assert found["epochs"] == 3
    assert found["model"] == "m.safetensors"
    assert set(found["metrics"]) == {"train", "validation", "test"}
    assert all({"loss", "accuracy"} <= set(m) for m in found["metrics"].values())
    kinds = [entry["kind"] for entry in found["yardsticks"]]
    assert set(kinds) == {"network", "constant", "line", "forest"}
    scores = [entry["score"] for entry in found["yardsticks"]]
    assert scores == sorted(scores, reverse=True)
    assert found["yardsticks"][0]["behind"] == 0


def test_a_regression_is_scored_by_r2(train, numbers):
    found = train(numbers, "--target", "y", "--json").document
    assert found["task"] == "regression"
    assert all({"loss", "r2"} <= set(m) for m in found["metrics"].values())


def test_without_held_out_rows_their_metrics_are_null(train):
    found = train("iris", "--validation", "0", "--test", "0", "--json").document
    assert found["metrics"]["validation"] is found["metrics"]["test"] is None
    assert found["rows"] == {"train": 150, "validation": 0, "test": 0}


def test_quiet_prints_nothing(train):
    ended = train("iris", "--quiet")
    assert (ended.code, ended.out, ended.err) == (0, "", "")


@pytest.mark.parametrize(
    "options",
    [
        ("--hidden", "none"),
        ("--activation", "tanh"),
        ("--output-activation", "softmax"),
        ("--initializer", "he_normal"),
        ("--optimizer", "lion"),
        ("--schedule", "one_cycle"),
        ("--momentum", "0.9"),
        ("--l1", "0.01", "--l2", "0", "--dropout", "0.5"),
        ("--batch-size", "1000"),
        ("--patience", "0"),
        ("--patience", "1"),
        ("--dtype", "float64"),
        ("--engine", "reference"),
        ("--seed", str(2**63 - 1)),
    ],
)
def test_each_option_trains(train, options):
    assert train("iris", "--quiet", *options).code == 0


def test_double_precision_is_kept_in_the_model(train, tmp_path):
    train("iris", "--quiet", "--dtype", "float64")
    assert load(tmp_path / "model.safetensors").dtype == np.float64


def test_names_that_look_like_markup_are_printed_as_they_are(train, tmp_path):
    path = tmp_path / "odd.csv"
    rows = [f"{i * 0.37 % 1},{i * 0.61 % 1},{'[/x]ñ' if i % 3 else '[b]'}"
            for i in range(40)]  # fmt: skip
    path.write_text("[bold]a[/x],the größe,[/red]\n" + "\n".join(rows) + "\n", "utf-8")
    ended = train(path, "--target", "[/red]")
    assert ended.code == 0
    for text in ("[bold]a[/x]", "the größe", "[/red]", "[b]"):
        assert text in ended.out


def test_columns_without_news_are_left_out_with_a_reason(train, tmp_path):
    lines = ["id,one,x,same,y"]
    lines += [f"k{i},7,{i * 0.37 % 1:.3f},{i * 0.37 % 1:.3f},{'ab'[i % 2]}"
              for i in range(60)]  # fmt: skip
    path = tmp_path / "t.csv"
    path.write_text("\n".join(lines) + "\n")
    columns = train(path, "--target", "y", "--json").document["columns"]
    left_out = {c["name"]: c["kind"] for c in columns if c["role"] == "left out"}
    assert left_out == {"id": "identifier", "one": "constant", "same": "duplicate"}
    assert all(c["reason"] for c in columns)


def test_a_finished_run_resumes_to_the_same_model(train, tmp_path):
    options = ("--quiet", "--checkpoint", "state", "--resume")
    assert train("iris", *options).code == 0
    first = (tmp_path / "model.safetensors").read_bytes()
    ended = train("iris", *options, "--out", "again.safetensors")
    assert (ended.code, ended.err) == (0, "")
    assert (tmp_path / "again.safetensors").read_bytes() == first


@pytest.mark.parametrize(
    ("option", "value", "named"),
    [("--seed", "1", "0"), ("--learning-rate", "0.5", "automatic"),
     ("--hidden", "9", "[8]"), ("--l2", "0.7", "automatic"), ("--test", "0.2", "0.1"),
     ("--class-weight", "balanced", "'none'")],
)  # fmt: skip
def test_resuming_with_another_option_names_it(train, option, value, named):
    options = ("--checkpoint", "state", "--resume")
    assert train("iris", *options, "--quiet").code == 0
    ended = train("iris", *options, option, value)
    assert (ended.code, ended.out) == (2, "")
    assert f"another {option}: {named} there" in ended.error


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--epochs", "3"), "nothing was left to train: ask for more with --epochs"),
        (("--patience", "1", "--learning-rate", "1e-9"), "its patience had run out"),
    ],
)
def test_a_finished_run_that_resumes_says_that_nothing_was_trained(
    train, options, said
):
    options = ("iris", *options, "--checkpoint", "state", "--resume")
    first = train(*options)
    assert said not in first.err
    ended = train(*options)
    assert ended.code == 0
    assert said in ended.err


def test_resuming_with_more_epochs_goes_on(train):
    options = ("--quiet", "--checkpoint", "state", "--resume")
    assert train("iris", *options).code == 0
    assert train("iris", *options, "--epochs", "5").code == 0
    assert len(load("model.safetensors").history) == 5


def test_divergence_is_a_failure_that_names_the_learning_rate(train):
    ended = train("iris", "--learning-rate", "1e30", "--optimizer", "sgd")
    assert ended.code == 1
    assert "learning rate" in ended.error


def same_models(a, b):
    a, b = load(a), load(b)
    assert dict(a.training) == dict(b.training)
    assert a.parameters.vector.tobytes() == b.parameters.vector.tobytes()
    own = [{**e, "seconds": 0} for e in a.history.to_json()["epochs"]]
    assert own == [{**e, "seconds": 0} for e in b.history.to_json()["epochs"]]


LONG = ("train", "digits", "--epochs", "150", "--hidden", "64", "--quiet",
        "--engine", "reference", "--patience", "0", "--quality", "fast")  # fmt: skip


def wait_for(path, process):
    until = time.monotonic() + SECONDS
    while not path.exists():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until
        time.sleep(0.02)


@pytest.mark.slow
def test_ctrl_c_saves_and_stops(start, tmp_path):
    process = start(*LONG, "--checkpoint", "state")
    wait_for(tmp_path / "state" / "checkpoint.safetensors", process)
    process.send_signal(signal.SIGINT)
    _out, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 130
    assert "interrupted" in err
    assert "Traceback" not in err
    assert load(tmp_path / "model.safetensors").history.stopped == "interrupted"


@pytest.mark.slow
def test_a_killed_run_resumes_to_the_very_same_model(start, tmp_path):
    options = ("--checkpoint", "state", "--resume")
    process = start(*LONG, *options)
    wait_for(tmp_path / "state" / "checkpoint.safetensors", process)
    process.kill()
    process.communicate()
    assert not (tmp_path / "model.safetensors").exists()
    assert start(*LONG, *options).wait(SECONDS) == 0
    assert start(*LONG, "--out", "whole.safetensors").wait(SECONDS) == 0
    same_models(tmp_path / "model.safetensors", tmp_path / "whole.safetensors")


def test_help_loads_nothing_that_is_slow_to_load():
    code = (
        "import sys; from neurona.cli.main import main; code = main(['train', '-h']); "
        "slow = {'polars', 'sklearn', 'scipy', 'numpy'} & set(sys.modules); "
        "sys.exit(code or f'loads {slow}' if slow - {'numpy'} else code)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "--learning-rate" in ended.stdout


LOOK = """
import sys
slow = {"numpy", "polars", "rich", "scipy", "sklearn"}
def look(moment):
    loaded = slow & {*sys.modules} | {n for n in sys.modules if "diagnosis" in n}
    print(moment, *sorted(loaded), file=sys.__stderr__)
class Heard:
    told = False
    def write(self, text):
        if not self.told:
            self.told = True
            look(text.strip())
    def flush(self): ...
    def isatty(self): return False
sys.stderr = Heard()
from neurona.cli.main import main
class Finder:
    def find_spec(self, name, *_):
        if name == "neurona.table.train":
            sys.meta_path.remove(self)
            from neurona.network import Network
            save = Network.save
            def saved(*args):
                look("saved:")
                return save(*args)
            Network.save = saved
sys.meta_path.insert(0, Finder())
fast = ["--quality", "fast", "--epochs", "2"]
sys.exit(main(["train", sys.argv[1], *fast]) or look("done:"))
"""


def test_a_line_comes_before_what_trains_and_a_model_before_what_compares(tmp_path):
    rows = "\n".join(f"{i},{i % 3},{'ab'[i % 2]}" for i in range(40))
    (tmp_path / "few.csv").write_text("x,y,kind\n" + rows)
    for data in ("few.csv", "iris"):
        ended = subprocess.run(
            [sys.executable, "-c", LOOK, data],
            capture_output=True,
            text=True,
            cwd=tmp_path,
        )
        line, saved, done = ended.stderr.splitlines()
        assert ended.returncode == 0
        assert line == f"reading {data} …"
        assert saved == "saved: numpy polars rich"
        assert {"sklearn", "scipy", "neurona.study.diagnosis"} <= {*done.split()}


def test_json_of_a_whole_process_is_all_of_its_output(start):
    process = start("train", "xor", "--epochs", "2", "--json")
    out, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 0, err
    assert json.loads(out)["task"] == "classification"


def test_a_file_of_options_counts_and_what_is_typed_beats_it(neurona, tmp_path):
    (tmp_path / "fit.toml").write_text("epochs = 7\nlearning-rate = 0.02\nseed = 5\n")
    call = ("train", "iris", "--quality", "fast", "--quiet", "--options", "fit.toml")
    # A flag beats the file even where it says the default.
    assert neurona(*call, "--epochs", "2", "--seed", "0").code == 0
    training = load(tmp_path / "model.safetensors").training
    assert training["epochs"] == 2
    assert training["seed"] == 0
    assert training["optimizer"]["learning_rate"] == 0.02
    assert neurona(*call).code == 0
    assert load(tmp_path / "model.safetensors").training["seed"] == 5


def test_a_flag_of_a_file_is_taken_back_by_what_is_typed(neurona, tmp_path):
    (tmp_path / "fit.toml").write_text("resume = true\nepochs = 1\n")
    call = ("train", "iris", "--quiet", "--options", "fit.toml")
    assert "checkpoint" in neurona(*call).error
    assert neurona(*call, "--no-resume").code == 0


@pytest.mark.parametrize(
    "line", ["loss = 'mea'", "optimizer = 'adm'", "schedule = 'cosin'", "momentum = 1"]
)
def test_what_cannot_be_in_a_file_of_options_names_the_file(neurona, tmp_path, line):
    (tmp_path / "fit.toml").write_text(line)
    call = ("train", "iris", "--options", "fit.toml")
    assert neurona(*call).error.startswith("error: in fit.toml: ")
    # What was typed is wrong by itself.
    assert "fit.toml" not in neurona(*call[:2], "--loss", "mea").error


def test_a_file_of_options_is_not_written_over(neurona, tmp_path):
    path = tmp_path / "fit.toml"
    path.write_text("epochs = 1\n")
    ended = neurona("train", "iris", "--options", "fit.toml", "--out", "fit.toml")
    assert ended.code == 2
    assert "fit.toml is read and would be overwritten" in ended.err
    assert path.read_text() == "epochs = 1\n"
