"""JSON in which nothing is lost on the way: no duplicate keys, no NaN, no surprises."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

from neurona.errors import OptionError
from neurona.messages import _

__all__ = ["decode", "encode"]


def encode(value: object) -> str:
    """Write a value as compact JSON that :func:`decode` gives back exactly.

    Parameters
    ----------
    value : None, bool, int, float, str, list, tuple or dict with str keys
        Nested as deeply as Python's own recursion goes.

    Returns
    -------
    str
        ASCII text; floats have the shortest digits that give back the same bits.

    Raises
    ------
    OptionError
        A value has no exact JSON form: NaN and infinities among them, which JSON does
        not know (write None, or keep them in a tensor).

    Notes
    -----
    Laws:     ``decode(encode(value)) == value``, keys in the same order, tuples as
              lists; equal values in equal order give equal text.

    Examples
    --------
    >>> encode({"rate": 0.1, "hidden": (64, 64)})
    '{"rate":0.1,"hidden":[64,64]}'
    """
    try:
        _require_json(value, "")
        return json.dumps(value, allow_nan=False, separators=(",", ":"))
    except RecursionError:
        raise OptionError(_("metadata are nested too deeply")) from None


def decode(text: str | bytes) -> Any:
    """Read JSON, refusing what a lenient reader would pass over in silence.

    Parameters
    ----------
    text : str or bytes
        Bytes are UTF-8.

    Raises
    ------
    ValueError
        The text is not JSON, an object names a key twice, or a number is not finite.

    Examples
    --------
    >>> decode('{"a": 1, "a": 2}')
    Traceback (most recent call last):
        ...
    ValueError: the key 'a' stands twice
    """
    if isinstance(text, bytes):
        text = text.decode("utf-8")
    try:
        return json.loads(
            text,
            object_pairs_hook=_unique_keys,
            parse_constant=_refuse_constant,
            parse_float=_finite,
        )
    except RecursionError:
        raise ValueError(_("it is nested too deeply")) from None


def _require_json(value: object, where: str) -> None:
    """Raise for the first part that JSON cannot hold exactly, saying where it is."""
    if value is None or isinstance(value, bool | int | str):
        return
    if isinstance(value, float):
        if not math.isfinite(value):
            raise OptionError(
                _("metadata {where!r} is {value}; only finite numbers fit").format(
                    where=where, value=value
                )
            )
    elif isinstance(value, list | tuple):
        for index, part in enumerate(value):
            _require_json(part, _step(where, index))
    elif isinstance(value, dict):
        for key, part in value.items():
            if not isinstance(key, str):
                raise OptionError(
                    _("metadata {where!r} has the key {key!r}; keys are text").format(
                        where=where, key=key
                    )
                )
            _require_json(part, _step(where, key))
    else:
        raise OptionError(
            _("metadata {where!r} is a {kind}, which JSON cannot hold").format(
                where=where, kind=type(value).__name__
            )
        )


def _step(where: str, key: object) -> str:
    """Path of a part, such as ``history.loss.3``."""
    return f"{where}.{key}" if where else str(key)


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Build an object from its pairs, each key once."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(_("the key {key!r} stands twice").format(key=key))
        found[key] = value
    return found


def _refuse_constant(name: str) -> NoReturn:
    """Refuse NaN and Infinity, which Python reads and JSON does not have."""
    raise ValueError(_("{name} is not JSON").format(name=name))


def _finite(digits: str) -> float:
    """Read a float, refusing one that overflows to infinity."""
    value = float(digits)
    if math.isinf(value):
        raise ValueError(_("{name} is not JSON").format(name=digits))
    return value
