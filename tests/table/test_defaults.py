"""The default settings reach what the documentation promises of them.

Five folds, of which each keeps a tenth of its training rows to validate and another
tenth to test, as a training run on a table does. The printed numbers are means over
seeds 0 to 4; here seed 0 alone is run.
"""

import numpy as np
import pytest
from sklearn.model_selection import KFold, StratifiedKFold

from neurona import Dense, Dropout, Network
from neurona.data.sources.bundled import BUNDLED, load_bundled
from neurona.data.split import split_rows
from neurona.optimize import as_optimizer
from neurona.table.recipe import choose_recipe

SEEDS = (0,)
FOLDS = 5


def read(name):
    columns = load_bundled(name)
    target = columns.pop(BUNDLED[name].target)
    X = np.column_stack(list(columns.values())).astype(float)
    classes = BUNDLED[name].task == "classification"
    y = np.unique(target, return_inverse=True)[1] if classes else target.astype(float)
    return X[:, X.std(axis=0) > 0], y, BUNDLED[name].task


def standardized(values, train):
    std = values[train].std(axis=0)
    return (values - values[train].mean(axis=0)) / np.where(std > 0, std, 1.0)


def train(X, y, task, rows, validation, seed):
    """Network trained with the default settings, on encoded rows."""
    classes = len(np.unique(y)) if task == "classification" else 0
    outputs = classes if classes > 2 else 1
    loss = "cross_entropy" if outputs > 1 else "binary_cross_entropy"
    recipe = choose_recipe(task, rows=len(rows), features=X.shape[1], outputs=outputs)
    layers = []
    for units in recipe.hidden:
        layers.append(Dense(units, recipe.activation))
        if recipe.dropout:
            layers.append(Dropout(recipe.dropout))
    network = Network([*layers, Dense(outputs)], n_inputs=X.shape[1], seed=seed)
    network.fit(
        X,
        y,
        loss=loss if classes else "mse",
        optimizer=as_optimizer(recipe.optimizer, learning_rate=recipe.learning_rate),
        schedule=recipe.schedule,
        batch_size=recipe.batch_size,
        epochs=recipe.epochs,
        patience=recipe.patience or None,
        l1=recipe.l1,
        l2=recipe.l2,
        average=recipe.average,
        rows=rows,
        validation=validation if len(validation) else None,
        seed=seed,
    )
    return network


def score(X, y, task, fold, held_out, seed):
    classes = task == "classification"
    inner = split_rows(
        len(fold),
        validation=0.1,
        test=0.1,
        seed=seed,
        stratify=y[fold] if classes else None,
    )
    rows, validation = fold[inner.train], fold[inner.validation]
    encoded = standardized(X, rows).astype(np.float32)
    target = y if classes else standardized(y, rows)[:, None]
    network = train(encoded, target, task, rows, validation, seed)
    truth = target[held_out]
    if classes:
        return np.mean(network.predict_class(encoded[held_out]) == truth)
    rest = np.sum((truth - network.predict(encoded[held_out])) ** 2)
    return 1 - rest / np.sum((truth - truth.mean()) ** 2)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("iris", 0.93),  # seed 0 is its worst: 0.94; the mean of five is above 0.95
        ("wine", 0.96),
        ("breast_cancer", 0.96),
        ("digits", 0.97),
        ("diabetes", 0.44),
    ],
)
def test_defaults_reach_what_is_promised(name, least):
    X, y, task = read(name)
    folds = StratifiedKFold if task == "classification" else KFold
    scores = [
        score(X, y, task, fold, held_out, seed)
        for seed in SEEDS
        for fold, held_out in folds(FOLDS, shuffle=True, random_state=seed).split(X, y)
    ]
    assert np.mean(scores) >= least


@pytest.mark.slow
@pytest.mark.parametrize("name", ["xor", "and", "or"])
def test_defaults_solve_the_logical_operations(name):
    X, y, task = read(name)
    rows = np.arange(4)
    for seed in range(3):
        X_scaled = standardized(X, rows).astype(np.float32)
        network = train(X_scaled, y, task, rows, rows[:0], seed)
        assert (network.predict_class(X_scaled) == y).all()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "least"), [("moons", 0.97), ("circles", 0.97), ("spiral", 0.93)]
)
def test_defaults_bend_around_the_shapes_in_the_plane(name, least):
    X, y, task = read(name)
    fold = np.arange(len(y))
    cut = split_rows(len(y), validation=0.0, test=0.25, seed=0, stratify=y)
    assert score(X, y, task, fold[cut.train], fold[cut.test], 0) >= least
