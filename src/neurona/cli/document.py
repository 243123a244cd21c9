"""Documents for programs: JSON on standard output."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from neurona.show.encode import encode

__all__ = ["print_document"]


def print_document(document: Mapping[str, Any]) -> None:
    """Print one JSON document; a number that is not finite is named.

    Examples
    --------
    >>> print_document({"r2": float("nan")})
    {
      "r2": "NaN"
    }
    """
    print(json.dumps(encode(document), ensure_ascii=False, indent=2, allow_nan=False))
