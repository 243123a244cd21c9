"""The reference: NumPy, float64 by default, the definition of every operation."""

from neurona.reference.definitions import DEFINITIONS
from neurona.reference.evaluate import Executable, evaluate, host_scalars
from neurona.reference.fold_constants import fold_constants
from neurona.reference.indices import WrongIndex

__all__ = [
    "DEFINITIONS",
    "Executable",
    "WrongIndex",
    "evaluate",
    "fold_constants",
    "host_scalars",
]
