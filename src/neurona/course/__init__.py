"""What a course adds: lessons and worksheets.

>>> from neurona import course
>>> sorted(course.LESSONS)[:3]
['activations', 'coefficients', 'initializations']
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from neurona.lazy import lazy_names

if TYPE_CHECKING:
    from neurona.course.lessons.teach import LESSONS, teach
    from neurona.course.worksheets import make_worksheets, practice_step

__all__ = [
    "LESSONS",
    "make_worksheets",
    "practice_step",
    "teach",
]

_HOMES = {
    "neurona.course.lessons.teach": (
        "LESSONS",
        "teach",
    ),
    "neurona.course.worksheets": (
        "make_worksheets",
        "practice_step",
    ),
}

__getattr__, __dir__ = lazy_names(__name__, _HOMES)
