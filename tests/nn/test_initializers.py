import math

import numpy as np
import pytest

from neurona.errors import OptionError
from neurona.nn import initializers as i
from neurona.reference.random_numbers import stream_of
from tests.nn.cases import INITIALIZERS

STREAM = stream_of("dense_1.weight")
SHAPE = (200, 300)
# The deviation of an estimated deviation over n normals is σ/√(2n); five of them.
SPREAD = 5 / math.sqrt(2 * SHAPE[0] * SHAPE[1])
ROUNDING = 1e-12


@pytest.mark.parametrize("initializer", INITIALIZERS, ids=repr)
@pytest.mark.parametrize("shape", [(5, 16), (16, 5), (1, 1), (7, 7)])
def test_a_draw_has_its_shape_and_depends_on_seed_and_stream_alone(initializer, shape):
    first = initializer.draw(shape, 3, STREAM)
    assert first.shape == shape
    assert first.dtype == np.float64
    assert np.isfinite(first).all()
    assert np.array_equal(first, initializer.draw(shape, 3, STREAM))
    random = initializer.name not in ("zeros", "constant")
    if random and math.prod(shape) > 1:
        assert not np.array_equal(first, initializer.draw(shape, 4, STREAM))
        assert not np.array_equal(first, initializer.draw(shape, 3, STREAM + 1))


@pytest.mark.parametrize(
    ("initializer", "variance"),
    [
        (i.GlorotUniform(), 2 / 500),
        (i.GlorotNormal(), 2 / 500),
        (i.HeUniform(), 2 / 200),
        (i.HeNormal(), 2 / 200),
        (i.LeCunUniform(), 1 / 200),
        (i.LeCunNormal(), 1 / 200),
        (i.Normal(std=0.3), 0.09),
        (i.Uniform(), 1 / 12),
        (i.Uniform(-2, 4), 3.0),
    ],
    ids=repr,
)
def test_variance_is_that_of_the_formula(initializer, variance):
    drawn = initializer.draw(SHAPE, 0, STREAM)
    assert drawn.std() == pytest.approx(math.sqrt(variance), rel=SPREAD)


@pytest.mark.parametrize(
    ("initializer", "limit"),
    [
        (i.GlorotUniform(), math.sqrt(6 / 500)),
        (i.HeUniform(), math.sqrt(6 / 200)),
        (i.LeCunUniform(), math.sqrt(3 / 200)),
    ],
    ids=repr,
)
def test_uniform_draws_fill_their_interval(initializer, limit):
    drawn = initializer.draw(SHAPE, 0, STREAM)
    assert -limit <= drawn.min() < -0.999 * limit
    assert 0.999 * limit < drawn.max() < limit


@pytest.mark.parametrize("shape", [(6, 4), (4, 6), (5, 5)])
def test_orthogonal_rows_or_columns_are_orthonormal(shape):
    w = i.Orthogonal(gain=2).draw(shape, 0, STREAM)
    product = w.T @ w if shape[0] >= shape[1] else w @ w.T
    assert np.allclose(product, 4 * np.eye(min(shape)), atol=ROUNDING)


def test_orthogonal_refuses_a_vector():
    with pytest.raises(OptionError, match="matrices"):
        i.Orthogonal().draw((4,), 0, STREAM)


@pytest.mark.parametrize("name", sorted(set(i.INITIALIZERS) - {"constant"}))
def test_names(name):
    kind = i.INITIALIZERS[name]
    assert i.as_initializer(name) == i.as_initializer(kind) == kind()


@pytest.mark.parametrize(
    ("alias", "kind"),
    [("he", i.HeNormal), ("glorot", i.GlorotUniform), ("lecun", i.LeCunNormal)],
)
def test_short_names(alias, kind):
    assert i.as_initializer(alias) == kind()


def test_a_name_that_needs_a_value_says_how_to_give_it():
    with pytest.raises(OptionError, match=r"Constant\(value=…\)"):
        i.as_initializer("constant")


@pytest.mark.parametrize(
    "make",
    [
        lambda: i.Uniform(1, 0),
        lambda: i.Normal(std=-1),
        lambda: i.Constant(float("inf")),
        lambda: i.Orthogonal(gain=0),
    ],
)
def test_settings_that_cannot_be_are_refused(make):
    with pytest.raises(OptionError):
        make()
