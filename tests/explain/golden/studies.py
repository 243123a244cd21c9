"""What a network does: flow, predictions, findings."""

import functools

import numpy as np
import polars as pl

from neurona import SGD, Dense, study
from neurona.study.replay.flow_of_run import flow_of_run
from neurona.table.options import TrainOptions
from neurona.table.train import plan_training, train_plan
from tests.explain.golden.cases import case
from tests.explain.golden.networks import fit_rows, network, trained


def waves(rows=24):
    X = np.random.default_rng(5).normal(size=(rows, 2)).round(2)
    return X, np.sin(2 * X[:, 0]) + X[:, 1]


@case("flow")
def _():
    X, y = waves()
    layers = [Dense(4, "relu"), Dense(3, "tanh"), Dense(1)]
    return study.gradient_flow(network(layers, 2), X, y, loss="mse")


@case("flow-forward")
def _():
    return study.gradient_flow(
        network([Dense(3, "sigmoid"), Dense(1)], 2), waves()[0], jacobians=False
    )


@case("flow-recorded")
def _():
    X, y = waves()
    built = network([Dense(3, "tanh"), Dense(1)], 2)
    recorder = study.FlowRecorder(built, X, y, loss="mse", jacobians=True)
    built.fit(
        X, y, loss="mse", optimizer=SGD(0.05), batch_size=8, epochs=2, seed=1,
        callbacks=recorder, engine="reference",
    )  # fmt: skip
    return recorder.history


@case("flow-of-run")
def _():
    return flow_of_run(trained(), *fit_rows(), engine="reference")


@case("compare-initializations")
def _():
    return study.compare_initializations(
        "tanh", initializers=("he", "glorot"), depth=1, width=4, rows=6
    )


@case("compare-activations")
def _():
    return study.compare_activations(("relu", "silu"), depth=1, width=4, rows=6)


@case("prediction")
def _():
    X, _y = waves()
    return study.explain_prediction(
        network([Dense(3, "tanh"), Dense(2, "softmax")], 2), X, 1, answer=0,
        columns=["length", "width"],
    )  # fmt: skip


@case("prediction-from-zero")
def _():
    X, _y = waves()
    return study.explain_prediction(
        network([Dense(2, "relu"), Dense(1)], 2), X, baseline="zero"
    )


def people(rows=60):
    """A table with numbers, words, dates, flags and missing cells."""
    number = np.arange(rows)
    age = 20 + (number * 7) % 41
    city = np.array(["Rome", "Paris", "Lima"])[number % 3]
    good = age + 8 * (city == "Rome") > 42
    return pl.DataFrame(
        {
            "age": [None if i % 17 == 3 else float(a) for i, a in enumerate(age)],
            "city": city.tolist(),
            "joined": [f"202{i % 5}-0{1 + i % 9}-1{i % 10}" for i in range(rows)],
            "member": np.where(number % 4 == 1, "yes", "no").tolist(),
            "income": (1000.0 + 50 * age + 300 * (city == "Rome")).tolist(),
            "answer": np.where(good, "good", "bad").tolist(),
        }
    )


@functools.cache
def table_model(target):
    frame = people().drop("income" if target == "answer" else "answer")
    options = TrainOptions(
        target=(target,), epochs=6, hidden=(3,), activation="tanh", optimizer="adam",
        learning_rate=0.05, dtype="float64", engine="reference", patience=0,
        dropout=0.0, quality="fast",
    )  # fmt: skip
    return train_plan(plan_training(frame, options)).model, frame


@case("prediction-of-table")
def _():
    return study.explain_table_prediction(*table_model("answer"), 3, answer="good")


@case("prediction-of-table-regression")
def _():
    return study.explain_table_prediction(*table_model("income"), 1, baseline="mean")


@case("table-classification")
def _():
    return study.explain_table(*table_model("answer"), columns=3, repeats=2)


@case("table-regression")
def _():
    return study.explain_table(*table_model("income"), columns=2, repeats=2)


@case("flow-of-table")
def _():
    return study.flow_of_table(*table_model("answer"))


@case("doctor")
def _():
    X, y = waves()
    X = X * [200, 1]
    built = network([Dense(4, "relu"), Dense(3, "heaviside"), Dense(1)], 2)
    built.fit(
        X, y, loss="mse", optimizer=SGD(1e-7), epochs=3, seed=1, engine="reference",
        rows=np.arange(18),
    )  # fmt: skip
    return study.doctor(built, X, y, test=np.arange(18, 24))


@case("doctor-classification")
def _():
    X, y = waves(40)
    kinds = (y > 1.2).astype(int)
    built = network([Dense(3, "sigmoid"), Dense(2, "softmax")], 2)
    built.fit(
        X, kinds, loss="cross_entropy", optimizer=SGD(30.0), epochs=4, seed=1,
        engine="reference", rows=np.arange(30),
    )  # fmt: skip
    return study.doctor(
        built, X, kinds, rows=np.arange(30), validation=np.arange(25, 40),
        thorough=False,
    )  # fmt: skip


@case("doctor-untrained")
def _():
    X, y = waves()
    return study.doctor(network([Dense(2, "tanh"), Dense(1)], 2), X, y, loss="mse")


@case("doctor-of-table")
def _():
    return study.doctor_of_table(*table_model("answer"), thorough=False)
