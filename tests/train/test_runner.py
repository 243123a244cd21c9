"""The reference's steps."""

import numpy as np

from neurona.nn import Dense
from neurona.train.runner import ReferenceRunner, Stretch
from tests.train.test_step import step_of


class SetAtThirdLook:
    """As a flag that another thread sets while the second step runs."""

    looks = 0

    @property
    def is_set(self):
        self.looks += 1
        return self.looks >= 3


def test_a_flag_ends_a_run_of_the_reference_between_two_steps():
    runner = ReferenceRunner(step_of([Dense(1, bias=False)], n_inputs=1), "f8")
    weight = {"dense_1.weight": np.ones((1, 1))}
    runner.load(weight, {"x": np.ones((5, 1)), "target/output": np.zeros((5, 1))})
    rates, sums = np.full(5, 0.1), np.zeros((1, 2))
    stretch = Stretch(np.arange(5), 1, 5, 0, rates, first_step=1, seed=0)
    assert runner.advance(stretch, sums, SetAtThirdLook()) == 2
    runner.read(weight)
    # The loss is w²: w becomes w - 0.1 (2 w), from 1 to 0.8 to 0.64.
    np.testing.assert_allclose(weight["dense_1.weight"], [[0.64]], rtol=1e-15)
    np.testing.assert_allclose(sums, [[1 + 0.8**2, 2]], rtol=1e-15)
