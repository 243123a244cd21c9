"""Documents for programs: JSON on standard output."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from neurona.show.plain import plain

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
