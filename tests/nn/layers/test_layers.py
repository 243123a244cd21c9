import numpy as np
import pytest

from neurona import graph as g
from neurona.errors import DataError, OptionError, ShapeError
from neurona.gradient import backward
from neurona.nn import layers as k
from neurona.nn.activations import ReLU
from neurona.nn.build import Build
from neurona.nn.initializers import HeUniform, Normal, Zeros
from neurona.nn.layers.layer import assigned_names
from neurona.nn.penalties import L2, MaxNorm
from neurona.reference import evaluate
from tests.nn.cases import Written, rows_of

ROUNDING = 1e-12
X = rows_of(0, 6, 3)


class TestDense:
    def test_value_is_the_activation_of_x_w_plus_b(self):
        written = Written(k.Dense(2, "relu"), (X,))
        weight, bias = (p.node for p in written.build.parameters.values())
        written.values[bias] = np.array([0.5, -0.5])
        expected = np.maximum(X @ written.values[weight] + [0.5, -0.5], 0)
        assert written.value == pytest.approx(expected, rel=ROUNDING)

    def test_parameters_are_stored_inputs_by_outputs(self):
        found = Written(k.Dense(2), (X,)).build.parameters
        assert {name: p.shape for name, p in found.items()} == {
            "layer.weight": (3, 2),
            "layer.bias": (2,),
        }
        assert not found["layer.bias"].is_weight
        assert found["layer.bias"].initializer == Zeros()

    @pytest.mark.parametrize("activation", ["relu", ReLU, ReLU()])
    def test_name_class_and_instance_mean_the_same(self, activation):
        assert repr(k.Dense(2, activation)) == "Dense(2, 'relu')"

    def test_the_initializer_suits_the_activation_unless_it_is_given(self):
        def start(layer):
            return (
                Written(layer, (X,)).build.parameters["layer.weight"].initializer.name
            )

        assert start(k.Dense(2)) == "glorot_uniform"
        assert start(k.Dense(2, "relu")) == "he_normal"
        assert start(k.Dense(2, "selu")) == "lecun_normal"
        assert start(k.Dense(2, "relu", initializer=HeUniform)) == "he_uniform"

    def test_penalty_and_limit_are_of_the_weight_alone(self):
        layer = k.Dense(2, penalty=L2(1), max_norm=np.float32(2))
        weight, bias = Written(layer, (X,)).build.parameters.values()
        assert (weight.penalty, weight.max_norm) == (L2(1), MaxNorm(2))
        assert (bias.penalty, bias.max_norm) == (None, None)

    def test_a_frozen_layer_says_so_of_both(self):
        found = Written(k.Dense(2, trainable=False), (X,)).build.parameters.values()
        assert [p.trainable for p in found] == [False, False]

    @pytest.mark.parametrize(
        "settings",
        [
            {"units": 0},
            {"units": 2.0},
            {"units": 2, "max_norm": True},
            {"units": 2, "max_norm": "big"},
            {"units": 2, "penalty": 0.1},
            {"units": 2, "activation": None},
            {"units": 2, "name": "a.b"},
        ],
    )
    def test_settings_that_cannot_be_are_refused(self, settings):
        with pytest.raises(OptionError):
            k.Dense(**settings)


class TestDropout:
    ONES = np.ones((2000, 5))

    def test_kept_numbers_are_scaled_so_that_the_mean_stays(self):
        found = Written(k.Dropout(0.2), (self.ONES,)).value
        assert set(np.unique(found)) == {0.0, 1.25}
        # 10,000 draws of deviation .5: five deviations of their mean are .025.
        assert found.mean() == pytest.approx(1.0, abs=0.025)

    def test_the_gradient_passes_where_the_number_did(self):
        written = Written(k.Dropout(0.5), (X,))
        slope = backward(g.sum(written.output), [written.inputs[0]])[0]
        value, found = written.run(written.output, slope)
        assert np.array_equal(found, np.where(value == 0, 0.0, 2.0))

    def test_another_step_draws_another_mask_and_the_same_step_the_same(self):
        written = Written(k.Dropout(0.5), (X,))
        first, again = written.value, written.value
        written.values[written.build.step] = 8
        assert np.array_equal(first, again)
        assert not np.array_equal(first, written.value)

    def test_a_layer_used_twice_draws_two_masks(self):
        build, layer = Build(training=True), k.Dropout(0.5)
        x = g.input("x", (g.BATCH, 40))
        with build.inside("dropout_1"):
            parts = [layer.apply((x,), build) for _ in range(2)]
        feeds = {x: np.ones((1, 40)), build.seed: 0, build.step: 0}
        assert not np.array_equal(*evaluate(parts, feeds))

    def test_evaluation_is_the_input_itself(self):
        written = Written(k.Dropout(0.5), (X,), training=False)
        assert written.output is written.inputs[0]

    @pytest.mark.parametrize("rate", [1, 1.5, -0.1, "half", None])
    def test_rates_that_cannot_be_are_refused(self, rate):
        with pytest.raises(OptionError, match=r"rate must be a number in \[0, 1\)"):
            k.Dropout(rate)


class TestBatchNorm:
    def test_each_unit_has_mean_zero_and_variance_one_over_the_batch(self):
        found = Written(k.BatchNorm(epsilon=1e-12), (X,)).value
        assert found.mean(axis=0) == pytest.approx([0.0] * 3, abs=ROUNDING)
        assert found.std(axis=0) == pytest.approx([1.0] * 3, rel=1e-9)

    def test_running_statistics_move_by_the_momentum(self):
        written = Written(k.BatchNorm(momentum=0.25), (X,))
        new = dict(
            zip(
                written.build.new_states,
                written.run(*written.build.new_states.values()),
                strict=True,
            )
        )
        assert new["layer.mean"] == pytest.approx(0.25 * X.mean(axis=0), rel=ROUNDING)
        expected = 0.75 * 1.0 + 0.25 * X.var(axis=0, ddof=1)
        assert new["layer.variance"] == pytest.approx(expected, rel=ROUNDING)

    def test_a_layer_used_twice_moves_its_statistics_twice(self):
        build, layer = Build(training=True), k.BatchNorm(momentum=0.5)
        a, b = (g.input(name, (g.BATCH, 1)) for name in "ab")
        with build.inside("norm"):
            layer.apply((a,), build)
            layer.apply((b,), build)
        feeds = {a: [[4.0]], b: [[8.0]], "norm.mean": [0.0]}
        # ½·(½·0 + ½·4) + ½·8 = 5.
        assert evaluate([build.new_states["norm.mean"]], feeds)[0].tolist() == [5.0]

    def test_evaluation_uses_the_running_statistics(self):
        written = Written(k.BatchNorm(epsilon=1e-12), (X,), training=False)
        values = {"mean": np.array([1.0, 2.0, 3.0]), "variance": np.full(3, 4.0)}
        for name, state in written.build.states.items():
            written.values[state.node] = values[name.removeprefix("layer.")]
        expected = (X - [1.0, 2.0, 3.0]) / 2.0
        assert written.value == pytest.approx(expected, rel=1e-9)

    def test_the_statistics_start_at_mean_zero_and_variance_one(self):
        states = Written(k.BatchNorm(), (X,)).build.states
        found = {name: state.initial.tolist() for name, state in states.items()}
        assert found == {"layer.mean": [0.0] * 3, "layer.variance": [1.0] * 3}
        assert [state.shape for state in states.values()] == [(3,), (3,)]

    def test_a_frozen_layer_leaves_its_statistics_alone(self):
        written = Written(k.BatchNorm(trainable=False), (X,))
        assert not written.build.new_states
        assert written.value == pytest.approx(X, rel=1e-4)

    def test_neither_scale_nor_shift_is_a_weight(self):
        found = Written(k.BatchNorm(), (X,)).build.parameters
        assert set(found) == {"layer.scale", "layer.shift"}
        assert not any(p.is_weight for p in found.values())

    @pytest.mark.parametrize(
        "settings", [{"momentum": 1.1}, {"momentum": -0.1}, {"epsilon": 0}]
    )
    def test_settings_that_cannot_be_are_refused(self, settings):
        with pytest.raises(OptionError):
            k.BatchNorm(**settings)


class TestLayerNorm:
    def test_each_row_has_mean_zero_and_variance_one(self):
        found = Written(k.LayerNorm(epsilon=1e-12), (X,)).value
        assert found.mean(axis=1) == pytest.approx([0.0] * 6, abs=ROUNDING)
        assert found.std(axis=1) == pytest.approx([1.0] * 6, rel=1e-9)


class TestEmbedding:
    def test_it_is_one_hot_rows_times_the_table(self):
        index = np.array([[0, 3], [2, 2], [1, 0]])
        written = Written(k.Embedding(4, 2), (index,))
        (table,) = (written.values[p.node] for p in written.build.parameters.values())
        expected = (np.eye(4)[index] @ table).reshape(3, 4)
        assert np.array_equal(written.value, expected)

    def test_one_column_may_come_as_a_vector(self):
        flat = Written(k.Embedding(4, 2), (np.array([0, 3, 1]),)).value
        column = Written(k.Embedding(4, 2), (np.array([[0], [3], [1]]),)).value
        assert np.array_equal(flat, column)

    def test_a_category_that_the_batch_lacks_has_no_gradient(self):
        written = Written(k.Embedding(4, 2), (np.array([0, 3, 3]),))
        (table,) = written.build.parameters.values()
        found = written.run(*backward(g.sum(written.output), [table.node]))[0]
        assert found.tolist() == [[1, 1], [0, 0], [0, 0], [2, 2]]

    def test_it_starts_from_normals(self):
        (table,) = Written(
            k.Embedding(4, 2), (np.array([0]),)
        ).build.parameters.values()
        assert table.initializer == Normal()

    @pytest.mark.parametrize("index", [[4], [-1]])
    def test_a_number_outside_the_table_is_an_error(self, index):
        with pytest.raises(DataError, match="outside the table"):
            _ = Written(k.Embedding(4, 2), (np.array(index),)).value

    def test_real_numbers_are_an_error_that_says_what_to_do(self):
        with pytest.raises(ShapeError, match="dtype='integer'"):
            Written(k.Embedding(4, 2), (X,))


class TestConcatenate:
    def test_inputs_stand_side_by_side(self):
        written = Written(k.Concatenate(), (X, X[:, :1]))
        assert np.array_equal(written.value, np.hstack([X, X[:, :1]]))

    def test_it_needs_an_input(self):
        with pytest.raises(OptionError, match="at least one input"):
            k.Concatenate()()

    def test_whole_numbers_are_an_error(self):
        with pytest.raises(ShapeError, match="layer reads rows of real numbers"):
            Written(k.Concatenate(), (X, np.array([[1]] * 6)))


class TestAdd:
    def test_inputs_are_added(self):
        assert np.array_equal(Written(k.Add(), (X, 4 * X)).value, X + 4 * X)

    def test_each_input_has_its_weight(self):
        # Powers of two, so that no rounding tells the two sides apart.
        written = Written(k.Add([0.5, -2.0]), (X, 4 * X))
        assert np.array_equal(written.value, 0.5 * X - 8 * X)

    def test_inputs_of_two_widths_are_an_error(self):
        with pytest.raises(ShapeError, match="make both of one width"):
            Written(k.Add(), (X, X[:, :1]))

    def test_a_weight_too_many_is_an_error(self):
        with pytest.raises(ShapeError, match="3 weights, but 2 inputs"):
            Written(k.Add([1, 2, 3]), (X, X))


class TestScale:
    def test_a_constant_column_is_only_centred(self):
        layer = k.Scale.of([[1.0, 7.0], [3.0, 7.0]])
        assert layer.mean == (2.0, 7.0)
        assert layer.deviation == (1.0, 1.0)

    def test_the_numbers_are_states_that_training_leaves_alone(self):
        written = Written(k.Scale.of(X), (X,))
        assert set(written.build.states) == {"layer.mean", "layer.deviation"}
        assert not written.build.new_states
        assert not written.build.parameters
        assert written.value.std(axis=0) == pytest.approx([1.0] * 3, rel=ROUNDING)

    def test_arrays_are_accepted(self):
        layer = k.Scale(np.zeros(2), np.ones(2, np.float32))
        assert repr(layer) == "Scale([0.0, 0.0], [1.0, 1.0])"

    def test_a_long_repr_is_cut_short(self):
        assert repr(k.Scale(np.zeros(99), np.ones(99))) == (
            "Scale([0.0, 0.0, …], [1.0, 1.0, …])"
        )

    def test_another_number_of_columns_is_an_error(self):
        with pytest.raises(ShapeError, match="knows 2 columns, but reads 3"):
            Written(k.Scale([0, 0], [1, 1]), (X,))

    @pytest.mark.parametrize(
        "settings", [([0, 0], [1]), ([], []), ([0], [0]), ([0], [-1]), (0, 1)]
    )
    def test_settings_that_cannot_be_are_refused(self, settings):
        with pytest.raises(OptionError):
            k.Scale(*settings)

    @pytest.mark.parametrize("rows", [[[np.nan]], [1.0, 2.0], np.empty((0, 3))])
    def test_rows_without_mean_or_deviation_are_refused(self, rows):
        with pytest.raises(DataError):
            k.Scale.of(rows)


class TestClip:
    def test_numbers_between_the_bounds_stay_and_others_become_the_nearer_one(self):
        rows = np.array([[-3.0, 5.0], [0.5, 0.5], [9.0, -1.0], [np.inf, -np.inf]])
        written = Written(k.Clip([-1.0, 0.0], [2.0, 1.0]), (rows,))
        assert written.value.tolist() == [[-1, 1], [0.5, 0.5], [2, 0], [2, 0]]

    def test_the_bounds_are_states_that_training_leaves_alone(self):
        build = Written(k.Clip(np.zeros(3), np.ones(3)), (X,)).build
        assert set(build.states) == {"layer.low", "layer.high"}
        assert not build.new_states
        assert not build.parameters

    def test_another_number_of_columns_is_an_error(self):
        with pytest.raises(ShapeError, match="for 2 columns, but reads 3"):
            Written(k.Clip([0, 0], [1, 1]), (X,))

    @pytest.mark.parametrize(
        "settings", [([0, 0], [1]), ([], []), ([1], [0]), ([np.nan], [1]), (0, 1)]
    )
    def test_settings_that_cannot_be_are_refused(self, settings):
        with pytest.raises(OptionError):
            k.Clip(*settings)


class TestResidual:
    def test_names_inside_begin_with_the_blocks(self):
        layer = k.Residual([k.Dense(5, "relu"), k.Dense(3, name="back")])
        build = Written(layer, (X,)).build
        assert list(build.parameters) == [
            "layer.dense_1.weight",
            "layer.dense_1.bias",
            "layer.back.weight",
            "layer.back.bias",
        ]
        assert list(build.activations) == ["layer.dense_1", "layer.back"]

    def test_layers_that_give_zero_leave_the_input(self):
        written = Written(k.Residual([k.Dense(3, initializer="zeros")]), (X,))
        assert np.array_equal(written.value, X)

    def test_another_width_is_an_error_that_says_what_to_do(self):
        with pytest.raises(ShapeError, match=r"\(N, 2\).*\(N, 3\).*Dense\(3\)"):
            Written(k.Residual([k.Dense(2)]), (X,))

    def test_layers_inside_are_told(self):
        inside = (k.Dense(3), k.Dropout(0.1))
        assert k.Residual(inside).children() == inside

    def test_settings_that_cannot_be_are_refused(self):
        dense = k.Dense(3)
        for layers in ([], [dense, dense], [3], 3, [k.Dense(3, name="a")] * 2):
            with pytest.raises(OptionError):
                k.Residual(layers)


class TestJoining:
    def test_layers_are_called_on_what_they_read(self):
        numbers = k.Input("numbers", 4)
        layer = k.Dense(3)
        joined = layer(numbers)
        assert joined.layer is layer
        assert joined.inputs[0].layer is numbers

    def test_the_number_of_inputs_is_checked(self):
        numbers = k.Input("numbers", 4)
        with pytest.raises(OptionError, match="Dense takes 1 input, not 2"):
            k.Dense(3)(numbers, numbers)

    def test_names_count_each_class_by_itself_and_each_layer_once(self):
        shared = k.Dense(3)
        layers = [shared, k.BatchNorm(), shared, k.Dense(2), k.Dense(1, name="last")]
        assert list(assigned_names(layers).values()) == [
            "dense_1", "batch_norm_1", "dense_2", "last",
        ]  # fmt: skip

    def test_two_layers_of_one_name_are_an_error(self):
        with pytest.raises(OptionError, match="both called 'dense_2'"):
            assigned_names([k.Dense(1, name="dense_2"), k.Dense(1)])

    def test_a_layer_shared_by_inputs_of_two_widths_is_an_error(self):
        build, layer = Build(training=False), k.Dense(2)
        narrow, wide = (g.input(f"x{width}", (g.BATCH, width)) for width in (3, 4))
        with build.inside("dense_1"):
            layer.apply((narrow,), build)
            with pytest.raises(OptionError, match=r"dense_1\.weight is shared"):
                layer.apply((wide,), build)

    @pytest.mark.parametrize(
        "settings", [("x", 0), ("x", 2.5), ("x", 1, "text"), (3, 1)]
    )
    def test_inputs_that_cannot_be_are_refused(self, settings):
        with pytest.raises(OptionError):
            k.Input(*settings)
