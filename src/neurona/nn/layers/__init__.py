"""Layers: the pieces that networks are made of."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, cast

from neurona.nn.activations import ACTIVATIONS
from neurona.nn.initializers import INITIALIZERS
from neurona.nn.layers.activation import Activation
from neurona.nn.layers.add import Add
from neurona.nn.layers.batch_norm import BatchNorm
from neurona.nn.layers.clip import Clip
from neurona.nn.layers.concatenate import Concatenate
from neurona.nn.layers.dense import Dense
from neurona.nn.layers.dropout import Dropout
from neurona.nn.layers.embedding import Embedding
from neurona.nn.layers.layer import (
    Connection,
    Input,
    Layer,
    assigned_names,
    snake_case,
)
from neurona.nn.layers.layer_norm import LayerNorm
from neurona.nn.layers.residual import Residual
from neurona.nn.layers.scale import Scale
from neurona.nn.penalties import CONSTRAINTS, PENALTIES
from neurona.settings import Families, from_config, to_config

__all__ = [
    "LAYERS",
    "Activation",
    "Add",
    "BatchNorm",
    "Clip",
    "Concatenate",
    "Connection",
    "Dense",
    "Dropout",
    "Embedding",
    "Input",
    "Layer",
    "LayerNorm",
    "Residual",
    "Scale",
    "assigned_names",
    "layer_from_config",
    "layer_to_config",
    "snake_case",
]

LAYERS: Final[Mapping[str, type[Layer]]] = MappingProxyType(
    {
        snake_case(kind.__name__): kind
        for kind in (
            Dense, Activation, Dropout, BatchNorm, LayerNorm, Embedding, Concatenate,
            Add, Scale, Clip, Residual,
        )
    }
)  # fmt: skip
"""Every layer by name: the only ones that a model file can hold."""

FAMILIES: Final[Families] = MappingProxyType(
    {
        "layer": LAYERS,
        "activation": ACTIVATIONS,
        "initializer": INITIALIZERS,
        "penalty": PENALTIES,
        "constraint": CONSTRAINTS,
    }
)


def layer_to_config(layer: Layer) -> dict[str, Any]:
    """Describe a layer in JSON's terms, from which an equal one is made again.

    Examples
    --------
    >>> layer_to_config(Dropout(0.2))
    {'type': 'layer.dropout', 'name': None, 'rate': 0.2}
    """
    return to_config(layer, FAMILIES)


def layer_from_config(config: object) -> Layer:
    """Layer described by :func:`layer_to_config`.

    Raises
    ------
    ModelFileError
        The description is not one, or of no known layer.

    Examples
    --------
    >>> layer_from_config({"type": "layer.dropout", "name": None, "rate": 0.2})
    Dropout(0.2)
    """
    return cast(Layer, from_config(config, FAMILIES, "layer"))
