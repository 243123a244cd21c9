"""``neurona exercise``: worksheets and their answers."""

import pytest


def test_exercises_have_the_seeds_that_follow(neurona):
    asked = ("exercise", "2-2-1", "--count", "3", "--seed", "4", "--format", "json")
    found = neurona(*asked).document["exercises"]
    assert [one["seed"] for one in found] == [4, 5, 6]


def test_without_answers_the_terminal_shows_blanks_alone(neurona):
    ended = neurona("exercise", "2-2-1", "--count", "2")
    assert "2 exercises" in ended.out
    assert "Answer key" not in ended.out
    assert "--answers" in ended.out
    assert neurona("exercise", "2-2-1", "--answers").out != ended.out


@pytest.mark.parametrize("name", ["sheet.html", "sheet.tex", "sheet.txt"])
def test_a_file_ends_with_the_key(neurona, tmp_path, name):
    assert neurona("exercise", "2-2-1", "--out", tmp_path / name).code == 0
    assert "Answer key" in (tmp_path / name).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("2-2-1", "--count", "0"), "--count"),
        (("9-9-9",), "too many to work through by hand"),
        (("two",), "a network is written as its sizes"),
        (("2-2-1", "--row", "3"), "neurona exercise has no --row"),
        (("2-2-1", "--points", "3"), "unknown option of neurona exercise"),
    ],
)
def test_what_cannot_be_made_is_refused(neurona, arguments, message):
    ended = neurona("exercise", *arguments)
    assert ended.code == 2
    assert message in ended.error
