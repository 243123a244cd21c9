"""From the words of ``neurona learn`` to a lesson with its options."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from neurona.cli.asked import SWITCHES
from neurona.cli.typed import part
from neurona.course import LESSONS, Lesson, find_lessons, lesson_named
from neurona.errors import OptionError
from neurona.messages import _
from neurona.show.find import folded

__all__ = ["arrange_learn"]

FLAGS = frozenset({"bias", "strict"})
"""Options of lessons that no value follows."""


def arrange_learn(words: Sequence[str]) -> list[str]:
    """Put the lesson first, or what is searched for.

    Parameters
    ----------
    words : sequence of str
        As typed after ``neurona learn``.

    Raises
    ------
    OptionError
        No lesson is about it, or the lesson has no such option; the message offers the
        nearest.

    Examples
    --------
    >>> arrange_learn(["ecuaciones", "normales"])
    ['learn', 'normal-equations']
    """
    typed = part(words, SWITCHES | FLAGS)
    text = " ".join(typed.bare)
    if not text:
        return typed.call("learn")
    is_name = any(folded(text) in lesson.names for lesson in LESSONS.values())
    if is_name or not find_lessons(text):
        lesson = lesson_or_notes(text)
        # A lesson is loaded when it is given, so that the list comes at once.
        from neurona.cli.learn.lesson import lesson_options, refusal

        refused = typed.besides(lesson_options(lesson))
        if refused is not None:
            raise OptionError(refusal(lesson, refused))
        return typed.call("learn", lesson.name, bare=())
    if typed.names:
        raise OptionError(
            _(
                "{option} is of one lesson, and {text!r} finds {lessons}: name it"
            ).format(
                option=next(flag for flag, _value in typed.options),
                text=text,
                lessons=", ".join(lesson.name for lesson in find_lessons(text)),
            )
        )
    return ["learn", f"--about={text}"]


def lesson_or_notes(text: str) -> Lesson:
    """The lesson of a name.

    Raises
    ------
    OptionError
        There is none; the notes may be about it.
    """
    try:
        return lesson_named(text)
    except OptionError:
        # These are loaded where they are needed: they take as long as the rest.
        from neurona.cli.notes.topic import is_topic
        from neurona.optimize import OPTIMIZERS

        if folded(text) in OPTIMIZERS:
            view = _("descent")
            command = (
                f'neurona explain "w^2" {view} --at w=1 --optimizer {folded(text)}'
            )
            raise OptionError(
                _("no lesson is about {text!r}; its steps are shown by: {command}")
                .format(text=text, command=command)
            ) from None  # fmt: skip
        if not is_topic(text):
            raise
    raise OptionError(
        _("no lesson is about {text!r}, but the notes are: {command}").format(
            text=text, command=shlex.join(["neurona", "notes", text])
        )
    )
