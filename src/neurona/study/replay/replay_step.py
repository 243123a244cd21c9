"""Replay: a step that a real run took, worked through."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from neurona.explain.letters import Convention
from neurona.explain.step.choose import Selection
from neurona.explain.step.numbers import StepRequest
from neurona.explain.step.worked_step import WorkedStep, work_step
from neurona.messages import _
from neurona.network import Network
from neurona.study.replay.past_run import PastRun

__all__ = ["replay_step"]


def replay_step(
    network: Network,
    X: Any,
    y: Any,
    at_step: int,
    *,
    rows: Any = None,
    sample_weight: Any = None,
    engine: str = "auto",
    checkpoint: str | os.PathLike[str] | None = None,
    layers: Sequence[str] = (),
    units: Sequence[int] = (),
    weights: Sequence[str] = (),
    largest: int | None = None,
    members: Sequence[int] = (),
    row_numbers: Sequence[int] | None = None,
    feature_names: Sequence[str] = (),
    class_names: Sequence[str] = (),
    notes: Sequence[str] = (),
    convention: Convention = "rows",
) -> WorkedStep:
    """Work a step of a network's last fit through, with what it really met.

    Its rows, masks and optimizer memory are found again from the seed, by running the
    steps before it once more, from the checkpoint where there is one. The losses of
    the epochs are compared with those recorded.

    Parameters
    ----------
    network : Network
        As the fit left it.
    X, y, rows, sample_weight
        As the fit had them; ``rows`` are those trained on.
    at_step : int
        Number of the step, counted from 1.
    engine : {"auto", "native", "reference"}
        What computed then.
    checkpoint : path, optional
        Folder of the run's checkpoint.
    layers, units, weights, largest, members, convention
        As for :func:`~neurona.explain.worked_step`.
    row_numbers : sequence of int, optional
        What the rows of X are called; by default their place.
    feature_names, class_names, notes
        What inputs and classes are called, and what is to be known.

    Returns
    -------
    WorkedStep
        In float64, with dropout masks and batch statistics of that step.

    Raises
    ------
    OptionError
        The network was never trained, or took no such step.
    DataError
        The data are not those of the run.

    Examples
    --------
    >>> from neurona import Dense, Network
    >>> X, y = np.eye(4), np.array([0.0, 1.0, 1.0, 0.0])
    >>> network = Network([Dense(1)], n_inputs=4, dtype="float64")
    >>> history = network.fit(
    ...     X, y, batch_size=1, epochs=2, loss="mse", engine="reference"
    ... )
    >>> step = replay_step(network, X, y, at_step=8, engine="reference")
    >>> step.update["dense_1.bias"] == network.parameters["dense_1.bias"]
    array([ True])
    """
    run = PastRun(
        network,
        X,
        y,
        rows=rows,
        sample_weight=sample_weight,
        engine=engine,
        checkpoint=checkpoint,
    )
    moment = run.before(at_step)
    chosen = run.next_rows(moment)
    names = ("l1", "l2", "clip_norm", "clip_value", "reduction")
    held = {name: widened(array) for name, array in moment.values.items()}
    known = {**network.parameters, **network.states}
    request = StepRequest(
        network.architecture,
        run.losses,
        run.optimizer,
        {name: held[name] for name in known},
        {name: value for name, value in held.items() if name not in known},
        {name: widened(array[chosen]) for name, array in run.train.data.items()},
        step=at_step,
        learning_rate=run.rate(at_step, moment),
        training=True,
        seed=run.seed,
        **{name: run.settings[name] for name in names},
    )
    labels = chosen if row_numbers is None else np.asarray(row_numbers)[chosen]
    said = partial(say_batch, moment.epoch + 1, moment.batch + 1, run.batches)
    return work_step(
        request,
        selection=Selection(
            tuple(layers), tuple(units), tuple(weights), largest, tuple(members)
        ),
        rows=[int(row) for row in labels],
        feature_names=feature_names,
        class_names=class_names,
        convention=convention,
        replayed=at_step,
        notes=(said, *notes),
    )


def say_batch(epoch: int, batch: int, batches: int) -> str:
    """Where in the run a step was."""
    said = _("Epoch {epoch}, batch {batch} of {batches}.")
    return said.format(epoch=epoch, batch=batch, batches=batches)


def widened(array: np.ndarray[Any, np.dtype[Any]]) -> np.ndarray[Any, np.dtype[Any]]:
    """Real numbers in float64, whole ones as they are."""
    return array.astype(np.float64) if array.dtype.kind == "f" else array
