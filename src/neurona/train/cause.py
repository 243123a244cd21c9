"""Why a run left the finite numbers, and the sentence that says so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from neurona.messages import _

__all__ = ["Cause"]

SENTENCES: Final[Mapping[str, Callable[[], str]]] = {
    "rate": lambda: _("the learning rate is probably too high"),
    "X": lambda: _("{where} reaches {value}: standardize the inputs"),
    "y": lambda: _(
        "{where} reaches {value}: subtract its mean and divide it by its deviation"
    ),
    "weights": lambda: _(
        "the losses of a batch are added up with weights as large as {value}: divide "
        "the sample weights by their largest, or take the mean of the losses"
    ),
    "penalty": lambda: _(
        "{where} is {value}, and its steps overshoot the weights they should draw to "
        "0: make it smaller"
    ),
    "parameters": lambda: _(
        "{where} held values as large as {value} before the first step: make them "
        "smaller, or initialize the network anew"
    ),
    "not a number": lambda: _(
        "{where} held {value} before the first step: replace it, or initialize the "
        "network anew"
    ),
    "activations": lambda: _(
        "before the first step the outputs grow from layer to layer, to {value} in "
        "{where}: initialize the weights smaller, or normalize in between"
    ),
    "outputs": lambda: _(
        "before the first step an output of {where} is {value}: look at its function"
    ),
    "gradient": lambda: _(
        "before the first step the gradient of {where} is {value}, though the loss is "
        "a number: look for a root, logarithm or quotient whose slope at 0 is infinite"
    ),
    "loss": lambda: _(
        "before the first step the loss is {value}, though data and outputs are "
        "numbers of ordinary size: look at the loss itself"
    ),
}
"""What each cause is called in files, and what is said of it."""


@dataclass(frozen=True)
class Cause:
    """Why a run left the finite numbers, as far as its facts tell.

    Parameters
    ----------
    name : str
        "rate", "X", "y", "weights", "penalty", "parameters", "not a number",
        "activations", "outputs", "gradient" or "loss".
    value : float
        The fact that gives it away, such as the largest |y|.
    where : str
        Where it was found, such as a layer.
    or_rate : bool
        Whether the learning rate may be the cause as well.

    Examples
    --------
    >>> str(Cause("y", 3e8, "y"))
    'y reaches 3e+08: subtract its mean and divide it by its deviation'
    """

    name: str = "rate"
    value: float = 0.0
    where: str = ""
    or_rate: bool = False

    def __post_init__(self) -> None:
        if self.name not in SENTENCES:
            raise ValueError(self.name)

    def __str__(self) -> str:
        text = SENTENCES[self.name]().format(
            value=f"{self.value:.3g}", where=self.where
        )
        if not self.or_rate:
            return text
        return _("{cause}; or else the learning rate is too high").format(cause=text)

    def to_json(self) -> dict[str, Any]:
        """Description in JSON's terms: the value as text, since it may be no number."""
        return {
            "name": self.name,
            "value": str(self.value),
            "where": self.where,
            **({"or_rate": True} if self.or_rate else {}),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Cause:
        """Cause described by :meth:`to_json`; fails with ValueError or KeyError."""
        return cls(
            str(value["name"]),
            float(value["value"]),
            str(value["where"]),
            value.get("or_rate", False) is True,
        )
