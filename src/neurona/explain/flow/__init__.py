"""Gradient flow: what reaches each layer forward and backward, and how it changes."""

from neurona.explain.flow.compare import (
    FlowComparison,
    compare_activations,
    compare_initializations,
)
from neurona.explain.flow.measure import GradientFlow, LayerFlow, gradient_flow
from neurona.explain.flow.recorder import FlowHistory, FlowRecorder
from neurona.explain.flow.spread import Spread

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
