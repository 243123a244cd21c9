"""Why the perceptron stops: the proof of its bound, followed update by update."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from types import MappingProxyType
from typing import Any, Final, TypeAlias

import numpy as np

from neurona.arrays import Array
from neurona.course.lessons.points import read_points
from neurona.errata import note_for
from neurona.errors import DataError, OptionError, unknown_name
from neurona.estimators.neurons.margin import widest_margin
from neurona.estimators.neurons.mistake_rule import correct_mistakes
from neurona.messages import _, ngettext
from neurona.show.explanation import Explanation
from neurona.show.notation import Product, Relation, Surrounded, Symbol, numbers_matrix
from neurona.show.notation.compose import exactly, power_of, quotient_of, side_by_side
from neurona.show.page import Block, Formulas, Note, Page, Table
from neurona.show.wording import note, say, tabulate

__all__ = ["POINT_SETS", "PerceptronBound", "Update", "follow_perceptron"]

Points: TypeAlias = "tuple[Sequence[Sequence[float]], Sequence[Any]]"

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

SIGNS: Final = {"+": 1.0, "-": -1.0, "−": -1.0}

MOST_POINTS: Final = 12
SHOWN: Final = 12
"""Updates that a page shows."""
MOST_UPDATES: Final = 1000
"""Updates after which points that can be separated, barely, are left alone."""

W, COUNT, RADIUS, MARGIN = Symbol("w", bold=True), *map(Symbol, "ℓRγ")
BEST: Final = Symbol("w", accent="hat", bold=True)
TWO: Final = exactly(2)
NORM_SQUARED: Final = power_of(Surrounded(W, "‖"), TWO)
NORM_BOUND: Final = side_by_side(COUNT, power_of(RADIUS, TWO))
PROGRESS: Final = Product((W, BEST))
PROGRESS_BOUND: Final = side_by_side(COUNT, MARGIN)


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
    progress, progress_bound : float or None
        w · ŵ, and ℓ γ, which it reaches; None where the points cannot be separated.
    """

    point: int
    weights: tuple[float, ...]
    norm_squared: float
    norm_bound: float
    progress: float | None
    progress_bound: float | None


@dataclass(frozen=True, eq=False)
class PerceptronBound(Explanation):
    """A run of the perceptron's rule, and what the proof says of it.

    Parameters
    ----------
    bias : bool
    radius : float
        R, the length of the longest point, its 1 for the bias included.
    margin : float or None
        γ, the distance of the nearest point from the best boundary; None where the
        points cannot be separated.
    bound : float or None
        R²/γ², the largest number of updates.
    direction : array (d,) or None
        ŵ, of length 1, by which the margin is largest.
    updates : tuple of Update
        Of a run without an end the first.
    cycle : int or None
        So many updates come again and again.
    of_notes : bool
        Whether these are the three points of the notes, which print them wrong.
    """

    kind = "perceptron"

    bias: bool
    radius: float
    margin: float | None
    bound: float | None
    direction: Array | None
    updates: tuple[Update, ...]
    cycle: int | None = None
    of_notes: bool = False

    def record(self) -> dict[str, Any]:
        """What was computed."""
        return {name: had for name, had in vars(self).items() if name != "of_notes"}

    def page(self) -> Page:
        """The two inequalities, and each update within them."""
        squares = [power_of(term, TWO) for term in (COUNT, MARGIN, RADIUS)]
        cauchy = side_by_side(*squares[:2]), NORM_SQUARED, NORM_BOUND
        lines = (
            (
                Relation((NORM_SQUARED, NORM_BOUND), "≤"),
                _("an update adds at most R², since the point was on the wrong side"),
            ),
            (
                Relation((PROGRESS, PROGRESS_BOUND), "≥"),
                _("an update adds at least γ along ŵ, the best direction, of length 1"),
            ),
            (
                Relation(cauchy, "≤"),
                _("Cauchy and Schwarz: w · ŵ is at most the length of w"),
            ),
            (
                Relation((COUNT, quotient_of(squares[2], squares[1])), "≤"),
                _("so there are no more updates than this"),
            ),
        )
        start = _(
            "The rule adds a point to w, or subtracts it, where it is classified "
            "wrongly. After ℓ such updates:"
        )
        blocks: tuple[Block, ...] = (
            say(start),
            Formulas(lines),
            self.table(),
            self.conclusion(),
            *(note_for("separability") if self.of_notes else ()),
        )
        return Page(_("Why the perceptron stops"), blocks)

    def table(self) -> Table:
        """One row for each update."""
        columns = 5 if self.direction is None else 7
        sides = (NORM_SQUARED, NORM_BOUND, PROGRESS, PROGRESS_BOUND)
        rows = (
            (
                str(number),
                str(update.point),
                numbers_matrix([list(update.weights)]),
                *astuple(update)[2:],
            )[:columns]
            for number, update in enumerate(self.updates[:SHOWN], start=1)
        )
        caption = _("The bias is the last number of w.") if self.bias else ""
        if len(self.updates) > SHOWN:
            first = _("Shown are the first {count} updates.").format(count=SHOWN)
            caption = f"{caption} {first}".strip()
        return tabulate((COUNT, _("point"), W, *sides)[:columns], rows, caption)

    def conclusion(self) -> Note:
        """How many updates there were, and how many there could be."""
        count = len(self.updates)
        if self.margin is None:
            said = _(
                "These points cannot be separated, so there is no margin and no bound: "
                "the rule goes on for ever. Shown are its first {count} updates."
            )
            again = self.cycle and ngettext(
                "It goes in a circle: the same update comes again and again.",
                "It goes in a circle: the same {cycle} updates come again and again.",
                self.cycle,
            )
            said = f"{said} {again}" if again else said
            return note(said, "warning", count=str(count), cycle=str(self.cycle))
        if count == MOST_UPDATES:
            said = _(
                "With R = {radius} and γ = {margin} there can be at most {bound} "
                "updates; after {count} of them it was left alone."
            )
        else:
            said = ngettext(
                "It stopped after {count} update. With R = {radius} and γ = {margin} "
                "there can be at most {bound}.",
                "It stopped after {count} updates. With R = {radius} and γ = {margin} "
                "there can be at most {bound}.",
                count,
            )
        return note(
            said,
            "good",
            count=str(count),
            radius=self.radius,
            margin=self.margin,
            bound=self.bound,
        )


def follow_perceptron(
    points: str | Points = "three-points",
    *,
    X: Sequence[Sequence[float]] | None = None,
    y: Sequence[Any] | None = None,
    bias: bool = True,
    strict: bool = False,
) -> PerceptronBound:
    """Follow the perceptron's rule and the proof that it stops.

    Parameters
    ----------
    points : str or pair of sequences
        ``three-points``, ``and``, ``or`` or ``xor``; points with their labels, such as
        ``0,1:+ 0,-1:+ -1,.5:-``; or rows and labels.
    X, y : sequences, optional
        Rows and labels instead: + and −, 1 and 0, or 1 and −1.
    bias : bool
        Whether a column of ones is added.
    strict : bool
        Whether a sum of 0 counts as the class −1.

    Raises
    ------
    OptionError
        There is no such set of points.
    DataError
        The points are too many, or their labels others.

    Notes
    -----
    Weights start at 0, and a sum of 0 counts as the class 1, as the notes have it.
    Source: A. Novikoff, "On convergence proofs for perceptrons", 1962.

    Examples
    --------
    >>> lesson = follow_perceptron("three-points")
    >>> len(lesson.updates), round(lesson.bound, 9)
    (3, 11.25)
    >>> follow_perceptron("0,1:+ 0,-1:+ -1,.5:-", bias=False).cycle
    2
    """
    given: Any = points if X is None or y is None else (X, y)
    if isinstance(given, str):
        if given in POINT_SETS:
            given = POINT_SETS[given]
        elif ":" in given or "," in given:
            given = read_points(given)
        else:
            raise OptionError(unknown_name(_("set of points"), given, POINT_SETS))
    try:
        listed, signs = given
        rows = np.asarray(listed, np.float64)
        labels = np.asarray([SIGNS.get(sign, sign) for sign in signs], np.float64)
    except (TypeError, ValueError):
        rows = labels = np.zeros(0)
    if np.isin(labels, (0.0, 1.0)).all():
        labels = 2 * labels - 1
    if (
        rows.ndim != 2
        or not 0 < len(rows) <= MOST_POINTS
        or labels.shape != rows.shape[:1]
        or not np.isin(labels, (-1.0, 1.0)).all()
        or not np.isfinite(rows).all()
    ):
        raise DataError(
            _(
                "the points are at most {most} rows of numbers, labelled + or −, 1 or "
                "0, 1 or −1"
            ).format(most=MOST_POINTS)
        )
    of_notes = are_of_notes(rows, labels)
    if bias:
        rows = np.column_stack([rows, np.ones(len(rows))])
    radius = float(np.linalg.norm(rows, axis=1).max())
    direction = widest_margin(rows, labels)
    margin = bound = None
    if direction is not None:
        margin = float((labels * (rows @ direction)).min())
        bound = radius**2 / margin**2
    path, cycle = run(rows, labels, strict=strict)
    updates = tuple(
        Update(
            point=point + 1,
            weights=tuple(w.tolist()),
            norm_squared=float(w @ w),
            norm_bound=count * radius**2,
            progress=None if direction is None else float(w @ direction),
            progress_bound=None if margin is None else count * margin,
        )
        for count, (point, w) in enumerate(path, start=1)
    )
    if margin is None:
        updates = updates[:SHOWN]
    return PerceptronBound(
        bias, radius, margin, bound, direction, updates, cycle, of_notes
    )


def are_of_notes(rows: Array, labels: Array) -> bool:
    """Whether points are the three of the notes, in any order."""
    own = np.column_stack(POINT_SETS["three-points"])
    given = np.column_stack([rows, labels])
    return sorted(map(tuple, given)) == sorted(map(tuple, own))


def run(
    X: Array, y: Array, *, strict: bool
) -> tuple[list[tuple[int, Array]], int | None]:
    """Point and weights of each update, and how many of them come again if they do."""
    found = correct_mistakes(
        X,
        (y[:, None] > 0).astype(np.int64),
        np.zeros((X.shape[1], 1)),
        strict=strict,
        max_iter=MOST_UPDATES,
    )
    points = found.rows[:MOST_UPDATES].tolist()
    cycle = None if found.cycle is None else found.cycle.length
    while cycle and len(points) < SHOWN:
        points.append(points[-cycle])
    w = np.cumsum(y[points, None] * X[points], axis=0) + 0.0
    return list(zip(points, w, strict=True)), cycle
