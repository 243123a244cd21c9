"""Every kernel of every instruction set against NumPy, the reference and itself."""

import numpy as np
import pytest

from neurona.native.engine_words import engine_words
from neurona.reference import DEFINITIONS, random_numbers

engine = pytest.importorskip("neurona.native._engine_tests")

ISAS = engine.instruction_sets()
DTYPES = (np.float32, np.float64)
OPERATIONS = {name: told for name, told in engine_words().operations.items()
              if name in DEFINITIONS}  # fmt: skip
UNARY = [name for name, told in OPERATIONS.items() if told.arrays == 1]
BINARY = [name for name, told in OPERATIONS.items() if told.arrays == 2]
FUNCTIONS = [name for name in UNARY if OPERATIONS[name].is_function]
SPECIAL = [
    0.0,
    -0.0,
    np.inf,
    -np.inf,
    np.nan,
    1.0,
    -1.0,
    0.5,
    -0.5,
    2.0,
    -3.0,
    1e-30,
    700,
]

PROMISED = ("exp", "log", "tanh", "sigmoid")
# These promise 4 ulp, the rest 8; the reference itself may be off by one more in the
# library's functions.
ULPS = 9
# A sum of n products is off by at most n roundings of its terms; n ≤ 800 here, and
# errors of random sign leave far less than that bound of n ε.
SUM_TOLERANCE = {np.float32: 2e-5, np.float64: 4e-14}
# A prime, so that it visits every low bit and every exponent.
STRIDE = 10007
ALL_PATTERNS = 2**32


def within_ulps(found, wanted, ulps):
    """Equal, both NaN, or as near as that many units in the last place."""
    gap = np.spacing(np.abs(wanted))
    with np.errstate(invalid="ignore"):
        near = np.abs(found - wanted) <= ulps * gap
    return near | (found == wanted) | (np.isnan(found) & np.isnan(wanted))


def relative_error(found, wanted):
    scale = np.linalg.norm(wanted)
    return np.linalg.norm(found - wanted) / (scale if scale else 1)


def samples(dtype, count=1003):
    random = np.random.default_rng(7)
    usual = random.uniform(-6, 6, count - len(SPECIAL))
    return np.concatenate([SPECIAL, usual]).astype(dtype)


@pytest.fixture(params=ISAS)
def isa(request):
    return request.param


@pytest.fixture(params=DTYPES, ids=["float32", "float64"])
def dtype(request):
    return request.param


@pytest.mark.parametrize("name", UNARY)
def test_unary_operation_equals_its_definition(isa, dtype, name):
    x = samples(dtype)
    # SciPy's erf has no long double.
    wide = np.float64 if name == "erf" else np.longdouble
    with np.errstate(all="ignore"):
        wanted = DEFINITIONS[name](x.astype(wide)).astype(dtype)
    found = engine.kernel_map(isa, name, x)
    wrong = ~within_ulps(found, wanted, ULPS)
    assert not wrong.any(), (x[wrong][:5], found[wrong][:5], wanted[wrong][:5])


@pytest.mark.parametrize("name", BINARY)
def test_binary_operation_equals_its_definition(isa, dtype, name):
    x = samples(dtype)
    a, b = np.repeat(x[:40], 40), np.tile(x[:40], 40)
    with np.errstate(all="ignore"):
        wanted = DEFINITIONS[name](a, b).astype(dtype)
    found = engine.kernel_map(isa, name, a, b)
    wrong = ~within_ulps(found, wanted, ULPS)
    if name == "binary_cross_entropy":
        # A difference of large numbers: an ulp of those, not of the result.
        with np.errstate(all="ignore"):
            wrong &= ~(
                np.abs(found - wanted) <= 4 * np.spacing(np.abs(a) + np.abs(a * b))
            )
    assert not wrong.any(), (a[wrong][:5], b[wrong][:5], found[wrong][:5])


@pytest.mark.parametrize("exponent", [2.0, 3.0, 1.0, 0.5, -1.0, -2.0, 0.0, 1.7, np.inf])
def test_power_of_one_exponent_equals_c(isa, dtype, exponent):
    a = samples(dtype)
    b = np.full_like(a, exponent)
    with np.errstate(all="ignore"):
        wanted = np.power(a.astype(np.longdouble), np.longdouble(exponent)).astype(
            dtype
        )
    found = engine.kernel_map(isa, "power", a, b)
    wrong = ~within_ulps(found, wanted, ULPS)
    assert not wrong.any(), (a[wrong], found[wrong], wanted[wrong])


def test_where_multiply_add_and_casts(isa, dtype):
    a, b = samples(dtype), samples(dtype)[::-1].copy()
    c = np.arange(len(a), dtype=dtype)
    chosen = engine.kernel_map(isa, "where", a, b, c)
    np.testing.assert_array_equal(chosen, np.where(a != 0, b, c))
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(
            engine.kernel_map(isa, "multiply_add", a, b, c), a * b + c
        )
    np.testing.assert_array_equal(engine.kernel_map(isa, "truncate", a), np.trunc(a))
    nonzero = engine.kernel_map(isa, "nonzero", a)
    np.testing.assert_array_equal(nonzero, (a != 0).astype(dtype))


def test_operations_of_several_equal_those_they_stand_for(isa, dtype):
    a, b = samples(dtype), samples(dtype)[::-1].copy()
    c, numbers = np.roll(a, 7), np.array([0.9, -0.3], dtype)
    s, t = numbers
    with np.errstate(all="ignore"):
        wanted = {
            "weighted_sum": s * a + t * b,
            "weighted_square_sum": s * a + t * (b * b),
            "shifted_root": np.sqrt(a) * (dtype(1) / s) + t,
            "scaled_difference": a - s * b,
            "quotient_step": a - s * b / c,
        }
    for name, values in wanted.items():
        found = engine.kernel_map(isa, name, a, b, c, numbers)
        np.testing.assert_array_equal(found, values, err_msg=name)


@pytest.mark.parametrize("name", [*BINARY, "where"])
def test_one_number_stands_for_an_array_of_it(isa, dtype, name):
    a, b, c = (
        samples(dtype),
        samples(dtype)[::-1].copy(),
        samples(dtype)[:1].repeat(1003),
    )
    several = 0
    for singles in (1, 2, 4):
        for number in (0.0, 2.5, np.nan):
            parts = [a, b, c]
            place = (singles >> 1) % 4
            parts[place] = np.full_like(a, number)
            whole = engine.kernel_map(isa, name, *parts)
            # Only the first element of a number's array may be read.
            parts[place] = np.concatenate([parts[place][:1], a[1:]])
            try:
                found = engine.kernel_map(isa, name, *parts, singles=singles)
            except ValueError:
                continue
            several += 1
            np.testing.assert_array_equal(found, whole)
    assert several > 0 or name in ("power", "binary_cross_entropy")


@pytest.mark.parametrize("name", [*UNARY, "power"])
def test_bits_do_not_depend_on_where_a_map_is_cut(isa, dtype, name):
    a = samples(dtype)
    b = (
        np.resize(np.array([2, 0.5, 1.3, -1, 7], dtype), a.shape)
        if name == "power"
        else None
    )
    whole = engine.kernel_map(isa, name, a, b)
    for first, last in ((0, 1), (3, 20), (17, 256), (256, 900)):
        part = engine.kernel_map(
            isa, name, a[first:last].copy(), None if b is None else b[first:last].copy()
        )
        np.testing.assert_array_equal(part, whole[first:last])


@pytest.mark.parametrize("name", PROMISED)
def test_promised_functions_are_within_4_ulp(isa, name):
    ulps, at, found = engine.ulp_sweep(isa, name, 0, ALL_PATTERNS, STRIDE, 2)
    assert ulps <= 4, (at, found)


@pytest.mark.slow
@pytest.mark.parametrize("name", PROMISED)
def test_promised_functions_are_within_4_ulp_for_every_float(isa, name):
    # One source is compiled for all: the widest set, which runs here, sees every float.
    stride = 1 if isa == ISAS[-1] else 61
    ulps, at, found = engine.ulp_sweep(isa, name, 0, ALL_PATTERNS, stride, 2)
    assert ulps <= 4, (at, found)


@pytest.mark.parametrize("name", sorted({*FUNCTIONS, "sqrt"} - set(PROMISED)))
def test_other_functions_are_within_8_ulp(isa, name):
    ulps, at, found = engine.ulp_sweep(isa, name, 0, ALL_PATTERNS, STRIDE, 2)
    assert ulps <= 8, (at, found)


@pytest.mark.skipif(
    np.finfo(np.longdouble).eps > 1e-18, reason="long double is no wider than double"
)
@pytest.mark.parametrize(
    ("name", "bound"),
    [(name, 4 if name in PROMISED else 8) for name in FUNCTIONS],
)
def test_double_precision_is_within_its_bound(isa, name, bound):
    random = np.random.default_rng(11)
    exponents = random.uniform(-744, 709, 20_000)
    x = np.concatenate(
        [
            SPECIAL,
            [5e-324, -5e-324, 1e6, 2e6],
            random.uniform(-3, 3, 20_000),
            random.uniform(-750, 750, 20_000),
            np.exp(exponents) * random.choice([-1, 1], len(exponents)),
        ]
    )
    ulps, at, found = engine.ulp_errors(isa, name, x)
    assert ulps <= bound, (at, found)


SHAPES = [(1, 1, 1), (5, 3, 2), (7, 17, 0), (13, 64, 20), (32, 64, 64), (33, 50, 129)]
# The last two outgrow the caches and are packed.
LARGE = [(65, 130, 300), (20, 512, 784), (223, 400, 400), (130, 200, 500)]


@pytest.mark.parametrize(("m", "n", "k"), SHAPES + LARGE)
@pytest.mark.parametrize("transposed", [False, True])
def test_product_with_bias_and_relu(isa, dtype, m, n, k, transposed):
    random = np.random.default_rng(m + n + k)
    a = random.standard_normal((k, m) if transposed else (m, k)).astype(dtype)
    b = random.standard_normal((k, n)).astype(dtype)
    bias = random.standard_normal(n).astype(dtype)
    product = (a.T if transposed else a).astype(np.float64) @ b.astype(np.float64)
    for shift, relu in ((None, False), (bias, True)):
        wanted = product if shift is None else product + shift
        wanted = np.maximum(wanted, 0) if relu else wanted
        found = engine.kernel_matmul(isa, a, b, shift, relu, transposed)
        assert relative_error(found, wanted) < SUM_TOLERANCE[dtype]


@pytest.mark.parametrize("with_bias", [False, True])
@pytest.mark.parametrize("transposed", [False, True])
@pytest.mark.parametrize(("m", "n", "k"), [(37, 96, 40), (223, 400, 400)])
def test_bits_of_a_product_do_not_depend_on_its_cuts(
    isa, dtype, m, n, k, transposed, with_bias
):
    random = np.random.default_rng(3)
    a = random.standard_normal((k, m) if transposed else (m, k)).astype(dtype)
    b = random.standard_normal((k, n)).astype(dtype)
    bias = random.standard_normal(n).astype(dtype)

    def product(rows=slice(None), columns=slice(None)):
        part = a[:, rows] if transposed else a[rows]
        shift = bias[columns].copy() if with_bias else None
        return engine.kernel_matmul(
            isa, part.copy(), b[:, columns].copy(), shift, False, transposed
        )

    whole = product()
    for rows in (slice(0, 1), slice(1, 8), slice(8, 21), slice(3, m)):
        np.testing.assert_array_equal(product(rows), whole[rows])
    # Few columns have kernels of their own.
    for columns in (slice(0, 16), slice(16, 19), slice(21, 22), slice(48, n)):
        np.testing.assert_array_equal(product(columns=columns), whole[:, columns])


@pytest.mark.parametrize("transposed", [False, True])
@pytest.mark.parametrize(("m", "n"), [(7, 17), (16, 1), (40, 3), (130, 7)])
def test_a_product_over_nothing_is_zero(isa, dtype, m, n, transposed):
    a = np.ones((0, m) if transposed else (m, 0), dtype)
    found = engine.kernel_matmul(
        isa, a, np.ones((0, n), dtype), None, False, transposed
    )
    np.testing.assert_array_equal(found, np.zeros((m, n), dtype))


@pytest.mark.parametrize(("m", "n", "k"), [(7, 17, 0), (33, 50, 129), (223, 400, 400)])
def test_gated_product_is_zero_where_the_gate_is_not_above_zero(isa, dtype, m, n, k):
    random = np.random.default_rng(m)
    a = random.standard_normal((m, k)).astype(dtype)
    b = random.standard_normal((k, n)).astype(dtype)
    gate = random.standard_normal((m, n)).astype(dtype)
    gate[:, 0], gate[0], gate[1, 1:4] = 0, np.nan, np.inf
    product = engine.kernel_matmul(isa, a, b, None, False, False)
    found = engine.kernel_matmul(isa, a, b, None, False, False, gate)
    np.testing.assert_array_equal(found, np.where(gate > 0, product, 0))


def test_gated_product_keeps_nan_where_the_gate_is_open(isa, dtype):
    a, b = np.full((3, 4), np.nan, dtype), np.ones((4, 5), dtype)
    gate = np.arange(15, dtype=dtype).reshape(3, 5)
    found = engine.kernel_matmul(isa, a, b, None, False, False, gate)
    assert (np.isnan(found) == (gate > 0)).all()


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_product_and_relu_keep_nan_and_infinity(isa, dtype, value):
    a, b = np.ones((3, 4), dtype), np.ones((4, 5), dtype)
    a[1, 2] = value
    found = engine.kernel_matmul(isa, a, b, None, True, False)
    np.testing.assert_array_equal(found[1], np.full(5, value, dtype))
    assert (found[[0, 2]] == 4).all()


@pytest.mark.parametrize("shape", [(1, 1), (3, 50), (16, 16), (37, 70), (64, 64)])
def test_transpose(isa, dtype, shape):
    a = np.arange(shape[0] * shape[1], dtype=dtype).reshape(shape)
    np.testing.assert_array_equal(engine.kernel_transpose(isa, a), a.T)


REDUCTIONS = {
    "sum": lambda a: a.sum().reshape(1),
    "sum_rows": lambda a: a.sum(axis=0),
    "max_rows": lambda a: a.max(axis=0),
    "sum_columns": lambda a: a.sum(axis=1),
    "max_columns": lambda a: a.max(axis=1),
    "softmax": lambda a: DEFINITIONS["softmax"](a).reshape(-1),
    "log_sum_exp": lambda a: DEFINITIONS["log_sum_exp"](a),
}


@pytest.mark.parametrize("name", REDUCTIONS)
@pytest.mark.parametrize(
    "shape", [(1, 1), (5, 3), (40, 10), (33, 16), (17, 47), (3, 300)]
)
def test_reduction_equals_its_definition(isa, dtype, name, shape):
    a = np.random.default_rng(5).normal(scale=3, size=shape).astype(dtype)
    found = engine.kernel_reduce(isa, name, a)
    wanted = REDUCTIONS[name](a.astype(np.float64))
    assert relative_error(found, wanted) < SUM_TOLERANCE[dtype]


@pytest.mark.parametrize("name", REDUCTIONS)
@pytest.mark.parametrize("columns", [4, 40])
def test_reduction_hides_no_nan_and_overflows_nowhere(isa, dtype, name, columns):
    a = np.random.default_rng(6).normal(size=(6, columns)).astype(dtype)
    a[1, 2], a[2, 1], a[3] = np.nan, np.inf, -np.inf
    a[4] *= 1e30
    found = engine.kernel_reduce(isa, name, a)
    with np.errstate(all="ignore"):
        wanted = REDUCTIONS[name](a.astype(np.float64))
    np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-30)


@pytest.mark.parametrize("columns", [1, 3, 16, 17, 100])
def test_cross_entropy_equals_its_definition(isa, dtype, columns):
    random = np.random.default_rng(8)
    z = random.normal(scale=4, size=(35, columns)).astype(dtype)
    z[3] += 1e4
    t = np.eye(columns, dtype=dtype)[random.integers(0, columns, 35)]
    t[5] = 1 / columns
    found = engine.kernel_reduce(isa, "cross_entropy", z, t)
    wanted = DEFINITIONS["cross_entropy"](z.astype(np.float64), t.astype(np.float64))
    assert relative_error(found, wanted) < SUM_TOLERANCE[dtype]


@pytest.mark.parametrize("columns", [1, 3, 4, 5, 10, 16, 17, 100])
@pytest.mark.parametrize("rows", [1, 16, 35, 64, 100])
def test_targets_by_class_equal_those_by_row(isa, dtype, rows, columns):
    random = np.random.default_rng(8)
    z = random.normal(scale=4, size=(rows, columns)).astype(dtype)
    z[rows // 2] += 1e4
    z[0, 0] = -np.inf
    classes = np.zeros_like(z)
    # Outside of the columns there is no class, hence no 1 in the target.
    classes[:, 0] = random.integers(-1, columns + 1, rows)
    t = (classes[:, :1] == np.arange(columns)).astype(dtype)
    with np.errstate(all="ignore"):
        by_class = engine.kernel_reduce(isa, "cross_entropy_of_class", z, classes)
        np.testing.assert_array_equal(
            by_class, engine.kernel_reduce(isa, "cross_entropy", z, t)
        )
        softmax = engine.kernel_reduce(isa, "softmax", z).reshape(z.shape)
        slope = engine.kernel_reduce(isa, "softmax_slope", z, classes)
    wanted = (softmax - t) * dtype(0.25)
    np.testing.assert_array_equal(slope.reshape(z.shape), wanted)


@pytest.mark.parametrize("columns", [1, 16, 70, 200])
def test_parts_are_joined_in_their_order(isa, dtype, columns):
    parts = np.random.default_rng(3).normal(size=(8, columns)).astype(dtype)
    for count in range(1, 9):
        total = parts[0]
        for part in parts[1:count]:
            total = total + part
        found = engine.kernel_reduce(isa, "sum_parts", parts[:count].copy())
        np.testing.assert_array_equal(found, total)
        found = engine.kernel_reduce(isa, "max_parts", parts[:count].copy())
        np.testing.assert_array_equal(found, parts[:count].max(axis=0))


def test_random_mask_equals_the_reference_in_any_rows(isa, dtype):
    seed, stream, step = 2**63 + 5, random_numbers.stream_of("dropout_1"), 2**33 + 7
    for columns in (1, 3, 64, 1000):
        for rate in (0.0, 0.3, 0.5, 1.0):
            whole = random_numbers.mask(seed, stream, step, (50, columns), rate)
            for first, last in ((0, 50), (7, 8), (13, 41), (50, 50)):
                part = engine.kernel_mask(
                    isa, seed, stream, step, rate, first, last - first, columns, dtype
                )
                np.testing.assert_array_equal(part, whole[first:last].astype(dtype))


@pytest.mark.parametrize("count", [0, 1, 2, 5, 64, 300, 20_000])
def test_permutation_equals_the_reference(isa, count):
    stream = random_numbers.stream_of("epoch order")
    wanted = random_numbers.permutation(9, stream, 4, count)
    found = engine.kernel_permutation(isa, 9, stream, 4, count)
    np.testing.assert_array_equal(found, wanted)


def test_unknown_names_are_refused():
    with pytest.raises(ValueError, match="no such instruction set"):
        engine.kernel_map("abacus", "exp", np.ones(1))
    with pytest.raises(ValueError, match="no such operation"):
        engine.kernel_map("baseline", "guess", np.ones(1))
