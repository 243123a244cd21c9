from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

version: str

def isa() -> str: ...
def isas() -> list[str]: ...

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
    ) -> None: ...
    def write(self, buffer: int, values: NDArray[np.float32]) -> None: ...
    def read(self, buffer: int, values: NDArray[np.float32]) -> None: ...
    def read_rows(
        self, buffer: int, rows: int, values: NDArray[np.float32]
    ) -> None: ...
    def set_input(self, input: int, values: NDArray[np.float32]) -> None: ...
    def run(
        self,
        order: NDArray[np.int64],
        batch: int,
        scalars: NDArray[np.float64],
        seed: int,
        first_step: int,
        sums: NDArray[np.float64],
        threads: int,
    ) -> None: ...
    def stop(self) -> None: ...
    @property
    def steps_done(self) -> int: ...

class Engine64(Engine32): ...
