"""What a display is: numbers computed once, drawn as SVG or by matplotlib."""

from __future__ import annotations

import abc
from dataclasses import dataclass, field
from typing import Any, TypeVar

from neurona.errors import OptionError
from neurona.messages import _
from neurona.show.page import Picture

__all__ = ["Display", "new_axes"]

D = TypeVar("D", bound="Display")


@dataclass(kw_only=True, eq=False)
class Display(abc.ABC):
    """Numbers of a picture; in a notebook it shows itself as SVG.

    Attributes
    ----------
    ax_, figure_
        Of matplotlib, after :meth:`plot`.
    """

    title: str = ""
    ax_: Any = field(default=None, init=False, repr=False)
    figure_: Any = field(default=None, init=False, repr=False)

    @abc.abstractmethod
    def picture(self) -> Picture:
        """The picture as SVG, as characters and in words, without matplotlib."""

    @abc.abstractmethod
    def draw(self, ax: Any) -> None:
        """Draw on axes of matplotlib."""

    def plot(self: D, ax: Any = None) -> D:
        """Draw with matplotlib.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            By default new ones.

        Raises
        ------
        OptionError
            matplotlib is not installed.
        """
        self.ax_ = new_axes() if ax is None else ax
        self.figure_ = self.ax_.figure
        self.draw(self.ax_)
        if self.title:
            self.ax_.set_title(self.title)
        return self

    def _repr_html_(self) -> str:
        return self.picture().svg

    def __str__(self) -> str:
        picture = self.picture()
        return picture.text or picture.description


def new_axes() -> Any:
    """Axes of a new figure."""
    try:
        from matplotlib import pyplot
    except ImportError as error:
        raise OptionError(
            _(
                "drawing with matplotlib needs the extra plot: pip install "
                '"neurona[plot]"; picture() draws without it'
            )
        ) from error
    return pyplot.subplots(layout="constrained")[1]
