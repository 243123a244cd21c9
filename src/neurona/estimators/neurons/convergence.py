"""Why the perceptron stops, or never does: margin, bound and the growth of w."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from neurona.arrays import Array
from neurona.estimators.neurons.margin import widest_margin
from neurona.estimators.neurons.mistake_rule import UpdateCycle
from neurona.estimators.readable import Readable
from neurona.messages import _, ngettext
from neurona.show.notation import Symbol
from neurona.show.page import Block, Note, Page
from neurona.show.pictures import line_chart
from neurona.show.wording import note, tabulate

__all__ = ["Convergence", "measure_convergence"]

SHOWN: Final = 12
"""Updates that a page shows."""


@dataclass(frozen=True, eq=False)
class Convergence(Readable):
    """How often one threshold unit erred, and how often it could have.

    Math:     α ℓ γ + w₀·ŵ ≤ w·ŵ ≤ ‖w‖ ≤ √(‖w₀‖² + α² ℓ R²)
              and so, from w₀ = 0, ℓ ≤ R²/γ²

    Parameters
    ----------
    radius : float
        R, the length of the longest row, its 1 for the bias included.
    margin : float
        γ, the distance of the nearest row from the best boundary, or from one that
        parts them where that is below 10⁻⁹ R; 0 where the classes are not linearly
        separable.
    bound : float
        The largest number of mistakes; infinite where γ is 0.
    mistakes : int
        Those that were made.
    converged : bool
        Whether the last epoch was free of them.
    cycle : UpdateCycle or None
        Where the same updates come again and again.
    norm, norm_bound : array (mistakes + 1,)
        ‖w‖ after 0, 1, … mistakes, and what it cannot exceed.
    progress_bound : array (mistakes + 1,)
        What w·ŵ, and so ‖w‖, reaches at least.
    epochs : int

    Notes
    -----
    Source: A. Novikoff, "On convergence proofs for perceptrons", 1962; notes S1:325.
    """

    radius: float
    margin: float
    bound: float
    mistakes: int
    converged: bool
    cycle: UpdateCycle | None
    norm: Array
    norm_bound: Array
    progress_bound: Array
    epochs: int

    @property
    def separable(self) -> bool:
        """Whether some boundary keeps clear of all rows, met or not."""
        return self.margin > 0

    def page(self) -> Page:
        """One sentence, and the growth of w between its two bounds."""
        count = SHOWN + 1
        columns = [self.norm[:count], self.norm_bound[:count]]
        headings = ["ℓ", "‖w‖", _("at most")]
        series = {_("at most"): self.norm_bound.tolist(), "‖w‖": self.norm.tolist()}
        if self.separable:
            columns.insert(0, self.progress_bound[:count])
            headings.insert(1, _("at least"))
            series[_("at least")] = self.progress_bound.tolist()
        rows = [
            (number, *map(float, row))
            for number, row in enumerate(zip(*columns, strict=True))
        ]
        caption = ""
        if self.mistakes > SHOWN:
            caption = _("Shown are the first {count} updates.").format(count=SHOWN)
        blocks: tuple[Block, ...] = (
            self.verdict(),
            tabulate([Symbol("ℓ"), *headings[1:]], rows, caption),
        )
        if self.mistakes:
            blocks += (line_chart(series, x_label=_("mistakes"), y_label="‖w‖"),)
        return Page(_("Convergence of the perceptron"), blocks)

    def verdict(self) -> Note:
        """What came of it, in a sentence or two."""
        if self.cycle is not None:
            said = ngettext(
                "Not separable (cycle of length {count}): the same update comes again "
                "and again, and no line parts the classes.",
                "Not separable (cycle of length {count}): the same {count} updates "
                "come again and again, and no line parts the classes.",
                self.cycle.length,
            )
            return note(said, "warning", count=self.cycle.length)
        if self.converged and not self.separable:
            said = ngettext(
                "It stopped after {count} mistake, but rows lie on the boundary "
                "(γ = 0), so no number of mistakes was sure to be enough.",
                "It stopped after {count} mistakes, but rows lie on the boundary "
                "(γ = 0), so no number of mistakes was sure to be enough.",
                self.mistakes,
            )
            return note(said, "good", count=self.mistakes)
        if not self.separable:
            said = _(
                "Not separable: no line parts the classes (γ = 0), so the rule would "
                "go on for ever; it was ended after {epochs} epochs and {count} "
                "mistakes."
            )
            return note(said, "warning", epochs=self.epochs, count=self.mistakes)
        room = _("R = {radius} and γ = {margin} allow at most {bound} mistakes.")
        if self.converged:
            said = ngettext(
                "Linearly separable: it stopped after {count} mistake.",
                "Linearly separable: it stopped after {count} mistakes.",
                self.mistakes,
            )
        else:
            said = ngettext(
                "Linearly separable, but it was ended too early, after {count} "
                "mistake.",
                "Linearly separable, but it was ended too early, after {count} "
                "mistakes.",
                self.mistakes,
            )
        return note(
            f"{said} {room}",
            "good" if self.converged else "warning",
            count=self.mistakes,
            radius=self.radius,
            margin=self.margin,
            bound=self.bound,
        )


def measure_convergence(
    X: Array,
    fired: Array,
    path: Array,
    *,
    alpha: float,
    converged: bool,
    cycle: UpdateCycle | None,
    epochs: int,
) -> Convergence:
    """Compare a run with the proof that it ends.

    Parameters
    ----------
    X : array (N, D)
        With a column of ones where there is a bias.
    fired : bool array (N,)
        Whether each row should fire the unit.
    path : array (U + 1, D)
        Weights at the start and after each update.
    alpha : float
    converged : bool
    cycle : UpdateCycle or None
    epochs : int

    Examples
    --------
    >>> X = np.array([[1.0, 1.0], [-1.0, 1.0]])
    >>> found = measure_convergence(
    ...     X, np.array([True, False]), np.array([[0, 0], [1, -1], [2, 0]]),
    ...     alpha=1.0, converged=True, cycle=None, epochs=3,
    ... )
    >>> round(found.radius, 6), round(found.bound, 6), found.mistakes
    (1.414214, 2.0, 2)
    """
    signs = np.where(fired, 1.0, -1.0)
    radius = float(np.linalg.norm(X, axis=1).max())
    direction = widest_margin(X, signs)
    counts = np.arange(len(path))
    start = path[0]
    progress: Array = np.zeros(len(path))
    margin, bound = 0.0, math.inf
    if direction is not None:
        margin = float((signs * (X @ direction)).min())
        head = float(start @ direction)
        progress = head + alpha * counts * margin
        bound = most_mistakes(
            alpha * margin, head, (alpha * radius) ** 2, float(start @ start)
        )
    return Convergence(
        radius,
        margin,
        bound,
        len(path) - 1,
        converged,
        # Weights that seem to come again prove nothing where a boundary is known.
        cycle if direction is None else None,
        np.linalg.norm(path, axis=1),
        np.sqrt(start @ start + counts * (alpha * radius) ** 2),
        progress,
        epochs,
    )


def most_mistakes(step: float, head: float, growth: float, square: float) -> float:
    """Largest ℓ with (ℓ·step + head)² ≤ square + ℓ·growth; R²/γ² from w₀ = 0.

    Examples
    --------
    >>> most_mistakes(0.5, 0.0, 2.25, 0.0)
    9.0
    """
    half = growth / 2 - step * head
    inside = half**2 + step**2 * (square - head**2)
    return (half + math.sqrt(max(inside, 0.0))) / step**2
