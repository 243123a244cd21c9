"""Gradient flow: what reaches each layer forward and backward, and how it changes."""

from neurona.study.flow.compare import (
    FlowComparison,
    compare_activations,
    compare_initializations,
)
from neurona.study.flow.measure import GradientFlow, LayerFlow, gradient_flow
from neurona.study.flow.recorder import FlowHistory, FlowRecorder
from neurona.study.flow.spread import Spread

__all__ = [
    "FlowComparison",
    "FlowHistory",
    "FlowRecorder",
    "GradientFlow",
    "LayerFlow",
    "Spread",
    "compare_activations",
    "compare_initializations",
    "gradient_flow",
]
