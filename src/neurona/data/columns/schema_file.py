"""Files in which a person says how a table is to be read."""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from neurona.data.columns.asked_kinds import ASKED_KINDS, word_of
from neurona.data.columns.column import Column
from neurona.errors import DataError, OptionError, unknown_name
from neurona.messages import _

__all__ = ["SchemaFile", "read_schema_file", "write_schema_file"]

BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True)
class SchemaFile:
    """What a person says of a table.

    Parameters
    ----------
    columns : mapping of str to str
        Kinds by name, as :data:`neurona.data.columns.asked_kinds.ASKED_KINDS` has them.
    target : tuple of str
        Columns to predict; empty where it does not say.
    task : str or None
    missing : tuple of str or None
        Texts that mean a missing value.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    target: tuple[str, ...] = ()
    task: str | None = None
    missing: tuple[str, ...] | None = None


def read_schema_file(path: str | os.PathLike[str]) -> SchemaFile:
    """Read a schema file; whether it suits a table is seen when that is read.

    Raises
    ------
    OptionError
        There is no such file.
    DataError
        It is no TOML, or holds what a schema file does not.
    """
    name = repr(Path(path).name)
    try:
        found = tomllib.loads(Path(path).read_text("utf-8"))
    except FileNotFoundError:
        raise OptionError(
            _("there is no schema file {path}; neurona columns writes one").format(
                path=path
            )
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(
            _("the schema file {name} is no TOML: {reason}").format(
                name=name, reason=error
            )
        ) from error
    for key, value in found.items():
        if key not in ENTRIES:
            raise DataError(
                _("the schema file {name} cannot be used: {reason}").format(
                    name=name, reason=unknown_name(_("entry"), key, [*ENTRIES])
                )
            )
        if not ENTRIES[key](value):
            raise DataError(
                _(
                    "the schema file {name} has a wrong entry {key!r}: {value!r}; "
                    "neurona columns shows how it is written"
                ).format(name=name, key=key, value=value)
            )
    missing = found.get("missing")
    target = found.get("target", ())
    return SchemaFile(
        found.get("columns", {}),
        (target,) if isinstance(target, str) else tuple(target),
        found.get("task"),
        None if missing is None else tuple(missing),
    )


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


ENTRIES: Mapping[str, Callable[[Any], bool]] = {
    "target": lambda value: _is_text(value) or _are_texts(value),
    "task": _is_text,
    "missing": _are_texts,
    "columns": lambda value: (
        isinstance(value, dict) and all(map(_is_text, value.values()))
    ),
}


def write_schema_file(
    columns: Sequence[Column],
    target: Sequence[str],
    task: str | None,
    examples: Mapping[str, str],
) -> str:
    """Text of a schema file that says of each column what was found.

    Parameters
    ----------
    columns : sequence of Column
    target : sequence of str
        Empty where none can be predicted.
    task : str or None
    examples : mapping of str to str
        A cell of each column.

    Notes
    -----
    Law: a table read with it is read as without it.
    """
    said = _("kinds: {kinds}").format(kinds=", ".join(ASKED_KINDS))
    lines = [f"# {said}", "# neurona train DATA --schema FILE", ""]
    if target:
        shown = [_quoted(name) for name in target]
        lines.append(f"target = {shown[0] if len(shown) == 1 else _list(shown)}")
    if task:
        lines.append(f"task = {_quoted(task)}")
    lines += ["", "[columns]"]
    for column in columns:
        key = column.name if BARE_KEY.fullmatch(column.name) else _quoted(column.name)
        word = word_of(column)
        example = _one_line(examples.get(column.name, ""))
        why = f"{example}: {column.reason}" if example else column.reason
        # What has no word of its own is found again where nothing is said.
        line = f"{key} = {_quoted(word or column.kind)}"
        lines.append(f"{line if word else f'# {line}'}  # {why}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    # A JSON text is a TOML text, but for the one character that JSON leaves as it is.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _list(parts: Sequence[str]) -> str:
    return f"[{', '.join(parts)}]"


def _one_line(text: str) -> str:
    """A text without line ends and other signs that no comment may hold."""
    return re.sub(r"[\x00-\x1f\x7f]+", " ", text)
