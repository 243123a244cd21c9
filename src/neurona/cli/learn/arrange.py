"""From the words of ``neurona learn`` to a lesson with its options."""

from __future__ import annotations

from collections.abc import Sequence

from neurona.cli.asked import SWITCHES
from neurona.cli.learn.names import LESSON_NAMES, search_lessons
from neurona.cli.notes.names import TOPIC_NAMES
from neurona.cli.typed import part
from neurona.errors import OptionError
from neurona.messages import _

__all__ = ["arrange_learn"]


def arrange_learn(words: Sequence[str]) -> list[str]:
    """Put the lesson first, or what is searched for.

    Parameters
    ----------
    words : sequence of str
        As typed after ``neurona learn``.

    Raises
    ------
    OptionError
        No lesson is about it; the message offers the nearest.

    Examples
    --------
    >>> arrange_learn(["ecuaciones", "normales"])
    ['learn', 'normal-equations']
    """
    typed = part(words, SWITCHES | {"bias"})
    if not typed.bare:
        return typed.call("learn")
    text = " ".join(typed.bare)
    name = LESSON_NAMES.find(text)
    if name is not None:
        # A lesson is loaded when it is given, so that the list comes at once.
        from neurona.cli.learn.lesson import lesson_options, refusal

        refused = typed.besides(lesson_options(name))
        if refused is not None:
            raise OptionError(refusal(name, refused))
        return typed.call("learn", LESSON_NAMES.shown(name), bare=())
    if search_lessons(text):
        return ["learn", f"--about={text}"]
    if TOPIC_NAMES.find(text) is not None:
        raise OptionError(
            _("no lesson is about {text!r}, but the notes are: {command}").format(
                text=text, command=f"neurona notes {text}"
            )
        )
    near = LESSON_NAMES.near(text)
    if near:
        raise OptionError(LESSON_NAMES.unknown(_("lesson"), text))
    raise OptionError(
        _("no lesson is about {text!r}; neurona learn lists them all").format(text=text)
    )
