"""Programs of whole training steps, as text, line by line.

Where lowering changes on purpose: ``python -m tests.native.test_golden_programs``
writes them anew, and the difference is to be read.
"""

from pathlib import Path

import numpy as np
import pytest

from neurona import SGD, Adam, BatchNorm, Dense, Dropout, Network
from neurona.graph import BATCH, Spec
from neurona.native import engine_available
from neurona.native.lower import lower_graph_to_program
from neurona.nn.losses import CrossEntropy, MeanSquaredError
from neurona.train.step import LOSS_SUM, WEIGHT_SUM, StepOptions, build_step

pytestmark = pytest.mark.skipif(not engine_available(), reason="no native engine")

FOLDER = Path(__file__).parents[1] / "golden" / "programs"

CLASSES = {
    "losses": {"output": CrossEntropy()},
    "targets": {"output": Spec((BATCH,), "integer")},
}
NUMBERS = {
    "losses": {"output": MeanSquaredError()},
    "targets": {"output": Spec((BATCH, 1))},
}
STEPS = {
    "relu_classifier_adam": (
        [Dense(64, "relu"), Dense(64, "relu"), Dense(3)],
        StepOptions(**CLASSES, optimizer=Adam()),
    ),
    "line_sgd": ([Dense(1)], StepOptions(**NUMBERS, optimizer=SGD())),
    "masks_and_batch_statistics": (
        [Dense(8, "tanh"), BatchNorm(), Dropout(0.2), Dense(3)],
        StepOptions(**CLASSES, optimizer=SGD(), l2=0.1, clip_norm=1.0),
    ),
}


def text_of(name):
    layers, options = STEPS[name]
    step = build_step(Network(layers, n_inputs=20).architecture, options)
    program = lower_graph_to_program(
        step.graph, dtype=np.float32, most_rows=128, sums=(LOSS_SUM, WEIGHT_SUM)
    )
    return f"{program}\n"


@pytest.mark.parametrize("name", list(STEPS))
def test_the_program_of_a_step_is_the_known_one(name):
    assert text_of(name) == (FOLDER / f"{name}.txt").read_text(encoding="utf-8")


if __name__ == "__main__":
    for name in STEPS:
        (FOLDER / f"{name}.txt").write_text(text_of(name), encoding="utf-8")
