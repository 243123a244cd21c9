"""Where files stand that can be made again at any time."""

from __future__ import annotations

import os
import sys
from pathlib import Path

__all__ = ["cache_folder"]


def cache_folder() -> Path:
    """Folder that the variable ``NEURONA_CACHE`` names, or that of the platform.

    Nothing is created.
    """
    if asked := os.environ.get("NEURONA_CACHE"):
        return Path(asked)
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        base = Path(local) if local else Path.home() / "AppData" / "Local"
        return base / "neurona" / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "neurona"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "neurona"
