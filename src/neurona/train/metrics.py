"""How good predictions are, in figures people quote."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeAlias

import numpy as np

from neurona.arrays import Array
from neurona.errors import OptionError, unknown_name
from neurona.messages import _
from neurona.nn.losses import Loss
from neurona.settings import shortened

__all__ = [
    "METRICS",
    "Metric",
    "accuracy",
    "as_metrics",
    "mae",
    "metrics_for",
    "predicted_classes",
    "r2",
    "rmse",
    "score",
]

Metric: TypeAlias = Callable[[Array, Array], float]


def predicted_classes(prediction: Array) -> Array:
    """Class numbers from probabilities: the largest, or whether one is at least ½."""
    if prediction.ndim == 2 and prediction.shape[1] > 1:
        return np.asarray(np.argmax(prediction, axis=1))
    return np.asarray(prediction.reshape(len(prediction)) >= 0.5).astype(np.int64)


def accuracy(y: Array, prediction: Array) -> float:
    """Share of rows whose class is predicted, in [0, 1].

    Parameters
    ----------
    y : array (N,) of class numbers, or (N, C) of probabilities
    prediction : array (N, C) or (N, 1) of probabilities

    Examples
    --------
    >>> accuracy(np.array([0, 1, 1]), np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]]))
    0.6666666666666666
    """
    truth = predicted_classes(y) if y.ndim == 2 else y
    return float(np.mean(truth == predicted_classes(prediction)))


def share_of_answers(y: Array, prediction: Array) -> float:
    """Share of right answers where each output is a question of its own, in [0, 1].

    Parameters
    ----------
    y, prediction : array (N, K) of probabilities
    """
    return float(np.mean((y >= 0.5) == (prediction >= 0.5)))


def r2(y: Array, prediction: Array) -> float:
    """Share of the variance explained, 1 − Σ(y − ŷ)²/Σ(y − ȳ)², mean over outputs.

    At most 1; 0 for predicting the mean, negative for worse. Where the target does not
    vary it is 1 for exact predictions and 0 otherwise, as in scikit-learn.

    Examples
    --------
    >>> r2(np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 3.0]))
    1.0
    """
    truth = np.asarray(y, np.float64).reshape(len(y), -1)
    found = np.asarray(prediction, np.float64).reshape(truth.shape)
    rest = np.sum((truth - found) ** 2, axis=0)
    spread = np.sum((truth - truth.mean(axis=0)) ** 2, axis=0)
    flat = spread == 0
    share = 1 - rest / np.where(flat, 1.0, spread)
    return float(np.mean(np.where(flat, np.where(rest == 0, 1.0, 0.0), share)))


def mae(y: Array, prediction: Array) -> float:
    """Mean absolute error.

    Examples
    --------
    >>> mae(np.array([1.0, 2.0]), np.array([2.0, 2.0]))
    0.5
    """
    return float(np.mean(np.abs(errors(y, prediction))))


def rmse(y: Array, prediction: Array) -> float:
    """Root of the mean squared error.

    Examples
    --------
    >>> rmse(np.array([1.0, 2.0]), np.array([2.0, 2.0]))
    0.7071067811865476
    """
    return float(np.sqrt(np.mean(errors(y, prediction) ** 2)))


def errors(y: Array, prediction: Array) -> Array:
    """Targets minus predictions, in float64: their squares may be beyond float32."""
    return y.reshape(prediction.shape).astype(np.float64) - prediction


METRICS: Final[Mapping[str, Metric]] = {
    "accuracy": accuracy,
    "r2": r2,
    "mae": mae,
    "rmse": rmse,
}


def as_metrics(
    metrics: Iterable[str | Metric] | str | Metric | None,
) -> dict[str, Metric]:
    """Metrics by name; functions of (y, prediction) go under their own name.

    Different functions of one name, such as two lambdas, are numbered from the second.
    No metric takes account of sample weights.

    Raises
    ------
    OptionError
        An unknown name, or something that is neither a name nor a function.

    Examples
    --------
    >>> list(as_metrics(["mae", lambda y, p: 1.0, lambda y, p: 2.0]))
    ['mae', '<lambda>', '<lambda>_2']
    """
    if isinstance(metrics, str) or callable(metrics):
        metrics = [metrics]
    if metrics is not None and not isinstance(metrics, Iterable):
        raise OptionError(
            _("metrics must be names or functions of (y, prediction), not {found}")
            .format(found=shortened(metrics))
        )  # fmt: skip
    listed: list[str | Metric] = list(metrics or ())
    found: dict[str, Metric] = {}
    for metric in listed:
        if callable(metric):
            own = getattr(metric, "__name__", type(metric).__name__)
            name, number = own, 1
            while found.get(name, metric) is not metric:
                number += 1
                name = f"{own}_{number}"
            found[name] = metric
        elif isinstance(metric, str) and metric in METRICS:
            found[metric] = METRICS[metric]
        else:
            raise OptionError(unknown_name(_("metric"), str(metric), METRICS))
    return found


def score(name: str, metric: Metric, y: Array, prediction: Array) -> float:
    """What a metric says, as one number.

    Raises
    ------
    OptionError
        It says something else.
    """
    said: Any = metric(y, prediction)
    if np.ndim(said) == 0 and np.asarray(said).dtype.kind in "biuf":
        return float(said)
    raise OptionError(
        _("the metric {name} must give one number, not {found}").format(
            name=name, found=shortened(said)
        )
    )


def metrics_for(
    metrics: Mapping[str, Metric], losses: Mapping[str, Loss]
) -> dict[str, dict[str, Metric]]:
    """Metrics of each output: those that its loss gives a meaning to.

    Raises
    ------
    OptionError
        A metric suits no output.
    """
    found: dict[str, dict[str, Metric]] = {output: {} for output in losses}
    for name, metric in metrics.items():
        for output, loss in losses.items():
            if metric is accuracy and loss.head == "binary":
                found[output][name] = share_of_answers
            elif suits(metric, loss.head):
                found[output][name] = metric
        if not any(name in own for own in found.values()):
            raise OptionError(
                _("{metric} says nothing of predictions under {loss}").format(
                    metric=name,
                    loss=", ".join(sorted({loss.name for loss in losses.values()})),
                )
            )
    return found


def suits(metric: Metric, head: str) -> bool:
    """Whether a metric of this module can be told of such an output; any other can."""
    if metric is accuracy:
        return head != "real"
    return metric not in (r2, mae, rmse) or head != "classes"
