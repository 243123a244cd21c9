"""What the engine calls things, and knows: read from the engine itself.

Its lists stand in ``cpp/program.hpp`` and ``cpp/map_operations.hpp``, and nowhere else.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from neurona.native.available import engine_available

__all__ = ["EngineWords", "MapOperation", "engine_words"]


@dataclass(frozen=True)
class MapOperation:
    """An operation that the engine does element by element.

    Parameters
    ----------
    code : int
    arrays, numbers : int
        How many arrays it reads, and how many run-time scalars besides.
    is_function : bool
        Whether it is more than a few instructions, such as exp.
    """

    code: int
    arrays: int
    numbers: int
    is_function: bool


@dataclass(frozen=True)
class EngineWords:
    """Codes by name: of instructions, their modes, and the places of buffers.

    Parameters
    ----------
    codes, modes, places, spreads : mapping of str to int
    operations : mapping of str to MapOperation
    """

    codes: Mapping[str, int]
    modes: Mapping[str, int]
    places: Mapping[str, int]
    spreads: Mapping[str, int]
    operations: Mapping[str, MapOperation]


def numbered(names: Sequence[str]) -> Mapping[str, int]:
    return {name: code for code, name in enumerate(names)}


@functools.cache
def engine_words() -> EngineWords:
    """The engine's words; without an engine there are none.

    Examples
    --------
    >>> engine_words().operations["multiply_add"].arrays
    3
    """
    if not engine_available():
        return EngineWords({}, {}, {}, {}, {})
    import neurona.native._engine as _engine

    return EngineWords(
        codes=numbered(_engine.codes),
        modes=numbered(_engine.modes),
        places=numbered(_engine.places),
        spreads=numbered(_engine.spreads),
        operations={
            name: MapOperation(code, arrays, numbers, is_function)
            for code, (name, arrays, numbers, is_function) in enumerate(
                _engine.operations
            )
        },
    )
