"""Every lesson, as data: what it is called, what it shows and what it takes."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from neurona.course.lesson import Lesson
from neurona.messages import defer

__all__ = ["LESSONS"]

Told = dict[str, tuple[str, str]]

NETWORK: Final[Told] = {"network": ("network", defer("of dense layers"))}
SEED: Final[Told] = {"seed": ("count", defer("of the numbers that are drawn"))}
ACTIVATION: Final[Told] = {
    "activation": ("name", defer("function of the hidden layers"))
}
DEEP: Final[Told] = {
    "depth": ("count", defer("number of layers")),
    "width": ("count", defer("units of every layer")),
    **SEED,
}
ROWS: Final[Told] = {"rows": ("count", defer("random rows that go through"))}
INITIALIZER: Final[Told] = {
    "initializer": ("name", defer("rule that draws the weights"))
}
DATA: Final[Told] = {
    "X": ("array", defer("rows instead of named ones")),
    "y": ("array", defer("what belongs to each row of X")),
}
HERE: Final = "neurona.course.lessons"

EVERY: Final = (
    Lesson(
        defer("linear stack"),
        defer(
            "Layers without activation functions are one layer: they are multiplied "
            "out, number by number."
        ),
        defer("matrix product, identity, nonlinear, bend"),
        f"{HERE}.linear_stack:multiply_out",
        NETWORK | SEED,
    ),
    Lesson(
        defer("loops"),
        defer("The same layer by loops and by one product of matrices, timed."),
        defer("vectorization, speed, NumPy"),
        f"{HERE}.loops:time_loops",
        SEED
        | {
            "rows": ("count", defer("number of rows, N")),
            "inputs": ("count", defer("inputs of the layer, I")),
            "units": ("count", defer("units of the layer, O")),
        },
    ),
    Lesson(
        defer("variance"),
        defer(
            "Why weights must start with the right variance: the argument of He and "
            "of Glorot, each claim beside a measurement."
        ),
        defer("initialization, Xavier, Kaiming, deviation, vanishing, exploding"),
        f"{HERE}.variance:follow_variances",
        NETWORK | ACTIVATION | INITIALIZER | DEEP,
    ),
    Lesson(
        defer("initializations"),
        defer("How far a signal gets in deep networks, by how the weights start."),
        defer("He, Glorot, weights, vanishing, exploding gradients"),
        "neurona.study.flow:compare_initializations",
        ACTIVATION
        | DEEP
        | ROWS
        | {"initializers": ("names", defer("rules that draw the weights"))},
    ),
    Lesson(
        defer("activations"),
        defer("How far a signal gets in deep networks, by the activation function."),
        defer("ReLU, tanh, sigmoid, vanishing gradients"),
        "neurona.study.flow:compare_activations",
        INITIALIZER
        | DEEP
        | ROWS
        | {"activations": ("names", defer("functions of the layers"))},
    ),
    Lesson(
        defer("shapes"),
        defer("Exercise: give the shape of everything in a network, and count it."),
        defer("sizes, dimensions, parameters, rows, columns, transpose"),
        f"{HERE}.shapes:give_the_shapes",
        NETWORK | {"convention": ("name", defer("how samples stand: rows or columns"))},
    ),
    Lesson(
        defer("remaining"),
        defer("Exercise: say what backpropagation still has to compute."),
        defer("backward, chain rule, factors, reuse"),
        f"{HERE}.remaining:what_remains",
        NETWORK
        | ACTIVATION
        | {
            "output": ("name", defer("function of the last layer")),
            "loss": ("name", defer("what is made small")),
        },
    ),
    Lesson(
        defer("normal equations"),
        defer("A linear model solved at once, without descent; XOR first of all."),
        defer("least squares, linear regression, inverse, singular values"),
        f"{HERE}.normal_equations:solve_at_once",
        DATA | {"table": ("points", defer("xor, and, or, nand, or rows and targets"))},
    ),
    Lesson(
        defer("perceptron"),
        defer("Why the perceptron stops: each update within the bounds of the proof."),
        defer("Rosenblatt, Novikoff, margin, separable, convergence, threshold, cycle"),
        f"{HERE}.perceptron:follow_perceptron",
        DATA
        | {
            "points": ("points", defer("three-points, and, or, xor, or your own")),
            "bias": ("flag", defer("whether the boundary may miss the origin")),
            "strict": ("flag", defer("whether a sum of 0 counts as the class −1")),
        },
    ),
    Lesson(
        defer("coefficients"),
        defer("The curse of dimensionality: coefficients of polynomials, counted."),
        defer("features, grid, parameters, basis"),
        f"{HERE}.coefficients:count_coefficients",
        {
            "degree": ("count", defer("of the polynomial")),
            "inputs": ("counts", defer("numbers of inputs to count for")),
            "hidden": ("count", defer("hidden units of the network set beside")),
        },
    ),
)

LESSONS: Final[Mapping[str, Lesson]] = MappingProxyType(
    {lesson.key: lesson for lesson in EVERY}
)
"""Every lesson by its name in English; each has defaults for everything."""
