"""A direction that parts the rows is found wherever a linear program finds one."""

import numpy as np
from scipy.optimize import linprog

from neurona.estimators.neurons.margin import widest_margin


def test_it_agrees_with_a_linear_program_at_any_scale():
    draw = np.random.default_rng(0)
    parted = 0
    for case in range(400):
        rows, columns = draw.integers(2, 30), draw.integers(1, 5)
        X = draw.normal(size=(rows, columns))
        if case % 2:
            X = X.round().clip(-2, 2)
        X = np.c_[X, np.ones(rows)] * 10.0 ** draw.integers(-6, 7, columns + 1)
        sides = X @ draw.normal(size=columns + 1) > 0
        signs = np.where(sides if case % 3 else draw.random(rows) < 0.5, 1, -1)
        largest = np.abs(X).max(axis=0)
        signed = X / np.where(largest > 0, largest, 1) * signs[:, None]
        free = [(None, None)] * (columns + 1)
        zeros, ones = np.zeros(columns + 1), np.ones(rows)
        possible = linprog(zeros, A_ub=-signed, b_ub=-ones, bounds=free).status == 0
        found = widest_margin(X, signs)
        assert (found is not None) == possible
        if found is not None:
            parted += 1
            assert (X @ found * signs).min() > 0
    assert 100 < parted < 390
