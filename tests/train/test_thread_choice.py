"""How many threads run the steps: tried, chosen, and tried again."""

import pytest

from neurona.train import thread_choice
from neurona.train.thread_choice import (
    FIRST_CHOICE_SECONDS,
    FIRST_TRIALS,
    LAST_CHOICE_SECONDS,
    LATER_TRIALS,
    TRIAL_SECONDS,
    ThreadChoice,
    Trial,
    fastest,
)


@pytest.fixture
def four_processors(monkeypatch):
    monkeypatch.setattr(thread_choice, "allowed_threads", lambda: 4)


def run(choice, seconds_of, total=10**9, calls=40):
    """Numbers of threads that calls ran on, each step taking the time given."""
    found = []
    for _ in range(calls):
        steps, threads = choice.next_steps(total)
        choice.learn(steps, steps * seconds_of(threads), threads)
        found.append(threads)
        if steps == total:
            break
    return found


@pytest.mark.usefixtures("four_processors")
@pytest.mark.parametrize(("fast", "chosen"), [(4, 4), (1, 1)])
def test_the_fastest_number_is_chosen_after_a_few_trials(fast, chosen):
    choice = ThreadChoice(None)
    found = run(choice, lambda threads: 1e-5 if threads == fast else 3e-5)
    assert found == [1, 4, 1, 4, 1, 4, 1, chosen]


@pytest.mark.usefixtures("four_processors")
def test_a_trial_is_about_as_long_whatever_a_step_takes():
    choice = ThreadChoice(None)
    choice.next_steps(10**9)
    choice.learn(1, 1e-4, 1)
    assert choice.next_steps(10**9) == (int(TRIAL_SECONDS / 1e-4), 4)
    choice.learn(1, 1.0, 4)
    assert choice.next_steps(10**9) == (1, 1)


@pytest.mark.usefixtures("four_processors")
def test_a_choice_is_made_anew_after_a_while():
    choice = ThreadChoice(None)
    run(choice, lambda threads: 1e-5 / threads, calls=FIRST_TRIALS)
    assert choice.next_steps(50) == (50, 4)
    # Something else has begun to use the processors.
    choice.learn(50, FIRST_CHOICE_SECONDS, 4)
    again = run(choice, lambda threads: 1e-5 * threads)
    assert again == [1, 4, 1, 4, 1]


@pytest.mark.usefixtures("four_processors")
def test_later_choices_hold_longer_up_to_a_limit():
    choice = ThreadChoice(None)
    run(choice, lambda threads: 1e-5 / threads, calls=FIRST_TRIALS)
    held = []
    for _ in range(5):
        seconds = 0.0
        while choice.next_steps(50) == (50, 4):
            choice.learn(50, 0.01, 4)
            seconds += 0.01
        held.append(seconds)
        run(choice, lambda threads: 1e-5 / threads, calls=LATER_TRIALS)
    assert held[0] == pytest.approx(FIRST_CHOICE_SECONDS, abs=0.02)
    assert held == sorted(held)
    assert held[-1] == pytest.approx(LAST_CHOICE_SECONDS, abs=0.02)


@pytest.mark.parametrize("threads", [1, 3])
def test_a_number_asked_for_is_not_tried(threads):
    choice = ThreadChoice(threads)
    for _ in range(FIRST_TRIALS + 1):
        assert choice.next_steps(7) == (7, threads)
        choice.learn(7, 10 * LAST_CHOICE_SECONDS, threads)


@pytest.mark.usefixtures("four_processors")
def test_work_for_one_thread_is_not_tried_on_more():
    choice = ThreadChoice(None, shares_work=False)
    assert choice.next_steps(7) == (7, 1)


def test_one_processor_leaves_no_choice(monkeypatch):
    monkeypatch.setattr(thread_choice, "allowed_threads", lambda: 1)
    assert ThreadChoice(None).next_steps(7) == (7, 1)


def simulate(seconds_of, *, total, call_steps=500):
    """Seconds of a fit, and its threads at the end.

    ``seconds_of`` a number of steps and threads, at a time since the beginning.
    """
    choice, clock, left, threads = ThreadChoice(None), 0.0, total, 1
    while left:
        steps, threads = choice.next_steps(min(left, call_steps))
        seconds = seconds_of(steps, threads, clock)
        choice.learn(steps, seconds, threads)
        clock, left = clock + seconds, left - steps
    return clock, threads


@pytest.mark.usefixtures("four_processors")
@pytest.mark.parametrize("waking", [0.0, 0.0001, 0.0003, 0.0005])
def test_what_waking_threads_takes_does_not_decide(waking):
    # Steps of 44 µs alone and 31 µs together, as 12-100-5 has with batches of 200.
    step, woken = {1: 44e-6, 4: 31e-6}, {1: 0.0, 4: waking}
    seconds, threads = simulate(
        lambda steps, n, _time: steps * step[n] + woken[n], total=20_000
    )
    best = 20_000 * step[4] + 20_000 / 500 * waking
    assert threads == 4
    assert seconds < 1.15 * best


@pytest.mark.usefixtures("four_processors")
@pytest.mark.parametrize("slower", [1.2, 3.0])
def test_several_threads_that_are_slower_are_soon_left_alone(slower):
    seconds, threads = simulate(
        lambda steps, n, _time: steps * 40e-6 * (slower if n > 1 else 1), total=20_000
    )
    assert threads == 1
    assert seconds < 1.1 * 20_000 * 40e-6


@pytest.mark.usefixtures("four_processors")
def test_a_disturbance_at_the_beginning_is_soon_forgotten():
    # Steps of 300-400-300-10: what spins for 20 ms makes several threads the slower.
    def seconds_of(steps, threads, time):
        return steps * (0.00325 if threads == 1 else 0.0045 if time < 0.02 else 0.00187)

    seconds, threads = simulate(seconds_of, total=100, call_steps=13)
    undisturbed, _threads = simulate(
        lambda steps, threads, time: seconds_of(steps, threads, 1.0),
        total=100, call_steps=13,
    )  # fmt: skip
    assert threads == 4
    assert seconds < 1.3 * undisturbed


def test_calls_of_few_steps_are_enough_in_the_end():
    trials = [Trial(1, 0.0001, 1), Trial(1, 0.00011, 2)] * 5
    assert fastest(trials) is None
    assert fastest([*trials, *trials[:2]]) == 1
