"""``neurona notes``: errata and examples, with what shows each."""

import shlex

import pytest

from neurona.cli.notes.examples import EXAMPLES, SHOWN_BY
from neurona.errata import TOPICS, errata

COMMANDS = sorted({*SHOWN_BY.values(), *(example.command for example in EXAMPLES)})


def test_every_command_shows_an_erratum_or_an_example_of_a_topic():
    assert set(SHOWN_BY) <= {erratum.name for erratum in errata()}
    assert {topic for one in EXAMPLES for topic in one.topics} <= set(TOPICS)


@pytest.mark.parametrize("word", ["tanh", "TANH"])
def test_a_topic_shows_its_errata_and_examples(neurona, word):
    ended = neurona("notes", word)
    assert "Printed in S2, line 964" in ended.out
    lines = [line.strip() for line in ended.out.splitlines()]
    place = lines.index("# S2, line 960")
    assert lines[place + 1] == 'neurona explain "tanh(x)" --at x=1'


def test_no_command_is_wrapped(neurona, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    lines = {line.strip() for line in neurona("notes").out.splitlines()}
    assert set(COMMANDS) <= lines


def test_a_set_of_notes_shows_its_own_alone(neurona):
    found = neurona("notes", "s3", "--format", "json").document
    assert {e["places"][0][:2] for e in found["errata"]} == {"S3"}
    assert {e["place"][:2] for e in found["examples"]} == {"S3"}


def test_topics_have_names_in_spanish(neurona):
    spanish = neurona("notes", "entropía", "cruzada")
    assert spanish.out == neurona("notes", "cross_entropy").out


def test_an_unknown_topic_offers_the_nearest(neurona):
    ended = neurona("notes", "sofmax")
    assert ended.code == 2
    assert "did you mean softmax?" in ended.error
    assert "pérdida" in neurona("notes", "perdidda", "--lang", "es").error


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_the_notes_runs(neurona, command):
    words = shlex.split(command)
    fast = ["--epochs", "2", "--quiet"] if words[1] == "train" else []
    ended = neurona(*words[1:], *fast)
    assert ended.code == 0, ended.err
