"""One lesson as a command: its options are those that the lesson says it takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from neurona.cli.asked import OUTPUT, options_of
from neurona.cli.declare import OptionText, flags, option, with_parameters
from neurona.course import LESSONS, Lesson, LessonOption
from neurona.errors import unknown_name
from neurona.messages import _

__all__ = ["lesson_command", "lesson_options", "refusal"]

WITH_BLANKS: Final = frozenset({"shapes", "remaining"})
"""Lessons that are exercises."""

METAVARS: Final[Mapping[str, str]] = {
    "network": "2-3-1",
    "name": "NAME",
    "names": "NAME,NAME",
    "count": "N",
    "counts": "1,2,3",
    "points": '"0,1:+ 1,0:-"',
    "flag": "",
}
"""What is written after an option of each kind; the others come from Python alone."""


def lesson_command(lesson: Lesson) -> Callable[..., int]:
    """The command that gives a lesson."""
    taken = {n: o for n, o in lesson.options.items() if o.kind in METAVARS}
    options = [
        option(
            name,
            bool if one.kind == "flag" else str,
            OptionText(METAVARS[one.kind], sentence(one)),
            one.default if one.kind == "flag" else shown(one.default),
        )
        for name, one in taken.items()
    ]
    defaults = {one.name: one.default for one in options}

    def run(**given: Any) -> int:
        # What writes is loaded when it writes, so that help comes at once.
        from neurona.cli.output import choose_output, write_explanation

        output = choose_output(
            given["format"],
            given["out"],
            given["digits"],
            details=given["details"],
            answers=given.get("answers", False),
        )
        asked = {name: given[name] for name in taken if given[name] != defaults[name]}
        write_explanation(lesson(**asked), output)
        return 0

    others = options_of(lesson_options(lesson) - taken.keys())
    return with_parameters(run, [*options, *others])


def sentence(one: LessonOption) -> str:
    """What an option means; names that it takes stay as they are typed."""
    said = one.meaning
    return f"{said if one.kind == 'points' else said[:1].upper() + said[1:]}."


def shown(default: Any) -> str | None:
    """A default as it would be typed."""
    if default is None or isinstance(default, str):
        return default
    return ",".join(map(str, default)) if isinstance(default, tuple) else str(default)


def lesson_options(lesson: Lesson) -> set[str]:
    """Names of all options of a lesson on the command line."""
    taken = {name for name, one in lesson.options.items() if one.kind in METAVARS}
    return taken | OUTPUT | ({"answers"} if lesson.key in WITH_BLANKS else set())


def refusal(lesson: Lesson, name: str) -> str:
    """Sentence that a lesson has no such option; it names the lessons that do."""
    owners = [one.name for one in LESSONS.values() if name in lesson_options(one)]
    if not owners:
        known = sorted(flags(one) for one in lesson_options(lesson))
        what = _("option of the lesson {name}").format(name=lesson.name)
        return unknown_name(what, flags(name), known)
    return _("the lesson {name} has no {option}: leave it out; of {owners}").format(
        name=lesson.name, option=flags(name), owners=", ".join(owners)
    )
