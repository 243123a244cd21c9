"""Bad arrays get one sentence that says where."""

import numpy as np
import pytest

from neurona.errors import DataError, NeuronaError, OptionError
from neurona.network import Network
from neurona.nn import Dense, Embedding, Input
from neurona.train.arrays import as_numbers

GOOD = np.zeros((4, 3))
LABELS = np.array([0, 1, 2, 0])


def with_value(value, row=2, column=1, dtype=np.float64):
    X = GOOD.astype(dtype)
    X[row, column] = value
    return X


def network(**settings):
    return Network([Dense(3)], n_inputs=3, **settings)


BAD_X = [
    (with_value(np.nan), r"missing value \(NaN\) at row 2, column 1"),
    (with_value(np.inf), "infinite at row 2, column 1"),
    (with_value(-np.inf), "infinite at row 2, column 1"),
    (with_value(1e39), r"1e\+39 at row 2, column 1, beyond float32"),
    (with_value(None, dtype=object), "row 2, column 1"),
    (with_value("red", dtype=object), "'red' at row 2, column 1"),
    (with_value(10**400, dtype=object), "row 2, column 1"),
    ([[1, 2, 3], [1, 2, "4"]], "'4' at row 1, column 2"),
    (np.full((4, 3), "a"), "'a' at row 0, column 0"),
    ([[1, 2, 3], [1, 2]], "row 1 has 2 values where row 0 has 3"),
    (GOOD[:, :2], "2 columns; this network reads 3"),
    (GOOD[:, :1], "1 column; this network reads 3"),
    (GOOD[0], r"one row write x\[None, :\]"),
    (GOOD[None], "must be a table"),
    (GOOD.astype(complex), "real numbers"),
    (GOOD.astype("M8[s]"), "real numbers"),
    (None, "rows of numbers, not None"),
    (GOOD[:0], "no rows"),
]


@pytest.mark.parametrize(("X", "message"), BAD_X)
def test_bad_x_is_named_by_row_and_column(X, message):
    for call in (
        lambda: network().fit(X, LABELS, loss="cross_entropy"),
        lambda: network().loss_and_gradients(X, LABELS, loss="cross_entropy"),
        lambda: network().evaluate(X, LABELS, loss="cross_entropy"),
    ):
        with pytest.raises(DataError, match=message):
            call()
    if message != "no rows":
        with pytest.raises(DataError, match=message):
            network().predict(X)


def test_a_bad_row_far_down_is_found():
    X = np.zeros((70_000, 3), np.float32)
    X[69_999, 2] = np.nan
    with pytest.raises(DataError, match="row 69999, column 2"):
        network().predict(X)


def test_large_values_pass_in_float64():
    found = network(dtype="float64").predict(with_value(1e39))
    assert np.isfinite(found).all()


BAD_Y = [
    ([0, 1, 2], "X has 4 rows, but y has 3"),
    ([0, 1, 2, 3], "target 3 in row 3"),
    ([0, -1, 2, 0], "target -1 in row 1"),
    ([0, 1, 1.5, 0], "1.5 in row 2"),
    ([0, 1, np.nan, 0], r"y has a missing value \(NaN\) at row 2"),
    ([0, 1, np.inf, 0], "y is infinite at row 2"),
    (["a", "b", "c", "a"], "'a' at row 0"),
    ([[1, 0, 0], [1, 0]], "row 1 has 2 values"),
    ([[0.5, 0.2, 0.2]] * 4, "row 0"),
    (np.zeros((4, 2)), "3 classes"),
    (None, "rows of numbers, not None"),
    (1.0, "rows of numbers"),
]


@pytest.mark.parametrize(("y", "message"), BAD_Y)
def test_bad_class_numbers_are_named_by_row(y, message):
    with pytest.raises(DataError, match=message):
        network().fit(GOOD, y, loss="cross_entropy")


@pytest.mark.parametrize(("y", "message"), [
    (with_value(1e39), "row 2, column 1, beyond float32"),
    (with_value(np.nan), "row 2, column 1"),
    (np.zeros(4), "3 outputs"),
])  # fmt: skip
def test_bad_real_targets_are_named(y, message):
    with pytest.raises(DataError, match=message):
        network().fit(GOOD, y, loss="mse")


@pytest.mark.parametrize(("loss", "value"), [("binary_cross_entropy", 1.5),
                                             ("poisson", -1.0)])  # fmt: skip
def test_targets_outside_the_range_of_a_loss_are_named(loss, value):
    with pytest.raises(DataError, match="row 2"):
        network().fit(GOOD, with_value(value), loss=loss)


@pytest.mark.parametrize(("weight", "message"), [
    ([1, 1, 1], r"shape \(4,\)"),
    ([1, -1, 1, 1], "negative at row 1"),
    ([1, np.nan, 1, 1], "row 1"),
    ([1, np.inf, 1, 1], "row 1"),
    (["a", 1, 1, 1], "'a' at row 0"),
])  # fmt: skip
def test_bad_weights_are_named(weight, message):
    with pytest.raises(DataError, match=message):
        network().fit(GOOD, LABELS, sample_weight=weight)


def test_bad_validation_rows_are_refused_before_training():
    for bad in ((with_value(np.nan), LABELS), (GOOD, LABELS[:2])):
        net = network()
        before = net.parameters.vector.copy()
        with pytest.raises(DataError):
            net.fit(GOOD, LABELS, validation=bad)
        assert (net.parameters.vector == before).all()


@pytest.mark.parametrize("validation", [[GOOD, LABELS], (GOOD,), 3.5, [9], [[0]], "x"])
def test_a_validation_that_is_none_of_the_forms_is_refused(validation):
    with pytest.raises(NeuronaError):
        network().fit(GOOD, LABELS, validation=validation)


@pytest.mark.parametrize("settings", [
    {"rows": []}, {"rows": [False] * 4}, {"validation": [0, 1, 2, 3]},
])  # fmt: skip
def test_no_training_rows_are_an_error(settings):
    with pytest.raises(DataError, match="train on"):
        network().fit(GOOD, LABELS, **settings)


@pytest.mark.parametrize("rows", [[4], [-1], [0.5], [[0]], "all", [True, False]])
def test_rows_that_do_not_exist_are_refused(rows):
    with pytest.raises(OptionError, match="rows"):
        network().fit(GOOD, LABELS, rows=rows)


def test_rows_cannot_be_trained_on_and_held_out():
    with pytest.raises(OptionError, match="row 1 is both"):
        network().fit(GOOD, LABELS, rows=[0, 1], validation=[1, 2])


def categories():
    city, numbers = Input("city", 1, "integer"), Input("numbers", 1)
    return Network(outputs={"a": Dense(1)(Embedding(3, 2)(city)),
                            "b": Dense(1)(numbers)})  # fmt: skip


@pytest.mark.parametrize(("value", "message"), [
    (3, "3 at row 1, column 0.* from 0 to 2"), (-1, "-1 at row 1"), (0.5, "0.5 at"),
    (np.nan, "nan at row 1"), (np.inf, "inf at row 1"), ("x", "'x' at row 1"),
])  # fmt: skip
def test_categories_that_do_not_exist_are_named(value, message):
    with pytest.raises(DataError, match=message):
        categories().predict({"city": [[0], [value]], "numbers": [1, 2]})


@pytest.mark.parametrize(("X", "message"), [
    ([[1.0]], "pass a dict with city, numbers"),
    ({"city": [[0]]}, r"the inputs are \['city', 'numbers'\]"),
    ({"city": [[0]], "numbers": [[1]], "more": 1}, "more"),
    ({"city": [[0]], "numbers": [[1], [2]]}, "different numbers of rows"),
])  # fmt: skip
def test_inputs_are_given_by_name(X, message):
    with pytest.raises(DataError, match=message):
        categories().predict(X)


@pytest.mark.parametrize(("y", "message"), [
    ([1.0], "several outputs"), ({"a": [1.0]}, r"y has \['a'\]"),
    ({"a": [1.0], "b": [np.nan]}, r"y\['b'\]"),
])  # fmt: skip
def test_targets_of_several_outputs_are_given_by_name(y, message):
    X = {"city": [[0]], "numbers": [[1]]}
    for loss in ("mse", None):
        with pytest.raises(DataError, match=message):
            categories().fit(X, y, loss=loss)


def test_nested_lists_integers_booleans_and_objects_are_numbers_too():
    net = network(dtype="float64")
    expected = net.predict([[1.0, 0.0, 1.0]])
    for X in ([[1, 0, 1]], np.array([[True, False, True]]),
              np.array([[1, 0, 1]], object), np.array([[1, 0, 1]], "f2")):  # fmt: skip
        assert (net.predict(X) == expected).all()


def test_zero_rows_are_predicted_as_zero_rows():
    assert network().predict(GOOD[:0]).shape == (0, 3)


@pytest.mark.parametrize("cells", [[["1", 2.0]], [[1.0, b"2"]], [[1.0, None]]])
def test_text_is_no_number_though_it_looks_like_one(cells):
    with pytest.raises(DataError, match="row 0, column"):
        as_numbers(np.array(cells, dtype=object), "X")


def test_numbers_in_an_object_array_are_numbers():
    found = as_numbers(np.array([[1, 2.5], [True, np.float32(4)]], dtype=object), "X")
    assert found.tolist() == [[1.0, 2.5], [1.0, 4.0]]


def test_a_masked_value_is_refused_where_it_stands():
    values = np.ma.masked_array([[1.0, 2.0], [3.0, 4.0]], mask=[[0, 0], [0, 1]])
    with pytest.raises(DataError, match="masked at row 1, column 1"):
        as_numbers(values, "X")
    plain = np.ma.masked_array([1.0, 2.0], mask=False)
    assert as_numbers(plain, "X").tolist() == [1.0, 2.0]
