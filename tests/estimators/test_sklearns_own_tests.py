"""scikit-learn's own tests of its MLPs, with only the import changed."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

IMPORT = "from sklearn.neural_network import MLPClassifier, MLPRegressor"

PRIVATE = {
    # Calls _loss_grad_lbfgs with lists of activations and deltas.
    "test_gradient",
}
"""Tests that reach into private methods."""

SLOW = {
    "test_lbfgs_classification",
    "test_lbfgs_regression",
    "test_mlp_vs_poisson_glm_equivalent",
    "test_multilabel_classification",
    "test_multioutput_regression",
    "test_n_iter_no_change",
    "test_n_iter_no_change_inf",
    "test_partial_fit_classification",
    "test_partial_fit_regression",
    "test_warm_start",
}
"""Those that take a second or more."""


def load_tests() -> ModuleType:
    """The installed test file, with the classes taken from neurona."""
    spec = importlib.util.find_spec("sklearn.neural_network.tests.test_mlp")
    assert spec is not None
    assert spec.origin is not None
    text = Path(spec.origin).read_text(encoding="utf-8")
    assert text.count(IMPORT) == 1
    changed = IMPORT.replace("sklearn.neural_network", "neurona")
    module = ModuleType("sklearns_test_mlp")
    code = compile(text.replace(IMPORT, changed), spec.origin, "exec")
    exec(code, vars(module))
    return module


_module = load_tests()
_tests = {n: f for n, f in vars(_module).items() if n.startswith("test_")}
assert _tests.keys() >= PRIVATE | SLOW
globals().update(
    {
        name: pytest.mark.slow(test) if name in SLOW else test
        for name, test in _tests.items()
        if name not in PRIVATE
    }
)

# What scikit-learn lets its tests warn of.
pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture
def global_random_seed() -> int:
    return 42


def test_the_classes_under_test_are_neuronas() -> None:
    for name in ("MLPClassifier", "MLPRegressor"):
        assert vars(_module)[name].__module__.startswith("neurona.")
    assert len(_tests) >= 40
