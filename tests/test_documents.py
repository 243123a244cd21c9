"""The pages beside the code: the commands they type and the files they name."""

import re
import shlex
from functools import wraps
from pathlib import Path

import pytest

from neurona.cli import app
from neurona.cli.main import main
from neurona.messages import use_language

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])

TYPED = re.compile(r"^(?:[^#`\n|]*&& )?(neurona .*)$", re.M)
"""A command on a line of its own, in a block of them."""

QUOTED = re.compile(r"`(?:[^`\n]*\| )?(neurona(?: [^`]+)?)`")
"""One inside a sentence: it may leave out what is clear."""

FILE = re.compile(r"`([\w./-]+\.(?:py|hpp|cpp|json|toml|md|html))`")
LINK = re.compile(r"\]\((?!http|#)([^)\s#]+)")
EXAMPLE = re.compile(r"MODEL|FILE|schema\.toml|exercises\.html|NNN")
"""Names that stand for a file of the reader's."""


def blocks(text):
    """Fenced blocks of a page, and the page without them."""
    parts = re.split(r"^```.*$", text, flags=re.M)
    return "\n".join(parts[1::2]), "\n".join(parts[::2])


def commands(pattern, part):
    """Every command that pages hold, by the page that holds it first."""
    found = {}
    for page in PAGES:
        for command in pattern.findall(blocks(page.read_text("utf-8"))[part]):
            found.setdefault(command, page.name)
    return found


@pytest.fixture
def errors_of(monkeypatch, capsys):
    """The errors that command lines end with; they are parsed, and nothing is run."""

    def not_run(command):
        return wraps(command)(lambda *_args, **_kwargs: 0)

    def error_of(command):
        use_language("en")
        words = shlex.split(command, comments=True)[1:]
        # A word alone is the name of a command.
        code = main(words if len(words) > 1 else [*words, "--help"])
        said = capsys.readouterr().err
        return said if code else ""

    monkeypatch.setattr(app, "ending", not_run)
    yield lambda found: {c: e for c in found if (e := error_of(c))}
    use_language("en")


def test_the_commands_of_a_page_can_be_typed(errors_of):
    found = commands(TYPED, 0)
    assert len(found) > 20
    assert errors_of(found) == {}


def test_the_commands_in_sentences_have_their_words_and_options(errors_of):
    found = commands(QUOTED, 1)
    assert len(found) > 10
    wrong = errors_of(found)
    left_out = {c for c, said in wrong.items() if " is missing; see neurona " in said}
    assert set(wrong) == left_out


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("neurona trane iris", "trane"),
        ("neurona train --epoch 3", "did you mean --epochs"),
        ("neurona explain 2-2-1 symbol", "symbol"),
    ],
)
def test_what_is_no_command_or_option_is_found(errors_of, wrong, said):
    assert said in errors_of([wrong])[wrong]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_files_that_a_page_names_are_there(page):
    text = page.read_text("utf-8")
    for link in LINK.findall(text):
        assert (page.parent / link).exists(), link
    known = [f"/{p.relative_to(ROOT)}" for p in FILES]
    for name in FILE.findall(text):
        found = any(path.endswith(f"/{name}") for path in known)
        assert found or EXAMPLE.search(name), name


FILES = [
    path
    for folder in ("src", "tests", "docs", "benchmarks", "scripts", ".")
    for path in (ROOT / folder).glob("*" if folder == "." else "**/*")
    if path.is_file()
]
