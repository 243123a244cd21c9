"""From the words of ``neurona explain`` to a view with its options."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from dataclasses import replace

from neurona.cli.asked import OUTPUT, SWITCHES, Asked
from neurona.cli.explain.old_words import OLD_SWITCHES, new_words
from neurona.cli.explain.subject import kind_of
from neurona.cli.explain.views import NAMES, VIEWS, kind_words, view_texts
from neurona.cli.learn.arrange import arrange_learn
from neurona.cli.owners import refusal
from neurona.cli.typed import Typed, part
from neurona.course import LESSONS
from neurona.errors import OptionError, nearest_names
from neurona.messages import _
from neurona.show.find import folded

__all__ = ["arrange_explain"]

SHORTEST_TOPIC = 4
"""A shorter word is a variable of an expression: x, w11."""


def arrange_explain(words: Sequence[str]) -> list[str]:
    """Put the view first, then its options, then the subject and its table.

    Parameters
    ----------
    words : sequence of str
        As typed after ``neurona explain``.

    Raises
    ------
    OptionError
        There is no such view or subject, or the view has no such option.

    Examples
    --------
    >>> arrange_explain(["2-2-1", "cost", "--output", "sigmoid"])
    ['explain', 'cost', '--output=sigmoid', '--', '2-2-1']
    """
    typed = part(words, SWITCHES | OLD_SWITCHES)
    now = new_words(typed)
    if now is not None:
        raise OptionError(_("this is now written: {command}").format(command=now))
    view, typed = take_view(typed)
    subject, *rest = typed.bare or ("",)
    if typed.asks_help and (view or not subject):
        return typed.call("explain", *([_(view)] if view else []))
    if not subject:
        refused = typed.besides(vars(Asked()))
        if refused is not None:
            raise OptionError(refusal(refused, "neurona explain", OUTPUT))
        raise OptionError(say_subject(view))
    lesson = None if view or rest or "at" in typed.names else lesson_of(subject)
    if lesson is not None:
        others = list(words)
        others.remove(subject)
        return arrange_learn([lesson, *others])
    kind = kind_of(subject)
    if kind == "expression" and rest and is_table(rest[0]):
        kind = "model"  # whose file is not there
    if kind == "expression" and view == "average":
        kind = "series"  # with what is no number
    check_rest(kind, rest)
    view = view or usual_view(kind, typed)
    has = VIEWS[view].options.get(kind)
    if typed.asks_help:
        return typed.call("explain", _(view))
    if has is None:
        raise OptionError(
            _("{subject} has no view {view}; choose one of {views}").format(
                subject=kind_words()[kind],
                view=_(view),
                views=", ".join(map(_, views_of(kind))),
            )
        )
    refused = typed.besides(has | OUTPUT)
    if refused is not None:
        raise OptionError(why_not(refused, view, kind))
    return typed.call("explain", _(view))


def take_view(typed: Typed) -> tuple[str | None, Typed]:
    """The last bare word that names a view, taken out; it may be none."""
    for place in reversed(range(len(typed.bare))):
        found = NAMES.find(typed.bare[place])
        if found is not None:
            rest = (*typed.bare[:place], *typed.bare[place + 1 :])
            return found, replace(typed, bare=rest)
    return None, typed


def say_subject(view: str | None) -> str:
    """What is missing, with a call that can be typed."""
    if view is not None:
        return _("say of what: neurona explain {example}").format(
            example=view_texts()[view][1]
        )
    return _(
        "say what to explain: the sizes of a network such as 2-2-1, a model's file and "
        "its table, or an expression; see neurona explain --help"
    )


def lesson_of(word: str) -> str | None:
    """The lesson of a bare word that is no subject, if there is one.

    Raises
    ------
    OptionError
        It is a topic of the notes, nearly a topic, or nothing known.
    """
    if not word.replace("-", "").replace("_", "").isalpha():
        return None
    if len(word) < SHORTEST_TOPIC or os.path.isfile(word):
        return None
    names = {name: one for one in LESSONS.values() for name in one.names}
    if folded(word) in names:
        return names[folded(word)].name
    # Errata are loaded where they are needed: they take as long as the rest.
    from neurona.cli.notes.topic import is_topic, near_topics
    from neurona.explain.expression.names import FUNCTIONS

    function = FUNCTIONS.get(folded(word))
    if function is not None and function.least == 1 and not function.of_lists:
        said = _('a function is explained at a point: neurona explain "{word}(x)"')
        raise OptionError(said.format(word=word) + " --at x=1")
    if is_topic(word):
        raise OptionError(
            _("{word} is a topic of the notes: neurona notes {word}").format(word=word)
        )
    lessons = dict.fromkeys(names[n].name for n in nearest_names(folded(word), names))
    near = [f"neurona learn {name}" for name in lessons]
    near += [f"neurona notes {topic}" for topic in near_topics(word)]
    if near:
        raise OptionError(
            _("unknown {kind} {name!r}; did you mean {near}?").format(
                kind=_("subject"), name=word, near=", ".join(near[:3])
            )
        )
    if is_table(word):
        raise OptionError(
            _("{word} is a table; a model comes before it: {command}").format(
                word=word,
                command=shlex.join(["neurona", "explain", "model.safetensors", word]),
            )
        )
    raise OptionError(
        _(
            "{word} is no file, no lesson and no topic; an expression needs a value: "
            "--at {word}=1"
        ).format(word=word)
    )


def is_table(name: str) -> bool:
    """Whether a word names a table that can be read."""
    if os.path.exists(name):
        return True
    from neurona.data.sources.bundled import BUNDLED

    return name in BUNDLED


def check_rest(kind: str, rest: Sequence[str]) -> None:
    """Refuse words after the subject that are neither its table nor a view.

    Raises
    ------
    OptionError
    """
    extra = rest[1:] if kind == "model" else rest
    if kind == "model" and rest and not is_table(rest[0]) and NAMES.near(rest[0]):
        extra = rest
    if extra:
        raise OptionError(NAMES.unknown(_("view"), extra[0], views_of(kind)))


def views_of(kind: str) -> list[str]:
    """Names of the views of a kind of subject."""
    return [name for name, view in VIEWS.items() if kind in view.options]


def usual_view(kind: str, typed: Typed) -> str:
    """The first view that has the options typed, else the first."""
    views = views_of(kind)
    for name in views:
        if typed.besides(VIEWS[name].options[kind] | OUTPUT) is None:
            return name
    return views[0]


def why_not(option: str, view: str, kind: str) -> str:
    """Why a view refuses an option, and what has it."""
    kinds = [k for k, has in VIEWS[view].options.items() if option in has]
    words = kind_words()
    if kinds:
        return _("{subject} has no --{option}: leave it out; {other} has it").format(
            subject=words[kind],
            option=option.replace("_", "-"),
            other=", ".join(words[k] for k in kinds),
        )
    place = _("the view {view}").format(view=_(view))
    return refusal(option, place, VIEWS[view].options[kind] | OUTPUT, kind)
