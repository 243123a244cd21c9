"""Options are written once: every door offers, explains and refuses the same."""

import inspect
import json
from pathlib import Path

import numpy as np
import pytest

from neurona import Dense, Network, load
from neurona.cli.main import main
from neurona.errors import NeuronaError, OptionError
from neurona.files import read_tensors, write_tensors
from neurona.messages import LANGUAGES, _, use_language
from neurona.settings import options_of
from neurona.table.options import TrainOptions
from neurona.train.options import (
    EvaluateOptions,
    FitOptions,
    GradientOptions,
    RangeTestOptions,
    check_options,
    kept_settings,
)

FIT = options_of(FitOptions)
TABLE = options_of(TrainOptions)
X, Y = np.arange(6.0).reshape(3, 2), np.arange(3.0)
CANDIDATES = (-1, "x", 1.5, float("inf"), 5, None)


def refused(option):
    """Values of every sort that an option cannot have, with what is said of each."""
    for value in CANDIDATES:
        try:
            option.check(value)
        except OptionError as error:
            yield value, str(error)


PLAIN = [
    (name, value, words)
    for name, option in FIT.items()
    if option.is_plain
    for value, words in refused(option)
]


def test_every_plain_option_has_values_that_it_cannot_have():
    assert {name for name, *_rest in PLAIN} == {n for n in FIT if FIT[n].is_plain}


@pytest.mark.parametrize(("name", "value", "words"), PLAIN)
def test_python_says_option_value_and_what_is_allowed(name, value, words):
    assert name in words
    assert repr(value) in words
    with pytest.raises(OptionError) as refusal:
        Network([Dense(1)], n_inputs=2).fit(X, Y, **{name: value})
    assert str(refusal.value) == words


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        case
        for case in PLAIN
        # A flag has no value, and what is not given is left open.
        if case[0] in TABLE
        and FIT[case[0]].kind is not bool
        and case[1] is not None
        # Text is a path.
        and case[0] != "checkpoint"
    ],
)
def test_the_command_says_the_same(name, value, words, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    flag = f"--{name.replace('_', '-')}"
    assert main(["train", "iris", flag, str(value)]) == 2
    # It is called as it was typed.
    said = words.replace(f"{name} must be", f"{flag} must be", 1)
    assert capsys.readouterr().err == f"error: {said}\n"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    # No TOML has a null, and text is a path.
    [x for x in PLAIN if x[0] in TABLE and x[1] is not None and x[0] != "checkpoint"],
)
def test_a_file_of_options_says_the_same(
    name, value, words, capsys, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    written = f'"{value}"' if isinstance(value, str) else value
    Path("a.toml").write_text(f"{name.replace('_', '-')} = {written}\n")
    assert main(["train", "iris", "--options", "a.toml"]) == 2
    assert capsys.readouterr().err == f"error: in a.toml: {words}\n"


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "model.safetensors"
    network = Network([Dense(1)], n_inputs=2)
    network.fit(X, Y, epochs=1)
    network.save(path)
    return path


@pytest.mark.parametrize(
    ("name", "value", "words"),
    # No JSON has an infinity.
    [x for x in PLAIN if x[0] in kept_settings() and x[1] != float("inf")],
)
def test_a_file_says_the_same(name, value, words, model, tmp_path):
    path = tmp_path / "changed.safetensors"
    path.write_bytes(model.read_bytes())
    rewrite(path, lambda metadata: metadata["training"].update({name: value}))
    with pytest.raises(NeuronaError) as refusal:
        load(path)
    assert words in str(refusal.value)


@pytest.mark.parametrize("name", ["loss", "optimizer", "schedule"])
def test_names_are_refused_in_the_same_words(name):
    said = []
    for ask in (
        lambda: Network([Dense(1)], n_inputs=2).fit(X, Y, **{name: "foo"}),
        lambda: TrainOptions(**{name: "foo"}),
    ):
        with pytest.raises(OptionError, match="foo") as refusal:
            ask()
        said.append(str(refusal.value))
    assert said[0] == said[1]


RECORDS = {
    "fit": FitOptions,
    "evaluate": EvaluateOptions,
    "loss_and_gradients": GradientOptions,
    "learning_rate_test": RangeTestOptions,
}


@pytest.mark.parametrize("method", RECORDS)
def test_the_signature_of_a_method_is_its_record(method):
    found = inspect.signature(getattr(Network, method)).parameters
    known = options_of(RECORDS[method])
    assert list(found) == ["network", "X", "y", *known]
    for name, option in known.items():
        assert found[name].kind is inspect.Parameter.KEYWORD_ONLY
        assert found[name].default is option.default
        assert found[name].annotation == option.annotation


@pytest.mark.parametrize("method", RECORDS)
def test_the_meaning_of_each_option_stands_in_the_docstring(method):
    text = " ".join((getattr(Network, method).__doc__ or "").split())
    for name, option in options_of(RECORDS[method]).items():
        assert f" {name} : " in text
        assert f"{option.meaning} {option.details}".strip() in text


@pytest.mark.parametrize("record", [*RECORDS.values(), TrainOptions])
def test_a_default_is_a_value_that_the_option_can_have(record):
    for option in options_of(record).values():
        assert option.check(option.default) == option.default
        assert option.meaning.endswith(".")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_help_of_the_command_has_every_option(language, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "400")
    # typer looks at the terminal once, perhaps before this test.
    monkeypatch.setattr("typer.rich_utils.MAX_WIDTH", None)
    with use_language(language):
        assert main(["train", "--help"]) == 0
        text = " ".join(capsys.readouterr().out.split())
        for name, option in TABLE.items():
            assert f"--{name.replace('_', '-')}" in text
            assert _(option.meaning) in text


def test_what_a_fit_keeps_is_what_its_file_holds(model):
    network = load(model)
    assert network.training is not None
    assert set(network.training) == {*kept_settings(), "step"}
    plain = {name for name in kept_settings() if FIT[name].is_plain}
    assert check_options({name: network.training[name] for name in plain})
    assert json.dumps(dict(network.training))


def rewrite(path, change):
    found = read_tensors(path)
    change(found.metadata)
    write_tensors(path, found.tensors, found.metadata)


def test_a_file_older_than_an_option_means_its_default(model, tmp_path):
    path = tmp_path / "old.safetensors"
    path.write_bytes(model.read_bytes())
    rewrite(path, lambda metadata: metadata["training"].pop("clip_norm"))
    assert dict(load(path).training or {}) == dict(load(model).training or {})


def test_a_checkpoint_older_than_an_option_resumes_with_its_default(tmp_path):
    def fit(epochs, **options):
        network = Network([Dense(1)], n_inputs=2)
        return network.fit(X, Y, epochs=epochs, checkpoint=tmp_path, **options)

    fit(1)
    path = tmp_path / "checkpoint.safetensors"
    rewrite(path, lambda metadata: metadata["fingerprint"].pop("clip_norm"))
    assert len(fit(2, resume=True)) == 2
    with pytest.raises(OptionError, match="another clip_norm: None there"):
        fit(2, resume=True, clip_norm=1.0)
