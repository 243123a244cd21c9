"""Many fits at once over the same data, one on each thread."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextvars import copy_context
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, TypeAlias

import numpy as np

from neurona.errors import OptionError
from neurona.messages import _
from neurona.native.stop_flag import make_stop_flag
from neurona.native.threads import allowed_threads
from neurona.settings import Count, checked
from neurona.train.callback import Callback, Moment
from neurona.train.history import History
from neurona.train.interrupt import stopped_by
from neurona.train.option_names import option_names, refuse_unknown

__all__ = ["Job", "Outcome", "Progress", "fit_many"]

LOOK_SECONDS: Final = 0.05
"""How often progress is told and Ctrl-C heard."""


class Trainable(Protocol):
    """What can be fitted: a network."""

    dtype: np.dtype[Any]
    history: History | None

    @property
    def fit(self) -> Callable[..., History]:
        """Train on X and y with options."""


@dataclass(frozen=True, eq=False)
class Job:
    """One of many fits.

    Parameters
    ----------
    network : Network
        Its own: no two jobs train the same one.
    options : mapping of str to value
        Of its :meth:`~neurona.Network.fit`, such as ``seed``, ``rows``, ``optimizer``
        or ``l2``; they go before those that all jobs share.
    name : str, optional
        What progress and messages call it.

    Examples
    --------
    >>> from neurona import Dense, Network
    >>> job = Job(Network([Dense(1)], n_inputs=2), {"seed": 3, "l2": 0.1})
    >>> job.options["seed"]
    3
    """

    network: Trainable
    options: Mapping[str, Any] = field(default_factory=dict)
    name: str | None = None


@dataclass(frozen=True, eq=False)
class Outcome:
    """How a job ended.

    Parameters
    ----------
    job : Job
    history : History or None
        None where it failed, or was never begun.
    error : Exception or None
        Why it failed; the other jobs went on.
    """

    job: Job
    history: History | None = None
    error: Exception | None = None


@dataclass(frozen=True, eq=False)
class Progress:
    """Where many fits stand.

    Parameters
    ----------
    done : int
        Jobs that have ended, well or not.
    total : int
    moments : sequence of Moment or None
        Where each job stands; None before it begins.
    """

    done: int
    total: int
    moments: Sequence[Moment | None]


Tell: TypeAlias = Callable[[Progress], "bool | None"]


def fit_many(
    jobs: Iterable[Job],
    X: Any,
    y: Any,
    *,
    threads: int | None = None,
    progress: Tell | None = None,
    **options: Any,
) -> list[Outcome]:
    """Train many networks over the same data, one on each thread.

    Each job ends with the bits that it would have alone: those of
    ``job.network.fit(X, y, **options, **job.options)``. The data are converted once and
    only read.

    Parameters
    ----------
    jobs : iterable of Job
    X, y
        As for :meth:`neurona.Network.fit`; jobs with ``rows`` train on some of them.
    threads : int, optional
        How many jobs run at once; by default as many as this process may use threads.
    progress : callable of Progress, optional
        Called several times a second, from the thread that called this function;
        return True to stop all jobs, which keep what they have learned.
    **options
        Of every fit; a job's own go before them.

    Returns
    -------
    list of Outcome
        In the order of the jobs. An error of one is in its outcome and does not stop
        the others.

    Raises
    ------
    OptionError
        One of them is no job, two have the same network, or an option is given that
        is not a job's.
    KeyboardInterrupt
        After Ctrl-C, once every job under way has kept its weights.

    Examples
    --------
    >>> import numpy as np
    >>> from neurona import Dense, Network
    >>> X = np.linspace(-1, 1, 40).reshape(20, 2)
    >>> jobs = [Job(Network([Dense(1)], n_inputs=2, seed=s)) for s in range(3)]
    >>> outcomes = fit_many(jobs, X, X[:, 0] + X[:, 1], epochs=5)
    >>> [len(outcome.history) for outcome in outcomes]
    [5, 5, 5]
    """
    listed = list(jobs)
    for number, job in enumerate(listed):
        checked(_("job {number}").format(number=number), job, Job)
    refuse_shared_networks(listed)
    if threads is not None:
        threads = checked("threads", threads, Count)
    elsewhere = {"threads", "checkpoint", "resume"} & {
        name for given in (options, *(job.options for job in listed)) for name in given
    }
    if elsewhere:
        raise OptionError(
            _("{option} is no option of a job among many").format(option=min(elsewhere))
        )
    for job in listed:
        method = type(job.network).fit
        refuse_unknown(
            method.__name__, {**options, **job.options}, option_names(method)
        )
    many = _Many(listed, X, y, options)
    return many.run(min(threads or allowed_threads(), max(len(listed), 1)), progress)


def refuse_shared_networks(jobs: Sequence[Job]) -> None:
    """Refuse jobs that would write to the same weights at the same time."""
    seen: dict[int, int] = {}
    for number, job in enumerate(jobs):
        first = seen.setdefault(id(job.network), number)
        if first != number:
            raise OptionError(
                _(
                    "jobs {first} and {second} train the same network: give each its "
                    "own"
                ).format(first=first, second=number)
            )


class _Watch(Callback):
    """Takes note of where a job stands."""

    def __init__(self, moments: list[Moment | None], number: int) -> None:
        self.moments = moments
        self.number = number

    def on_progress(self, moment: Moment) -> None:
        self.moments[self.number] = moment


class _Many:
    """Many fits under way."""

    def __init__(
        self, jobs: list[Job], X: Any, y: Any, options: Mapping[str, Any]
    ) -> None:
        self.jobs = jobs
        self.y = y
        self.options = options
        dtypes = {job.network.dtype for job in jobs}
        self.X = {dtype: shared_data(X, dtype) for dtype in dtypes}
        self.outcomes = [Outcome(job) for job in jobs]
        self.moments: list[Moment | None] = [None] * len(jobs)
        self.left = deque(range(len(jobs)))
        self.done = 0
        self.flag = make_stop_flag()
        self.ended = threading.Condition()
        self.escaped: BaseException | None = None

    def run(self, threads: int, progress: Tell | None) -> list[Outcome]:
        workers = [
            # Each in a copy of the caller's context: its language, above all.
            threading.Thread(
                target=copy_context().run, args=(self.work,), name=f"neurona-job-{i}"
            )
            for i in range(threads)
        ]
        for worker in workers:
            worker.start()
        try:
            self.wait(progress)
        finally:
            # Whatever made the waiting end, no job goes on behind one's back.
            if self.done < len(self.jobs):
                self.flag.set()
            for worker in workers:
                worker.join()
        if self.escaped is not None:
            raise self.escaped
        return self.outcomes

    def wait(self, progress: Tell | None) -> None:
        """Tell progress until all jobs have ended, or somebody stops them."""
        total = len(self.jobs)
        while self.done < total and not self.flag.is_set:
            with self.ended:
                self.ended.wait(LOOK_SECONDS)
            if progress is not None and progress(
                Progress(self.done, total, tuple(self.moments))
            ):
                self.flag.set()

    def work(self) -> None:
        """Take one job after another until none is left."""
        with stopped_by(self.flag):
            while self.left and not self.flag.is_set:
                try:
                    number = self.left.popleft()
                except IndexError:
                    return
                try:
                    self.outcomes[number] = self.run_job(number)
                except BaseException as error:
                    # Such as SystemExit: no error of a job, but the end of all.
                    self.escaped = error
                    self.flag.set()
                    return
                with self.ended:
                    self.done += 1
                    self.ended.notify()

    def run_job(self, number: int) -> Outcome:
        """Run one fit; its errors are its own."""
        job = self.jobs[number]
        options = {**self.options, **job.options}
        callbacks = options.pop("callbacks", None) or []
        listed = list(callbacks) if isinstance(callbacks, Iterable) else [callbacks]
        listed.append(_Watch(self.moments, number))
        try:
            history = job.network.fit(
                self.X[job.network.dtype],
                self.y,
                **options,
                threads=1,
                callbacks=listed,
            )
        except KeyboardInterrupt:
            return Outcome(job, job.network.history)
        except Exception as error:
            return Outcome(job, error=error)
        return Outcome(job, history)


def shared_data(X: Any, dtype: np.dtype[Any]) -> Any:
    """Data in the precision of a network, so that its fit need not copy them."""
    if isinstance(X, Mapping):
        return {name: shared_data(array, dtype) for name, array in X.items()}
    plain = type(X) is np.ndarray and X.ndim == 2 and X.dtype.kind == "f"
    if not plain or X.dtype == dtype:
        return X
    with np.errstate(over="ignore"):
        narrow = X.astype(dtype)
    # What the precision cannot hold is left for the fit to find, and to say where.
    return narrow if np.isfinite(narrow).all() else X
