"""``neurona learn``: lessons listed, searched and given."""

import shlex

import pytest

from neurona.course import LESSONS

POINTS = "0,1:+ 0,-1:+ -1,.5:-"


def test_without_a_topic_every_lesson_is_listed(neurona):
    lines = neurona("learn").out.splitlines()
    assert len(lines) == len(LESSONS)
    assert all(line.startswith("neurona learn ") for line in lines)
    assert "neurona learn perceptrón" in neurona("learn", "--lang", "es").out


@pytest.mark.parametrize(
    ("topic", "shown"),
    [
        (("perceptron",), "Why the perceptron stops"),
        (("perceptrón",), "Why the perceptron stops"),
        (("ecuaciones", "normales"), "A linear model solved at once"),
        (("Normal", "Equations"), "A linear model solved at once"),
        (("shapes", "--answers"), "2 × 3"),
        (("linear-stack",), "multiplied out"),
        (("loops",), "Loops against matrices"),
        (("variance",), "variance"),
        (("remaining",), "still have to compute"),
        (("coefficients", "--degree", "2", "--inputs", "1,2"), "6"),
    ],
)
def test_a_lesson_is_given_by_its_name_in_either_language(neurona, topic, shown):
    ended = neurona("learn", *topic)
    assert ended.code == 0
    assert shown in ended.out


@pytest.mark.parametrize(
    ("words", "name"),
    [("signal", "initializations"), ("Novikoff", "perceptron"),
     ("mínimos cuadrados", "normal-equations")],
)  # fmt: skip
def test_other_words_are_looked_for_in_what_the_lessons_are_about(neurona, words, name):
    listed = [line.split()[2] for line in neurona("learn", words).out.splitlines()]
    assert name in listed
    assert len(listed) < len(LESSONS)


def test_the_perceptron_takes_points(neurona):
    asked = ("learn", "perceptron", "--points", POINTS, "--format", "json")
    assert neurona(*asked).document["bound"] == pytest.approx(11.25)
    without = neurona(*asked, "--no-bias").document
    assert without["bias"] is False
    assert without["bound"] is None


def test_the_normal_equations_take_points(neurona):
    found = neurona(
        "learn", "normal-equations", "--table", "1:2 2:4 3:6", "--format", "json"
    ).document
    assert found["weights"] == pytest.approx([2, 0], abs=1e-9)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("perceptorn",), "unknown lesson 'perceptorn'; did you mean perceptron?"),
        (("zzz",), "unknown lesson 'zzz'; choose one of linear-stack"),
        (("softmax",), "but the notes are: neurona notes softmax"),
        (("loops", "--convention", "columns"), "no --convention: leave it out; of sha"),
        (("loops", "--rwos", "3"), "did you mean --rows"),
        (("perceptron", "--points", "0,1:x"), "labelled + or −"),
        (("perceptron", "--points", "0,1:+ 1:-"), "'1:-' cannot be read"),
        (("perceptron", "--points", "nor"), "unknown set of points 'nor'"),
        (("perceptron", "--points"), "--points needs a value; see neurona learn perc"),
        (("coefficients", "--inputs", "1,b"), "inputs must be whole numbers"),
    ],
)
def test_what_there_is_not_is_refused(neurona, arguments, message):
    ended = neurona("learn", *arguments)
    assert ended.code in (1, 2)
    assert message in ended.error


def test_points_without_labels_are_told_so(neurona):
    ended = neurona("learn", "perceptron", "--points", "0,0 2,2")
    assert ended.code != 0
    assert "'0,0' has no label" in ended.error


@pytest.mark.parametrize(
    ("points", "warned"),
    [("three-points", True), ("-1,.5:- 0,1:+ 0,-1:+", True), ("0,0:+ 2,2:-", False)],
)
def test_the_notes_are_corrected_where_their_points_are_shown(neurona, points, warned):
    ended = neurona("learn", "perceptron", "--points", points)
    assert ("S1, line 284" in ended.out) is warned


@pytest.mark.parametrize("name", ["rmsprop", "Adam", "momentum"])
def test_an_optimizer_is_shown_by_its_steps(neurona, name):
    ended = neurona("learn", name)
    assert ended.code == 2
    command = ended.error.partition("shown by: ")[2]
    assert command.endswith(f"--optimizer {name.lower()}")
    assert neurona(*shlex.split(command)[1:]).code == 0


def test_an_option_of_a_search_is_refused(neurona):
    ended = neurona("learn", "xor", "--no-bias")
    assert ended.code == 2
    assert "--no-bias is of one lesson, and 'xor' finds normal-equations" in ended.error
