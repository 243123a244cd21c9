"""Numbers of the flow through a network: of a layer, a moment, a training."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from neurona.study.curves import curve_of
from neurona.study.flow.spread import Spread

__all__ = ["ComparedFlows", "FlowMoment", "FlowSeries", "LayerFlow"]


@dataclass(frozen=True)
class LayerFlow:
    """Activations and gradients of one layer over some rows.

    Parameters
    ----------
    name : str
    units : int
    activation : str
        Name of its function; empty for none.
    activations : Spread
        Of a, over rows and units.
    gradients : Spread or None
        Of ∂l/∂a, where l is the loss of the row.
    gradient_norm : float or None
        Root of the mean over rows of ‖∂l/∂a‖².
    dead : float or None
        Share of units whose slope f′(z) is 0 on every row, in [0, 1]; ``None`` where
        the layer has no function of each unit alone.
    saturated : float or None
        Share of slopes, over rows and units, below 5 % of the steepest; for sigmoid,
        tanh and arctan.
    saturated_units : float or None
        Share of units that are saturated on at least 95 % of the rows.
    jacobian : float or None
        Mean over rows of the spectral norm ‖∂a/∂x‖₂, x being what the layer reads.
    weight_norm, weight_gradient_norm : float or None
        ‖W‖ and ‖∂J/∂W‖ of its weights, J being the mean loss.
    """

    name: str
    units: int
    activation: str
    activations: Spread
    gradients: Spread | None = None
    gradient_norm: float | None = None
    dead: float | None = None
    saturated: float | None = None
    saturated_units: float | None = None
    jacobian: float | None = None
    weight_norm: float | None = None
    weight_gradient_norm: float | None = None


@dataclass(frozen=True)
class FlowMoment:
    """Every layer of a network at one moment.

    Parameters
    ----------
    rows : int
        That were looked at.
    loss : float or None
        Their mean loss.
    epoch : int or None
        After which epoch; 0 before the first.
    layers : tuple of LayerFlow
        In the order of use.
    """

    rows: int
    loss: float | None
    epoch: int | None
    layers: tuple[LayerFlow, ...]

    @property
    def jacobian_products(self) -> dict[str, float]:
        """Product of the Jacobian norms from the first layer to each, by its name.

        Notes
        -----
        Laws: a bound: ‖∂a_k/∂x‖ ≤ ‖∂a_k/∂a_{k−1}‖ ⋯ ‖∂a_1/∂x‖ on each row, for layers
        one after the other.
        """
        found, product = {}, 1.0
        for layer in self.layers:
            if layer.jacobian is not None:
                product *= layer.jacobian
                found[layer.name] = product
        return found

    def __getitem__(self, name: str) -> LayerFlow:
        return next(layer for layer in self.layers if layer.name == name)

    def record(self) -> dict[str, Any]:
        """The fields, and the products of the Jacobian norms."""
        return {**vars(self), "jacobian_products": self.jacobian_products}


@dataclass(frozen=True)
class FlowSeries:
    """The flow at several moments of a training.

    Parameters
    ----------
    moments : tuple of FlowMoment
        Each with its epoch; 0 is before the first step.
    """

    moments: tuple[FlowMoment, ...]

    @property
    def epochs(self) -> list[int]:
        """Epochs of the moments."""
        return [moment.epoch or 0 for moment in self.moments]

    @property
    def names(self) -> list[str]:
        """Names of the layers."""
        return [layer.name for layer in self.moments[0].layers] if self.moments else []

    def series(
        self, value: Callable[[LayerFlow], float | None]
    ) -> dict[str, list[float]]:
        """A number of each layer through training, where the layer has it.

        Examples
        --------
        >>> FlowSeries(()).series(lambda layer: layer.dead)
        {}
        """
        found = {
            name: [value(moment[name]) for moment in self.moments]
            for name in self.names
        }
        return {
            name: [float(v) for v in values if v is not None]
            for name, values in found.items()
            if values and None not in values
        }


@dataclass(frozen=True)
class ComparedFlows:
    """The flow through deep networks that differ in one thing.

    Parameters
    ----------
    depth, width : int
        Layers, and units of each.
    activation : str
        Of the layers; empty where it is what differs.
    flows : mapping of str to FlowMoment
        By what differs, such as the initializer.
    """

    depth: int
    width: int
    activation: str
    flows: Mapping[str, FlowMoment]

    def activation_deviations(self) -> dict[str, list[float]]:
        """Standard deviation of the activations of each layer, the first one first."""
        return {
            name: [layer.activations.deviation for layer in flow.layers]
            for name, flow in self.flows.items()
        }

    def gradient_deviations(self) -> dict[str, list[float]]:
        """Standard deviation of the gradient in each layer's activations.

        Its source is N(0, 1) in the last layer's.
        """
        return {
            name: [x.gradients.deviation if x.gradients else 0.0 for x in flow.layers]
            for name, flow in self.flows.items()
        }

    def chain_bounds(self) -> dict[str, list[float]]:
        """Largest factor that the slopes alone leave of a gradient after k layers.

        Notes
        -----
        Math: max f′ to the power of k: 0.25^k for the sigmoid, 1 for tanh and arctan.
        """
        return {
            name: [curve.steepest**k for k in range(1, self.depth + 1)]
            for name, flow in self.flows.items()
            if (curve := curve_of(flow.layers[0].activation)) and curve.saturates
        }

    def record(self) -> dict[str, Any]:
        """The fields, and the deviations and bounds by layer."""
        return {
            **vars(self),
            "activation_deviations": self.activation_deviations(),
            "gradient_deviations": self.gradient_deviations(),
            "chain_bounds": self.chain_bounds(),
        }
