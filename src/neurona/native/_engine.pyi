from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurona.native import stop_flag

version: str
sources: str
codes: tuple[str, ...]
modes: tuple[str, ...]
places: tuple[str, ...]
spreads: tuple[str, ...]
operations: tuple[tuple[str, int, int, bool], ...]

def isa() -> str: ...
def isas() -> list[str]: ...
def permutations(
    seed: int, stream: int, first_step: int, orders: NDArray[np.int64]
) -> None: ...

class StopFlag:
    def set(self) -> None: ...
    def clear(self) -> None: ...
    @property
    def is_set(self) -> bool: ...

class Engine32:
    def __init__(
        self,
        isa: str,
        buffers: NDArray[np.int64],
        phases: Sequence[Sequence[tuple[int, int, Sequence[int], float]]],
        arena: int,
        workspace: int,
        map_places: int,
        scalars: int,
        most_rows: int,
        lasting_phase: int,
    ) -> None: ...
    def write(self, buffer: int, values: NDArray[np.float32]) -> None: ...
    def read(self, buffer: int, values: NDArray[np.float32]) -> None: ...
    def read_rows(
        self, buffer: int, rows: int, values: NDArray[np.float32]
    ) -> None: ...
    def set_input(self, input: int, values: NDArray[np.float32]) -> None: ...
    def forget_inputs(self) -> None: ...
    def run(
        self,
        order: NDArray[np.int64],
        batch: int,
        epoch_rows: int,
        skipped: int,
        scalars: NDArray[np.float64],
        seed: int,
        first_step: int,
        sums: NDArray[np.float64],
        threads: int,
        # In a process with an engine every flag is one of the engine's.
        stop: stop_flag.StopFlag | None = None,
        hears_signals: bool = False,
    ) -> int: ...
    def predict(
        self,
        leaves: NDArray[np.int64],
        values: NDArray[np.floating[Any]],
        rows: NDArray[np.floating[Any]],
        scalars: NDArray[np.float64],
        result: int,
        out: NDArray[np.floating[Any]],
        threads: int,
    ) -> bool: ...

class Engine64(Engine32): ...
