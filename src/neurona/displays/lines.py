"""Displays that are lines over a number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sklearn.calibration import calibration_curve
from sklearn.model_selection import KFold, validation_curve

from neurona import graph as g
from neurona.arrays import Array
from neurona.displays.answers import class_chances
from neurona.displays.display import Display
from neurona.errors import OptionError
from neurona.explain.slopes import slope_node
from neurona.messages import _
from neurona.nn.activations import as_activation
from neurona.reference import Executable
from neurona.show.page import Picture
from neurona.show.pictures.line_chart import line_chart

__all__ = [
    "ActivationDisplay",
    "BiasVarianceDisplay",
    "LineDisplay",
    "LossCurveDisplay",
    "ReliabilityDisplay",
]


@dataclass(kw_only=True, eq=False)
class LineDisplay(Display):
    """Lines over a number that they share.

    Parameters
    ----------
    x : array (N,)
    series : mapping of str to array (N,)
        By name.
    x_label, y_label, title : str
    marks : mapping of str to (float, float)
        Points that are pointed out, by name.
    log : bool
        Whether the vertical axis is logarithmic.
    """

    x: Array
    series: Mapping[str, Array]
    x_label: str = ""
    y_label: str = ""
    marks: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    log: bool = False

    def picture(self) -> Picture:
        """The lines as a chart; what is pointed out is said in its title."""
        said = [f"{name}: {x:g} ({y:.4g})" for name, (x, y) in self.marks.items()]
        return line_chart(
            {name: list(values) for name, values in self.series.items()},
            x=list(self.x),
            title=" · ".join([self.title, *said] if self.title else said),
            x_label=self.x_label,
            y_label=self.y_label,
            log=self.log,
        )

    def draw(self, ax: Any) -> None:
        """Draw lines, points and a legend."""
        for name, values in self.series.items():
            ax.plot(self.x, values, label=name, marker="o" if len(self.x) < 15 else "")
        for name, (x, y) in self.marks.items():
            ax.plot([x], [y], "o", fillstyle="none", color="black", label=name)
        ax.set(xlabel=self.x_label, ylabel=self.y_label)
        if self.log:
            ax.set_yscale("log")
        ax.grid(alpha=0.3)
        ax.legend()


class LossCurveDisplay(LineDisplay):
    """Loss of each epoch, with the epoch that was best."""

    @classmethod
    def from_estimator(cls, estimator: Any) -> LossCurveDisplay:
        """Of a fitted estimator or network, by its history or its ``loss_curve_``.

        Raises
        ------
        OptionError
            It has neither: it is not fitted.

        Examples
        --------
        >>> from neurona import Dense, Network
        >>> network = Network([Dense(1)], n_inputs=1)
        >>> history = network.fit([[0.0], [1.0]], [0.0, 2.0], epochs=3)
        >>> LossCurveDisplay.from_estimator(network).x.tolist()
        [1, 2, 3]
        """
        history = getattr(estimator, "history_", getattr(estimator, "history", None))
        kept = scores = None
        if history is not None:
            loss, held = history.loss, history.validation_loss
            kept = history.best_epoch
        else:
            scores = getattr(estimator, "validation_scores_", None)
            loss = getattr(estimator, "loss_curve_", None)
            held = getattr(estimator, "validation_loss_curve_", None)
        if loss is None or not len(loss):
            raise OptionError(
                _(
                    "{name} has no history of losses: it is not fitted, or its solver "
                    "keeps none"
                ).format(name=type(estimator).__name__)
            )
        series = {_("training loss"): np.asarray(loss, float)}
        if held is not None and np.isfinite(np.asarray(held, float)).any():
            series[_("validation loss")] = np.asarray(held, float)
        judged = list(series.values())[-1]
        if kept is not None:
            best = kept - 1
        else:
            # With early stopping the score decided which weights were kept.
            best = int(np.argmax(scores) if scores else np.nanargmin(judged))
        return cls(
            x=np.arange(1, len(judged) + 1),
            series=series,
            x_label=_("epoch"),
            y_label=_("loss"),
            marks={_("best epoch"): (best + 1, float(judged[best]))},
            log=all((values > 0).all() for values in series.values()),
        )


class ActivationDisplay(LineDisplay):
    """An activation function and its derivative."""

    @classmethod
    def from_name(
        cls, activation: Any, low: float = -5.0, high: float = 5.0, points: int = 401
    ) -> ActivationDisplay:
        """Of an activation by name, class or instance, as the graph computes it.

        Raises
        ------
        OptionError
            There is none of that name, or each of its values depends on all inputs.

        Examples
        --------
        >>> curve = ActivationDisplay.from_name("tanh", points=5)
        >>> curve.series["tanh′(z)"].round(3).tolist()
        [0.0, 0.027, 1.0, 0.027, 0.0]
        """
        function = as_activation(activation)
        if not function.elementwise:
            raise OptionError(
                _("{name} has no curve: each of its values depends on all inputs")
                .format(name=function.name)
            )  # fmt: skip
        z = g.input("z", (g.BATCH,))
        a = function.apply(z)
        places = np.linspace(low, high, points)
        run = Executable(g.Graph({"a": a, "slope": slope_node(a, z)}))
        found = run({"z": places})
        return cls(
            x=places,
            series={
                f"{function.name}(z)": found["a"],
                f"{function.name}′(z)": found["slope"],
            },
            x_label="z",
        )


class BiasVarianceDisplay(LineDisplay):
    """Error on the rows that were learned from and on others, by one parameter."""

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: Any,
        y: Any,
        *,
        param_name: str = "degree",
        param_range: Any = tuple(range(1, 10)),
        cv: Any = None,
        scoring: str | None = "neg_mean_squared_error",
    ) -> BiasVarianceDisplay:
        """Of an estimator, fitted anew for each value of the parameter and each fold.

        Where both errors are high the model is too stiff (bias); where the second
        leaves the first, it follows the noise (variance).

        Parameters
        ----------
        estimator : estimator
        X, y
        param_name : str
        param_range : sequence of numbers
        cv : as scikit-learn takes it, optional
            By default five shuffled folds: rows in order would have each fold answer
            beyond what it saw.
        scoring : str
        """
        if cv is None:
            cv = KFold(5, shuffle=True, random_state=0)
        train, test = validation_curve(
            estimator, X, y, param_name=param_name, param_range=param_range, cv=cv,
            scoring=scoring,
        )  # fmt: skip
        series = {
            _("training error"): -train.mean(axis=1),
            _("validation error"): -test.mean(axis=1),
        }
        best = int(np.argmin(-test.mean(axis=1)))
        return cls(
            x=np.asarray(param_range, float),
            series=series,
            x_label=param_name,
            y_label=error_name(scoring),
            marks={_("best"): (float(param_range[best]), -float(test[best].mean()))},
            log=all((values > 0).all() for values in series.values()),
        )


def error_name(scoring: str | None) -> str:
    """Name of what is the smaller the better, of a score that is the larger.

    Examples
    --------
    >>> error_name("neg_mean_absolute_error"), error_name("accuracy")
    ('mean_absolute_error', '−accuracy')
    """
    if scoring == "neg_mean_squared_error":
        return _("mean squared error")
    if scoring is None:
        scoring = "score"
    if scoring.startswith("neg_"):
        return scoring.removeprefix("neg_")
    return f"−{scoring}"


@dataclass(kw_only=True, eq=False)
class ReliabilityDisplay(LineDisplay):
    """How often what is given a probability happens: on the diagonal, as often.

    Parameters
    ----------
    error : float
        Expected calibration error: the mean distance from the diagonal over all rows.
    """

    error: float = 0.0

    @classmethod
    def from_estimator(
        cls, estimator: Any, X: Any, y: Any, *, bins: int = 10
    ) -> ReliabilityDisplay:
        """Of a fitted classifier: of two classes the second, of more the likeliest."""
        happened, chances = class_chances(estimator, X, y)
        return cls.from_predictions(happened, chances, bins=bins)

    @classmethod
    def from_predictions(
        cls, happened: Any, chances: Any, *, bins: int = 10
    ) -> ReliabilityDisplay:
        """Of whether something happened, and the probability it was given.

        Examples
        --------
        >>> shown = ReliabilityDisplay.from_predictions([0, 1, 1, 1], [0.25] * 4)
        >>> shown.error
        0.5
        """
        truth, said = np.asarray(happened, float), np.asarray(chances, float)
        often, mean = calibration_curve(truth, said, n_bins=bins)
        edges = np.linspace(0, 1, bins + 1)
        place = np.searchsorted(edges[1:-1], said)
        gaps = np.bincount(place, truth - said, minlength=bins)
        error = float(np.abs(gaps).sum() / len(said))
        return cls(
            x=mean,
            series={_("observed"): often, _("perfect"): mean},
            x_label=_("probability given"),
            y_label=_("share that happened"),
            title=_("calibration error {error:.3f}").format(error=error),
            error=error,
        )
