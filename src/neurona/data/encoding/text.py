"""Free text as the frequent words that it holds."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from neurona.data.closed_record import Check, is_list_of, is_number, is_text
from neurona.data.columns.column import Column
from neurona.data.encoding.encoder import Encoder, Fitter, Surprises, Values
from neurona.data.reading.free_text import words_of
from neurona.messages import _

__all__ = ["MOST_WORDS", "TextEncoder", "TextFitter"]

MOST_WORDS = 256
"""Words of a column that have a feature of their own."""

LENGTH = 0.25
"""Root of the mean square of the features of a text: a number's is 1."""

FEWEST_TEXTS = 0.005
"""Share of the training texts that must hold a word, and two at least."""

COUNTED = 200_000
"""Different words that are counted; beyond, those seen once are forgotten."""


@dataclass(frozen=True)
class TextEncoder(Encoder):
    r"""Write which frequent words a text holds, each the more the rarer it is.

    Parameters
    ----------
    column : str
    words : tuple of str
        Words with a feature of their own, in alphabetical order.
    weights : tuple of float
        Of each word.
    length : float
        Of the features of a text.
    missing : bool
        Whether the last feature tells missing values, because training held some.

    Notes
    -----
    Math: xⱼ = ℓ wⱼ cⱼ / ‖w c‖ with ℓ the length, cⱼ the times that word j stands in the
    text, and wⱼ = 1 + ln((1 + n) / (1 + nⱼ)), where nⱼ of the n training texts hold it.

    A text without such a word is all zeros, and so is a missing one.

    Source: Salton, Buckley, *Term-weighting approaches in automatic text retrieval*
    (1988); scikit-learn's TfidfVectorizer.
    """

    words: tuple[str, ...]
    weights: tuple[float, ...]
    length: float

    kind = "text"
    checks: ClassVar[Mapping[str, Check]] = {
        "words": is_list_of(is_text),
        "weights": is_list_of(is_number),
        "length": is_number,
    }

    @property
    def own_features(self) -> tuple[str, ...]:
        """One name for each word."""
        return tuple(f"{self.column}: {word}" for word in self.words)

    def encode(self, values: Values, out: NDArray[Any], surprises: Surprises) -> None:
        """Write the weighed counts, brought to one length."""
        texts = pl.Series(values, dtype=pl.String)
        found = words_of(texts)
        places = {word: i for i, word in enumerate(self.words)}
        counted = (
            found.with_columns(
                pl.col("word").replace_strict(
                    places, default=None, return_dtype=pl.UInt32
                )
            )
            .drop_nulls()
            .group_by("row", "word")
            .len("times")
        )
        counts = np.zeros((len(texts), len(self.words)))
        rows, words = counted["row"].to_numpy(), counted["word"].to_numpy()
        counts[rows, words] = counted["times"].to_numpy()
        counts *= np.asarray(self.weights)
        lengths = np.linalg.norm(counts, axis=1, keepdims=True)
        np.divide(counts, lengths, out=counts, where=lengths > 0)
        out[:, : len(self.words)] = self.length * counts
        gone = texts.is_null().to_numpy()
        self.tell_missing(gone, out, surprises)

    def misfit(self) -> str:
        """Whether words and weights do not belong together."""
        words, weights = self.words, self.weights
        same = len(set(words)) == len(words) == len(weights)
        if same and min(weights, default=1) > 0 and self.length > 0:
            return ""
        return _("the words of a text in the model file do not fit")


class TextFitter(Fitter):
    """Gather how many of the training texts hold each word.

    Parameters
    ----------
    column : Column
    """

    def __init__(self, column: Column) -> None:
        self.column = column.name
        self.texts = 0
        self.counts: Counter[str] = Counter()
        self.missing = False

    def update(self, values: Values) -> None:
        """Take in the next training rows."""
        texts = pl.Series(values, dtype=pl.String)
        self.missing |= texts.null_count() > 0
        self.texts += len(texts) - texts.null_count()
        found = words_of(texts).unique()["word"].value_counts(name="times")
        self.counts.update(dict(zip(found["word"], found["times"], strict=True)))
        if len(self.counts) > COUNTED:
            several = {word: n for word, n in self.counts.items() if n > 1}
            self.counts = Counter(several)

    def finish(self) -> TextEncoder:
        """Encoder of the words that most texts hold."""
        fewest = max(2, FEWEST_TEXTS * self.texts)
        several = [word for word, times in self.counts.items() if times >= fewest]
        # Equally frequent words are taken in alphabetical order.
        several.sort(key=lambda word: (-self.counts[word], word))
        words = sorted(several[:MOST_WORDS])
        texts = np.array([self.counts[word] for word in words])
        weights = 1 + np.log((1 + self.texts) / (1 + texts))
        return TextEncoder(
            self.column,
            tuple(words),
            tuple(weights.tolist()),
            LENGTH * math.sqrt(len(words) or 1),
            missing=self.missing,
        )
