"""Where files stand that can be made again at any time."""

from __future__ import annotations

import os
import sys
from pathlib import Path

__all__ = ["cache_folder"]


def cache_folder() -> Path | None:
    """Folder that the variable ``NEURONA_CACHE`` names, or that of the platform.

    None where nobody says whose folders those are. Nothing is created.
    """
    if asked := os.environ.get("NEURONA_CACHE"):
        return Path(asked)
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        base, name = local or "~/AppData/Local", "neurona/Cache"
    elif sys.platform == "darwin":
        base, name = "~/Library/Caches", "neurona"
    else:
        base, name = os.environ.get("XDG_CACHE_HOME") or "~/.cache", "neurona"
    try:
        return Path(base).expanduser() / name
    except RuntimeError:
        return None
