"""How sure a network with dropout is: answers under many masks (Monte Carlo)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from neurona.arrays import Array
from neurona.errors import OptionError
from neurona.graph import Graph
from neurona.messages import _
from neurona.network import Network
from neurona.nn import Dropout
from neurona.nn.build import SEED, STEP
from neurona.nn.losses.loss import output_count
from neurona.reference import Executable
from neurona.settings import Count, NonNegative, Seed, checked
from neurona.statistics.band import PredictiveBand
from neurona.train.arrays import prepare_inputs

__all__ = ["DropoutPosterior", "dropout_answers"]

DRAWS: Final = 100


@dataclass(frozen=True, eq=False)
class DropoutPosterior:
    """A network with dropout, whose spread under random masks says how sure it is.

    Parameters
    ----------
    network : Network
        Of one output of one number, with dropout.
    noise_std : float
        σ of an observation, at least 0: the root mean squared error on rows that did
        not train.
    draws : int
        Masks, at least 2.
    seed : int
        Of the masks: those of the run with this seed.

    Notes
    -----
    Math: with answers f₁ … f_T under T masks, the mean is Σf/T and the variance
    σ² + Σ(f − mean)²/(T − 1).
    Source: Y. Gal, Z. Ghahramani, "Dropout as a Bayesian approximation", 2016.
    """

    network: Network
    noise_std: float
    draws: int = DRAWS
    seed: int = 0

    def band(self, X: Any) -> PredictiveBand:
        """Mean and spread of the answers under the masks.

        Raises
        ------
        OptionError
            The network has no dropout, or fewer than two masks are asked for.
        """
        found = dropout_answers(self.network, X, draws=self.draws, seed=self.seed)
        noise = checked("noise_std", self.noise_std, NonNegative)
        spread = found.std(axis=0, ddof=1)
        return PredictiveBand(found.mean(axis=0), np.hypot(noise, spread), spread)


def dropout_answers(
    network: Network, X: Any, *, draws: int = DRAWS, seed: int = 0
) -> Array:
    """A network's answers (T, N) under T masks.

    Batch normalization uses its running statistics, as in predictions: what is said of
    a row does not depend on the rows beside it.

    Raises
    ------
    OptionError
        The network has no dropout or answers several numbers, or fewer than two masks
        are asked for.
    """
    draws, seed = checked("draws", draws, Count), checked("seed", seed, Seed)
    architecture = network.architecture
    if not any(isinstance(x, Dropout) and x.rate for x in architecture.layers):
        raise OptionError(
            _("the network has no dropout: add a Dropout layer after a hidden one")
        )
    if draws < 2:
        raise OptionError(_("a spread needs at least 2 draws, not {n}").format(n=draws))
    wide = np.dtype(np.float64)
    data = prepare_inputs(X, architecture.inputs, wide, architecture.categories)
    written = architecture.write(training=False, drops=True)
    numbers = sum(output_count(node.spec) for node in written.outputs.values())
    if numbers != 1:
        raise OptionError(
            _(
                "the spread is of one number, but this network answers {count}: train "
                "one for each"
            ).format(count=numbers)
        )
    run = Executable(Graph(written.outputs), wide)
    values: dict[str, Any] = {
        **network.parameters,
        **network.states,
        **data,
        SEED: seed,
    }
    rows = len(next(iter(data.values())))
    (name,) = written.outputs
    return np.stack(
        [run({**values, STEP: step}, rows=rows)[name][:, 0] for step in range(draws)]
    )
