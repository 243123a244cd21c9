"""scikit-learn's own callbacks, where the installed version has them (1.9)."""

from __future__ import annotations

from typing import Any

__all__ = ["CallbackSupport", "TaskHooks", "hooks_of"]

try:
    from sklearn.callback import CallbackSupportMixin as CallbackSupport
except ImportError:

    class CallbackSupport:  # type: ignore[no-redef]
        """What stands for it before scikit-learn 1.9: nothing to set."""


class TaskHooks:
    """Tells scikit-learn's callbacks of a fit: one task, and one in it an epoch.

    Parameters
    ----------
    estimator : MLPClassifier or MLPRegressor
    X, y : array
        As the fit reads them.
    sample_weight : array, optional
    """

    def __init__(self, estimator: Any, X: Any, y: Any, sample_weight: Any) -> None:
        self.estimator = estimator
        weights = None if sample_weight is None else {"sample_weight": sample_weight}
        self.told = {"estimator": estimator, "X": X, "y": y, "metadata": weights}
        self.fit = estimator._init_callback_context(max_subtasks=estimator.max_iter)
        self.fit.call_on_fit_task_begin(**self.told)
        self.epoch: Any = None

    def before_epoch(self) -> None:
        """An epoch begins."""
        self.epoch = self.fit.subcontext(task_name="epoch")
        self.epoch.call_on_fit_task_begin(**self.told, **self.fitted())

    def after_epoch(self) -> bool:
        """An epoch has ended; whether a callback wants the fit to end with it."""
        if self.epoch is None:
            return False
        return bool(self.epoch.call_on_fit_task_end(**self.told, **self.fitted()))

    def end(self) -> None:
        """The fit has ended."""
        self.fit.call_on_fit_task_end(**self.told, **self.fitted())

    def fitted(self) -> dict[str, Any]:
        """What makes a copy of the estimator one that can predict."""
        names = ("coefs_", "intercepts_", "_others")
        parts = {name: getattr(self.estimator, name) for name in names}
        return {"reconstruction_attributes": parts}


def hooks_of(estimator: Any, X: Any, y: Any, sample_weight: Any) -> TaskHooks | None:
    """Hooks where callbacks were set, or a fit around this one is watched."""
    watched = ("_skl_callbacks", "_parent_callback_ctx")
    if any(hasattr(estimator, name) for name in watched):
        return TaskHooks(estimator, X, y, sample_weight)
    return None
