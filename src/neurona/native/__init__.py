"""The native engine: the same graph as the reference, at the machine's speed."""

from neurona.native.available import (
    engine_available,
    instruction_set,
    instruction_sets,
    note_missing_engine,
)

__all__ = [
    "engine_available",
    "instruction_set",
    "instruction_sets",
    "note_missing_engine",
]
