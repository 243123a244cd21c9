"""Every kind of explanation is what was read over, in each form and language."""

import ast
import difflib
import inspect
import json

import pytest

from neurona import course, explain, study
from neurona.errata import errata_page
from tests.explain.golden import CASES, MODULES
from tests.explain.golden_pages import (
    FOLDER,
    KINDS,
    LANGUAGES,
    ROUNDING,
    files_of,
    json_text,
    kept_in,
    settled,
    written,
)

COMMAND = "PYTHONPATH=src python -m tests.explain.golden_pages"
MOST_LINES = 60

NOT_USED = {
    "Explanation": "what every case returns",
    "LESSONS": "each of them has a case, as another test demands",
    "Lesson": "finds an explanation and is none, as the three that follow",
    "LessonOption": "",
    "find_lessons": "",
    "lesson_named": "",
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CASES)
def test_a_page_is_the_one_that_was_read_over(name, language, kind):
    path = kept_in(name, language, kind)
    if not path.exists():
        pytest.fail(f"nothing is kept of {path.name}; to write it: {COMMAND} {name}")
    kept, found = path.read_text(encoding="utf-8"), written(name, language, kind)
    if kind == "json":
        found = json_text(settled(json.loads(found), json.loads(kept)))
    # Where a line of HTML ends and what stands apart is the markup's affair.
    pages = found, kept
    if kind == "html":
        pages = ["".join(page.split()) for page in pages]
    if pages[0] != pages[1]:
        pytest.fail(difference(kept, found, path.name, name), pytrace=False)


def difference(kept, found, file, name):
    lines = difflib.unified_diff(
        kept.splitlines(),
        found.splitlines(),
        f"kept {file}",
        "found now",
        "",
        "",
        2,
        "",
    )
    shown = list(lines)
    more = len(shown) - MOST_LINES
    return "\n".join(
        [
            *shown[:MOST_LINES],
            *([f"… and {more} more lines"] if more > 0 else []),
            f"If this is how it should be: {COMMAND} {name}",
        ]
    )


@pytest.mark.parametrize("name", CASES)
def test_one_file_serves_both_languages_only_without_words(name):
    kept = {path.name for path in FOLDER.glob(f"{name}.*")}
    assert kept == {path.name for path in files_of(name)}


def test_no_page_is_kept_of_what_is_no_case():
    assert {path.name.partition(".")[0] for path in FOLDER.iterdir()} == set(CASES)


def test_every_public_explanation_has_a_case():
    used = {
        (node.value.id, node.attr)
        for module in MODULES
        for node in ast.walk(ast.parse(inspect.getsource(module)))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }
    public = {
        (room.__name__.rpartition(".")[2], name)
        for room in (explain, study, course)
        for name in room.__all__
    }
    assert {name for _room, name in public - used} == set(NOT_USED)


def test_every_lesson_has_a_case():
    assert {f"lesson-{name}" for name in course.LESSONS} <= set(CASES)


def test_the_page_of_the_errata_is_that_of_their_case():
    assert errata_page("tanh") == CASES["errata-tanh"]().page()


def test_numbers_may_differ_in_their_last_digits_and_by_rounding_alone():
    kept = {"a": [1.0, 2.0, {"b": 1e-12}], "c": None, "d": True}
    close = {"a": [1.0000001, 2.0, {"b": -3e-11}], "c": None, "d": True}
    assert settled(close, kept) == kept
    for other in ({"a": [1.00001, 2.0, {"b": 0.0}]}, {"a": [1.0, 2.0]}, {"c": 0.0}):
        assert settled({**kept, **other}, kept) != kept


@pytest.mark.parametrize("noise", ["3.6·10⁻¹²", r"1 \cdot 10^{-16}", "2 · 10^{−13}"])
def test_what_only_rounding_leaves_is_no_number_to_keep(noise):
    assert ROUNDING.fullmatch(noise)
    assert not ROUNDING.search("3.6·10⁻¹¹, 10⁻¹⁰, 2 · 10^{-8}")


def test_a_difference_is_shown_in_a_few_lines():
    kept, found = ("\n".join(f"{word} {i}" for i in range(90)) for word in ("a", "b"))
    shown = difference(kept, found, "g7.en.txt", "g7").splitlines()
    assert len(shown) == MOST_LINES + 2
    assert shown[-1].endswith(f"{COMMAND} g7")
