"""Explanations of every kind whose pages are kept, each by a name."""

from tests.explain.golden import algebra, course, expressions, steps, studies
from tests.explain.golden.cases import CASES

__all__ = ["CASES", "MODULES"]

MODULES = (steps, algebra, expressions, studies, course)
"""Where the cases stand."""
