"""How much of a network a page shows: every limit in one record."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Budget"]


@dataclass(frozen=True)
class Budget:
    """Most that is written out; what is left out is counted or summed.

    Parameters
    ----------
    units : int
        Of a layer.
    columns : int
        Units of a layer in a table of several rows.
    terms : int
        Of a sum.
    rows : int
        Of a batch.
    inputs : int
        Of the network, listed.
    values : int
        Numbers in one cell.
    matrix : int
        Rows or columns of a matrix.
    drawn : int
        Units of the widest layer of a network that is drawn.
    named : int
        Rows that a title lists.
    entries : int
        Derivatives on a page, one by one.
    asked : int
        The same where they were asked for.
    largest : int
        How many are shown where there are more.
    members : int
        Members side by side; of more, one.
    every : int
        Parameters of a network of which programs are told every derivative.
    """

    units: int = 8
    columns: int = 4
    terms: int = 6
    rows: int = 8
    inputs: int = 12
    values: int = 4
    matrix: int = 6
    drawn: int = 8
    named: int = 12
    entries: int = 40
    asked: int = 200
    largest: int = 20
    members: int = 3
    every: int = 500
