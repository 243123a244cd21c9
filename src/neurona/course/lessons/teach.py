"""Every lesson by name."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from neurona.course.lessons.coefficients import count_coefficients
from neurona.course.lessons.linear_stack import multiply_out
from neurona.course.lessons.loops import time_loops
from neurona.course.lessons.normal_equations import solve_at_once
from neurona.course.lessons.perceptron_bound import follow_perceptron
from neurona.course.lessons.remaining import what_remains
from neurona.course.lessons.shapes import give_the_shapes
from neurona.course.lessons.variance import follow_variances
from neurona.errors import OptionError, unknown_name
from neurona.messages import _
from neurona.show.explanation import Explanation
from neurona.study.flow import compare_activations, compare_initializations

__all__ = ["LESSONS", "teach"]

LESSONS: Final[Mapping[str, Callable[..., Explanation]]] = MappingProxyType(
    {
        "linear-stack": multiply_out,
        "loops": time_loops,
        "variance": follow_variances,
        "initializations": compare_initializations,
        "activations": compare_activations,
        "shapes": give_the_shapes,
        "remaining": what_remains,
        "normal-equations": solve_at_once,
        "perceptron": follow_perceptron,
        "coefficients": count_coefficients,
    }
)
"""Functions that give a lesson, by its name; each has defaults for everything."""


def teach(name: str, **options: Any) -> Explanation:
    """Give a lesson.

    Parameters
    ----------
    name : str
        One of :data:`LESSONS`.
    **options
        Of that lesson's function, such as ``network`` or ``seed``.

    Raises
    ------
    OptionError
        There is no such lesson, or it has no such option; the message offers the
        nearest names.

    Examples
    --------
    >>> teach("shapes", network="5-16-16-5").to_json()["parameters"]
    453
    """
    if name not in LESSONS:
        raise OptionError(unknown_name(_("lesson"), name, LESSONS))
    lesson = LESSONS[name]
    known = inspect.signature(lesson).parameters
    for option in options:
        if option not in known:
            what = _("option of the lesson {name}").format(name=name)
            raise OptionError(unknown_name(what, option, known))
    return lesson(**options)
