"""What the topics of the course notes are called, in both languages."""

from __future__ import annotations

from typing import Final

from neurona.cli.vocabulary import Vocabulary

__all__ = ["TOPIC_NAMES"]

TOPIC_NAMES: Final = Vocabulary(
    {
        "activation": "activación",
        "adam": "adam",
        "backpropagation": "retropropagación",
        "bias": "sesgo",
        "cross_entropy": "entropía-cruzada",
        "data": "datos",
        "derivative": "derivada",
        "features": "características",
        "fitting": "ajuste",
        "heaviside": "heaviside",
        "initialization": "inicialización",
        "learning_rate": "tasa-de-aprendizaje",
        "likelihood": "verosimilitud",
        "linear_regression": "regresión-lineal",
        "logic": "lógica",
        "logistic_regression": "regresión-logística",
        "loss": "pérdida",
        "mcculloch_pitts": "mcculloch-pitts",
        "momentum": "momento",
        "moving_average": "promedio-móvil",
        "normalization": "normalización",
        "output": "salida",
        "parameters": "parámetros",
        "perceptron": "perceptrón",
        "regression": "regresión",
        "regularization": "regularización",
        "relu": "relu",
        "separability": "separabilidad",
        "softmax": "softmax",
        "split": "partición",
        "tanh": "tanh",
        "training": "entrenamiento",
        "weight_decay": "decaimiento-de-pesos",
        "xor": "xor",
    }
)
"""The topics of the errata."""
