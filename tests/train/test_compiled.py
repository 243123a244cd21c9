"""Programs are compiled once for each structure, and never confused."""

import threading
import time

import numpy as np
import pytest

from neurona import Adam, Dense, Dropout, Network
from neurona.network.training import losses_for, prepare
from neurona.nn.activations import ReLU
from neurona.train import compiled
from neurona.train.compiled import compile_step, planned_rows
from neurona.train.engines import resolve_engine
from neurona.train.examples import target_specs
from neurona.train.step import StepOptions
from neurona.train.structures import StructureCache, key_of_architecture

native_only = pytest.mark.skipif(
    resolve_engine("auto") != "native", reason="the engine is not built"
)

X = np.random.default_rng(0).normal(size=(500, 4)).astype("f4")
Y = np.arange(500) % 3


def network(seed=0, units=8, **changes):
    return Network([Dense(units, "relu", **changes), Dense(3)], n_inputs=4, seed=seed)


def step_of(network, batch_size=128, dtype="float32", **changes):
    losses = losses_for(network, "cross_entropy", Y)
    data = prepare(network, X, Y, losses)
    options = StepOptions(
        losses=losses,
        targets=target_specs(network.architecture, losses, data),
        **{"optimizer": Adam(), **changes},
    )
    return compile_step(
        network.architecture, options, np.dtype(dtype), batch_size, native=True
    )


@native_only
@pytest.mark.parametrize(
    "changes",
    [
        {"optimizer": Adam(learning_rate=0.5)},
        {"batch_size": 100},
        {},
    ],
    ids=["learning rate", "rows", "seed"],
)
def test_what_a_run_reads_when_it_runs_is_no_part_of_the_structure(changes):
    first, second = step_of(network(0)), step_of(network(1), **changes)
    assert first.step is second.step
    assert first.program is second.program


@native_only
@pytest.mark.parametrize(
    "other",
    [
        lambda: step_of(network(units=9)),
        lambda: step_of(network(), dtype="float64"),
        lambda: step_of(network(), batch_size=129),
        lambda: step_of(network(), l2=0.1),
        lambda: step_of(network(), clip_norm=1.0),
        lambda: step_of(network(), average=0.9),
        lambda: step_of(network(), optimizer=Adam(beta_1=0.8)),
        lambda: step_of(network(), reduction="sum"),
        lambda: step_of(network(trainable=False)),
        lambda: step_of(network(name="first")),
    ],
)
def test_another_structure_has_another_program(other):
    assert other().program is not step_of(network()).program


def test_a_class_that_is_not_known_is_compiled_each_time():
    class Mine(ReLU):
        pass

    made = Network([Dense(4, Mine()), Dense(3)], n_inputs=4)
    assert key_of_architecture(made.architecture) is None
    assert step_of(made).step is not step_of(made).step


def test_masks_of_a_renamed_layer_are_its_own():
    def fitted(name):
        made = Network([Dropout(0.5, name=name), Dense(3)], n_inputs=4, seed=0)
        made.fit(X, Y, epochs=1, loss="cross_entropy")
        return made.parameters.vector.tobytes()

    assert fitted("a") == fitted("a")
    assert fitted("a") != fitted("b")


def test_a_cache_keeps_the_last_used():
    cache = StructureCache(most=2)
    for key in ("a", "b", "a", "c"):
        cache.get(key, lambda key=key: [key])
    kept = cache.get("a", list)
    assert kept == ["a"]
    assert cache.get("b", lambda: ["new"]) == ["new"]
    assert len(cache) == 2


def test_threads_that_ask_at_once_get_the_same():
    cache, made, found = StructureCache(), [], []

    def make():
        made.append(1)
        time.sleep(0.05)
        return object()

    threads = [
        threading.Thread(target=lambda: found.append(cache.get("key", make)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1
    assert len(set(map(id, found))) == 1


@native_only
def test_a_larger_plan_changes_no_bits(monkeypatch):
    def fitted():
        made = network()
        made.fit(X, Y, epochs=2, batch_size=50, loss="cross_entropy")
        return made.parameters.vector.tobytes()

    before = fitted()
    monkeypatch.setattr(compiled, "planned_rows", lambda rows: rows + 321)
    assert fitted() == before


@pytest.mark.parametrize("rows", [1, 32, 33, 4096, 4097, 10**6])
def test_a_plan_has_room_and_wastes_less_than_it_needs(rows):
    assert rows <= planned_rows(rows) <= max(32, 2 * rows)


@native_only
def test_a_second_fit_builds_nothing(monkeypatch):
    network(0).fit(X, Y, epochs=1, loss="cross_entropy")

    def fail(*_arguments, **_options):
        raise AssertionError("built again")

    monkeypatch.setattr(compiled, "build_step", fail)
    monkeypatch.setattr(compiled, "lower_graph_to_program", fail)
    network(1).fit(
        X[:450], Y[:450], epochs=1, loss="cross_entropy", optimizer=Adam(0.5)
    )  # fmt: skip


@native_only
def test_after_a_run_that_diverged_the_next_one_is_as_if_it_never_was():
    options = {"epochs": 3, "loss": "cross_entropy", "batch_size": 64}
    first, second = network(0), network(0)
    first.fit(X, Y, **options)
    with pytest.warns(match="finite numbers"):
        network(1).fit(X, Y, **options, optimizer=Adam(1e38))
    second.fit(X, Y, **options)
    assert (first.parameters.vector == second.parameters.vector).all()
