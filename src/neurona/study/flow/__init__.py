"""Gradient flow: what reaches each layer forward and backward, and how it changes."""

from neurona.study.flow.compare import compare_activations, compare_initializations
from neurona.study.flow.explanations import FlowComparison, FlowHistory, GradientFlow
from neurona.study.flow.measure import gradient_flow
from neurona.study.flow.numbers import LayerFlow
from neurona.study.flow.recorder import FlowRecorder
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
