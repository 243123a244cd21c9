"""Linear models on bases: worked cases, every basis, every solver, bad input."""

import math

import numpy as np
import pytest
from sklearn.linear_model import Lasso, LogisticRegression, Ridge
from sklearn.preprocessing import PolynomialFeatures, SplineTransformer

from neurona import BasisClassifier, BasisFeatures, BasisRegressor, count_features
from neurona.data.sources import synthetic
from neurona.errors import DesignWarning, OptionError
from neurona.estimators.bases.basis_functions import BASES
from neurona.messages import use_language

SEVEN_DIGITS = 1e-6
ROUNDING = 1e-9
# A descent ends where no entry of the gradient is above 10⁻¹⁰.
DESCENT = 1e-6
WITHOUT_EXTRAS = [name for name in BASES if name != "daubechies"]


# --- Case G1: XOR through a line ------------------------------------------------------

CORNERS = np.array([(0, 0), (0, 1), (1, 0), (1, 1)])
XOR = np.array([0, 1, 1, 0])


@pytest.mark.parametrize("solver", ["qr", "svd", "gradient"])
def test_case_g1_a_line_answers_xor_with_one_half(solver):
    model = BasisRegressor(degree=1, solver=solver).fit(CORNERS, XOR)
    assert model.coef_ == pytest.approx([0, 0], abs=DESCENT)
    assert model.intercept_ == pytest.approx(0.5, abs=DESCENT)
    assert np.mean((model.predict(CORNERS) - XOR) ** 2) == pytest.approx(0.25)
    values = [2.524338, 1, 0.792287]
    assert model.singular_values_ == pytest.approx(values, rel=SEVEN_DIGITS)
    assert model.rank_ == 3
    assert model.condition_ == pytest.approx(2.524338 / 0.792287, rel=SEVEN_DIGITS)


def test_products_make_of_xor_a_linear_problem():
    # xor = x₁ + x₂ − 2 x₁ x₂; on 0 and 1 x² is x, so that the squares say nothing.
    with pytest.warns(DesignWarning, match="rank 4 of 6"):
        model = BasisRegressor(degree=2).fit(np.vstack([CORNERS] * 2), [*XOR, *XOR])
    assert model.predict(CORNERS) == pytest.approx(XOR, abs=ROUNDING)


# --- Case G8: parameters --------------------------------------------------------------


@pytest.mark.parametrize(
    ("dimensions", "total", "grid"),
    [(1, 4, 4), (2, 10, 16), (3, 20, 64), (10, 286, 1_048_576)],
)
def test_case_g8_a_cubic_in_several_dimensions(dimensions, total, grid):
    assert count_features("polynomial", 3, dimensions) == total
    assert count_features("polynomial", 3, dimensions, cross="grid") == grid


@pytest.mark.parametrize("basis", WITHOUT_EXTRAS)
@pytest.mark.parametrize("cross", [None, "none", "total", "grid"])
@pytest.mark.parametrize(("degree", "dimensions"), [(1, 1), (2, 3), (3, 2)])
def test_the_count_is_that_of_the_columns(basis, cross, degree, dimensions):
    X = np.random.default_rng(0).normal(size=(9, dimensions))
    made = BasisFeatures(basis, degree, cross=cross, include_bias=True).fit(X)
    names = made.get_feature_names_out()
    counted = count_features(basis, degree, dimensions, cross=cross)
    if basis == "spline":
        # Its number of knots counts as well: 5 knots, of 2 + degree − 1 + 3 functions.
        counted = len(names)
    assert made.transform(X).shape[1] == len(names) == counted
    assert len(set(names)) == len(names)


# --- Case G24: lines, ridge, polynomials, radial functions ----------------------------

X4, Y4 = [[1], [2], [3], [4]], [2.1, 3.9, 6.2, 7.8]
X5, Y5 = [[0], [1], [2], [3], [4]], [1, 2, 0, 2, 3]


@pytest.mark.parametrize("solver", ["qr", "svd", "gradient"])
def test_case_g24_the_line_of_least_squares(solver):
    model = BasisRegressor(degree=1, solver=solver).fit(X4, Y4)
    assert [model.intercept_, *model.coef_] == pytest.approx([0.15, 1.94], abs=DESCENT)
    error = np.mean((model.predict(X4) - Y4) ** 2)
    assert error == pytest.approx(0.0205, rel=SEVEN_DIGITS)


def test_case_g24_ridge_on_the_bias_too():
    basis = BasisFeatures(degree=1, include_bias=True)
    model = BasisRegressor(basis, penalty="ridge", fit_intercept=False).fit(X4, Y4)
    assert model.coef_ == pytest.approx([0.4181818, 1.7909091], rel=SEVEN_DIGITS)


@pytest.mark.parametrize("solver", ["qr", "gradient"])
def test_case_g24_ridge_with_a_free_bias(solver):
    model = BasisRegressor(degree=1, penalty="ridge", solver=solver).fit(X4, Y4)
    found = [model.intercept_, *model.coef_]
    assert found == pytest.approx([0.9583333, 1.6166667], rel=SEVEN_DIGITS)


@pytest.mark.parametrize("basis", ["polynomial", "legendre", "chebyshev"])
@pytest.mark.parametrize(
    ("degree", "error"), [(1, 0.72), (2, 0.4914286), (3, 0.4114286), (4, 0.0)]
)
def test_case_g24_polynomials_of_rising_degree(basis, degree, error):
    # All three are the polynomials of that degree, so they fit alike.
    model = BasisRegressor(basis, degree).fit(X5, Y5)
    found = np.mean((model.predict(X5) - Y5) ** 2)
    assert found == pytest.approx(error, rel=SEVEN_DIGITS, abs=ROUNDING)


def test_case_g24_degree_zero_is_the_mean():
    model = BasisRegressor(degree=0).fit(X5, Y5)
    assert model.intercept_ == pytest.approx(1.6)
    assert np.mean((model.predict(X5) - Y5) ** 2) == pytest.approx(1.04)


def test_case_g24_a_cubic_is_met_exactly():
    x = np.arange(-2.0, 3)[:, None]
    model = BasisRegressor(degree=3).fit(x, x.ravel() ** 3)
    assert model.coef_ == pytest.approx([0, 0, 1], abs=ROUNDING)


@pytest.mark.parametrize(
    ("settings", "value"),
    [
        ({"sigma": 1.0}, 0.6065307), ({"precision": 0.5}, 0.6065307),
        ({"sigma": 0.5}, 0.1353353), ({"precision": 2.0}, 0.1353353),
    ],
)  # fmt: skip
def test_case_g24_a_radial_function_falls_with_the_distance(settings, value):
    made = BasisFeatures("radial", mu=[0], **settings).fit_transform([[1.0]])
    assert made == pytest.approx(np.array([[value]]), rel=SEVEN_DIGITS)


# --- Case G26: features for a line ----------------------------------------------------


def accuracy(basis, degree, columns):
    X = np.column_stack([columns["x1"], columns["x2"]])
    model = BasisClassifier(basis, degree, alpha=1e-4).fit(X, columns["class"])
    return model.score(X, columns["class"])


@pytest.mark.parametrize(
    ("make", "linear", "quadratic"),
    [
        (synthetic.gauss, (0.995, 1), (0.995, 1)),
        (synthetic.circles, (0.45, 0.65), (1, 1)),
        (synthetic.quadrants, (0.38, 0.8), (0.99, 1)),
        (synthetic.spiral, (0.57, 0.575), (0.57, 0.575)),
    ],
)
def test_case_g26_quadratic_features_save_a_line_except_on_a_spiral(
    make, linear, quadratic
):
    columns = make(400, 0, 0)
    assert linear[0] <= accuracy("polynomial", 1, columns) <= linear[1]
    assert quadratic[0] <= accuracy("polynomial", 2, columns) <= quadratic[1]


def test_case_g26_sines_hardly_help_on_a_spiral():
    columns = synthetic.spiral(400, 0, 0)
    assert 0.5725 <= accuracy("playground", 1, columns) <= 0.6


# --- Case G28: soft threshold ---------------------------------------------------------


def test_case_g28_lasso_cuts_and_ridge_shrinks():
    # Columns of an orthogonal design: each weight alone. ½ Σ(y − w)²/N + α|w| with
    # N = 2 and α = .25 is ½[(y − w)² + .5·|w|·…]: w is y less .5, at least 0.
    X, y = np.eye(2), np.array([0.3, 2.0])
    settings = {"degree": 1, "fit_intercept": False}
    lasso = BasisRegressor(penalty="lasso", alpha=0.25, **settings).fit(X, y)
    assert lasso.coef_ == pytest.approx([0, 1.5], abs=1e-4)
    # (y − w)² + .5 w²: w = y/1.5.
    ridge = BasisRegressor(penalty="ridge", alpha=0.5, **settings).fit(X, y)
    assert ridge.coef_ == pytest.approx([0.2, 1.3333333], rel=SEVEN_DIGITS)


# --- Bases are what they say ----------------------------------------------------------


@pytest.mark.parametrize("degree", [0, 1, 2, 4])
def test_polynomials_are_scikit_learns(degree):
    X = np.random.default_rng(0).normal(size=(7, 3))
    ours = BasisFeatures(degree=degree, include_bias=True).fit(X)
    theirs = PolynomialFeatures(degree).fit(X)
    np.testing.assert_allclose(ours.transform(X), theirs.transform(X), rtol=ROUNDING)
    same = ours.get_feature_names_out() == theirs.get_feature_names_out()
    assert np.all(same)


def test_splines_are_scikit_learns():
    X = np.linspace(0, 1, 11)[:, None]
    ours = BasisFeatures("spline", 3, n_knots=4).fit_transform(X)
    theirs = SplineTransformer(4, degree=3, include_bias=False).fit_transform(X)
    np.testing.assert_allclose(ours, theirs, atol=ROUNDING)


def test_legendre_and_chebyshev_stand_over_the_range():
    # −1, 0, 1 after scaling: P₂ = (3t² − 1)/2 is 1, −½, 1; T₂ = 2t² − 1 is 1, −1, 1.
    X = [[10.0], [20.0], [30.0]]
    assert BasisFeatures("legendre", 2).fit_transform(X)[:, 1].tolist() == [1, -0.5, 1]
    assert BasisFeatures("chebyshev", 2).fit_transform(X)[:, 1].tolist() == [1, -1, 1]


def test_waves_go_around_once_over_the_range():
    # A quarter of the way sin t = 1 and cos t = 0; sin 2t = 0 and cos 2t = −1.
    made = BasisFeatures("fourier", 2).fit([[0.0], [4.0]]).transform([[1.0]])
    assert made == pytest.approx(np.array([[1, 0, 0, -1]]), abs=ROUNDING)


def test_haar_wavelets_are_orthogonal_on_a_dyadic_grid():
    X = (np.arange(16) / 16 + 1 / 32)[:, None]
    fitted = BasisFeatures("haar", 3).fit([[0.0], [1.0]])
    made = fitted.transform(X)
    np.testing.assert_allclose(made.T @ made / 16, np.eye(7), atol=ROUNDING)


def test_a_mexican_hat_is_1_at_its_middle_and_crosses_0_at_sigma():
    fitted = BasisFeatures("mexican_hat", 1).fit([[0.0], [8.0]])
    made = fitted.transform([[4.0], [8.0], [0.0]])
    assert made.ravel() == pytest.approx([1, 0, 0], abs=ROUNDING)


def test_mexican_hats_leave_no_gaps():
    X = np.linspace(0, 1, 60)[:, None]
    y = np.sin(6 * X[:, 0])
    assert BasisRegressor("mexican_hat", 3).fit(X, y).score(X, y) > 0.99


def test_daubechies_wavelets_have_no_mean_and_length_1():
    pytest.importorskip("pywt")
    X = np.linspace(0, 1, 4097)[:, None]
    made = BasisFeatures("daubechies", 1, wavelet="db2").fit_transform(X).ravel()
    assert made.mean() == pytest.approx(0, abs=1e-3)
    # Its support of 3 is shrunk to 1: ∫ψ² = ⅓.
    assert (made**2).mean() == pytest.approx(1 / 3, rel=1e-2)
    with pytest.raises(OptionError, match="unknown wavelet"):
        BasisFeatures("daubechies", wavelet="db99").fit_transform(X)


def test_daubechies_without_its_extra_says_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pywt", None)
    with pytest.raises(OptionError, match=r"pip install 'neurona\[wavelets\]'"):
        BasisFeatures("daubechies", 1).fit_transform([[0.0], [1.0]])


def test_names_say_what_each_column_is():
    made = BasisFeatures("playground").fit([[1.0, 2.0]])
    assert made.get_feature_names_out().tolist() == [
        "x0", "x1", "x0^2", "x1^2", "x0 x1", "sin x0", "sin x1",
    ]  # fmt: skip
    x, y = 1.0, 2.0
    wanted = [x, y, x * x, y * y, x * y, math.sin(x), math.sin(y)]
    assert made.transform([[x, y]]).tolist() == [wanted]


# --- One answer from every solver -----------------------------------------------------


def plane(rows=40):
    rng = np.random.default_rng(1)
    X = rng.uniform(-1, 1, size=(rows, 2))
    return X, np.sin(2 * X[:, 0]) + X[:, 1] ** 2 + rng.normal(scale=0.1, size=rows)


@pytest.mark.parametrize("basis", [n for n in WITHOUT_EXTRAS if n != "haar"])
def test_closed_form_and_gradient_give_the_same_answer(basis):
    X, y = plane()
    exact = BasisRegressor(basis, 2).fit(X, y)
    descended = BasisRegressor(basis, 2, solver="gradient").fit(X, y)
    assert descended.predict(X) == pytest.approx(exact.predict(X), abs=DESCENT)


@pytest.mark.parametrize("weighted", [False, True])
def test_penalties_are_scikit_learns(weighted):
    X, y = plane()
    w = np.arange(40.0) % 3 if weighted else None
    features = BasisFeatures(degree=2).fit(X if w is None else X[w > 0])
    columns = features.transform(X)
    for penalty, peer in (("ridge", Ridge(0.3)), ("lasso", Lasso(0.01))):
        peer.fit(columns, y, sample_weight=w)
        model = BasisRegressor(degree=2, penalty=penalty, alpha=peer.alpha)
        model.fit(X, y, sample_weight=w)
        assert model.coef_ == pytest.approx(peer.coef_, rel=ROUNDING)
    descended = BasisRegressor(degree=2, penalty="ridge", alpha=0.3, solver="gradient")
    ridge = Ridge(0.3).fit(columns, y, sample_weight=w)
    found = descended.fit(X, y, sample_weight=w).coef_
    assert found == pytest.approx(ridge.coef_, abs=DESCENT)


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("weighted", [False, True])
def test_classes_by_gradient_are_those_of_logistic_regression(classes, weighted):
    X, score = plane(60)
    y = np.searchsorted(np.quantile(score, np.arange(1, classes) / classes), score)
    w = np.arange(60.0) % 3 if weighted else None
    exact = BasisClassifier(alpha=0.5).fit(X, y, sample_weight=w)
    found = BasisClassifier(alpha=0.5, solver="gradient").fit(X, y, sample_weight=w)
    # scikit-learn ends at a gradient of 10⁻⁴.
    assert found.predict_proba(X) == pytest.approx(exact.predict_proba(X), abs=2e-3)
    columns = exact.basis_.transform(X)
    sharper = LogisticRegression(C=2.0, tol=1e-10, max_iter=10_000)
    sharper.fit(columns, y, sample_weight=w)
    assert found.predict_proba(X) == pytest.approx(
        sharper.predict_proba(columns), abs=1e-5
    )


@pytest.mark.parametrize("penalty", ["lasso", "elastic_net", None])
def test_every_penalty_classifies(penalty):
    X, score = plane(60)
    y = score > np.median(score)
    model = BasisClassifier(penalty=penalty, alpha=0.1, max_iter=5000).fit(X, y)
    assert model.score(X, y) > 0.85


def test_several_targets_are_fitted_side_by_side():
    X, y = plane()
    both = BasisRegressor(degree=2).fit(X, np.column_stack([y, -2 * y]))
    one = BasisRegressor(degree=2).fit(X, y)
    assert both.coef_[0] == pytest.approx(one.coef_)
    assert both.coef_[1] == pytest.approx(-2 * one.coef_)
    assert both.predict(X).shape == (40, 2)


# --- What is told, and what is refused ------------------------------------------------


def test_a_degree_beyond_the_rows_warns_and_still_fits():
    with pytest.warns(DesignWarning, match=r"more than the 5 rows.*\(rank 5\)"):
        model = BasisRegressor(degree=6).fit(X5, Y5)
    assert model.predict(X5) == pytest.approx(Y5, abs=SEVEN_DIGITS)


def test_a_singular_design_is_solved_by_svd_with_its_rank():
    X = [[1.0, 2], [2, 4], [3, 6], [4, 8]]
    with pytest.warns(DesignWarning, match=r"singular \(rank 2 of 3 columns\)"):
        model = BasisRegressor(degree=1).fit(X, Y4)
    # 1.94 x₁ in all: the shortest (w₁, w₂) with w₁ + 2w₂ = 1.94 is (1, 2)·1.94/5.
    assert model.coef_ == pytest.approx([0.388, 0.776])
    assert (model.rank_, model.condition_) == (2, math.inf)
    assert model.design_.solver == "svd"
    assert "Singular" in str(model.design_)
    with use_language("es"):
        assert "Matriz de diseño" in str(model.design_)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"basis": "polynomal"}, "unknown basis 'polynomal'; did you mean polynomial"),
        ({"basis": 3}, "unknown basis 3"),
        ({"degree": -1}, "degree must be a whole number of at least 0"),
        ({"degree": 1.5}, "degree must be a whole number"),
        ({"alpha": -1}, "alpha must be a number of at least 0"),
        ({"l1_ratio": 2}, r"l1_ratio must be a number in \[0, 1\], not 2"),
        ({"penalty": "l2"}, "penalty must be 'ridge' or"),
        ({"solver": "lu"}, "solver must be 'qr' or 'svd' or 'gradient', not 'lu'"),
        ({"solver": "gradient", "penalty": "lasso"}, "has a corner at 0"),
        ({"fit_intercept": 1}, "fit_intercept must be True or False"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(settings, words):
    with pytest.raises(OptionError, match=words):
        BasisRegressor(**settings).fit(X4, Y4)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"cross": "all"}, "cross must be 'none' or"),
        ({"sigma": 0.0}, "sigma must be a number above 0"),
        ({"sigma": 1.0, "precision": 1.0}, "say the same"),
        ({"precision": -1.0}, "precision must be a number above 0"),
        ({"mu": []}, "mu must be a list of finite numbers"),
        ({"mu": [float("nan")]}, "mu must be a list of finite numbers"),
        ({"n_knots": 1}, "at least 2 knots"),
        ({"degree": 9, "cross": "grid", "basis": "haar"}, "columns: lower it"),
    ],
)
def test_a_basis_that_cannot_be_is_refused(settings, words):
    with pytest.raises(OptionError, match=words):
        BasisFeatures(**{"basis": "radial", **settings}).fit(np.eye(3))


@pytest.mark.parametrize(
    ("y", "weights", "words"),
    [
        ([1, 2, float("nan"), 3], None, "contains NaN"),
        ([1, 2, 3, 4], [1, 1, 1, -1], "Negative values"),
        ([1, 2, 3, 4], [0, 0, 0, 0], "non-zero|every row"),
    ],
)
def test_rows_that_cannot_be_learned_from_are_refused(y, weights, words):
    for model in (BasisRegressor(), BasisClassifier()):
        with pytest.raises(ValueError, match=words):
            model.fit(X4, y, sample_weight=weights)


@pytest.mark.parametrize(
    ("basis", "solver"), [("polynomial", "qr"), ("radial", "gradient")]
)
def test_rows_of_weight_zero_are_not_there(basis, solver):
    X, y = plane()
    w = (np.arange(40) % 4 > 0).astype(float)
    whole = BasisRegressor(basis, 2, solver=solver).fit(X, y, sample_weight=w)
    part = BasisRegressor(basis, 2, solver=solver).fit(X[w > 0], y[w > 0])
    assert whole.predict(X) == pytest.approx(part.predict(X), abs=DESCENT)
