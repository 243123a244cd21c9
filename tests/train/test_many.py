"""Many fits at once are the fits that run alone, bit for bit."""

import signal
import threading
import time

import numpy as np
import pytest

import neurona
from neurona import Adam, Dense, Dropout, Job, Network, fit_many
from neurona.errors import DataError, OptionError
from neurona.messages import use_language
from tests.train.runs import ROWS, X, Y, record

OPTIONS = {"loss": "cross_entropy", "batch_size": 8, "epochs": 6}


def network(seed):
    layers = [Dense(6, "relu"), Dropout(0.3), Dense(3)]
    return Network(layers, n_inputs=3, seed=seed)


def options_of(number):
    """Another seed, rate and choice of rows for each."""
    return {
        "seed": number,
        "optimizer": Adam(learning_rate=0.01 * (number + 1)),
        "rows": np.arange(number, ROWS - number),
    }


@pytest.mark.parametrize("threads", [1, 3])
def test_each_job_ends_as_it_would_alone(threads):
    jobs = [Job(network(i), options_of(i), name=f"job {i}") for i in range(7)]
    outcomes = fit_many(jobs, X, Y, threads=threads, **OPTIONS)
    assert [outcome.job for outcome in outcomes] == jobs
    for number, outcome in enumerate(outcomes):
        assert outcome.error is None
        assert outcome.history is jobs[number].network.history
        alone = network(number)
        alone.fit(X, Y, **OPTIONS, **options_of(number))
        assert record(jobs[number].network) == record(alone)


def test_float64_data_are_narrowed_once_to_the_same_bits():
    assert X.dtype == np.float64
    job, alone = Job(network(0)), network(0)
    fit_many([job], X, Y, **OPTIONS)
    alone.fit(X, Y, **OPTIONS)
    assert record(job.network) == record(alone)


def test_an_error_of_one_job_is_its_own():
    jobs = [Job(network(i), {"rows": [0, 1, rows]}) for i, rows in enumerate((2, 99))]
    good, bad = fit_many(jobs, X, Y, **OPTIONS)
    assert good.error is None
    assert len(good.history) == OPTIONS["epochs"]
    assert isinstance(bad.error, OptionError)
    assert bad.history is None


def test_errors_of_jobs_are_in_the_language_of_whoever_asked():
    jobs = [Job(network(0), {"epochs": -1}), Job(network(1), {"rows": [0, 99]})]
    alone = []
    with use_language("es"):
        for outcome in fit_many(jobs, X, Y, threads=2, **{"batch_size": 4}):
            with pytest.raises(OptionError) as refused:
                outcome.job.network.fit(X, Y, batch_size=4, **outcome.job.options)
            alone.append(str(refused.value))
            assert str(outcome.error) == alone[-1]
    for outcome, spanish in zip(fit_many(jobs, X, Y, batch_size=4), alone, strict=True):
        assert str(outcome.error) != spanish


def test_data_that_cannot_be_used_are_an_error_of_each_job():
    spoilt = X.copy()
    spoilt[3, 1] = np.nan
    for outcome in fit_many([Job(network(i)) for i in range(3)], spoilt, Y, **OPTIONS):
        assert isinstance(outcome.error, DataError)
        assert "row 3, column 1" in str(outcome.error)


def test_one_network_in_two_jobs_is_refused():
    same = network(0)
    with pytest.raises(OptionError, match="jobs 0 and 2"):
        fit_many([Job(same), Job(network(1)), Job(same)], X, Y)


def test_a_network_that_is_no_job_is_refused():
    with pytest.raises(OptionError, match="job 1 must be a Job"):
        fit_many([Job(network(0)), network(1)], X, Y)


@pytest.mark.parametrize("name", ["threads", "checkpoint", "resume"])
def test_options_that_jobs_cannot_have_are_refused(name):
    with pytest.raises(OptionError, match=name):
        fit_many([Job(network(0), {name: 1})], X, Y)


def test_an_option_that_there_is_not_is_refused_before_any_job_starts():
    jobs = [Job(network(0)), Job(network(1), {"patiense": 3})]
    with pytest.raises(OptionError, match="'patiense'; did you mean patience"):
        fit_many(jobs, X, Y, epochs=1)
    with pytest.raises(OptionError, match="'epoch'; did you mean epochs"):
        fit_many(jobs[:1], X, Y, epoch=1)
    with pytest.raises(OptionError, match="unknown option of fit 'y'"):
        fit_many([Job(network(0), {"y": Y})], X, Y)
    assert jobs[0].network.history is None


def test_no_jobs_are_no_outcomes():
    assert fit_many([], X, Y) == []


def test_progress_is_told_and_can_stop_all_jobs():
    told = []

    def stop_later(progress):
        told.append(progress)
        return any(moment and moment.epoch > 3 for moment in progress.moments)

    jobs = [Job(network(i)) for i in range(3)]
    options = {**OPTIONS, "epochs": 10**6}
    outcomes = fit_many(jobs, X, Y, threads=2, progress=stop_later, **options)
    assert told[0].total == 3
    assert [outcome.error for outcome in outcomes] == [None] * 3
    for outcome in outcomes[:2]:
        assert outcome.history.stopped == "interrupted"
        assert 3 <= len(outcome.history) < 10**6
    # The third was never begun.
    assert outcomes[2].history is None


def test_ctrl_c_stops_every_job_and_keeps_what_was_learned():
    jobs = [Job(network(i)) for i in range(2)]
    before = [job.network.parameters.vector.copy() for job in jobs]

    def press():
        time.sleep(0.5)
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)

    presser = threading.Thread(target=press)
    presser.start()
    with pytest.raises(KeyboardInterrupt):
        fit_many(jobs, X, Y, threads=2, **{**OPTIONS, "epochs": 10**7})
    presser.join()
    for job, vector in zip(jobs, before, strict=True):
        assert job.network.history.stopped == "interrupted"
        assert (job.network.parameters.vector != vector).any()


def test_a_solver_can_be_a_job_too():
    jobs = [Job(network_without_masks(i), {"optimizer": "lbfgs"}) for i in range(2)]
    outcomes = fit_many(jobs, X, Y, loss="cross_entropy", epochs=5)
    assert [len(outcome.history) for outcome in outcomes] == [5, 5]


def network_without_masks(seed):
    return Network([Dense(4, "tanh"), Dense(3)], n_inputs=3, seed=seed)


def test_it_is_public():
    assert {"Job", "fit_many"} <= set(neurona.__all__)


def test_a_callback_that_leaves_the_program_ends_all_jobs():
    def leave(epoch, history):
        raise SystemExit(3)

    jobs = [Job(network(0), {"callbacks": leave}), Job(network(1))]
    with pytest.raises(SystemExit, match="3"):
        fit_many(jobs, X, Y, threads=1, **OPTIONS)
    assert jobs[1].network.history is None
