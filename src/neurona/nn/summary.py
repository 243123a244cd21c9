"""What a network consists of, as a table: layers, shapes, parameter counts."""

from __future__ import annotations

from dataclasses import dataclass

from neurona.graph import show_shape
from neurona.messages import _
from neurona.nn.architecture import Architecture

__all__ = ["Summary"]


@dataclass(frozen=True)
class Summary:
    """Table of a network's layers, which prints itself.

    Parameters
    ----------
    rows : tuple of (name, description, shape, count)
    total, frozen : int
        Parameters in all, and those of them that are not trained.

    Notes
    -----
    A fully connected layer of O units on I inputs has (I + 1)·O parameters.
    """

    rows: tuple[tuple[str, str, str, int], ...]
    total: int
    frozen: int

    @classmethod
    def of(cls, architecture: Architecture) -> Summary:
        """Summary of an architecture."""
        written = architecture.evaluation
        rows = [
            (x.name, _("input"), show_shape(written.inputs[x.name].shape), 0)
            for x in architecture.inputs
        ]
        sizes = {}
        for name, parameter in written.build.parameters.items():
            sizes[name] = 1
            for length in parameter.shape:
                sizes[name] *= length
        for layer, name in architecture.names.items():
            count = sum(s for p, s in sizes.items() if p.startswith(f"{name}."))
            shape = show_shape(written.build.activations[name].shape)
            rows.append((name, repr(layer), shape, count))
        parameters = written.build.parameters.values()
        frozen = sum(sizes[p.name] for p in parameters if not p.trainable)
        return cls(tuple(rows), sum(sizes.values()), frozen)

    def __str__(self) -> str:
        head = (_("name"), _("layer"), _("output"), _("parameters"))
        body = [(*row[:3], f"{row[3]:,}") for row in self.rows]
        total = ("", "", _("total"), f"{self.total:,}")
        table = [head, *body, total]
        widths = [max(len(row[i]) for row in table) for i in range(4)]
        lines = [
            f"{a:<{widths[0]}}  {b:<{widths[1]}}  {c:<{widths[2]}}  {d:>{widths[3]}}"
            for a, b, c, d in table
        ]
        rule = "─" * len(lines[0])
        if self.frozen:
            lines.append(_("{count:,} of them are frozen").format(count=self.frozen))
        return "\n".join([lines[0], rule, *lines[1 : len(body) + 1], rule,
                          *lines[len(body) + 1 :]])  # fmt: skip

    def __repr__(self) -> str:
        return str(self)
