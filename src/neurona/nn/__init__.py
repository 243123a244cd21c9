"""Networks in pieces: layers, activations, losses, initializers and penalties.

Each piece is a record of settings; what it computes it writes into a graph.
"""

from neurona.nn.activations import ACTIVATIONS, ActivationFunction, as_activation
from neurona.nn.initializers import INITIALIZERS, Initializer, as_initializer
from neurona.nn.layers import (
    LAYERS,
    Activation,
    Add,
    BatchNorm,
    Clip,
    Concatenate,
    Connection,
    Dense,
    Dropout,
    Embedding,
    Input,
    Layer,
    LayerNorm,
    Residual,
    Scale,
)
from neurona.nn.losses import LOSSES, Loss, as_loss
from neurona.nn.penalties import L1, L2, ElasticNet, MaxNorm, Penalty

__all__ = [
    "ACTIVATIONS",
    "INITIALIZERS",
    "L1",
    "L2",
    "LAYERS",
    "LOSSES",
    "Activation",
    "ActivationFunction",
    "Add",
    "BatchNorm",
    "Clip",
    "Concatenate",
    "Connection",
    "Dense",
    "Dropout",
    "ElasticNet",
    "Embedding",
    "Initializer",
    "Input",
    "Layer",
    "LayerNorm",
    "Loss",
    "MaxNorm",
    "Penalty",
    "Residual",
    "Scale",
    "as_activation",
    "as_initializer",
    "as_loss",
]
