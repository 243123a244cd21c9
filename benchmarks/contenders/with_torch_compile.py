"""PyTorch with its network compiled by ``torch.compile``."""

from __future__ import annotations

from collections.abc import Callable

import torch
from works import Work

from contenders import with_torch


def prepare(work: Work, threads: int) -> Callable[[], None]:
    torch._dynamo.reset()
    return with_torch.prepare(work, threads, torch.compile)
