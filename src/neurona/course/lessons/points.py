"""Points written as text: coordinates, and what belongs to each."""

from __future__ import annotations

from neurona.errors import DataError
from neurona.messages import _

__all__ = ["read_points"]


def read_points(text: str) -> tuple[list[list[float]], list[str]]:
    """Read points such as ``0,1:+ 0,-1:+ -1,.5:-``.

    Parameters
    ----------
    text : str
        Points with spaces or semicolons between them, each of coordinates with commas
        between them, a colon, and its label or target.

    Returns
    -------
    rows : list of list of float
    labels : list of str

    Raises
    ------
    DataError
        One is no point, or has other coordinates than the first.

    Examples
    --------
    >>> read_points("0,1:+ -1,.5:-")
    ([[0.0, 1.0], [-1.0, 0.5]], ['+', '-'])
    """
    rows: list[list[float]] = []
    labels = []
    for point in text.replace("−", "-").replace(";", " ").split():
        coordinates, colon, label = point.rpartition(":")
        row = row_of(coordinates)
        if not colon and row_of(point):
            raise DataError(
                _(
                    "{point!r} has no label: write it after a colon, such as {point}:+"
                ).format(point=point)
            )
        if not colon or not label or len(row) != len((rows or [row])[0]) or not row:
            raise DataError(
                _(
                    "{point!r} cannot be read: write each point as numbers with commas "
                    "between them, a colon and its label, such as 0,1:+, all of as many"
                ).format(point=point)
            )
        rows.append(row)
        labels.append(label)
    return rows, labels


def row_of(coordinates: str) -> list[float]:
    """Numbers with commas between them; none where one cannot be read."""
    try:
        return [float(number) for number in coordinates.split(",")]
    except ValueError:
        return []
