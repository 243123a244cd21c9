"""What the doctor looks at: a network, its rows, and what was measured on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

import numpy as np

from neurona.errors import NeuronaError
from neurona.graph import Node
from neurona.lazy import settled_property
from neurona.model_file.parts import part_from_config
from neurona.network import Network
from neurona.nn.layers.layer import Layer
from neurona.nn.losses import Loss, ends_in
from neurona.optimize import Optimizer
from neurona.study.diagnosis.class_targets import class_count
from neurona.study.diagnosis.errors_by_part import (
    PartError,
    error_of_part,
    least_error,
    simple_error,
)
from neurona.study.diagnosis.one_output import alone
from neurona.study.flow.explanations import GradientFlow
from neurona.study.flow.measure import gradient_flow, probe_of
from neurona.study.flow.numbers import LayerFlow
from neurona.study.layers import layers_by_name
from neurona.study.rows import Part
from neurona.train.examples import prepare_examples, target_specs
from neurona.train.history import History
from neurona.train.learning_rate_range import RangeTest, run_range_test
from neurona.train.step import StepOptions

__all__ = ["Examination"]

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]

LOWEST_RATE: Final = 1e-5
HIGHEST_RATE: Final = 10.0

RANGE_STEPS: Final = 200
"""Steps of the range test: from 1e-5 to 10 each rate is 7 % above the one before."""

CLASS_ROWS: Final = 4_000
"""Rows by which numbers are told from classes, at most."""

QUICK: Final = 1e9
"""Weights times rows that a range test may read to be made at any time: about 1 s."""

RANGE_ROWS: Final = 5_000
"""Rows of the range test, at most."""


@dataclass(frozen=True, eq=False)
class Examination:
    """A network and the rows to judge it by; what is measured is kept.

    Parameters
    ----------
    network : Network
    losses : mapping of str to Loss
        One per output.
    parts : mapping of str to Part
        Rows that trained it under ``train``, and those held out under ``validation``
        and ``test``, where they are known; else all under ``rows``.
    columns : tuple of str
        What the columns of its input are called; empty for their numbers.
    classes : tuple of str
        Words of its classes; empty for their numbers.
    sources : tuple of str
        The column of a table that each column of the input is made from; empty where
        each is one itself.
    pooled : tuple of int
        Columns of the input that stand for several values of their source.
    thorough : bool
        Whether what takes seconds may be measured too.
    joined : bool
        Whether the network joins several, side by side, that folds chose: no step
        trained it as a whole.
    """

    network: Network
    losses: Mapping[str, Loss]
    parts: Mapping[str, Part]
    columns: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    pooled: tuple[int, ...] = ()
    thorough: bool = True
    joined: bool = False

    @property
    def main(self) -> Part:
        """Rows that trained it, else all there are."""
        return self.parts["train"] if "train" in self.parts else self.parts["rows"]

    @property
    def knows_split(self) -> bool:
        """Whether it is known which rows trained the network."""
        return "train" in self.parts

    @property
    def history(self) -> History | None:
        """Of the last fit, where it has an epoch."""
        history = self.network.history
        return history if history is not None and len(history) else None

    @property
    def training(self) -> Mapping[str, Any]:
        """Options of the last fit; empty for a network never trained."""
        return self.network.training or {}

    @property
    def single_output(self) -> str | None:
        """Name of the output, where there is but one."""
        return next(iter(self.losses)) if len(self.losses) == 1 else None

    @property
    def outputs(self) -> Mapping[str, Node]:
        """Outputs of the network in its graph."""
        return self.network.architecture.evaluation.outputs

    @settled_property
    def each_output(self) -> Mapping[str, Examination]:
        """Examination of each output by itself, on the same rows."""
        found = {}
        for name, loss in self.losses.items():
            network = alone(self.network, name)
            inputs = [entry.name for entry in network.architecture.inputs]
            parts = {n: part.of_output(inputs, name) for n, part in self.parts.items()}
            found[name] = replace(
                self, network=network, losses={name: loss}, parts=parts
            )
        return found

    @settled_property
    def classifies(self) -> bool:
        """Whether its single output is trained to tell classes apart."""
        name = self.single_output
        if name is None:
            return False
        if self.losses[name].head != "real":
            return True
        if ends_in(self.outputs[name]) is None:
            return False
        _X, y = self.main.sample(CLASS_ROWS)
        return class_count(np.asarray(y)) > 0

    @settled_property
    def optimizer(self) -> Optimizer | None:
        """Rule of the last fit."""
        if not self.training:
            return None
        found: Optimizer = part_from_config(self.training["optimizer"], "optimizer")
        return found

    @settled_property
    def layers(self) -> Mapping[str, Layer]:
        """Every layer under its full name."""
        return layers_by_name(self.network.architecture)

    @settled_property
    def flow(self) -> GradientFlow:
        """Activations and gradients over a sample of rows."""
        X, y = self.main.sample(256)
        return gradient_flow(
            self.network, X, y, loss=dict(self.losses), jacobians=self.thorough
        )

    @settled_property
    def flow_at_start(self) -> GradientFlow:
        """The same as :attr:`flow` before the first step, from new weights."""
        X, y = self.main.sample(256)
        probe = probe_of(self.network, X, y, loss=dict(self.losses), jacobians=False)
        return probe(new_weights(self.network))

    @settled_property
    def hidden(self) -> tuple[LayerFlow, ...]:
        """Flow through the layers before the output that have an activation."""
        given = self.network.architecture.evaluation.build.activations
        last = set(self.outputs.values())
        return tuple(
            layer
            for layer in self.flow.layers
            if layer.activation and given[layer.name] not in last
        )

    @settled_property
    def errors(self) -> Mapping[str, PartError]:
        """Error on each part of the rows, in units of that of a constant answer."""
        if self.single_output is None:
            return {}
        (loss,) = self.losses.values()
        return {
            name: error_of_part(self.network, loss, part, self.main, self.classifies)
            for name, part in self.parts.items()
            if part.count
        }

    @property
    def main_error(self) -> PartError | None:
        """Error on the rows that trained it, else on all there are."""
        return self.errors.get("train") or self.errors.get("rows")

    @settled_property
    def simple_error(self) -> tuple[str, float] | None:
        """The better of two simple models on rows it did not see, and its error."""
        if self.single_output is None:
            return None
        return simple_error(self.network, self.main, self.classifies)

    @settled_property
    def least_error(self) -> float | None:
        """Error that no function of the inputs can fall below on the main rows."""
        if self.single_output is None:
            return None
        return least_error(self.main, self.classifies)

    @property
    def range_test(self) -> RangeTest | None:
        """Range test from new weights, where there is time for it."""
        return self.full_range_test if self.thorough else None

    @property
    def quick_range_test(self) -> RangeTest | None:
        """Range test for a network that is ill, also in haste if it is small."""
        size = self.training.get("batch_size")
        rows = min(size if isinstance(size, int) else self.main.count, RANGE_ROWS)
        weights = sum(value.size for value in self.network.parameters.values())
        quick = weights * rows * RANGE_STEPS <= QUICK
        return self.full_range_test if self.thorough or quick else None

    @settled_property
    def full_range_test(self) -> RangeTest | None:
        """Range test; ``None`` for a network never trained, or where it says little."""
        if self.optimizer is None:
            return None
        architecture, dtype = self.network.architecture, self.network.dtype
        X, y = self.main.sample(RANGE_ROWS)
        data = prepare_examples(architecture, self.losses, X, y, dtype)
        options = StepOptions(
            losses=self.losses,
            targets=target_specs(architecture, self.losses, data),
            optimizer=self.optimizer,
        )
        try:
            return run_range_test(
                architecture,
                options,
                new_weights(self.network),
                data,
                low=LOWEST_RATE,
                high=HIGHEST_RATE,
                steps=RANGE_STEPS,
                batch_size=self.training["batch_size"],
                seed=self.network.seed,
                dtype=dtype,
            )
        except NeuronaError:
            # Where no rate lowers the loss there is nothing to suggest.
            return None


def new_weights(network: Network) -> dict[str, Array]:
    """Weights and states that a network begins with, the network left as it is."""
    build = network.architecture.evaluation.build
    return {
        name: value.astype(network.dtype)
        for name, value in build.initial_values(network.seed)
    }
