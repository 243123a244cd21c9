"""Lessons, exercises and errata."""

import dataclasses

from neurona import course
from neurona.errata import Errata
from tests.explain.golden.cases import CASES, case

LESSON_OPTIONS = {
    "linear-stack": {},
    "variance": {"width": 16, "depth": 4},
    "initializations": {"width": 5, "rows": 6, "depth": 2},
    "activations": {"width": 5, "rows": 6, "depth": 2},
    "shapes": {},
    "remaining": {},
    "normal-equations": {},
    "perceptron": {},
    "coefficients": {},
}
"""Options that make a lesson small enough to be kept."""


def lesson(name, options):
    return lambda: course.teach(name, **options)


for _name, _options in LESSON_OPTIONS.items():
    CASES[f"lesson-{_name}"] = lesson(_name, _options)


@case("lesson-loops")
def _():
    # Measured times are other ones each time; these stand in their place.
    measured = course.teach("loops", rows=4, inputs=3, units=2)
    return dataclasses.replace(measured, loop_seconds=4e-6, matrix_seconds=5e-7)


@case("lesson-perceptron-xor")
def _():
    return course.teach("perceptron", points="xor")


@case("lesson-perceptron-points")
def _():
    return course.teach(
        "perceptron",
        X=[[2.0, 1.0], [-1.0, -1.0], [0.0, 1.0]],
        y=[1, -1, -1],
        bias=False,
    )


@case("lesson-normal-equations-given")
def _():
    return course.teach("normal-equations", X=[[1.0], [2.0], [4.0]], y=[1.0, 3.0, 4.0])


@case("lesson-shapes-columns")
def _():
    return course.teach("shapes", network="3-2-2", convention="columns")


@case("lesson-remaining-softmax")
def _():
    return course.teach(
        "remaining", network="2-2-2", activation="relu", output="softmax",
        loss="cross_entropy",
    )  # fmt: skip


@case("worksheets")
def _():
    return course.make_worksheets("2-2-1", seeds=[1, 2])


@case("worksheets-softmax")
def _():
    return course.make_worksheets(
        "2-2-2", seeds=[5], activation="relu", output="softmax", optimizer="momentum"
    )


@case("practice")
def _():
    return course.practice_step("2-2-1", seed=1, output="sigmoid")


@case("errata")
def _():
    return Errata()


@case("errata-tanh")
def _():
    return Errata("tanh")
