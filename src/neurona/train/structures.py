"""What was compiled once is found again: a small cache by structure."""

from __future__ import annotations

import json
import os
import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import replace
from typing import Any, Final, TypeVar

from neurona.errors import OptionError
from neurona.nn.architecture import Architecture
from neurona.nn.losses import Loss
from neurona.train.step import StepOptions

__all__ = ["StructureCache", "key_of_architecture", "key_of_losses", "key_of_options"]

MOST_ENTRIES: Final = 64
"""Structures that are remembered, the most recently used ones: some 100 kB each."""

T = TypeVar("T")


class StructureCache:
    """Remembers what was made for a structure; threads may share it.

    Examples
    --------
    >>> cache = StructureCache(most=1)
    >>> [cache.get(key, lambda: object()) is cache.get(key, object) for key in "aab"]
    [True, True, True]
    >>> len(cache)
    1
    """

    def __init__(self, most: int = MOST_ENTRIES) -> None:
        self._most = most
        self._clear()
        if hasattr(os, "register_at_fork"):
            # A lock that another thread held when the process forked stays locked.
            os.register_at_fork(after_in_child=self._clear)

    def _clear(self) -> None:
        self._lock = threading.RLock()
        self._found: OrderedDict[Hashable, Any] = OrderedDict()

    def __len__(self) -> int:
        return len(self._found)

    def get(self, key: Hashable | None, make: Callable[[], T]) -> T:
        """What was made for a key; made now where it is new.

        Parameters
        ----------
        key : hashable or None
            None for what cannot be told apart: it is made each time.
        make : callable
            Others wait meanwhile, so that nothing is made twice.
        """
        if key is None:
            return make()
        with self._lock:
            if key not in self._found:
                self._found[key] = make()
            self._found.move_to_end(key)
            while len(self._found) > self._most:
                self._found.popitem(last=False)
            found: T = self._found[key]
            return found


_architectures: weakref.WeakKeyDictionary[Architecture, str | None] = (
    weakref.WeakKeyDictionary()
)


def key_of_architecture(architecture: Architecture) -> str | None:
    """Text that is equal for architectures of equal structure.

    None where a part is of a class that this software does not know: its settings
    need not say all about it.

    Examples
    --------
    >>> from neurona import Dense, Network
    >>> a, b = (Network([Dense(3)], n_inputs=2, seed=s) for s in (0, 1))
    >>> key_of_architecture(a.architecture) == key_of_architecture(b.architecture)
    True
    """
    if architecture not in _architectures:
        try:
            key = json.dumps(architecture.to_config())
        except OptionError:
            key = None
        _architectures[architecture] = key
    return _architectures[architecture]


def is_known(part: object) -> bool:
    """Whether a part is of a class whose settings say all about it."""
    return type(part).__module__.startswith("neurona.")


def key_of_losses(
    losses: Mapping[str, Loss], targets: Mapping[str, Any]
) -> Hashable | None:
    """What tells losses and their targets apart."""
    if not all(map(is_known, losses.values())):
        return None
    return tuple((name, repr(loss), targets[name]) for name, loss in losses.items())


def key_of_options(options: StepOptions) -> Hashable | None:
    """What tells the graphs of two steps apart, the architecture aside.

    The learning rate is none of it: a step reads it when it runs.
    """
    losses = key_of_losses(options.losses, options.targets)
    if losses is None or not is_known(options.optimizer):
        return None
    rest = replace(
        options,
        losses={},
        targets={},
        optimizer=replace(options.optimizer, learning_rate=1.0),
    )
    return losses, repr(rest)
