"""Classes as zeros and ones: one column for two classes, else one for each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import column_or_1d

from neurona.arrays import Array
from neurona.errors import DataError
from neurona.messages import _

__all__ = ["ClassTargets"]


@dataclass(frozen=True, eq=False)
class ClassTargets:
    """What outputs should say of rows, and what classes their answers mean.

    Parameters
    ----------
    classes : array (C,)
        In order.
    targets : int array (N, K)
        0 or 1: K is 1 for two classes, C for more, and the number of columns where
        ``y`` has several.
    questions : bool
        Whether each column of ``y`` is a question of its own.
    """

    classes: Array
    targets: Array
    questions: bool

    @classmethod
    def of(cls, y: Any) -> ClassTargets:
        """Classes found in y.

        Raises
        ------
        ValueError
            They are no classes, or there is only one.

        Examples
        --------
        >>> ClassTargets.of(np.array(["no", "yes", "no"])).targets.ravel().tolist()
        [0, 1, 0]
        """
        y = np.asarray(y)
        check_classification_targets(y)
        if type_of_target(y) == "multilabel-indicator":
            return cls(np.arange(y.shape[1]), y.astype(np.int64), True)
        y = column_or_1d(y, warn=True)
        classes = np.unique(y)
        if len(classes) < 2:
            raise DataError(
                _("two classes are needed, but y holds only one class: {found}").format(
                    found=classes[0]
                )
            )
        found = cls(classes, np.zeros((0, 1), np.int64), False)
        return replace(found, targets=found.targets_of(y))

    @property
    def outputs(self) -> int:
        """K."""
        return int(self.targets.shape[1])

    def targets_of(self, y: Any) -> Array:
        """Rows of zeros and ones for classes, (N, K); an unknown class is all 0."""
        y = np.asarray(y)
        if self.questions:
            return np.asarray(y, np.int64)
        firing = self.classes[1:] if len(self.classes) == 2 else self.classes
        return np.asarray(y.reshape(-1, 1) == firing, np.int64)

    def classes_of(self, z: Array, fired: Array) -> Array:
        """Classes that outputs mean: (N,), or (N, K) of 0 and 1."""
        if self.questions:
            return fired.astype(np.int64)
        if len(self.classes) == 2:
            return np.asarray(self.classes[fired.astype(np.int64)])
        return np.asarray(self.classes[z.argmax(axis=1)])

    def without_rows(self) -> ClassTargets:
        """The classes alone, to be kept with a model."""
        return replace(self, targets=self.targets[:0])
