"""Pictures of fitted estimators: computed once, drawn as SVG or by matplotlib.

>>> from neurona.displays import ActivationDisplay
>>> print(ActivationDisplay.from_name("relu", points=9))
relu(z)   ▁▁▁▁▁▃▅▆█  0 … 5
relu′(z)  ▁▁▁▁▁████  0 … 1
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from neurona.lazy import lazy_names

if TYPE_CHECKING:
    from neurona.displays.lines import (
        ActivationDisplay,
        BiasVarianceDisplay,
        LossCurveDisplay,
        ReliabilityDisplay,
    )
    from neurona.displays.regions import DecisionRegionDisplay
    from neurona.displays.tables import ConfusionDisplay, WeightImageDisplay
    from neurona.displays.turning_line import PerceptronDisplay

__all__ = [
    "ActivationDisplay",
    "BiasVarianceDisplay",
    "ConfusionDisplay",
    "DecisionRegionDisplay",
    "LossCurveDisplay",
    "PerceptronDisplay",
    "ReliabilityDisplay",
    "WeightImageDisplay",
]

_HOMES = {
    "neurona.displays.lines": (
        "ActivationDisplay",
        "BiasVarianceDisplay",
        "LossCurveDisplay",
        "ReliabilityDisplay",
    ),
    "neurona.displays.regions": ("DecisionRegionDisplay",),
    "neurona.displays.tables": ("ConfusionDisplay", "WeightImageDisplay"),
    "neurona.displays.turning_line": ("PerceptronDisplay",),
}

__getattr__, __dir__ = lazy_names(__name__, _HOMES)
