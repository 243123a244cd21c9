import numpy as np
import pytest

from neurona import graph as g
from neurona.errors import OptionError
from neurona.gradient import backward, check_gradients
from neurona.graph import BATCH, Spec
from neurona.nn import losses as s
from neurona.reference import evaluate
from tests.nn.cases import LOSSES, rows_of

ROWS, OUTPUTS = 5, 4
ROUNDING = 1e-12


def targets_for(loss, rows=ROWS):
    rng = np.random.default_rng(5)
    if loss.head == "classes":
        return rng.integers(0, OUTPUTS, rows)
    if loss.name == "gaussian_nll":
        return rng.normal(size=(rows, OUTPUTS // 2))
    if loss.name == "poisson":
        return rng.poisson(2.0, (rows, OUTPUTS))
    if loss.head == "binary":
        return rng.integers(0, 2, (rows, OUTPUTS))
    return rng.normal(size=(rows, OUTPUTS))


def written(loss, y, end=None):
    """Input, output, target node, prepared target, and loss of each row."""
    z = g.input("z", (BATCH, OUTPUTS))
    output = end(z) if end else z
    prepared = loss.prepare_target(y, output.spec)
    spec = loss.target_spec(output.spec, prepared)
    t = g.input("t", spec.shape, spec.dtype)
    return z, t, prepared, loss.per_row(output, t)


@pytest.mark.parametrize("loss", LOSSES, ids=repr)
def test_gradients_agree_with_central_differences_to_second_order(loss):
    z, t, y, rows = written(loss, targets_for(loss))
    values = {z: rows_of(6, ROWS, OUTPUTS), t: y}
    check_gradients(s.reduce(rows, None), [z], values, order=2)


@pytest.mark.parametrize("loss", LOSSES, ids=repr)
def test_each_row_has_a_loss_of_its_own(loss):
    z, t, y, rows = written(loss, targets_for(loss))
    assert rows.spec == Spec((BATCH,))
    output = rows_of(6, ROWS, OUTPUTS)
    whole = evaluate([rows], {z: output, t: y})[0]
    alone = [evaluate([rows], {z: output[[r]], t: y[[r]]})[0][0] for r in range(ROWS)]
    assert whole == pytest.approx(alone, rel=ROUNDING)


@pytest.mark.parametrize("loss", LOSSES, ids=repr)
def test_gradients_are_finite_where_the_output_is_exactly_right(loss):
    z, t, y, rows = written(loss, targets_for(loss))
    output = np.zeros((ROWS, OUTPUTS))
    if loss.head == "real" and y.shape == output.shape:
        output = y.astype(float)
    elif loss.name == "gaussian_nll":
        output[:, : OUTPUTS // 2] = y
    first = backward(g.sum(rows), [z])[0]
    second = backward(g.sum(first), [z])[0]
    for found in evaluate([rows, first, second], {z: output, t: y}):
        assert np.isfinite(found).all()


@pytest.mark.parametrize("q", [0.5, 1.0, 1.5, 2.0, 3.0])
def test_minkowski_slope_at_a_residual_of_zero_is_zero(q):
    z, t, y, rows = written(s.Minkowski(q), np.zeros((1, OUTPUTS)))
    slope = evaluate([backward(g.sum(rows), [z])[0]], {z: y, t: y})[0]
    assert slope.tolist() == [[0.0] * OUTPUTS]


@pytest.mark.parametrize(
    ("loss", "twin"),
    [
        (s.Minkowski(2), s.MeanSquaredError()),
        (s.Minkowski(1), s.MeanAbsoluteError()),
        (s.Huber(delta=1e3), s.MeanSquaredError(half=True)),
    ],
)
def test_losses_that_are_special_cases_of_another(loss, twin):
    values = {"z": rows_of(1, ROWS, OUTPUTS), "t": rows_of(2, ROWS, OUTPUTS)}
    found = [
        evaluate([written(each, targets_for(each))[3]], values)[0]
        for each in (loss, twin)
    ]
    assert found[0] == pytest.approx(found[1], rel=ROUNDING)


@pytest.mark.parametrize(
    ("loss", "end"),
    [(s.CrossEntropy(), g.softmax), (s.BinaryCrossEntropy(), g.sigmoid)],
)
def test_a_network_that_ends_in_probabilities_trains_in_the_stable_form(loss, end):
    y = targets_for(loss)
    z, t, prepared, plain = written(loss, y)
    z_end, t_end, _, stable = written(loss, y, end)
    output = 1000.0 * rows_of(3, ROWS, OUTPUTS)
    gradients = []
    for rows, x, target in ((plain, z, t), (stable, z_end, t_end)):
        nodes = [rows, backward(g.sum(rows), [x])[0]]
        gradients.append(evaluate(nodes, {x: output, target: prepared}))
    for a, b in zip(*gradients, strict=True):
        assert np.isfinite(a).all()
        assert np.array_equal(a, b)


@pytest.mark.parametrize(
    ("loss", "end"),
    [(s.CrossEntropy(), g.softmax), (s.BinaryCrossEntropy(), g.sigmoid)],
)
def test_the_link_gives_probabilities_once(loss, end):
    z = g.input("z", (BATCH, OUTPUTS))
    assert loss.link(z) is end(z)
    assert loss.link(end(z)) is end(z)


@pytest.mark.parametrize(
    ("loss", "end", "advice"),
    [
        (s.CrossEntropy(), g.sigmoid, "binary_cross_entropy"),
        (s.BinaryCrossEntropy(), g.softmax, "cross_entropy"),
    ],
)
def test_the_wrong_last_activation_is_an_error_that_names_the_right_loss(
    loss, end, advice
):
    with pytest.raises(OptionError, match=f"use {advice}"):
        written(loss, targets_for(loss), end)


def test_cross_entropy_of_one_output_is_an_error_that_names_the_right_loss():
    with pytest.raises(OptionError, match="use binary_cross_entropy"):
        s.CrossEntropy().target_spec(Spec((BATCH, 1)))


def test_class_numbers_and_one_hot_rows_give_the_same_loss():
    loss = s.CrossEntropy(label_smoothing=0.1)
    numbers = targets_for(loss)
    output = rows_of(4, ROWS, OUTPUTS)
    found = []
    for y in (numbers, np.eye(OUTPUTS)[numbers]):
        z, t, prepared, rows = written(loss, y)
        found.append(evaluate([rows], {z: output, t: prepared})[0])
    assert found[0] == pytest.approx(found[1], rel=ROUNDING)


@pytest.mark.parametrize("loss", [s.MeanSquaredError(), s.Huber(), s.Poisson()])
def test_averaging_over_outputs_makes_doubled_columns_no_heavier(loss):
    z = g.input("z", (BATCH, 1))
    t = g.input("t", (BATCH, 1))
    narrow = loss.per_row(z, t)
    wide = loss.per_row(g.concatenate([z, z]), g.concatenate([t, t]))
    a, b = evaluate([narrow, wide], {z: [[0.3], [2.0]], t: [[1.0], [4.0]]})
    assert a == pytest.approx(b, rel=ROUNDING)


def test_gaussian_link_is_the_mean_and_its_variance_is_positive():
    z = g.input("z", (BATCH, 4))
    loss = s.GaussianNLL()
    mean, variance = evaluate(
        [loss.link(z), loss.variance(z)], {z: [[1.0, 2.0, 0.0, np.log(4.0)]]}
    )
    assert mean.tolist() == [[1.0, 2.0]]
    assert variance[0] == pytest.approx([1.0, 4.0], rel=ROUNDING)


def test_gaussian_nll_of_an_odd_number_of_outputs_is_an_error():
    with pytest.raises(OptionError, match="mean and a log variance"):
        s.GaussianNLL().target_spec(Spec((BATCH, 3)))


def test_a_loss_of_something_else_than_rows_is_an_error():
    with pytest.raises(OptionError, match="rows of numbers"):
        s.MeanSquaredError().target_spec(Spec((BATCH,)))


class TestReduce:
    losses = g.input("losses", (BATCH,))
    weights = g.input("weights", (BATCH,))

    def value(self, reduction, per_row, weights=None):
        weight = None if weights is None else self.weights
        node = s.reduce(self.losses, weight, reduction)
        slope = backward(node, [self.losses])[0]
        feeds = {self.losses: per_row, self.weights: weights or []}
        if weights is None:
            del feeds[self.weights]
        return [found.tolist() for found in evaluate([node, slope], feeds)]

    def test_without_weights_each_row_counts_once(self):
        assert self.value("mean", [1.0, 2.0, 6.0])[0] == 3.0
        assert self.value("sum", [1.0, 2.0, 6.0]) == [9.0, [1.0, 1.0, 1.0]]

    def test_weights_average(self):
        # (3·1 + 1·5) / (3 + 1) = 2.
        assert self.value("mean", [1.0, 5.0], [3.0, 1.0]) == [2.0, [0.75, 0.25]]
        assert self.value("sum", [1.0, 5.0], [3.0, 1.0]) == [8.0, [3.0, 1.0]]

    @pytest.mark.parametrize("reduction", ["mean", "sum"])
    def test_weights_of_zero_give_zero_and_no_gradient(self, reduction):
        assert self.value(reduction, [1.0, 5.0], [0.0, 0.0]) == [0.0, [0.0, 0.0]]

    def test_a_weight_of_two_is_the_row_twice(self):
        twice = self.value("mean", [1.0, 5.0, 5.0])[0]
        assert self.value("mean", [1.0, 5.0], [1.0, 2.0])[0] == pytest.approx(twice)

    @pytest.mark.parametrize("reduction", ["mean", "sum"])
    @pytest.mark.parametrize("beyond", [np.inf, np.nan])
    def test_a_weight_of_zero_drops_a_loss_that_is_no_number(self, reduction, beyond):
        # (2·1 + 0)/2 and 2·1.
        value, slope = self.value(reduction, [1.0, beyond], [2.0, 0.0])
        assert value == {"mean": 1.0, "sum": 2.0}[reduction]
        assert slope == {"mean": [1.0, 0.0], "sum": [2.0, 0.0]}[reduction]

    def test_unknown_reduction(self):
        with pytest.raises(OptionError, match="did you mean mean"):
            s.reduce(self.losses, None, "men")


# Outputs and targets beyond what a loss can hold, finite though they are.
OVERFLOWING = {
    "mse": 1e200, "mae": 1e308, "minkowski": 1e250, "huber": 1e308,
    "cross_entropy": 1e308, "binary_cross_entropy": 1e308, "gaussian_nll": -1e4,
    "poisson": 1e4,
}  # fmt: skip


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("loss", LOSSES, ids=repr)
def test_a_row_of_weight_zero_counts_for_nothing_though_its_loss_overflows(
    loss, reduction
):
    z, t, y, _ = written(loss, targets_for(loss))
    w = g.input("w", (BATCH,))
    total = s.reduce(s.row_losses(loss, z, t, w), w, reduction)
    nodes = [total, *backward(total, [z])]
    weights = np.array([1.0, 2.0, 0.0, 0.5, 3.0])
    output = rows_of(6, ROWS, OUTPUTS)
    calm = evaluate(nodes, {z: output, t: y, w: weights})
    output[2] = OVERFLOWING[loss.name] * np.array([1, -1, 1, -1])
    if loss.name == "gaussian_nll":
        output[2] = OVERFLOWING[loss.name]
    found = evaluate(nodes, {z: output, t: y, w: weights})
    assert np.isfinite(calm[0])
    assert found[0] == calm[0]
    assert np.array_equal(found[1], calm[1])
    assert found[1][2].tolist() == [0.0] * OUTPUTS


@pytest.mark.parametrize("end", [None, g.softmax])
def test_leaving_rows_out_changes_nothing_else(end):
    loss = s.CrossEntropy()
    z, t, y, rows = written(loss, targets_for(loss), end)
    w = g.input("w", (BATCH,))
    weighted = s.row_losses(loss, end(z) if end else z, t, w)
    feeds = {z: rows_of(6, ROWS, OUTPUTS), t: y, w: np.ones(ROWS)}
    plain, found = evaluate([rows, weighted], feeds)
    assert np.array_equal(plain, found)


def test_smoothed_rows_are_weighed_whole_by_their_class():
    # Logits (ln 3, 0) give p = (¾, ¼): −ln p = (.2876821, 1.3862944). With ε = .2 the
    # targets are .9 and .1: class 0 has .9·.2876821 + .1·1.3862944 = .3975433, class 1
    # has .9·1.3862944 + .1·.2876821 = 1.2764331. With the weights 3 and 1:
    # (3·.3975433 + 1.2764331)/4 = .6172658.
    loss = s.CrossEntropy(label_smoothing=0.2)
    y = np.array([0, 1])
    z, t = g.input("z", (BATCH, 2)), g.input("t", (BATCH,), "integer")
    w = g.input("w", (BATCH,))
    total = s.reduce(s.row_losses(loss, z, t, w), w)
    weights = s.class_weights(y, {0: 3.0, 1: 1.0}, 2)
    found = evaluate([total], {z: [[np.log(3), 0.0]] * 2, t: y, w: weights})[0]
    assert float(found) == pytest.approx(0.6172658, rel=1e-6)


@pytest.mark.parametrize("name", sorted(s.LOSSES))
def test_names(name):
    assert s.as_loss(name) == s.as_loss(s.LOSSES[name]) == s.LOSSES[name]()


def test_every_loss_of_the_list_exists():
    assert set(s.LOSSES) == {
        "mse", "mae", "minkowski", "huber", "cross_entropy", "binary_cross_entropy",
        "gaussian_nll", "poisson",
    }  # fmt: skip


def test_unknown_loss_offers_the_nearest():
    with pytest.raises(OptionError, match=r"did you mean .*cross_entropy"):
        s.as_loss("crossentropy")


@pytest.mark.parametrize(
    "make",
    [
        lambda: s.Minkowski(0),
        lambda: s.Huber(delta=0),
        lambda: s.CrossEntropy(label_smoothing=1.0),
        lambda: s.BinaryCrossEntropy(label_smoothing=-0.1),
        lambda: s.MeanSquaredError(half="yes"),
    ],
)
def test_settings_that_cannot_be_are_refused(make):
    with pytest.raises(OptionError):
        make()
