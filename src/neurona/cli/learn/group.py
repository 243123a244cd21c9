"""``neurona learn`` as a group of commands, one for each lesson."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from neurona.cli.learn.names import LESSON_NAMES, lesson_texts, search_lessons
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
        ).format(lesson=LESSON_NAMES.shown("perceptron")),
        invoke_without_command=True,
        subcommand_metavar="[TOPIC]",
    )
    group.callback()(list_lessons)
    for name, about in lesson_texts().items():
        shown = LESSON_NAMES.shown(name)
        command = no_lesson
        if shown == chosen:
            from neurona.cli.learn.lesson import lesson_command

            command = lesson_command(name)
        group.command(shown, help=about, rich_help_panel=_("Lessons"))(ending(command))
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
    texts = lesson_texts()
    found = search_lessons(about) if about else list(texts)
    width = max(len(LESSON_NAMES.shown(name)) for name in found)
    for name in found:
        print(f"neurona learn {LESSON_NAMES.shown(name):<{width}}  {texts[name]}")
