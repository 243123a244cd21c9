"""Documents for programs: JSON on standard output."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

__all__ = ["print_document"]


def print_document(document: Mapping[str, Any]) -> None:
    """Print one JSON document; what is no finite number becomes ``null``.

    Examples
    --------
    >>> print_document({"r2": float("nan")})
    {
      "r2": null
    }
    """
    print(json.dumps(plain(document), ensure_ascii=False, indent=2, allow_nan=False))


def plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
