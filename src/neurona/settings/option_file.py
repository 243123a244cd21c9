"""Options in a file, by the names that the command line has for them."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

from neurona.errors import OptionError, system_reason, unknown_name
from neurona.messages import _
from neurona.settings.options import Options, options_of

__all__ = ["read_options"]


def read_options(path: str | os.PathLike[str], record: type[Options]) -> dict[str, Any]:
    """Options that a TOML file sets, checked, by the names of the record.

    Parameters
    ----------
    path : path
        ``learning-rate = 0.01`` and the like, one a line; ``learning_rate`` is as good.
    record : class of Options

    Raises
    ------
    OptionError
        The file cannot be read, or sets what there is not or cannot be: the message
        says the file, the option, its value and what is allowed.
    """
    try:
        found = tomllib.loads(Path(path).read_text("utf-8-sig"))
    except OSError as error:
        raise OptionError(
            _("{path} cannot be read: {reason}").format(
                path=path, reason=system_reason(error)
            )
        ) from None
    except ValueError as error:
        raise OptionError(
            _("{path} is no TOML file: {reason}").format(path=path, reason=error)
        ) from None
    known = options_of(record)
    settled: dict[str, Any] = {}
    try:
        for written, value in found.items():
            name = written.replace("-", "_")
            if name not in known:
                names = [name.replace("_", "-") for name in known]
                raise OptionError(unknown_name(_("option"), written, names))
            if name in settled:
                raise OptionError(_("{name} is set twice").format(name=written))
            settled[name] = known[name].of_file(value)
    except OptionError as error:
        raise OptionError(
            _("in {path}: {message}").format(path=path, message=error)
        ) from None
    return settled
