"""Names from outside are shown and do nothing else."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from neurona.show.notation import (
    Call,
    Symbol,
    Word,
    escape_latex,
    show_text,
    to_latex,
    to_mathml,
)
from neurona.show.notation.clean import printable

HOSTILE = '<script>alert("x")</script> a_b%$\\x{}#&~^\x00\x1b[31m\ud800'


def test_a_script_in_a_name_is_inert():
    for term in (Word(HOSTILE), Symbol(HOSTILE, HOSTILE, HOSTILE), Call(HOSTILE, ())):
        markup = to_mathml(term)
        assert "<script" not in markup
        assert "<script>" in "".join(ElementTree.fromstring(markup).itertext())
        assert "\x1b" not in show_text(term)


@given(st.text())
def test_any_text_gives_markup_that_can_be_parsed(text):
    term = Call(Symbol(text, text, text), (Word(text),))
    ElementTree.fromstring(to_mathml(term))
    show_text(term).encode()
    to_latex(term).encode()


@given(st.text())
def test_latex_commands_in_a_name_are_printed(text):
    escaped = escape_latex(text)
    # What is left after taking away the escapes holds nothing that LaTeX would read.
    known = r"\\(text[a-z]+|ensuremath|unicode|guillemot[a-z]+|[#$%&_{}])"
    if not re.search(r"\\ensuremath", escaped):
        left = re.sub(known, "", escaped)
        assert not re.search(r"[\\$%#&_^]", left)
    depth = 0
    for brace in re.findall(r"(?<!\\)[{}]", escaped):
        depth += 1 if brace == "{" else -1
        assert depth >= 0
    assert depth == 0


def test_controls_surrogates_and_turns_of_direction_are_left_out():
    assert printable("a\x00b\x1bc\ud800d\u202ee\tf") == "abcde f"
