"""Schedules: known values, laws, and a state that goes through JSON."""

import json
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurona.errors import ModelFileError, OptionError
from neurona.model_file import part_from_config
from neurona.optimize import (
    SCHEDULES,
    ConstantRate,
    Cosine,
    Exponential,
    Geometric,
    OneCycle,
    ReduceOnPlateau,
    StepDecay,
    WarmUp,
    as_schedule,
)

ROUNDING = 1e-12

ALL = [
    ConstantRate(),
    StepDecay(every=3, gamma=0.5),
    Exponential(0.9),
    Cosine(minimum=0.1),
    OneCycle(),
    WarmUp(),
    WarmUp(Cosine(), epochs=2.5),
    WarmUp(ReduceOnPlateau(patience=2), steps=7),
    ReduceOnPlateau(patience=3, factor=0.5),
    Geometric(100.0),
]
every_schedule = pytest.mark.parametrize("schedule", ALL, ids=repr)


def factors(schedule, steps_per_epoch, epochs):
    total = steps_per_epoch * epochs
    return [schedule.at(t, steps_per_epoch, total) for t in range(1, total + 1)]


@every_schedule
@given(steps_per_epoch=st.integers(1, 9), epochs=st.integers(1, 9))
def test_factors_are_positive_numbers_for_runs_of_any_length(
    schedule, steps_per_epoch, epochs
):
    found = factors(schedule, steps_per_epoch, epochs)
    assert all(0 < factor < float("inf") for factor in found)
    if not isinstance(schedule, Geometric):
        assert max(found) <= 1 + ROUNDING


def test_cosine_is_halfway_in_the_middle():
    # 12 steps: after 0, 4, 6, 8 of them cos(π·share) = 1, ½, 0, −½
    found = factors(Cosine(minimum=0.2), 12, 1)
    assert [found[i] for i in (0, 4, 6, 8)] == pytest.approx([1, 0.8, 0.6, 0.4])


def test_cosine_stays_at_its_minimum_after_the_end():
    assert Cosine(minimum=0.2).at(99, 1, 10) == pytest.approx(0.2)


def test_one_cycle_starts_low_peaks_and_ends_lowest():
    # rise .3 of 20 steps: the peak is step 6
    found = factors(OneCycle(), 20, 1)
    assert found.index(max(found)) == 5
    assert [found[0], found[5], found[19]] == pytest.approx([0.04, 1, 4e-6])


def test_one_cycle_stays_at_its_end():
    assert OneCycle().at(99, 1, 10) == pytest.approx(4e-6)


def test_warm_up_rises_linearly_and_hands_over_without_a_jump():
    # two epochs of 2 steps, then StepDecay(1, ½) as if the run began there
    found = factors(WarmUp(StepDecay(every=1, gamma=0.5), epochs=2), 2, 5)
    assert found == [0.25, 0.5, 0.75, 1, 1, 1, 0.5, 0.5, 0.25, 0.25]


def test_warm_up_passes_the_state_on():
    schedule = WarmUp(ReduceOnPlateau(patience=1, factor=0.5), steps=4)
    state = schedule.start()
    for loss in (1.0, 1.0):
        state = schedule.after_epoch(state, loss)
    assert [schedule.at(t, 2, 10, state) for t in (1, 4, 5)] == [0.125, 0.5, 0.5]


def plateau(schedule, losses):
    state, found = schedule.start(), []
    for loss in losses:
        state = json.loads(json.dumps(schedule.after_epoch(state, loss)))
        found.append(schedule.at(1, 1, 1, state))
    return found


def test_plateau_reduces_after_patience_epochs_without_improvement():
    losses = [0.9, 0.8, 0.7, 0.6, 0.65, 0.58, 0.6, 0.61, 0.62, 0.63]
    found = plateau(ReduceOnPlateau(patience=2, factor=0.5), losses)
    assert found == [1, 1, 1, 1, 1, 1, 1, 0.5, 0.5, 0.25]


def test_plateau_stops_at_its_minimum():
    schedule = ReduceOnPlateau(patience=1, factor=0.1, minimum=0.05)
    assert plateau(schedule, [1.0] * 4) == [1, 0.1, 0.05, 0.05]


@pytest.mark.parametrize("best", [1.0, -1.0])
def test_an_improvement_must_exceed_a_share_of_the_best(best):
    schedule = ReduceOnPlateau(patience=1, min_change=0.01)
    assert plateau(schedule, [best, best - 0.02])[-1] == 1
    assert plateau(schedule, [best, best - 0.005])[-1] == 0.1


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_a_loss_that_is_not_finite_never_improves(value):
    schedule = ReduceOnPlateau(patience=2)
    assert plateau(schedule, [value, 3.0, value, value]) == [1, 1, 1, 0.1]


def test_plateau_starts_from_the_full_rate_without_a_state():
    assert ReduceOnPlateau().at(5, 1, 10) == 1


@every_schedule
def test_state_survives_json_and_is_not_changed_in_place(schedule):
    state = schedule.start()
    before = json.dumps(state)
    json.dumps(schedule.after_epoch(state, 0.5))
    assert json.dumps(state) == before


@every_schedule
def test_config_survives_json(schedule):
    config = json.loads(json.dumps(schedule.to_config()))
    assert part_from_config(config, "schedule") == schedule


@pytest.mark.parametrize("name", SCHEDULES)
def test_name_class_and_instance_give_the_same_schedule(name):
    kind = SCHEDULES[name]
    assert as_schedule(name) == as_schedule(kind) == as_schedule(kind()) == kind()


def test_every_schedule_is_in_the_suite():
    assert {schedule.name for schedule in ALL} == set(SCHEDULES)


def test_an_unknown_schedule_offers_the_nearest():
    with pytest.raises(OptionError, match="did you mean cosine"):
        as_schedule("cosin")


BAD_VALUES = {
    ("step", "every"): [0, 1.5, True],
    ("step", "gamma"): [0, -1, "half"],
    ("exponential", "gamma"): [0, float("nan")],
    ("geometric", "growth"): [0, float("inf")],
    ("cosine", "minimum"): [-0.1, 1],
    ("one_cycle", "rise"): [0, 1, -0.5],
    ("one_cycle", "first"): [0],
    ("one_cycle", "last"): [0],
    ("warm_up", "then"): ["cosin", "warm_up", 3, WarmUp, WarmUp()],
    ("warm_up", "epochs"): [0, -1],
    ("warm_up", "steps"): [0, 2.5],
    ("reduce_on_plateau", "patience"): [0, 1.5],
    ("reduce_on_plateau", "factor"): [0, 1],
    ("reduce_on_plateau", "minimum"): [-1, 1],
    ("reduce_on_plateau", "min_change"): [-1],
}


def test_every_setting_has_bad_values_under_test():
    settings = {(n, f.name) for n, kind in SCHEDULES.items() for f in fields(kind)}
    assert settings == set(BAD_VALUES)


@pytest.mark.parametrize(
    ("name", "option", "value"),
    [(*key, value) for key, values in BAD_VALUES.items() for value in values],
)
def test_a_setting_outside_its_range_is_refused(name, option, value):
    with pytest.raises(OptionError, match=rf"{option}|warm-up"):
        as_schedule(name, **{option: value})


def test_a_warm_up_has_one_length():
    with pytest.raises(OptionError, match="not both"):
        WarmUp(epochs=1, steps=1)


def test_a_config_cannot_nest_without_end():
    config = WarmUp().to_config()
    for _ in range(10_000):
        config = {**config, "then": config}
    with pytest.raises(ModelFileError, match="too deep"):
        part_from_config(config, "schedule")


def test_a_config_of_a_warm_up_in_a_warm_up_is_refused():
    config = WarmUp().to_config()
    with pytest.raises(ModelFileError, match="another kind of schedule"):
        part_from_config({**config, "then": config}, "schedule")


def test_a_warm_up_takes_the_name_or_class_of_what_follows():
    assert WarmUp("cosine") == WarmUp(Cosine) == WarmUp(Cosine())
    assert as_schedule("warm_up", then="one_cycle").then == OneCycle()
    with pytest.raises(OptionError, match="did you mean cosine"):
        WarmUp("cosin")
