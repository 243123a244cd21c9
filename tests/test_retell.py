"""Sentences of a file in the reader's language."""

import pytest

from neurona.messages import _, ngettext, use_language
from neurona.retell import retell


@pytest.mark.parametrize("code", ["en", "es"])
@pytest.mark.parametrize(
    ("there", "said"),
    [
        ("es", lambda: _("every cell is a date")),
        (
            "es",
            lambda: _("{reason}, in {unit}").format(
                reason=_("every cell is a number"), unit="cm"
            ),
        ),
        ("en", lambda: _("every cell is a date")),
        ("es", lambda: _("texts with {count} different values").format(count=12)),
        ("es", lambda: _("its words are {no!r} and {yes!r}").format(no="no", yes="sí")),
        (
            "en",
            lambda: _("the target {name!r} holds words").format(name="the answer"),
        ),
        *[
            (
                language,
                lambda count=count: ngettext(
                    "{count} row without a target is left out",
                    "{count} rows without a target are left out",
                    count,
                ).format(count=count),
            )
            for language in ("en", "es")
            for count in (1, 3)
        ],
    ],
)
def test_a_sentence_said_in_one_language_is_told_in_the_other(code, there, said):
    with use_language(there):
        sentence = said()
    with use_language(code):
        assert retell(sentence) == said()


def test_what_no_catalogue_holds_stands_as_it_is():
    with use_language("es"):
        assert retell("made up by hand") == "made up by hand"


def test_a_name_in_a_sentence_is_not_translated():
    with use_language("en"):
        sentence = _("the target {name!r} holds words").format(name="row")
    with use_language("es"):
        assert "'row'" in retell(sentence)
