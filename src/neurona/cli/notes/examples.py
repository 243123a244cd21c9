"""The examples of the course notes, each with the command that works it through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

__all__ = ["EXAMPLES", "SHOWN_BY", "Example"]


@dataclass(frozen=True)
class Example:
    """An example of the notes.

    Parameters
    ----------
    place : str
        Notes and line: ``S2:555``.
    topics : tuple of str
        What it is about, as of an erratum.
    command : str
        What works it through, with the numbers of the notes where they have any.
    """

    place: str
    topics: tuple[str, ...]
    command: str


ROWS: Final = '--input "0,0;0,1;1,0;1,1" --target "0;1;1;0"'
XOR_WEIGHTS: Final = (
    '\'{"dense_1.weight": [[20, -20], [20, -20]], "dense_1.bias": [-10, 30], '
    '"dense_2.weight": [[20], [20]], "dense_2.bias": [-30]}\''
)
EMAIL_WEIGHTS: Final = '\'{"dense_1.weight": [[-1], [0]], "dense_1.bias": [-0.5]}\''
SOFTMAX: Final = "--activation relu --output softmax --input 1,2,-1 --target 0"

EXAMPLES: Final = (
    Example(
        "S0:33",
        ("linear_regression", "xor", "separability"),
        "neurona learn normal-equations",
    ),
    Example(
        "S0:90",
        ("xor", "backpropagation", "parameters"),
        f"neurona explain 2-2-1 --loss mse {ROWS}",
    ),
    Example(
        "S1:152",
        ("xor", "logic"),
        "neurona explain 2-2-1 --output sigmoid --loss mse "
        f"{ROWS} --weights {XOR_WEIGHTS}",
    ),
    Example(
        "S1:284",
        ("perceptron", "separability", "bias"),
        'neurona learn perceptron --points "0,1:+ 0,-1:+ -1,.5:-" --no-bias',
    ),
    Example("S1:328", ("perceptron", "separability"), "neurona learn perceptron"),
    Example("S2:88", ("logic", "perceptron"), "neurona learn perceptron --points and"),
    Example(
        "S2:224",
        ("perceptron", "heaviside"),
        'neurona explain 2-1 --output heaviside --input "1,5;1,0" --target "1;0" '
        f"--learning-rate 0.5 --weights {EMAIL_WEIGHTS}",
    ),
    Example("S2:368", ("parameters", "data"), "neurona explain 120000-1 cost"),
    Example(
        "S2:555",
        ("derivative", "backpropagation"),
        'neurona explain "exp(sin(x^2))" --at x=1',
    ),
    Example(
        "S2:960",
        ("tanh", "activation", "derivative"),
        'neurona explain "tanh(x)" --at x=1',
    ),
    Example(
        "S2:1189",
        ("moving_average", "momentum"),
        "neurona explain 30,28,31,29,33 average --beta 0.9",
    ),
    Example(
        "S2:1360",
        ("adam", "momentum", "learning_rate"),
        'neurona explain "w^2" descent --at w=1 --optimizer adam --steps 3',
    ),
    Example("S3:4", ("data", "features"), "neurona train circles"),
    Example(
        "S3:58",
        ("softmax", "relu", "cross_entropy", "backpropagation"),
        f"neurona explain 3-3-2 matrices {SOFTMAX}",
    ),
    Example("S4:65", ("regression", "data"), "neurona train particle"),
    Example("S4:80", ("logistic_regression", "data"), "neurona train fish"),
    Example(
        "S4:741", ("initialization", "activation"), "neurona learn initializations"
    ),
    Example("S4:772", ("initialization",), "neurona learn variance"),
)
"""Those that stand, in the order of the notes."""

THRESHOLD: Final = (
    "neurona explain 3-1 --output heaviside --input 1,0,0 --target 1 --weights "
    '\'{"dense_1.weight": [[2], [1], [1]], "dense_1.bias": [-2]}\''
)
BY_PLACE: Final = {example.place: example.command for example in EXAMPLES}

SHOWN_BY: Final[Mapping[str, str]] = {
    "tanh-slope": BY_PLACE["S2:960"],
    "heaviside-slope": THRESHOLD,
    "relu-range": 'neurona explain "relu(x)" --at x=2',
    "softmax-sum": "neurona explain 1-3 --output softmax --input 1 --target 0",
    "output-gradient": "neurona explain 2-2-1 symbols --output sigmoid",
    "moving-average": BY_PLACE["S2:1189"],
    "bias-correction": BY_PLACE["S2:1189"],
    "split-shares": "neurona train iris",
    "features-suffice": "neurona train spiral",
    "gradient-sign": BY_PLACE["S0:33"],
    "weight-decay": 'neurona explain "w^2" descent --at w=1 --optimizer adamw',
    "weights-close-to-one": BY_PLACE["S4:772"],
    "nine-parameters": "neurona learn shapes --network 2-2-1",
    "xor-epochs": "neurona train xor",
    "sigma-twice": BY_PLACE["S1:152"],
    "three-points": BY_PLACE["S1:284"],
    "and-threshold": BY_PLACE["S2:88"],
    "threshold-values": THRESHOLD,
    "bias-sign": THRESHOLD,
    "perceptron-update": BY_PLACE["S2:224"],
}
"""What shows an erratum, by its name."""
