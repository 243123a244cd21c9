"""What a command reads is never what it writes to."""

from __future__ import annotations

import os
from pathlib import Path

from neurona.errors import OptionError
from neurona.messages import _

__all__ = ["keep_inputs"]


def keep_inputs(out: Path, *inputs: str | Path) -> None:
    """Refuse an output path that would overwrite a file that is read.

    Raises
    ------
    OptionError
    """
    from neurona.data.sources.place import split_place

    for given in inputs:
        path, _part = split_place(given)
        if out.exists() and os.path.exists(path) and os.path.samefile(out, path):
            raise OptionError(
                _("{path} is read and would be overwritten: choose another --out")
                .format(path=path)
            )  # fmt: skip
