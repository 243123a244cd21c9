"""Lessons: the small derivations and exercises that the course notes ask for.

>>> from neurona.course.lessons import teach
>>> teach("linear-stack", network="2-3-1").page().title
'Linear layers multiplied out'
"""

from neurona.course.by_name import find_lessons, teach
from neurona.course.registry import LESSONS

__all__ = ["LESSONS", "find_lessons", "teach"]
