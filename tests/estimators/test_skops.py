"""A fitted estimator goes through a file that names no code to run, and comes back."""

import numpy as np
import pytest

import neurona

sio = pytest.importorskip("skops.io")

X = np.random.default_rng(0).normal(size=(60, 2))
Y = (X[:, 0] > 0).astype(int)

FITTED = {
    "BasisClassifier": {},
    "BasisRegressor": {},
    "BayesianLinearRegression": {},
    "BayesianNetworkRegressor": {"epochs": 3, "hidden": (4,)},
    "LogisticNeuron": {"epochs": 3},
    "MLPClassifier": {"hidden_layer_sizes": (4,), "tol": 1.0, "n_iter_no_change": 2},
    "MLPRegressor": {"hidden_layer_sizes": (4,), "tol": 1.0, "n_iter_no_change": 2},
    "Perceptron": {},
    "TableClassifier": {"quality": "fast", "epochs": 3},
    "TableRegressor": {"quality": "fast", "epochs": 3},
    "ThresholdUnit": {},
}


@pytest.mark.parametrize("name", FITTED)
def test_an_estimator_comes_back_whole(name):
    model = getattr(neurona, name)(**FITTED[name]).fit(X, Y)
    held = sio.dumps(model)
    again = sio.loads(held, trusted=sio.get_untrusted_types(data=held))
    np.testing.assert_array_equal(again.predict(X), model.predict(X))
    assert again.get_params() == model.get_params()
