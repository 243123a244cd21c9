"""``neurona learn`` as a group of commands, one for each lesson."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from neurona.course import LESSONS, find_lessons
from neurona.messages import _

__all__ = ["make_learn"]


def make_learn(
    chosen: str, ending: Callable[[Callable[..., int]], Callable[..., None]]
) -> typer.Typer:
    """The group.

    Parameters
    ----------
    chosen : str
        The lesson that is asked for: of it alone the options are needed.
    ending : callable
        Makes what a command returns the exit status.
    """
    group = typer.Typer(
        help=_(
            "TOPIC is a lesson, or words to look for. Without one, the lessons are "
            "listed. The options of a lesson: neurona learn {lesson} --help"
        ).format(lesson=LESSONS["perceptron"].name),
        invoke_without_command=True,
        subcommand_metavar="[TOPIC]",
    )
    group.callback()(list_lessons)
    for lesson in LESSONS.values():
        command = no_lesson
        if lesson.name == chosen:
            from neurona.cli.learn.lesson import lesson_command

            command = lesson_command(lesson)
        group.command(lesson.name, help=lesson.summary, rich_help_panel=_("Lessons"))(
            ending(command)
        )
    return group


def no_lesson() -> int:
    """A lesson that was not asked for."""
    raise AssertionError


def list_lessons(
    context: typer.Context,
    about: Annotated[str, typer.Option("--about", hidden=True)] = "",
) -> None:
    """Print the lessons, or those that are about something."""
    if context.invoked_subcommand is not None:
        return
    found = find_lessons(about)
    width = max(len(lesson.name) for lesson in found)
    for lesson in found:
        print(f"neurona learn {lesson.name:<{width}}  {lesson.summary}")
