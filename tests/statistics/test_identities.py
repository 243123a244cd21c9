"""Each identity holds between numbers made apart: by a density, and by what trains."""

import math

import numpy as np
import pytest
from scipy import stats

from neurona.errors import DataError, OptionError
from neurona.statistics import (
    LIKELIHOODS,
    entropy,
    gaussian_kl_divergence,
    kl_divergence,
    likelihood_is_divergence,
    likelihood_is_loss,
    log_likelihood,
    prior_is_penalty,
)
from neurona.statistics.likelihoods import GaussianLikelihood, LaplaceLikelihood

DRAW = np.random.default_rng(0)
REAL = DRAW.normal(size=(6, 2)), DRAW.normal(size=(6, 2))
CHANCES = DRAW.dirichlet(np.ones(3), size=6)

CASES = {
    "gaussian": (*REAL, lambda y, m: stats.norm(m, 1).logpdf(y)),
    "laplace": (*REAL, lambda y, m: stats.laplace(m, 1).logpdf(y)),
    "bernoulli": (
        DRAW.integers(0, 2, (6, 2)),
        DRAW.uniform(0.05, 0.95, (6, 2)),
        lambda y, p: stats.bernoulli(p).logpmf(y),
    ),
    "categorical": (
        DRAW.integers(0, 3, 6),
        CHANCES,
        lambda y, p: np.log(p[np.arange(6), y]),
    ),
    "poisson": (
        DRAW.integers(0, 9, (6, 2)),
        DRAW.uniform(0.5, 6, (6, 2)),
        lambda y, rate: stats.poisson(rate).logpmf(y),
    ),
}


def test_every_family_is_tried():
    assert set(CASES) == set(LIKELIHOODS)


@pytest.mark.parametrize("name", CASES)
def test_a_likelihood_is_scipys_and_the_losss(name):
    y, prediction, log_density = CASES[name]
    whole = log_density(y, prediction).sum()
    assert log_likelihood(y, prediction, name) == pytest.approx(whole, rel=1e-12)
    found = likelihood_is_loss(y, prediction, name)
    assert found.left == pytest.approx(-whole, rel=1e-12)
    assert found.right == pytest.approx(found.left, rel=1e-12)


@pytest.mark.parametrize("family", [GaussianLikelihood(0.3), LaplaceLikelihood(2.5)])
def test_width_scales_the_loss(family):
    found = likelihood_is_loss(*REAL, family)
    assert found.right == pytest.approx(found.left, rel=1e-12)
    assert found.factor != likelihood_is_loss(*REAL, type(family)).factor


def test_the_best_mean_is_the_most_likely_one():
    y = np.array([1.0, 2.0, 6.0])
    grid = np.linspace(0, 7, 701)
    for family, best in (("gaussian", y.mean()), ("laplace", np.median(y))):
        likely = [log_likelihood(y, np.full(3, mean), family) for mean in grid]
        assert grid[np.argmax(likely)] == pytest.approx(best)


def test_most_likely_is_least_divergent():
    labels = [0, 0, 1, 2, 0, 1]
    candidates = DRAW.dirichlet(np.ones(3), size=200)
    found = [likelihood_is_divergence(labels, q) for q in candidates]
    for one in found:
        assert one.right == pytest.approx(one.left, rel=1e-12)
    order = np.argsort([one.left for one in found])
    assert (order == np.argsort([kl_divergence([3/6, 2/6, 1/6], q) for q in candidates])).all()  # fmt: skip # noqa: E501
    assert found[0].terms["entropy"] == pytest.approx(entropy([3 / 6, 2 / 6, 1 / 6]))


@pytest.mark.parametrize(("penalty", "made"), [
    ("l2", lambda w, s: stats.norm(0, s**-0.5).logpdf(w)),
    ("l1", lambda w, s: stats.laplace(0, 1 / s).logpdf(w)),
])  # fmt: skip
def test_a_penalty_is_a_prior(penalty, made):
    weights = np.array([[0.5, -2.0], [0.0, 1.0]])
    found = prior_is_penalty(weights, 0.7, penalty)
    assert found.left == pytest.approx(-made(weights, 0.7).sum(), rel=1e-12)
    assert found.right == pytest.approx(found.left, rel=1e-12)
    norm = 0.35 * (weights**2).sum() if penalty == "l2" else 0.7 * abs(weights).sum()
    assert found.terms["penalty"] == pytest.approx(norm, rel=1e-12)


def test_divergence_is_scipys():
    p, q = CHANCES[0], CHANCES[1]
    assert kl_divergence(p, q) == pytest.approx(stats.entropy(p, q), rel=1e-12)
    assert kl_divergence(p, p) == 0
    assert kl_divergence([1, 0], [0.5, 0.5]) == pytest.approx(math.log(2))
    assert kl_divergence([0.5, 0.5], [1, 0]) == math.inf


def test_divergence_of_gaussians_is_the_integral():
    x = np.linspace(-12, 12, 20_001)
    p, q = stats.norm(0.5, 1.5), stats.norm(-1, 2)
    whole = np.trapezoid(p.pdf(x) * (p.logpdf(x) - q.logpdf(x)), x)
    assert gaussian_kl_divergence(0.5, 1.5, -1, 2) == pytest.approx(whole, rel=1e-8)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: log_likelihood([1, 2], [1]), "differ in shape"),
        (lambda: log_likelihood([np.nan], [1]), "finite"),
        (lambda: log_likelihood([2], [0.5], "bernoulli"), "0 or 1, not 2 as in row 0"),
        (lambda: log_likelihood([1], [1.0], "bernoulli"), "strictly between 0 and 1"),
        (lambda: log_likelihood([0], [[0.87, 0.1, 0.1]], "categorical"), "add up to 1"),
        (lambda: log_likelihood([3], [[0.5, 0.5]], "categorical"), "class numbers"),
        (lambda: log_likelihood([1.5], [1], "poisson"), "whole numbers"),
        (lambda: log_likelihood([1], [0], "poisson"), "above 0"),
        (lambda: kl_divergence([0.5, 0.6], [0.5, 0.5]), "add up to 1"),
        (lambda: kl_divergence([1], [0.5, 0.5]), "1 outcomes"),
        (lambda: gaussian_kl_divergence(0, 0, 0, 1), "above 0"),
    ],
)
def test_impossible_numbers_are_refused(call, message):
    with pytest.raises(DataError, match=message):
        call()


def test_unknown_names_are_refused():
    with pytest.raises(OptionError, match="did you mean poisson"):
        log_likelihood([1], [1], "poison")
    with pytest.raises(OptionError, match="l2"):
        prior_is_penalty([1.0], 1.0, "l3")
