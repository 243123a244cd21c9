"""Free text as hashed words and pieces of words."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from neurona.data.closed_record import (
    check_record,
    is_count,
    is_flag,
    is_list_of,
    is_number,
    is_text,
)
from neurona.data.column import Column
from neurona.data.encoder import Encoder, Fitter, Surprises, Values
from neurona.data.text_terms import TERMS, hash_terms, shown_piece, words_of
from neurona.errors import ModelFileError
from neurona.messages import _

__all__ = ["PLACES", "TextEncoder", "TextFitter"]

PLACES = 128
"""Places for words, and as many for pieces of words."""

NAMED_TEXTS = 2_000
"""Texts whose most frequent terms name the places."""

SHOWN_TERMS = 2


@dataclass(frozen=True)
class TextEncoder(Encoder):
    r"""Write what words a text holds, weighed by how few texts hold them.

    Parameters
    ----------
    column : str
    places : int
        Places for each of :data:`neurona.data.text_terms.TERMS`.
    kept : tuple of int
        Places that several training texts used, those of words first.
    weights : tuple of float
        Of each place kept.
    names : tuple of str
        The most frequent terms of each place kept.
    missing : bool
        Whether the last feature tells missing values, because training held some.

    Notes
    -----
    Math: xⱼ = wⱼ hⱼ / ‖w h‖ over the places of words, and likewise over those of
    pieces, with h the signed counts of :func:`neurona.data.text_terms.hash_terms` and
    wⱼ = 1 + ln((1 + n) / (1 + nⱼ)), where nⱼ of the n training texts used place j.

    A text without a known word is all zeros, and so is a missing one.
    """

    places: int
    kept: tuple[int, ...]
    weights: tuple[float, ...]
    names: tuple[str, ...]
    missing: bool

    @property
    def features(self) -> tuple[str, ...]:
        """One name for each place kept, and whether the text is missing."""
        names = [f"{self.column}: {name}" for name in self.names]
        return tuple(names + [f"{self.column} missing"] * self.missing)

    def encode(self, values: Values, out: NDArray[Any], surprises: Surprises) -> None:
        """Write the weighed counts, of length 1 for words and 1 for pieces."""
        texts = pl.Series(values, dtype=pl.String)
        kept = np.asarray(self.kept, np.int64)
        counts = hashed(texts, self.places)[:, kept] * np.asarray(self.weights)
        words = int(np.searchsorted(kept, self.places))
        for part in (counts[:, :words], counts[:, words:]):
            lengths = np.linalg.norm(part, axis=1, keepdims=True)
            np.divide(part, lengths, out=part, where=lengths > 0)
        out[:, : len(kept)] = counts
        gone = texts.is_null().to_numpy()
        if self.missing:
            out[:, -1] = gone
        elif gone.any():
            surprises.missing[self.column] += int(gone.sum())

    def to_json(self) -> dict[str, Any]:
        """Record of plain values."""
        return {
            "encoder": "text",
            "column": self.column,
            "places": self.places,
            "kept": list(self.kept),
            "weights": list(self.weights),
            "names": list(self.names),
            "missing": self.missing,
        }

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Self:
        """Encoder of a record that :meth:`to_json` wrote."""
        checks = {
            "column": is_text,
            "places": is_count,
            "kept": is_list_of(is_count),
            "weights": is_list_of(is_number),
            "names": is_list_of(is_text),
            "missing": is_flag,
        }
        fields = check_record(record, checks, _("encoder"))
        lists = {key: tuple(fields[key]) for key in ("kept", "weights", "names")}
        kept, weights, names = lists.values()
        most = len(TERMS) * fields["places"]
        sound = (
            len(kept) == len(weights) == len(set(names)) == len(names)
            and list(kept) == sorted(set(kept))
            and all(place < most for place in kept)
            and all(weight > 0 for weight in weights)
        )
        if not sound:
            raise ModelFileError(_("the words of a text in the model file do not fit"))
        return cls(**{**fields, **lists})


class TextFitter(Fitter):
    """Gather which places the training texts use, and what to call them.

    Parameters
    ----------
    column : Column
    """

    def __init__(self, column: Column) -> None:
        self.column = column.name
        self.used = np.zeros(len(TERMS) * PLACES, np.int64)
        self.texts = self.named = 0
        self.terms: dict[str, Counter[str]] = {name: Counter() for name in TERMS}
        self.missing = False

    def update(self, values: Values) -> None:
        """Take in the next training rows."""
        texts = pl.Series(values, dtype=pl.String)
        self.missing |= texts.null_count() > 0
        present = texts.drop_nulls()
        self.texts += len(present)
        self.used += (hashed(present, PLACES) != 0).sum(axis=0)
        for words in words_of(present.head(NAMED_TEXTS - self.named)):
            for name, terms in TERMS.items():
                self.terms[name].update(set(terms(words)))
            self.named += 1

    def finish(self) -> TextEncoder:
        """Encoder of the places that were used twice or more."""
        kept = np.flatnonzero(self.used >= 2)
        weights = 1 + np.log((1 + self.texts) / (1 + self.used[kept]))
        names = self._names()
        return TextEncoder(
            self.column,
            PLACES,
            tuple(kept.tolist()),
            tuple(weights.tolist()),
            tuple(names[place] for place in kept),
            self.missing,
        )

    def _names(self) -> list[str]:
        """The most frequent terms of each place, its number where there is none."""
        found: list[list[str]] = [[] for _place in self.used]
        for i, (name, counts) in enumerate(self.terms.items()):
            # Equally frequent terms are named in alphabetical order.
            terms = sorted(counts, key=lambda term: (-counts[term], term))
            places = np.abs(hash_terms([[term] for term in terms], PLACES)).argmax(1)
            for term, place in zip(terms, places, strict=True):
                shown = shown_piece(term) if name == "pieces" else term
                found[i * PLACES + place].append(shown)
        return [
            "/".join(terms[:SHOWN_TERMS] + ["…"] * (len(terms) > SHOWN_TERMS))
            if terms
            else f"#{place + 1}"
            for place, terms in enumerate(found)
        ]


def hashed(texts: pl.Series, places: int) -> NDArray[np.float64]:
    """Signed counts of all terms of texts: words, then pieces of words."""
    words = words_of(texts)
    parts = [[[*terms(text)] for text in words] for terms in TERMS.values()]
    return np.hstack([hash_terms(part, places) for part in parts])
