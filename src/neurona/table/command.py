"""Settings of a run as a person types them."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["option_words", "train_command"]


def option_words(options: Mapping[str, Any]) -> list[str]:
    """Options of ``neurona train``, as words of its command.

    Examples
    --------
    >>> option_words({"target": ["a", "b"], "hidden": (8, 4), "l2": 0.1})
    ['--target', 'a', '--target', 'b', '--hidden', '8,4', '--l2', '0.1']
    """
    words: list[str] = []
    for name, value in options.items():
        option = f"--{name.replace('_', '-')}"
        if name == "target":
            words += [word for each in value for word in (option, str(each))]
        else:
            words += [option, written(value)]
    return words


def written(value: Any) -> str:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ",".join(map(str, value)) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value)


def train_command(data: str, options: Mapping[str, Any], out: str) -> str:
    """Command that trains on a table with some options.

    Examples
    --------
    >>> train_command("my table.csv", {"l2": 0.1}, "m.safetensors")
    "neurona train 'my table.csv' --l2 0.1 --out m.safetensors"
    """
    words = ["neurona", "train", data, *option_words(options), "--out", out]
    return shlex.join(words)
