"""Lessons: the small derivations and exercises that the course notes ask for.

>>> from neurona.course.lessons import teach
>>> teach("linear-stack", network="2-3-1").page().title
'Linear layers multiplied out'
"""

from neurona.course.lessons.coefficients import (
    CoefficientCounts,
    count_coefficients,
)
from neurona.course.lessons.linear_stack import LinearStack, multiply_out
from neurona.course.lessons.loops import Timings, time_loops
from neurona.course.lessons.normal_equations import NormalEquations, solve_at_once
from neurona.course.lessons.perceptron_bound import (
    PerceptronBound,
    follow_perceptron,
)
from neurona.course.lessons.remaining import RemainingExercise, what_remains
from neurona.course.lessons.shapes import ShapesExercise, give_the_shapes
from neurona.course.lessons.teach import LESSONS, teach
from neurona.course.lessons.variance import VarianceArgument, follow_variances

__all__ = [
    "LESSONS",
    "CoefficientCounts",
    "LinearStack",
    "NormalEquations",
    "PerceptronBound",
    "RemainingExercise",
    "ShapesExercise",
    "Timings",
    "VarianceArgument",
    "count_coefficients",
    "follow_perceptron",
    "follow_variances",
    "give_the_shapes",
    "multiply_out",
    "solve_at_once",
    "teach",
    "time_loops",
    "what_remains",
]
