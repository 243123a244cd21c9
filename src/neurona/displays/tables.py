"""Displays that are tables of numbers, as colours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.metrics import confusion_matrix

from neurona.arrays import Array
from neurona.displays.display import Display
from neurona.errors import OptionError
from neurona.messages import _
from neurona.show.page import Picture
from neurona.show.pictures.heat_map import heat_map
from neurona.show.pictures.svg import MINUS_COLOUR, PLUS_COLOUR, Drawing

__all__ = ["ConfusionDisplay", "WeightImageDisplay"]


@dataclass(kw_only=True, eq=False)
class ConfusionDisplay(Display):
    """Rows of each true class (down) by the class they were given (across).

    Parameters
    ----------
    counts : int array (C, C)
    classes : sequence of str
    """

    counts: Array
    classes: Sequence[str]

    @classmethod
    def from_estimator(cls, estimator: Any, X: Any, y: Any) -> ConfusionDisplay:
        """Of a fitted classifier."""
        return cls.from_predictions(y, estimator.predict(X))

    @classmethod
    def from_predictions(cls, y: Any, predicted: Any) -> ConfusionDisplay:
        """Of true classes and those that were given.

        Examples
        --------
        >>> ConfusionDisplay.from_predictions(["a", "b", "b"], ["a", "a", "b"]).counts
        array([[1, 0],
               [1, 1]])
        """
        truth, given = np.asarray(y), np.asarray(predicted)
        names = np.unique(np.concatenate([truth, given]))
        counts = confusion_matrix(truth, given, labels=names)
        share = float(np.mean(truth == given))
        title = _("accuracy {share:.3f}").format(share=share)
        return cls(counts=counts, classes=[str(name) for name in names], title=title)

    def picture(self) -> Picture:
        """The counts as a heat map."""
        return heat_map(
            self.counts, rows=self.classes, columns=self.classes, title=self.title
        )

    def draw(self, ax: Any) -> None:
        """Draw the counts with their numbers."""
        ax.imshow(self.counts, cmap="Blues")
        half = self.counts.max() / 2
        for (row, column), count in np.ndenumerate(self.counts):
            colour = "white" if count > half else "black"
            ax.text(column, row, str(count), ha="center", va="center", color=colour)
        places = range(len(self.classes))
        ax.set_xticks(places, self.classes)
        ax.set_yticks(places, self.classes)
        ax.set(xlabel=_("class given"), ylabel=_("true class"))


@dataclass(kw_only=True, eq=False)
class WeightImageDisplay(Display):
    """Weights into each unit of a layer, laid out as the image that they read.

    Parameters
    ----------
    images : array (K, height, width)
        One for each unit.
    """

    images: Array

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        *,
        shape: tuple[int, int] | None = None,
        layer: int = 0,
        most: int = 16,
    ) -> WeightImageDisplay:
        """Of a fitted estimator (``coefs_``, ``coef_``) or a network.

        Parameters
        ----------
        estimator : estimator or Network
        shape : (height, width), optional
            Of the image; by default a square, or one row.
        layer : int
            From 0.
        most : int
            Units shown at most: those whose weights are largest.

        Raises
        ------
        OptionError
            There are no such weights, or not as many as the image has pixels.
        """
        weights = weights_of(estimator, layer)
        pixels, units = weights.shape
        side = int(np.sqrt(pixels))
        if shape is None:
            shape = (side, side) if side * side == pixels else (1, pixels)
        if shape[0] * shape[1] != pixels:
            raise OptionError(
                _("{pixels} weights are no image of {height} by {width}").format(
                    pixels=pixels, height=shape[0], width=shape[1]
                )
            )
        size = np.linalg.norm(weights, axis=0)
        shown = np.sort(np.argsort(-size, kind="stable")[:most])
        title = _("{shown} of {units} units").format(shown=len(shown), units=units)
        return cls(images=weights.T[shown].reshape(-1, *shape), title=title)

    @property
    def grid(self) -> tuple[int, int]:
        """Rows and columns of images."""
        columns = int(np.ceil(np.sqrt(len(self.images))))
        return -(-len(self.images) // columns), columns

    @property
    def sheet(self) -> Array:
        """All images on one sheet, each divided by its own largest weight."""
        largest = np.abs(self.images).max(axis=(1, 2), keepdims=True)
        scaled = self.images / np.where(largest > 0, largest, 1)
        _count, height, width = scaled.shape
        rows, columns = self.grid
        sheet = np.full((rows * (height + 1) - 1, columns * (width + 1) - 1), np.nan)
        for number, image in enumerate(scaled):
            top = number // columns * (height + 1)
            left = number % columns * (width + 1)
            sheet[top : top + height, left : left + width] = image
        return sheet

    def picture(self) -> Picture:
        """The images side by side: blue above 0, orange below."""
        sheet = self.sheet
        size = min(600 / sheet.shape[1], 24.0)
        drawing = Drawing(sheet.shape[1] * size, sheet.shape[0] * size)
        for (row, column), value in np.ndenumerate(sheet):
            if np.isfinite(value):
                colour = PLUS_COLOUR if value > 0 else MINUS_COLOUR
                drawing.rect(
                    column * size, row * size, size, size, fill=colour,
                    opacity=abs(float(value)),
                )  # fmt: skip
        text = _("weights as images: {title}").format(title=self.title)
        return Picture(drawing.to_svg(text), text)

    def draw(self, ax: Any) -> None:
        """Draw the images on one sheet."""
        ax.imshow(self.sheet, cmap="RdBu", vmin=-1, vmax=1)
        ax.set_axis_off()


def weights_of(estimator: Any, layer: int) -> Array:
    """Weights (I, O) of a layer."""
    found = getattr(estimator, "coefs_", None)
    if found is None and hasattr(estimator, "coef_"):
        found = [np.atleast_2d(estimator.coef_).T]
    network = getattr(estimator, "network_", estimator)
    if found is None:
        held = getattr(network, "parameters", {})
        found = [held[name] for name in held if name.endswith(".weight")]
    if not -len(found) <= layer < len(found):
        raise OptionError(
            _("{name} has {count} layers with weights: there is no layer {layer}")
            .format(name=type(estimator).__name__, count=len(found), layer=layer)
        )  # fmt: skip
    return np.asarray(found[layer], float)
