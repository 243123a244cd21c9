"""Help pages: one screen each, in both languages."""

import pytest

from neurona.cli.explain.views import VIEWS, view_texts
from neurona.course import LESSONS

LINES, COLUMNS = 52, "100"

COMMANDS = ["train", "predict", "evaluate", "doctor", "info", "replay", "exercise",
            "notes", "learn", "explain", "columns"]  # fmt: skip
CALLS = [
    (),
    *[(command,) for command in COMMANDS],
    *[("explain", view) for view in VIEWS],
    *[("learn", lesson) for lesson in LESSONS],
]


@pytest.fixture(autouse=True)
def width(monkeypatch):
    monkeypatch.setenv("COLUMNS", COLUMNS)
    monkeypatch.setenv("TERMINAL_WIDTH", COLUMNS)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("words", CALLS, ids=" ".join)
def test_a_help_page_fits_one_screen(neurona, words, language):
    ended = neurona(*words, "--help", "--lang", language)
    assert ended.code == 0
    assert 5 < len(ended.out.splitlines()) <= LINES


def test_the_help_of_explain_lists_the_views_each_in_a_line(neurona):
    shown = neurona("explain", "--help").out
    for name, (about, _example) in view_texts().items():
        assert any(name in line and about in line for line in shown.splitlines())


@pytest.mark.parametrize(
    "words", [("--help", "cost"), ("2-2-1", "cost", "--help"), ("cost", "-h")]
)
def test_the_options_of_a_view_are_on_its_own_page(neurona, words):
    shown = neurona("explain", *words).out
    assert "--activation" in shown
    assert "--layer" not in shown


def test_a_subject_alone_shows_the_page_of_its_first_view(neurona):
    assert "--largest" in neurona("explain", "2-2-1", "--help").out
    assert "--at" in neurona("explain", "x^2", "--help").out
