"""What type checkers call an array."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

__all__ = ["Array"]

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]
"""An array of numbers of any kind and shape."""
