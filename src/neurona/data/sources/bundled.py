"""The data sets that come with the package, by name.

Five real ones are scikit-learn's, number by number, in files beside this one: to load
scikit-learn for them would take longer than to train on them. The others are made by
:mod:`neurona.data.sources.synthetic`.
"""

from __future__ import annotations

import csv
import gzip
import math
import operator
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from neurona.data.sources import synthetic
from neurona.errors import OptionError, unknown_name
from neurona.messages import _

__all__ = ["BUNDLED", "BundledSet", "load_bundled"]

Columns = dict[str, NDArray[Any]]

SETS: Final = Path(__file__).with_name("sets")
"""Where the real sets stand, as text with a row of names."""


@dataclass(frozen=True)
class BundledSet:
    """What is known of a bundled set before it is loaded.

    Attributes
    ----------
    name : str
    task : {"classification", "regression"}
    target : str
        Name of the column to predict, the last one.
    rows : int
        How many rows it has unless others are asked for.
    describe : callable
        Gives one sentence about the set, in the reader's language.
    load : callable
        (rows, seed, noise) -> columns for a set with noise, () -> columns for another.
    noise : float or None
        How strong its noise is unless another is asked for; None: the set is fixed.
    """

    name: str
    task: Literal["classification", "regression"]
    target: str
    rows: int
    describe: Callable[[], str]
    load: Callable[..., Columns]
    noise: float | None = None

    @property
    def description(self) -> str:
        """One sentence about the set, in the reader's language."""
        return self.describe()


def load_bundled(
    name: str, *, rows: int | None = None, seed: int = 0, noise: float | None = None
) -> Columns:
    """Load a bundled set.

    Parameters
    ----------
    name : str
        One of :data:`BUNDLED`.
    rows : int, optional
        How many rows to make, at least 2; only for sets made at random.
    seed : int
        In [0, 2**64); sets that are not made at random do not depend on it.
    noise : float, optional
        At least 0; what it means stands in :mod:`neurona.data.sources.synthetic`. Only
        for sets made at random.

    Returns
    -------
    dict of str to array (rows,)
        Columns in order; the last is the target, ``BUNDLED[name].target``. Classes are
        words, or the digits themselves.

    Raises
    ------
    OptionError
        An unknown name, or rows or noise that the set cannot have.

    Examples
    --------
    >>> {name: column.tolist() for name, column in load_bundled("and").items()}
    {'x1': [0, 0, 1, 1], 'x2': [0, 1, 0, 1], 'y': [0, 0, 0, 1]}
    """
    if name not in BUNDLED:
        raise OptionError(unknown_name(_("bundled set"), name, BUNDLED))
    known = BUNDLED[name]
    if known.noise is None:
        if rows is not None or noise is not None:
            raise OptionError(
                _(
                    "the set {name!r} is fixed at {rows} rows; leave out the rows "
                    "and the noise"
                ).format(name=name, rows=known.rows)
            )
        return known.load()
    strength = known.noise if noise is None else float(noise)
    if not 0 <= strength < math.inf:
        raise OptionError(
            _("the noise must be at least 0 and finite, not {noise}").format(
                noise=noise
            )
        )
    count = known.rows if rows is None else operator.index(rows)
    if count < 2:
        raise OptionError(
            _("the set {name!r} needs at least 2 rows, not {rows}").format(
                name=name, rows=rows
            )
        )
    return known.load(count, seed, strength)


def _load_real(name: str, target: str, kind: type) -> Columns:
    """Return the columns of one of the real sets; its target is of a kind."""
    with gzip.open(SETS / f"{name}.csv.gz", "rt", encoding="ascii") as file:
        names, *rows = csv.reader(file)
    kinds = {target: kind}
    return {
        column: np.array(cells, dtype=str).astype(kinds.get(column, float))
        for column, cells in zip(names, zip(*rows, strict=True), strict=True)
    }


def _real(
    name: str,
    task: Literal["classification", "regression"],
    target: str,
    rows: int,
    describe: Callable[[], str],
    kind: type = str,
) -> BundledSet:
    load = partial(_load_real, name, target, kind)
    return BundledSet(name, task, target, rows, describe, load)


def _table(operation: str, describe: Callable[[], str]) -> BundledSet:
    load = partial(synthetic.truth_table, operation)
    return BundledSet(operation, "classification", "y", 4, describe, load)


BUNDLED: dict[str, BundledSet] = {
    record.name: record
    for record in (
        _real(
            "iris",
            "classification",
            "species",
            150,
            lambda: _("The species of an iris by the sizes of its flower."),
        ),
        _real(
            "wine",
            "classification",
            "cultivar",
            178,
            lambda: _("The cultivar of a wine by its chemical analysis."),
        ),
        _real(
            "breast_cancer",
            "classification",
            "diagnosis",
            569,
            lambda: _("Whether a breast tumour is malignant by its cells' shapes."),
        ),
        _real(
            "digits",
            "classification",
            "digit",
            1797,
            lambda: _("A handwritten digit by the 64 pixels of its picture."),
            int,
        ),
        _real(
            "diabetes",
            "regression",
            "progression",
            442,
            lambda: _("How far diabetes goes in a year by ten measurements."),
            float,
        ),
        _table("xor", lambda: _("Exclusive or: one of two inputs, not both.")),
        _table("and", lambda: _("Logical and: both of two inputs.")),
        _table("or", lambda: _("Logical or: at least one of two inputs.")),
        BundledSet(
            "moons",
            "classification",
            "class",
            400,
            lambda: _("Two half circles that reach into one another."),
            synthetic.moons,
            noise=0.1,
        ),
        BundledSet(
            "circles",
            "classification",
            "class",
            400,
            lambda: _("A disc and a ring around it."),
            synthetic.circles,
            noise=0.0,
        ),
        BundledSet(
            "gauss",
            "classification",
            "class",
            400,
            lambda: _("Two clouds of points."),
            synthetic.gauss,
            noise=0.0,
        ),
        BundledSet(
            "spiral",
            "classification",
            "class",
            400,
            lambda: _("Two arms that wind around one another."),
            synthetic.spiral,
            noise=0.0,
        ),
        BundledSet(
            "plane",
            "regression",
            "y",
            400,
            lambda: _("The height of a slanted plane over two coordinates."),
            synthetic.plane,
            noise=0.0,
        ),
        BundledSet(
            "particle",
            "regression",
            "velocity",
            200,
            lambda: _("The velocity of a particle at a given time."),
            synthetic.particle,
            noise=1.0,
        ),
        BundledSet(
            "fish",
            "classification",
            "type",
            400,
            lambda: _("The type of a fish by its velocity and depth."),
            synthetic.fish,
            noise=2.0,
        ),
        BundledSet(
            "emails",
            "classification",
            "label",
            400,
            lambda: _("Whether an e-mail is spam by how often it says two words."),
            synthetic.emails,
            noise=0.02,
        ),
    )
}
