"""Optimizers, schedules, clipping and averaging: rules that build graph.

>>> from neurona import graph, reference
>>> from neurona.optimize import SGD, make_clock
>>> w, grad, clock = graph.parameter("w"), graph.input("grad"), make_clock()
>>> new, slots = SGD().update(w, grad, {}, clock)
>>> new
subtract(w, multiply(learning_rate, grad)): float ()
"""

from neurona.optimize.adagrad import AdaGrad
from neurona.optimize.adam import Adam
from neurona.optimize.adamw import AdamW
from neurona.optimize.amsgrad import AMSGrad
from neurona.optimize.average import MovingAverage, ewma, moving_average
from neurona.optimize.clip import clip_by_norm, clip_by_value, global_norm
from neurona.optimize.learning_rate_range import (
    range_test_rates,
    suggest_learning_rate,
)
from neurona.optimize.lion import Lion
from neurona.optimize.momentum import Momentum
from neurona.optimize.nadam import Nadam
from neurona.optimize.named import OPTIMIZERS, as_optimizer
from neurona.optimize.nesterov import Nesterov
from neurona.optimize.rmsprop import RMSProp
from neurona.optimize.rule import Clock, Convention, Optimizer, Slot, make_clock
from neurona.optimize.schedules import (
    SCHEDULES,
    ConstantRate,
    Cosine,
    Exponential,
    Geometric,
    OneCycle,
    ReduceOnPlateau,
    Schedule,
    StepDecay,
    WarmUp,
    as_schedule,
)
from neurona.optimize.sgd import SGD

__all__ = [
    "OPTIMIZERS",
    "SCHEDULES",
    "SGD",
    "AMSGrad",
    "AdaGrad",
    "Adam",
    "AdamW",
    "Clock",
    "ConstantRate",
    "Convention",
    "Cosine",
    "Exponential",
    "Geometric",
    "Lion",
    "Momentum",
    "MovingAverage",
    "Nadam",
    "Nesterov",
    "OneCycle",
    "Optimizer",
    "RMSProp",
    "ReduceOnPlateau",
    "Schedule",
    "Slot",
    "StepDecay",
    "WarmUp",
    "as_optimizer",
    "as_schedule",
    "clip_by_norm",
    "clip_by_value",
    "ewma",
    "global_norm",
    "make_clock",
    "moving_average",
    "range_test_rates",
    "suggest_learning_rate",
]
