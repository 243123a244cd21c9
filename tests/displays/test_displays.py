"""What a display shows is what it was made from, drawn both ways."""

import sys
from xml.etree import ElementTree

import matplotlib as mpl
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from sklearn.datasets import make_moons
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import confusion_matrix
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures

import neurona
from neurona import Dense, Network, Perceptron, TableClassifier, ThresholdUnit
from neurona.displays import (
    ActivationDisplay,
    BiasVarianceDisplay,
    ConfusionDisplay,
    DecisionRegionDisplay,
    LossCurveDisplay,
    PerceptronDisplay,
    ReliabilityDisplay,
    WeightImageDisplay,
)
from neurona.errors import OptionError

X, Y = make_moons(80, noise=0.2, random_state=0)


@pytest.fixture(scope="module", autouse=True)
def no_window():
    mpl.use("Agg")


@pytest.fixture(scope="module")
def line():
    return LogisticRegression().fit(X, Y)


def every_display(line):
    network = Network([Dense(4, "tanh"), Dense(1)], n_inputs=2, seed=0)
    network.fit(X, Y, epochs=4, validation=(X, Y))
    bent = make_pipeline(PolynomialFeatures(), LinearRegression())
    x = X[:, :1]
    return [
        ActivationDisplay.from_name("sigmoid"),
        BiasVarianceDisplay.from_estimator(
            bent, x, Y, param_name="polynomialfeatures__degree", param_range=[1, 2, 3]
        ),
        ConfusionDisplay.from_estimator(line, X, Y),
        DecisionRegionDisplay.from_estimator(line, X, Y, grid=12),
        LossCurveDisplay.from_estimator(network),
        PerceptronDisplay.from_estimator(
            Perceptron(random_state=0).fit([[0, 0], [1, 1]], [0, 1])
        ),
        ReliabilityDisplay.from_estimator(line, X, Y),
        WeightImageDisplay.from_estimator(network),
    ]


def test_each_is_drawn_both_ways(line):
    for display in every_display(line):
        ElementTree.fromstring(display._repr_html_())
        assert str(display)
        assert display.plot() is display
        drawn = display.ax_.lines or display.ax_.images
        assert drawn, type(display).__name__
        assert display.figure_ is display.ax_.figure
    mpl.pyplot.close("all")


def test_without_matplotlib_a_picture_remains(line, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    display = ConfusionDisplay.from_estimator(line, X, Y)
    assert display.picture().svg
    with pytest.raises(OptionError, match=r"neurona\[plot\]"):
        display.plot()


def test_the_best_epoch_is_the_lowest_validation_loss():
    table = TableClassifier(
        quality="fast", epochs=6, patience=6, random_state=0
    ).fit(X, Y)  # fmt: skip
    shown = LossCurveDisplay.from_estimator(table)
    (mark,) = shown.marks.values()
    held = table.history_.validation_loss
    assert mark == (np.argmin(held) + 1, min(held))
    other = MLPClassifier(max_iter=3, random_state=0)
    with pytest.warns(UserWarning, match="iterations"):
        other.fit(X, Y)
    curve = LossCurveDisplay.from_estimator(other)
    assert list(curve.series["training loss"]) == other.loss_curve_
    with pytest.raises(OptionError, match="is not fitted, or its solver keeps none"):
        LossCurveDisplay.from_estimator(MLPClassifier())


def test_with_early_stopping_the_best_epoch_is_that_of_the_best_score():
    model = neurona.MLPClassifier(
        max_iter=40, early_stopping=True, learning_rate_init=0.01, random_state=0
    ).fit(X, Y)
    (mark,) = LossCurveDisplay.from_estimator(model).marks.values()
    assert mark[0] == np.argmax(model.validation_scores_) + 1
    assert mark[0] != np.argmin(model.validation_loss_curve_) + 1


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_both_curves_are_as_long_after_a_warm_start():
    held = {"X_val": X, "y_val": Y}
    for first, second in (({}, held), (held, {})):
        model = neurona.MLPClassifier(max_iter=3, warm_start=True, random_state=0)
        model.fit(X, Y, **first).fit(X, Y, **second)
        shown = LossCurveDisplay.from_estimator(model)
        gone = np.isnan(shown.series["validation loss"]).tolist()
        assert gone == [not first] * 3 + [not second] * 3
        assert shown.plot().ax_.lines
    mpl.pyplot.close("all")


def test_the_turning_line_is_that_of_the_updates():
    X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 0, 0, 1]
    unit = Perceptron(shuffle=False).fit(X, y)
    shown = PerceptronDisplay.from_estimator(unit)
    np.testing.assert_array_equal(shown.path, unit.updates_.path())
    assert shown.fired.tolist() == [False, False, False, True]
    assert shown.picture().svg == unit.picture().svg
    last, *_others = shown.plot().ax_.lines
    # 2 x₁ + x₂ = 3.
    np.testing.assert_allclose(np.array(last.get_data()).T @ [2, 1], 3)
    mpl.pyplot.close("all")
    by_hand = ThresholdUnit(shuffle=False).fit(X, y)
    again = PerceptronDisplay.from_estimator(by_hand)
    np.testing.assert_array_equal(again.path, shown.path)
    with pytest.raises(OptionError, match="no updates"):
        PerceptronDisplay.from_estimator(LogisticRegression())


def test_errors_are_named_as_they_are_counted():
    shown = BiasVarianceDisplay.from_estimator(
        LogisticRegression(), X, Y, param_name="C", param_range=[0.1, 1],
        scoring="accuracy",
    )  # fmt: skip
    assert shown.y_label == "−accuracy"
    assert (shown.series["training error"] < 0).all()


def test_regions_are_the_answers(line):
    shown = DecisionRegionDisplay.from_estimator(line, X, Y, grid=9)
    across = np.linspace(shown.low[0], shown.high[0], 9)
    up = np.linspace(shown.low[1], shown.high[1], 9)
    for row, column in ((0, 0), (4, 7), (8, 2)):
        (answer,) = line.predict([[across[column], up[row]]])
        assert shown.regions[row, column] == answer
    np.testing.assert_array_equal(shown.labels, Y)
    assert (shown.low < X.min(axis=0)).all()
    framed = pd.DataFrame(X, columns=["width", "height"])
    named = DecisionRegionDisplay.from_estimator(
        LogisticRegression().fit(framed, Y), framed, Y, grid=9
    )
    assert named.names == ("width", "height")
    np.testing.assert_array_equal(named.regions, shown.regions)
    arrow = pa.table({"width": X[:, 0], "height": X[:, 1]})
    table = TableClassifier(quality="fast", epochs=1, random_state=0).fit(framed, Y)
    of_arrow, of_pandas = (
        DecisionRegionDisplay.from_estimator(table, rows, Y, grid=5)
        for rows in (arrow, framed)
    )
    assert of_arrow.names == ("width", "height")
    np.testing.assert_array_equal(of_arrow.regions, of_pandas.regions)
    with pytest.raises(OptionError, match="two numbers"):
        DecisionRegionDisplay.from_estimator(line, X[:, :1], Y)


def test_slopes_are_finite_differences():
    shown = ActivationDisplay.from_name("gelu", points=9)
    value, slope = shown.series.values()
    step = 1e-5
    near = [
        ActivationDisplay.from_name("gelu", -5 + d, 5 + d, 9).series["gelu(z)"]
        for d in (-step, step)
    ]
    np.testing.assert_allclose(slope, (near[1] - near[0]) / (2 * step), atol=1e-8)
    assert value[4] == 0
    with pytest.raises(OptionError, match="depends on all"):
        ActivationDisplay.from_name("softmax")


def test_weights_keep_their_places():
    network = Network([Dense(5), Dense(2)], n_inputs=6, seed=0)
    weights = network.parameters["dense_1.weight"]
    shown = WeightImageDisplay.from_estimator(network, shape=(2, 3), most=3)
    strongest = np.sort(np.argsort(-np.linalg.norm(weights, axis=0))[:3])
    np.testing.assert_allclose(shown.images, weights.T[strongest].reshape(3, 2, 3))
    assert shown.sheet.shape == (5, 7)
    assert np.nanmax(np.abs(shown.sheet)) == 1
    with pytest.raises(OptionError, match="no image of 2 by 2"):
        WeightImageDisplay.from_estimator(network, shape=(2, 2))
    with pytest.raises(OptionError, match="no layer 2"):
        WeightImageDisplay.from_estimator(network, layer=2)


def test_calibration_is_counted_by_hand():
    chances = np.array([0.05, 0.08, 0.45, 0.45, 0.95, 1.0])
    happened = np.array([0, 1, 0, 1, 1, 1])
    shown = ReliabilityDisplay.from_predictions(happened, chances, bins=10)
    wanted = (2 * abs(0.5 - 0.065) + 2 * abs(0.5 - 0.45) + 2 * abs(1 - 0.975)) / 6
    assert shown.error == pytest.approx(wanted)
    assert shown.series["observed"].tolist() == [0.5, 0.5, 1.0]


def test_rows_in_order_are_shuffled_before_they_are_folds():
    x = np.linspace(0, 1, 60).reshape(-1, 1)
    bent = make_pipeline(PolynomialFeatures(), LinearRegression())
    shown = BiasVarianceDisplay.from_estimator(
        bent, x, np.sin(6 * x[:, 0]), param_name="polynomialfeatures__degree"
    )
    assert max(shown.series["validation error"]) < 1


def test_confusion_is_scikit_learns(line):
    shown = ConfusionDisplay.from_estimator(line, X, Y)
    np.testing.assert_array_equal(shown.counts, confusion_matrix(Y, line.predict(X)))
    assert shown.classes == ["0", "1"]
