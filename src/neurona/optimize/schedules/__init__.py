"""Schedules: how the learning rate changes from step to step, one file each."""

from neurona.optimize.schedules.constant import ConstantRate
from neurona.optimize.schedules.cosine import Cosine
from neurona.optimize.schedules.exponential import Exponential
from neurona.optimize.schedules.geometric import Geometric
from neurona.optimize.schedules.named import (
    SCHEDULES,
    as_schedule,
)
from neurona.optimize.schedules.one_cycle import OneCycle
from neurona.optimize.schedules.reduce_on_plateau import ReduceOnPlateau
from neurona.optimize.schedules.schedule import Schedule
from neurona.optimize.schedules.step import StepDecay
from neurona.optimize.schedules.warm_up import WarmUp

__all__ = [
    "SCHEDULES",
    "ConstantRate",
    "Cosine",
    "Exponential",
    "Geometric",
    "OneCycle",
    "ReduceOnPlateau",
    "Schedule",
    "StepDecay",
    "WarmUp",
    "as_schedule",
]
