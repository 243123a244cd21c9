"""What the lessons are called and about, in both languages."""

from __future__ import annotations

from typing import Final

from neurona.cli.vocabulary import Vocabulary, plain
from neurona.messages import _

__all__ = ["LESSON_NAMES", "lesson_texts", "search_lessons"]

LESSON_NAMES: Final = Vocabulary(
    {
        "perceptron": "perceptrón",
        "normal-equations": "ecuaciones-normales",
        "linear-stack": "pila-lineal",
        "coefficients": "coeficientes",
        "shapes": "formas",
        "remaining": "lo-que-falta",
        "loops": "bucles",
        "variance": "varianza",
        "initializations": "inicializaciones",
        "activations": "activaciones",
    }
)
"""Every lesson, in the order in which they are listed."""


def lesson_texts() -> dict[str, str]:
    """What each lesson is about, in one line."""
    return {
        "perceptron": _("Why the perceptron stops, on points of your own."),
        "normal-equations": _("A linear model solved at once, XOR first of all."),
        "linear-stack": _("Linear layers multiplied out: they are one."),
        "coefficients": _("Coefficients of a polynomial, beside a network's."),
        "shapes": _("Exercise: the shapes of everything in a network."),
        "remaining": _("Exercise: what backpropagation still has to compute."),
        "loops": _("Loops against matrices: the same layer both ways, timed."),
        "variance": _("Variances from layer to layer: He's and Glorot's argument."),
        "initializations": _("How far a signal gets, by how the weights start."),
        "activations": _("How far a signal gets, by the activation function."),
    }


def search_lessons(text: str) -> list[str]:
    """Lessons whose names, in either language, or whose lines hold every word.

    Examples
    --------
    >>> search_lessons("polynomial"), search_lessons("ecuaciones")
    (['coefficients'], ['normal-equations'])
    """
    words = plain(text).split("-")
    about = lesson_texts()
    return [
        name
        for name, spanish in LESSON_NAMES.spanish.items()
        if all(word in plain(f"{name} {spanish} {about[name]}") for word in words)
    ]
