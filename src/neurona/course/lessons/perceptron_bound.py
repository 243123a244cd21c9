"""Why the perceptron stops: the proof of its bound, followed update by update."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from types import MappingProxyType
from typing import Any, Final, TypeAlias

import numpy as np

from neurona.errata import note_for
from neurona.errors import DataError, OptionError, unknown_name
from neurona.messages import _, language, ngettext
from neurona.show.explanation import Explanation
from neurona.show.notation import (
    Number,
    Product,
    Relation,
    Surrounded,
    Symbol,
    Term,
    numbers_matrix,
)
from neurona.show.notation.compose import exactly, power_of, product_of, quotient_of
from neurona.show.page import Block, Formulas, Note, Page, Paragraph, Table
from neurona.show.wording import fill

__all__ = ["POINT_SETS", "PerceptronBound", "Update", "follow_perceptron"]

Array: TypeAlias = np.ndarray[Any, np.dtype[np.float64]]
Points: TypeAlias = tuple[tuple[tuple[float, ...], ...], tuple[int, ...]]

CORNERS: Final = ((-1.0, -1.0), (-1.0, 1.0), (1.0, -1.0), (1.0, 1.0))

POINT_SETS: Final[Mapping[str, Points]] = MappingProxyType(
    {
        "three-points": (((0.0, 1.0), (0.0, -1.0), (-1.0, 0.5)), (1, 1, -1)),
        "and": (CORNERS, (-1, -1, -1, 1)),
        "or": (CORNERS, (-1, 1, 1, 1)),
        "xor": (CORNERS, (-1, 1, 1, -1)),
    }
)
"""Points and their labels; the three points are those of the notes."""

MOST_POINTS: Final = 12
MOST_UPDATES: Final = 12
"""Updates after which points that cannot be separated are left alone."""

TINY: Final = 1e-9
NORM_SQUARED = power_of(Surrounded(Symbol("w", bold=True), "‖"), exactly(2))


@dataclass(frozen=True)
class Update:
    """One update, and both sides of the proof after it.

    Parameters
    ----------
    point : int
        Which one was wrong, from 1.
    weights : tuple of float
        After the update; the bias last, where there is one.
    norm_squared, norm_bound : float
        ‖w‖², and ℓ R², which it cannot exceed.
    progress, progress_bound : float
        w · w*, and ℓ γ, which it reaches; NaN where the points cannot be separated.
    """

    point: int
    weights: tuple[float, ...]
    norm_squared: float
    norm_bound: float
    progress: float
    progress_bound: float


@dataclass(frozen=True, eq=False)
class PerceptronBound(Explanation):
    """A run of the perceptron's rule, and what the proof says of it.

    Parameters
    ----------
    X : array (N, d)
        A column of ones included where there is a bias.
    y : array (N,)
        −1 or 1.
    bias : bool
    direction : array (d,) or None
        w*, of length 1, by which the margin is largest; None where the points cannot
        be separated.
    updates : tuple of Update
    """

    kind = "perceptron"

    X: Array
    y: Array
    bias: bool
    direction: Array | None
    updates: tuple[Update, ...]

    @property
    def radius(self) -> float:
        """R, the length of the longest row."""
        return float(np.linalg.norm(self.X, axis=1).max())

    @property
    def margin(self) -> float:
        """γ, the distance of the nearest point from the best boundary; else NaN."""
        if self.direction is None:
            return float("nan")
        return float((self.y * (self.X @ self.direction)).min())

    @property
    def bound(self) -> float:
        """R²/γ², the largest number of updates; infinite without a margin."""
        if self.direction is None:
            return float("inf")
        return self.radius**2 / self.margin**2

    def page(self) -> Page:
        """The two inequalities, and each update within them."""
        w, count = Symbol("w", bold=True), Symbol("ℓ")
        radius, margin = Symbol("R"), Symbol("γ")
        best = Symbol("w", accent="hat", bold=True)
        squared = [power_of(term, exactly(2)) for term in (radius, margin, count)]
        lines: tuple[tuple[Term, str], ...] = (
            (
                Relation((NORM_SQUARED, product_of(count, squared[0], sign="")), "≤"),
                _("an update adds at most R², since the point was on the wrong side"),
            ),
            (
                Relation((Product((w, best)), product_of(count, margin, sign="")), "≥"),
                _("an update adds at least γ along ŵ, the best direction, of length 1"),
            ),
            (
                Relation(
                    (
                        product_of(squared[2], squared[1], sign=""),
                        NORM_SQUARED,
                        product_of(count, squared[0], sign=""),
                    ),
                    "≤",
                ),
                _("Cauchy and Schwarz: w · ŵ is at most the length of w"),
            ),
            (
                Relation((count, quotient_of(squared[0], squared[1])), "≤"),
                _("so there are no more updates than this"),
            ),
        )
        blocks: tuple[Block, ...] = (
            Paragraph(
                (
                    _(
                        "The rule adds a point to w, or subtracts it, where it is "
                        "classified wrongly. After ℓ such updates:"
                    ),
                )
            ),
            Formulas(lines),
            self.table(),
            self.conclusion(),
            *note_for("separability"),
        )
        return Page(_("Why the perceptron stops"), blocks, language())

    def table(self) -> Table:
        """One row for each update."""
        count = Symbol("ℓ")
        separable = self.direction is not None
        best = Symbol("w", accent="hat", bold=True)
        w = Symbol("w", bold=True)
        headings: list[tuple[str | Term, ...]] = [
            (count,),
            (_("point"),),
            (w,),
            (NORM_SQUARED,),
            (product_of(count, power_of(Symbol("R"), exactly(2)), sign=""),),
        ]
        if separable:
            headings.append((Product((w, best)),))
            headings.append((product_of(count, Symbol("γ"), sign=""),))
        rows = []
        for number, update in enumerate(self.updates, start=1):
            cells: list[tuple[str | Term, ...]] = [
                (str(number),),
                (str(update.point),),
                (numbers_matrix([list(update.weights)]),),
                (Number(update.norm_squared),),
                (Number(update.norm_bound),),
            ]
            if separable:
                cells += [(Number(update.progress),), (Number(update.progress_bound),)]
            rows.append(tuple(cells))
        caption = _("The bias is the last number of w.") if self.bias else ""
        return Table(tuple(headings), tuple(rows), caption)

    def conclusion(self) -> Note:
        """How many updates there were, and how many there could be."""
        if self.direction is None:
            said = _(
                "These points cannot be separated, so there is no margin and no bound: "
                "the rule goes on for ever. Shown are its first {count} updates."
            )
            return Note((said.format(count=len(self.updates)),), "warning")
        said = ngettext(
            "It stopped after {count} update. With R = {radius} and γ = {margin} there "
            "can be at most {bound}.",
            "It stopped after {count} updates. With R = {radius} and γ = {margin} "
            "there can be at most {bound}.",
            len(self.updates),
        )
        return Note(
            fill(
                said,
                count=str(len(self.updates)),
                radius=Number(self.radius),
                margin=Number(self.margin),
                bound=Number(self.bound),
            ),
            "good",
        )

    def record(self) -> dict[str, Any]:
        """Margin, radius, bound and updates; null where there is no margin."""
        separable = self.direction is not None
        return {
            "bias": self.bias,
            "radius": self.radius,
            "margin": self.margin if separable else None,
            "bound": self.bound if separable else None,
            "direction": None if self.direction is None else self.direction.tolist(),
            "updates": [
                {
                    "point": update.point,
                    "weights": list(update.weights),
                    "norm_squared": update.norm_squared,
                    "norm_bound": update.norm_bound,
                    "progress": update.progress if separable else None,
                    "progress_bound": update.progress_bound if separable else None,
                }
                for update in self.updates
            ],
        }


def follow_perceptron(
    points: str = "three-points",
    *,
    X: Sequence[Sequence[float]] | None = None,
    y: Sequence[int] | None = None,
    bias: bool = True,
) -> PerceptronBound:
    """Follow the perceptron's rule and the proof that it stops.

    Parameters
    ----------
    points : str
        ``three-points``, ``and``, ``or`` or ``xor``.
    X, y : sequences, optional
        Other points, and their labels −1 or 1.
    bias : bool
        Whether a column of ones is added.

    Raises
    ------
    OptionError
        There is no such set of points.
    DataError
        The points are too many, or their labels others than −1 and 1.

    Notes
    -----
    Weights start at 0, and a sum of 0 counts as the class 1, as the notes have it.
    Source: A. Novikoff, "On convergence proofs for perceptrons", 1962.

    Examples
    --------
    >>> lesson = follow_perceptron("three-points")
    >>> len(lesson.updates), round(lesson.bound, 9)
    (3, 11.25)
    """
    if X is None or y is None:
        if points not in POINT_SETS:
            raise OptionError(unknown_name(_("set of points"), points, POINT_SETS))
        X, y = POINT_SETS[points]
    try:
        rows, labels = np.asarray(X, np.float64), np.asarray(y, np.float64)
    except (TypeError, ValueError):
        rows = labels = np.zeros(0)
    if (
        rows.ndim != 2
        or not 0 < len(rows) <= MOST_POINTS
        or labels.shape != rows.shape[:1]
        or not np.isin(labels, (-1.0, 1.0)).all()
        or not np.isfinite(rows).all()
    ):
        raise DataError(
            _("the points are at most {most} rows of numbers, labelled −1 or 1").format(
                most=MOST_POINTS
            )
        )
    if bias:
        rows = np.column_stack([rows, np.ones(len(rows))])
    direction = widest_margin(rows, labels)
    return PerceptronBound(rows, labels, bias, direction, run(rows, labels, direction))


def run(X: Array, y: Array, direction: Array | None) -> tuple[Update, ...]:
    """Updates until all points are right, or enough of them."""
    radius = float(np.linalg.norm(X, axis=1).max())
    margin = float("nan") if direction is None else float((y * (X @ direction)).min())
    w = np.zeros(X.shape[1])
    found: list[Update] = []
    changed = True
    while changed and len(found) < MOST_UPDATES:
        changed = False
        for i, (x, label) in enumerate(zip(X, y, strict=True)):
            if (1 if w @ x >= 0 else -1) == label or len(found) == MOST_UPDATES:
                continue
            w, changed, count = w + label * x, True, len(found) + 1
            found.append(
                Update(
                    point=i + 1,
                    weights=tuple(w.tolist()),
                    norm_squared=float(w @ w),
                    norm_bound=count * radius**2,
                    progress=float("nan")
                    if direction is None
                    else float(w @ direction),
                    progress_bound=count * margin,
                )
            )
    return tuple(found)


def widest_margin(X: Array, y: Array) -> Array | None:
    """Direction of length 1 with the largest margin; None where there is none.

    The shortest w with y (w · x) ≥ 1 for all points has equality at a few of them and
    is made of those: with so few points, all choices can be tried.
    """
    signed = X * y[:, None]
    best: Array | None = None
    for size in range(1, min(len(X), X.shape[1]) + 1):
        for chosen in combinations(range(len(X)), size):
            part = signed[list(chosen)]
            shares = np.linalg.lstsq(part @ part.T, np.ones(size), rcond=None)[0]
            w = shares @ part
            reaches = (signed @ w).min() >= 1 - TINY and (shares >= -TINY).all()
            if reaches and (best is None or w @ w < best @ best - TINY):
                best = w
    return None if best is None else best / np.linalg.norm(best)
