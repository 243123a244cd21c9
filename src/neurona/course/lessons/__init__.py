"""Lessons: the small derivations and exercises that the course notes ask for.

>>> from neurona.course.lessons import teach
>>> teach("linear-stack", network="2-3-1").page().title
'Linear layers multiplied out'
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from neurona.lazy import lazy_names

if TYPE_CHECKING:
    from neurona.course.by_name import find_lessons, teach
    from neurona.course.lessons.coefficients import count_coefficients
    from neurona.course.lessons.linear_stack import multiply_out
    from neurona.course.lessons.loops import time_loops
    from neurona.course.lessons.normal_equations import solve_at_once
    from neurona.course.lessons.perceptron import follow_perceptron
    from neurona.course.lessons.remaining import what_remains
    from neurona.course.lessons.shapes import give_the_shapes
    from neurona.course.lessons.variance import follow_variances
    from neurona.course.registry import LESSONS

__all__ = [
    "LESSONS",
    "count_coefficients",
    "find_lessons",
    "follow_perceptron",
    "follow_variances",
    "give_the_shapes",
    "multiply_out",
    "solve_at_once",
    "teach",
    "time_loops",
    "what_remains",
]

_HOMES = {
    "neurona.course.by_name": ("find_lessons", "teach"),
    "neurona.course.lessons.coefficients": ("count_coefficients",),
    "neurona.course.lessons.linear_stack": ("multiply_out",),
    "neurona.course.lessons.loops": ("time_loops",),
    "neurona.course.lessons.normal_equations": ("solve_at_once",),
    "neurona.course.lessons.perceptron": ("follow_perceptron",),
    "neurona.course.lessons.remaining": ("what_remains",),
    "neurona.course.lessons.shapes": ("give_the_shapes",),
    "neurona.course.lessons.variance": ("follow_variances",),
    "neurona.course.registry": ("LESSONS",),
}

__getattr__, __dir__ = lazy_names(__name__, _HOMES)
