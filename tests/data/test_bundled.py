"""Bundled sets load by name with the columns, classes and rows that are on record."""

import subprocess
import sys

import numpy as np
import pytest
from sklearn import datasets

from neurona.data.sources.bundled import BUNDLED, load_bundled
from neurona.errors import OptionError

REAL = ("iris", "wine", "breast_cancer", "digits", "diabetes")
TABLES = ("xor", "and", "or")
GENERATED = (
    "moons",
    "circles",
    "gauss",
    "spiral",
    "plane",
    "particle",
    "fish",
    "emails",
)


def test_the_bundled_sets_are_these():
    assert set(BUNDLED) == {*REAL, *TABLES, *GENERATED}


@pytest.mark.parametrize("name", BUNDLED)
def test_what_is_on_record_is_what_loads(name):
    record, columns = BUNDLED[name], load_bundled(name)
    assert record.name == name
    assert list(columns)[-1] == record.target
    assert {column.shape for column in columns.values()} == {(record.rows,)}
    target = columns[record.target]
    if record.task == "regression":
        assert target.dtype == np.float64
        assert len(np.unique(target)) > 20
    else:
        assert target.dtype.kind in "Ui"
        assert len(np.unique(target)) in (2, 3, 10)
    assert record.description.endswith(".")


@pytest.mark.parametrize("name", REAL)
def test_real_columns_are_those_of_scikit_learn(name):
    bunch = getattr(datasets, f"load_{name}")()
    columns = load_bundled(name)
    assert list(columns)[:-1] == list(bunch.feature_names)
    np.testing.assert_array_equal(
        np.column_stack(list(columns.values())[:-1]), bunch.data
    )
    classes = np.unique(columns[BUNDLED[name].target], return_inverse=True)[1]
    known = np.unique(bunch.target, return_inverse=True)[1]
    if BUNDLED[name].task == "regression":
        np.testing.assert_array_equal(columns[BUNDLED[name].target], bunch.target)
    elif name == "breast_cancer":
        # By letters benign comes before malignant; there it is 1.
        np.testing.assert_array_equal(classes, 1 - known)
    else:
        np.testing.assert_array_equal(classes, known)


@pytest.mark.parametrize(
    ("name", "target", "classes"),
    [
        ("iris", "species", ["setosa", "versicolor", "virginica"]),
        ("wine", "cultivar", ["class_0", "class_1", "class_2"]),
        ("breast_cancer", "diagnosis", ["benign", "malignant"]),
        ("digits", "digit", list(range(10))),
        ("xor", "y", [0, 1]),
        ("fish", "type", ["o", "x"]),
        ("emails", "label", ["ham", "spam"]),
    ],
)
def test_classes_are_words_or_the_digits_themselves(name, target, classes):
    assert np.unique(load_bundled(name)[target]).tolist() == classes


def test_breast_cancer_has_212_malignant_tumours():
    diagnosis = load_bundled("breast_cancer")["diagnosis"]
    assert np.sum(diagnosis == "malignant") == 212


@pytest.mark.parametrize("name", GENERATED)
def test_generated_sets_take_rows_seed_and_noise(name):
    columns = load_bundled(name, rows=31, seed=5, noise=0.4)
    assert {column.shape for column in columns.values()} == {(31,)}
    values = [
        [column.tolist() for column in load_bundled(name, **options).values()]
        for options in ({}, {"seed": 1}, {"noise": 0.4})
    ]
    assert values[0] != values[2]
    # The arms of a spiral without noise are the same for every seed.
    assert (values[0] == values[1]) == (name == "spiral")


@pytest.mark.parametrize("name", [*REAL, *TABLES])
@pytest.mark.parametrize("option", [{"rows": 10}, {"noise": 0.1}])
def test_fixed_sets_refuse_rows_and_noise(name, option):
    with pytest.raises(OptionError, match=f"the set '{name}' is fixed at"):
        load_bundled(name, **option)


@pytest.mark.parametrize("noise", [-0.1, float("inf"), float("nan")])
def test_impossible_noise_is_refused(noise):
    with pytest.raises(OptionError, match="noise must be at least 0 and finite"):
        load_bundled("moons", noise=noise)


@pytest.mark.parametrize("rows", [-5, 0, 1])
def test_too_few_rows_are_refused(rows):
    with pytest.raises(OptionError, match="needs at least 2 rows"):
        load_bundled("moons", rows=rows)


def test_an_unknown_name_offers_the_nearest():
    with pytest.raises(OptionError, match="did you mean moons"):
        load_bundled("moon")


def test_sets_load_without_scikit_learn():
    program = (
        "import sys; from neurona.data.sources.bundled import BUNDLED, load_bundled;"
        "[load_bundled(name) for name in BUNDLED];"
        "assert 'sklearn' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
