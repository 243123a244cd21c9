"""Lessons found and given by name, in any language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from neurona.course.lesson import Lesson
from neurona.course.registry import LESSONS
from neurona.errors import OptionError, nearest_names, unknown_name
from neurona.messages import _
from neurona.show.find import find_by_words, folded

if TYPE_CHECKING:
    from neurona.show.explanation import Explanation

__all__ = ["find_lessons", "lesson_named", "teach"]


def teach(name: str, **options: Any) -> Explanation:
    """Give a lesson.

    Parameters
    ----------
    name : str
        One of :data:`LESSONS`, or the same in another language.
    **options
        Of that lesson, such as ``network`` or ``seed``; as values or as text.

    Raises
    ------
    OptionError
        There is no such lesson, or it has no such option; the message offers the
        nearest names, or those of its options.

    Examples
    --------
    >>> teach("shapes", network="5-16-16-5").to_json()["parameters"]
    453
    """
    return lesson_named(name)(**options)


def lesson_named(name: str) -> Lesson:
    """Lesson of a name, in any language.

    Raises
    ------
    OptionError
        There is none; the nearest are offered in the reader's language.

    Examples
    --------
    >>> lesson_named("ecuaciones normales").key
    'normal-equations'
    """
    wanted = folded(str(name))
    by_name = {known: one for one in LESSONS.values() for known in one.names}
    if wanted in by_name:
        return by_name[wanted]
    near = [by_name[known] for known in nearest_names(wanted, by_name)]
    offered = near or find_lessons(wanted) or tuple(LESSONS.values())
    names = dict.fromkeys(lesson.name for lesson in offered)
    raise OptionError(unknown_name(_("lesson"), name, names))


def find_lessons(words: str = "") -> tuple[Lesson, ...]:
    """Lessons that some words lead to, the best first; all where there are none.

    Parameters
    ----------
    words : str
        In any language, of which a beginning is enough; only lessons with the most of
        them are given.

    Examples
    --------
    >>> [lesson.key for lesson in find_lessons("novikoff margin")]
    ['perceptron']
    >>> [lesson.key for lesson in find_lessons("mínimos cuadrados")]
    ['normal-equations']
    """
    names = find_by_words(words, {key: one.found_by for key, one in LESSONS.items()})
    return tuple(LESSONS[name] for name in names)
