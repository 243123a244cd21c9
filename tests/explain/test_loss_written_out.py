"""A loss written out with its numbers has the value that the loss has."""

import numpy as np
import pytest

from neurona import graph as g
from neurona.explain.collect import put_in
from neurona.explain.textbook.losses import (
    LOSS_EQUATIONS,
    OUTPUTS,
    write_loss_slope,
    write_row_loss,
)
from neurona.gradient import backward
from neurona.nn.losses import MeanSquaredError, as_loss
from neurona.reference import evaluate
from neurona.show.notation import Number
from neurona.show.notation.compose import exactly
from tests.explain.term_values import value_of

# Two orders of the same few operations in float64.
TOLERANCE = 1e-12

MADE = [0.3, 0.6, 0.1]
WANTED = [0.25, 0.0, 1.0]

LOSSES = [*map(as_loss, LOSS_EQUATIONS), MeanSquaredError(half=True)]


# A single class is no question.
CASES = [(x, n) for x in LOSSES for n in (1, 3) if (x.name, n) != ("cross_entropy", 1)]


@pytest.mark.parametrize(("loss", "count"), CASES, ids=str)
def test_the_numbers_of_a_loss_and_its_slopes_give_their_values(loss, count):
    made, wanted = MADE[:count], WANTED[:count]
    output = g.input("output", (1, count))
    value = g.sum(loss.per_row(output, g.constant(np.array([wanted]))))
    # Cross-entropy reads logits; a book's formula reads the probabilities.
    fed = np.log([made]) if loss.name == "cross_entropy" else np.array([made])
    if loss.name == "binary_cross_entropy":
        fed = np.log(fed / (1.0 - fed))
    found, slopes = evaluate([value, *backward(value, [output])], {output: fed})
    written = write_row_loss(loss, [*map(Number, made)], [*map(Number, wanted)])
    assert value_of(written, {}) == pytest.approx(float(found), rel=TOLERANCE)
    if loss.name.endswith("cross_entropy"):
        return  # Their slopes are in the probabilities, not in the logits.
    for k in range(count):
        slope = write_loss_slope(loss, Number(made[k]), Number(wanted[k]), count)
        slope = put_in(slope, OUTPUTS, exactly(count))
        assert value_of(slope, {}) == pytest.approx(slopes[0, k], rel=TOLERANCE)
