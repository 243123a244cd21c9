"""What a course adds: lessons and worksheets.

>>> from neurona import course
>>> [lesson.name for lesson in course.find_lessons("convergence proof")]
['perceptron']
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from neurona.lazy import lazy_names

if TYPE_CHECKING:
    from neurona.course.by_name import find_lessons, lesson_named, teach
    from neurona.course.lesson import Lesson, LessonOption
    from neurona.course.registry import LESSONS
    from neurona.course.worksheets import make_worksheets, practice_step

__all__ = [
    "LESSONS",
    "Lesson",
    "LessonOption",
    "find_lessons",
    "lesson_named",
    "make_worksheets",
    "practice_step",
    "teach",
]

_HOMES = {
    "neurona.course.by_name": ("find_lessons", "lesson_named", "teach"),
    "neurona.course.lesson": ("Lesson", "LessonOption"),
    "neurona.course.registry": ("LESSONS",),
    "neurona.course.worksheets": ("make_worksheets", "practice_step"),
}

__getattr__, __dir__ = lazy_names(__name__, _HOMES)
