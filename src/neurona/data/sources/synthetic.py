"""Data sets made by a formula: the course notes' own examples among them.

Every function returns columns by name, the target last. The numbers come from the
counter-based generator, so (rows, seed, noise) decides each of them. Classes take
turns, row by row, where the formula starts from the class, so that any prefix is
balanced.

The playground's sets follow the formulas of https://playground.tensorflow.org, where
noise runs from 0 to 0.5.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurona.reference.random_numbers import normals, stream_of, uniforms

__all__ = [
    "circles",
    "emails",
    "fish",
    "gauss",
    "moons",
    "particle",
    "plane",
    "quadrants",
    "spiral",
    "truth_table",
]

Columns = dict[str, NDArray[Any]]

TRUTH_VALUES = {"and": (0, 0, 0, 1), "or": (0, 1, 1, 1), "xor": (0, 1, 1, 0)}
PLAYGROUND_RADIUS = 5.0
PLANE_RADIUS = 6.0
# Beyond this count a Poisson variable of mean 5 or less has probability below 1e-15.
MOST_WORDS = 32


def truth_table(operation: str) -> Columns:
    """Return the four rows of a logical operation: x1, x2 and y, each 0 or 1.

    Parameters
    ----------
    operation : {"and", "or", "xor"}

    Notes
    -----
    Source: notes S0, lines 7 to 12 (xor); S2, lines 88 and 97 (and, or).

    Examples
    --------
    >>> truth_table("xor")["y"]
    array([0, 1, 1, 0])
    """
    return {
        "x1": np.array([0, 0, 1, 1]),
        "x2": np.array([0, 1, 0, 1]),
        "y": np.array(TRUTH_VALUES[operation]),
    }


def moons(rows: int, seed: int, noise: float) -> Columns:
    """Return two half circles that reach into one another.

    Notes
    -----
    With t evenly spaced over [0, π]: upper (cos t, sin t), lower
    (1 - cos t, ½ - sin t), each coordinate plus N(0, noise²). Source: scikit-learn's
    ``make_moons``.

    Examples
    --------
    >>> [f"{value:.1f}" for value in moons(4, seed=0, noise=0)["x1"]]
    ['1.0', '0.0', '-1.0', '2.0']
    """
    lower, place = _taking_turns(rows)
    t = np.pi * place / np.maximum(_turns(rows)[lower] - 1, 1)
    points = np.stack(
        [
            np.where(lower, 1 - np.cos(t), np.cos(t)),
            np.where(lower, 0.5 - np.sin(t), np.sin(t)),
        ]
    )
    points += noise * normals(seed, stream_of("moons noise"), (2, rows))
    return _plane_points(points, np.where(lower, "lower", "upper"))


def circles(rows: int, seed: int, noise: float) -> Columns:
    """Return a disc and a ring around it.

    Notes
    -----
    At a uniform angle, radius uniform in [0, 2.5) for the disc and [3.5, 5) for the
    ring. The class is "inner" where the point, moved by uniform noise of ±5 noise in
    each coordinate, is closer than 2.5 to the centre: the noise moves the class, not
    the point. Source: notes S3, lines 4 to 47, the playground's "circle".

    Examples
    --------
    >>> circles(4, seed=0, noise=0)["class"].tolist()
    ['inner', 'outer', 'inner', 'outer']
    """
    radius = PLAYGROUND_RADIUS
    outer, _place = _taking_turns(rows)
    drawn = _uniform("circles", rows, seed, 2)
    r = np.where(outer, radius * (0.7 + 0.3 * drawn[0]), radius * 0.5 * drawn[0])
    points = r * np.stack([np.sin(2 * np.pi * drawn[1]), np.cos(2 * np.pi * drawn[1])])
    moved = points + noise * radius * (2 * _uniform("circles noise", rows, seed, 2) - 1)
    inner = np.hypot(moved[0], moved[1]) < radius * 0.5
    return _plane_points(points, np.where(inner, "inner", "outer"))


def quadrants(rows: int, seed: int, noise: float) -> Columns:
    """Return points whose class says whether both coordinates have one sign.

    Notes
    -----
    Each coordinate is uniform in [-5, 5), then moved 0.3 away from 0. The class is
    "same" where x1 · x2 ≥ 0 after uniform noise of ±5 noise in each coordinate. Source:
    notes S3, lines 4 to 47, the playground's "exclusive or".

    Examples
    --------
    >>> sorted(quadrants(4, seed=0, noise=0))
    ['class', 'x1', 'x2']
    """
    radius = PLAYGROUND_RADIUS
    points = radius * (2 * _uniform("quadrants", rows, seed, 2) - 1)
    points += np.where(points > 0, 0.3, -0.3)
    shift = radius * (2 * _uniform("quadrants noise", rows, seed, 2) - 1)
    moved = points + noise * shift
    same = moved[0] * moved[1] >= 0
    return _plane_points(points, np.where(same, "same", "different"))


def gauss(rows: int, seed: int, noise: float) -> Columns:
    """Return two clouds of points.

    Notes
    -----
    Normal with centre (2, 2) for "positive" and (-2, -2) for "negative" and a variance
    of 0.5 + 7 noise in each coordinate. Source: notes S3, lines 4 to 11, the
    playground's "Gaussian".

    Examples
    --------
    >>> gauss(3, seed=0, noise=0)["class"].tolist()
    ['positive', 'negative', 'positive']
    """
    negative, _place = _taking_turns(rows)
    spread = np.sqrt(0.5 + 7 * noise)
    points = spread * normals(seed, stream_of("gauss"), (2, rows))
    points += np.where(negative, -2.0, 2.0)
    return _plane_points(points, np.where(negative, "negative", "positive"))


def spiral(rows: int, seed: int, noise: float) -> Columns:
    """Return two arms that wind around one another.

    Notes
    -----
    Point i of an arm's n stands at radius 5 i/n and angle 3.5 π i/n, the second arm
    turned by π, plus uniform noise of ±noise in each coordinate; (x1, x2) =
    radius · (sin, cos) of the angle. Source: notes S3, lines 4 to 47, the playground's
    "spiral".

    Examples
    --------
    >>> spiral(4, seed=0, noise=0)["x1"].round(4).tolist()
    [0.0, 0.0, -1.7678, 1.7678]
    """
    second, place = _taking_turns(rows)
    along = place / _turns(rows)[second]
    angle = 3.5 * np.pi * along + np.pi * second
    points = PLAYGROUND_RADIUS * along * np.stack([np.sin(angle), np.cos(angle)])
    points += noise * (2 * _uniform("spiral noise", rows, seed, 2) - 1)
    return _plane_points(points, np.where(second, "second", "first"))


def plane(rows: int, seed: int, noise: float) -> Columns:
    """Return points of a plane: y = (x1 + x2)/10.

    Notes
    -----
    x1 and x2 are uniform in [-6, 6); in y each has uniform noise of ±6 noise. Source:
    notes S3, lines 4 to 47, the playground's regression "plane".

    Examples
    --------
    >>> columns = plane(100, seed=0, noise=0)
    >>> bool(np.allclose(columns["y"], (columns["x1"] + columns["x2"]) / 10))
    True
    """
    points = PLANE_RADIUS * (2 * _uniform("plane", rows, seed, 2) - 1)
    shift = PLANE_RADIUS * (2 * _uniform("plane noise", rows, seed, 2) - 1)
    y = (points + noise * shift).sum(axis=0) / 10
    return {"x1": points[0], "x2": points[1], "y": y}


def particle(rows: int, seed: int, noise: float) -> Columns:
    """Return the velocity (m/s) of a particle at some times (s).

    Notes
    -----
    velocity = 1 + 2 time + N(0, noise²), time uniform in [0, 10): constant
    acceleration, so that a line is the right model. Source: notes S4, lines 65 to 78;
    the numbers are this package's.

    Examples
    --------
    >>> columns = particle(3, seed=0, noise=0)
    >>> bool(np.allclose(columns["velocity"], 1 + 2 * columns["time"]))
    True
    """
    time = 10 * _uniform("particle", rows, seed, 1)[0]
    shift = noise * normals(seed, stream_of("particle noise"), (rows,))
    return {"time": time, "velocity": 1 + 2 * time + shift}


def fish(rows: int, seed: int, noise: float) -> Columns:
    """Return two types of fish, "o" and "x", by velocity (m/s) and depth (m).

    Notes
    -----
    Velocity is uniform in [0, 4), depth in [0, 40). A fish is "o" where
    depth + N(0, noise²) > 32 - 2 velocity², else "x": fast fish are mostly "o" (the
    notes' example 2), and the border in the plane is curved (their example 3). Source:
    notes S4, lines 80 to 108; the numbers are this package's.

    Examples
    --------
    >>> sorted(set(fish(50, seed=0, noise=0)["type"].tolist()))
    ['o', 'x']
    """
    drawn = _uniform("fish", rows, seed, 2)
    velocity, depth = 4 * drawn[0], 40 * drawn[1]
    shift = noise * normals(seed, stream_of("fish noise"), (rows,))
    is_o = depth + shift > 32 - 2 * velocity**2
    return {"velocity": velocity, "depth": depth, "type": np.where(is_o, "o", "x")}


def emails(rows: int, seed: int, noise: float) -> Columns:
    """Return e-mails by how often they say "faulty" and "html", as "spam" or "ham".

    Notes
    -----
    The first two rows are the notes' own: (1, 5) spam, (1, 0) ham. In the others,
    in turns, counts are Poisson: faulty of mean 2 and html of mean 5 in spam, 1 and 0.5
    in ham. noise is the share of those rows whose class is then turned round. Source:
    notes S2, lines 224 to 260; the means are this package's.

    Examples
    --------
    >>> {name: column.tolist() for name, column in emails(2, seed=0, noise=0).items()}
    {'faulty': [1, 1], 'html': [5, 0], 'label': ['spam', 'ham']}
    """
    ham, _place = _taking_turns(rows)
    drawn = _uniform("emails", rows, seed, 3)
    counts = [
        np.where(ham, _poisson(u, ham_mean), _poisson(u, spam_mean))
        for u, ham_mean, spam_mean in ((drawn[0], 1.0, 2.0), (drawn[1], 0.5, 5.0))
    ]
    own = min(rows, 2)
    counts[0][:own], counts[1][:own] = (1, 1)[:own], (5, 0)[:own]
    turned = drawn[2] < noise
    turned[:own] = False
    label = np.where(ham ^ turned, "ham", "spam")
    return {"faulty": counts[0], "html": counts[1], "label": label}


def _uniform(name: str, rows: int, seed: int, how_many: int) -> NDArray[np.float64]:
    """Draw some numbers in [0, 1) for each row: array (how_many, rows)."""
    return np.stack(
        [
            uniforms(seed, stream_of(f"{name} {i}"), 0, rows, np.float64)
            for i in range(how_many)
        ]
    ).astype(np.float64, copy=False)


def _taking_turns(rows: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return each row's class, 0 and 1 in turns, and its place in that class."""
    row = np.arange(rows)
    return row % 2, row // 2


def _turns(rows: int) -> NDArray[np.intp]:
    """Return how many rows each of the two classes has."""
    return np.array([rows - rows // 2, rows // 2])


def _poisson(u: NDArray[np.float64], mean: float) -> NDArray[np.intp]:
    """Return Poisson counts: the smallest k with u < P(count ≤ k)."""
    k = np.arange(1, MOST_WORDS)
    probabilities = np.exp(-mean) * np.cumprod(np.concatenate([[1.0], mean / k]))
    return np.searchsorted(np.cumsum(probabilities), u, side="right")


def _plane_points(points: NDArray[np.float64], classes: NDArray[Any]) -> Columns:
    """Name the two coordinates and the class."""
    return {"x1": points[0], "x2": points[1], "class": classes}
