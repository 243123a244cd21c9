"""Worksheets: exercises to be filled in by hand, with their answer key.

>>> from neurona.course.worksheets import make_worksheets
>>> len(make_worksheets("2-2-1", seeds=range(1, 4)).exercises)
3
"""

from neurona.course.worksheets.collection import Worksheets, make_worksheets
from neurona.course.worksheets.exercise import Exercise
from neurona.course.worksheets.practice import practice_step

__all__ = ["Exercise", "Worksheets", "make_worksheets", "practice_step"]
