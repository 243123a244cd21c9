"""Worksheets: exercises to be filled in by hand, with their answer key.

>>> from neurona.explain.worksheets import make_worksheets
>>> len(make_worksheets("2-2-1", seeds=range(1, 4)).exercises)
3
"""

from neurona.explain.worksheets.collection import Worksheets, make_worksheets
from neurona.explain.worksheets.exercise import Exercise
from neurona.explain.worksheets.practice import practice_step

__all__ = ["Exercise", "Worksheets", "make_worksheets", "practice_step"]
