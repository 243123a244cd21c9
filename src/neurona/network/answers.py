"""What a network answers: outputs, probabilities, classes, activations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np

from neurona.arrays import Array
from neurona.errors import (
    OptionError,
    unknown_name,
)
from neurona.graph import Node
from neurona.messages import _
from neurona.native.rows import RowPredictor
from neurona.network.numbers import Numbers
from neurona.nn.layers import Layer
from neurona.nn.losses import Loss
from neurona.train.answers import asks_questions, probabilities
from neurona.train.metrics import predicted_classes
from neurona.train.predict import Predictor

__all__ = ["Answers", "Outputs"]

Outputs: TypeAlias = "Array | dict[str, Array]"


class Answers(Numbers):
    """A network that is asked.

    Its graph is compiled for each kind of question, and kept for the next.
    """

    _predictor: Predictor | None = None
    _quick: RowPredictor | None = None

    def __getstate__(self) -> dict[str, Any]:
        """Leave out compiled graphs: a copy compiles its own."""
        return {**self.__dict__, "_predictor": None, "_quick": None}

    def predict(self, X: Any) -> Outputs:
        """What the output layer gives, row by row.

        Returns
        -------
        array (N, K), or a dict of them where the network has several outputs
        """
        if self._quick is not None:
            found = self._quick(X)
            if found is not None:
                return found
        answers = self._ask("predict", self._outputs, X)
        if self._predictor is not None:
            self._quick = self._predictor.lean("predict")
        return self._single(answers)

    def predict_mean(self, X: Any) -> Array:
        """What a network of one output predicts, through the link of its loss.

        The exponential for ``poisson``, the mean for ``gaussian_nll``, and what the
        output layer gives for the other losses over numbers.
        """
        (name,), (node,) = zip(*self._outputs().items(), strict=True)
        losses = self.losses
        linked = node if losses is None else losses[name].link(node)
        return self._ask("mean", lambda: {name: linked}, X, losses)[name]

    def predict_proba(self, X: Any) -> Outputs:
        """Probabilities: the output through the link of the fitted loss.

        Softmax for cross-entropy, sigmoid for binary cross-entropy; a network that
        ends in one of them gives probabilities already. Of several outputs those over
        numbers are left out.

        Raises
        ------
        OptionError
            No output is one of classes.
        """
        return self._single(self._ask("proba", self._probabilities, X, self.losses))

    def predict_class(self, X: Any) -> Outputs:
        """Class number of the largest probability, or of one of at least ½.

        Returns
        -------
        int array (N,)
            (N, K) of 0 and 1 where each of K outputs is a question of its own.
        """
        found = self._ask("proba", self._probabilities, X, self.losses)
        nodes = self._outputs()
        return self._single(
            {
                name: np.asarray(value >= 0.5).astype(np.int64)
                if value.shape[1] > 1 and asks_questions(name, nodes[name], self.losses)
                else predicted_classes(value)
                for name, value in found.items()
            }
        )

    def transform(self, X: Any, layer: str | int | Layer) -> Array:
        """Activations of any layer.

        Parameters
        ----------
        X : array (N, d)
        layer : str, int or Layer
            Its name, its position from 0, or itself.

        Examples
        --------
        >>> from neurona import Dense, Network
        >>> network = Network([Dense(2, "relu"), Dense(1)], n_inputs=1)
        >>> network.transform([[1.0], [2.0]], layer="dense_1").shape
        (2, 2)
        """
        names = list(self.architecture.names.values())
        if isinstance(layer, Layer):
            layer = self.architecture.names.get(layer, repr(layer))
        elif isinstance(layer, int) and -len(names) <= layer < len(names):
            layer = names[layer]
        activations = self.architecture.evaluation.build.activations
        if layer not in activations:
            raise OptionError(unknown_name(_("layer"), str(layer), activations))
        name = str(layer)
        found = self._ask(f"layer/{name}", lambda: {name: activations[name]}, X)
        return found[name]

    def _outputs(self) -> Mapping[str, Node]:
        return self.architecture.evaluation.outputs

    def _probabilities(self) -> Mapping[str, Node]:
        return probabilities(self._outputs(), self.losses)

    def _ask(
        self,
        what: str,
        outputs: Callable[[], Mapping[str, Node]],
        X: Any,
        losses: Mapping[str, Loss] | None = None,
    ) -> dict[str, Array]:
        """Part of the evaluation graph for all rows, compiled once."""
        if self._predictor is None:
            self._predictor = Predictor(
                self.architecture, self.parameters, self.states, self.dtype
            )
        return self._predictor(what, outputs, X, losses)

    def _single(self, found: dict[str, Array]) -> Outputs:
        return found if len(self._outputs()) > 1 else next(iter(found.values()))
