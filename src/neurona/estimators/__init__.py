"""Models under scikit-learn's protocol: the historical line and linear models on bases.

``McCullochPitts``, which learns nothing, is a plain object; the others are estimators.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from neurona.lazy import lazy_names

if TYPE_CHECKING:
    from neurona.estimators.mcculloch_pitts import McCullochPitts

_HOMES = {
    "neurona.estimators.mcculloch_pitts": ("McCullochPitts",),
}

__all__ = ["McCullochPitts"]

__getattr__, __dir__ = lazy_names(__name__, _HOMES)
