"""One lesson as a command: its options are those of the function that gives it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any, Final

from neurona.cli.asked import OUTPUT, options_of
from neurona.cli.declare import Option, flags, option, with_parameters
from neurona.cli.learn.names import LESSON_NAMES
from neurona.cli.output import choose_output, write_explanation
from neurona.cli.read_values import read_names, read_points, read_whole
from neurona.course import LESSONS, teach
from neurona.errors import unknown_name
from neurona.messages import _

__all__ = ["lesson_command", "lesson_options", "refusal"]

WITH_BLANKS: Final = frozenset({"shapes", "remaining"})
"""Lessons that are exercises."""

READERS: Final[Mapping[str, Callable[[str], Any]]] = {
    "inputs": read_whole,
    "initializers": read_names,
    "activations": read_names,
}
"""What reads a value that is a list."""

TABLES: Final[Mapping[str, str]] = {"perceptron": "points", "normal-equations": "table"}
"""Lessons that take points, and their parameter for points with a name."""


def option_texts() -> dict[str, Option]:
    """Options of the lessons, each a parameter of one of them."""
    return {
        "points": Option(
            '"0,1:+ 1,0:-"', _("Your own points and what each is, or a name.")
        ),
        "bias": Option("", _("Whether a column of ones is added.")),
        "network": Option("2-3-1", _("Numbers of units, inputs first.")),
        "activation": Option("NAME", _("Of the hidden layers.")),
        "output": Option("NAME", _("Of the last layer.")),
        "loss": Option("NAME", _("What is minimized.")),
        "convention": Option("rows|columns", _("Whether samples are rows or columns.")),
        "degree": Option("3", _("Of the polynomial.")),
        "inputs": Option("1,2,3", _("Numbers of inputs to compare.")),
        "hidden": Option("10", _("Hidden units of the network beside it.")),
        "rows": Option("N", _("Rows that are sent through.")),
        "units": Option("N", _("Units of the layer.")),
        "width": Option("N", _("Units of each layer.")),
        "depth": Option("N", _("Number of layers.")),
        "initializer": Option("NAME", _("How the weights start.")),
        "initializers": Option("he,glorot", _("What is compared.")),
        "activations": Option("relu,tanh", _("What is compared.")),
        "seed": Option("N", _("Of everything random.")),
    }


def lesson_command(name: str) -> Callable[..., int]:
    """The command that gives a lesson."""
    known = parameters_of(name)
    texts = option_texts()
    options = [
        option(key, kind_of(default), texts[key], default)
        for key, default in known.items()
        if key in texts
    ]

    def run(**given: Any) -> int:
        output = choose_output(
            given.pop("format"),
            given.pop("out"),
            given.pop("digits"),
            details=given.pop("details"),
            answers=given.pop("answers", False),
        )
        write_explanation(teach(name, **as_arguments(name, given)), output)
        return 0

    shown = lesson_options(name) - known.keys()
    return with_parameters(run, [*options, *options_of(shown)])


def lesson_options(name: str) -> set[str]:
    """Names of all options of a lesson."""
    blanks = {"answers"} if name in WITH_BLANKS else set()
    return {*parameters_of(name), *OUTPUT, *blanks}


def parameters_of(name: str) -> dict[str, Any]:
    """Options of a lesson and their defaults."""
    found = {
        key: one.default
        for key, one in inspect.signature(LESSONS[name]).parameters.items()
        if key not in ("X", "y")
    }
    named = TABLES.get(name)
    if named is not None:
        found = {"points": found.pop(named)} | found
    return found


def kind_of(default: Any) -> Any:
    """What a value is read as; lists are read later."""
    return type(default) if isinstance(default, bool | int) else str


def as_arguments(name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, as the lesson's function takes it; what was not is left out."""
    found: dict[str, Any] = {}
    defaults = parameters_of(name)
    for key, value in given.items():
        if value is None or value == defaults[key]:
            continue
        if key == "points" and ":" in value:
            found["X"], found["y"] = read_points(value)
        elif key == "points":
            found[TABLES[name]] = value
        else:
            found[key] = READERS[key](value) if key in READERS else value
    return found


def refusal(name: str, key: str) -> str:
    """Sentence that a lesson has no such option; it names the lessons that do."""
    switch = f"--{key.replace('_', '-')}"
    place = LESSON_NAMES.shown(name)
    owners = [LESSON_NAMES.shown(one) for one in LESSONS if key in lesson_options(one)]
    if not owners:
        known = [flags(one) for one in lesson_options(name)]
        what = _("option of the lesson {name}").format(name=place)
        return unknown_name(what, switch, known)
    return _("the lesson {name} has no {option}: leave it out; of {owners}").format(
        name=place, option=switch, owners=", ".join(owners)
    )
