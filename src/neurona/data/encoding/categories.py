"""Categories as one feature each, or as the row of an embedding."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from neurona.data.closed_record import Check, is_flag, is_list_of, is_text
from neurona.data.columns.column import Column
from neurona.data.encoding.encoder import Encoder, Fitter, Surprises, Values
from neurona.messages import _

__all__ = [
    "MOST_CATEGORIES",
    "CategoryFitter",
    "IndexEncoder",
    "OneHotEncoder",
    "category_numbers",
    "repeated",
    "usual_categories",
]

MOST_CATEGORIES = 32
"""One-hot features of a column; with more categories the rare ones share the last."""


@dataclass(frozen=True)
class Numbered:
    """Words as places among the categories.

    Parameters
    ----------
    numbers : ndarray, int64 (N,)
        Place of each value among the categories, −1 for none of them.
    missing : ndarray, bool (N,)
    unseen : Series
        Words that are none of the categories.
    respelled : mapping of str to str
        Words that a single category spells otherwise, and that category.
    """

    numbers: NDArray[np.int64]
    missing: NDArray[np.bool_]
    unseen: pl.Series
    respelled: Mapping[str, str]


def category_numbers(values: Values, categories: tuple[str, ...]) -> Numbered:
    """Place of each word among the categories.

    Notes
    -----
    A word that is none of them, but that a single one of them spells otherwise, in
    other case or as the same whole number with other zeros, is that one.

    Examples
    --------
    >>> found = category_numbers(pl.Series(["b", None, "c", "A"]), ("a", "b"))
    >>> found.numbers.tolist(), found.missing.tolist(), found.unseen.to_list()
    ([1, -1, -1, 0], [False, True, False, False], ['c'])
    """
    words = pl.Series(values, dtype=pl.String)
    numbers = _places(words, {word: i for i, word in enumerate(categories)})
    missing = words.is_null().to_numpy()
    unseen = words.filter(pl.Series((numbers < 0) & ~missing))
    respelled = _respelled(unseen.unique(maintain_order=True), categories)
    if respelled:
        again = {word: categories.index(known) for word, known in respelled.items()}
        numbers = np.where(numbers < 0, _places(words, again), numbers)
        unseen = unseen.filter(~unseen.is_in(list(respelled)))
    return Numbered(numbers, missing, unseen, respelled)


def _places(words: pl.Series, places: Mapping[str, int]) -> NDArray[np.int64]:
    table = pl.DataFrame(
        {"word": list(places), "number": list(places.values())},
        schema={"word": pl.String, "number": pl.Int64},
    )
    return (
        words.to_frame("word")
        .join(table, on="word", how="left", maintain_order="left")["number"]
        .fill_null(-1)
        .to_numpy()
    )


def _respelled(words: pl.Series, categories: tuple[str, ...]) -> dict[str, str]:
    if not len(words):
        return {}
    spellings: defaultdict[str, list[str]] = defaultdict(list)
    for category in categories:
        spellings[_spoken(category)].append(category)
    found = {word: spellings.get(_spoken(word), []) for word in words}
    return {word: known[0] for word, known in found.items() if len(known) == 1}


def _spoken(word: str) -> str:
    """A word without what two spellings of it may differ in."""
    return str(int(word)) if word.isdecimal() else word.lower()


@dataclass(frozen=True)
class OneHotEncoder(Encoder):
    """Write 1 in the feature of a category and 0 in the others.

    Parameters
    ----------
    column : str
    categories : tuple of str
        Categories with a feature of their own, in alphabetical order.
    other : bool
        Whether one feature stands for all other categories, because there were more
        than 32 in training; else a category that training lacked is all zeros.
    missing : bool
        Whether missing is a category, because training held missing values.
    """

    categories: tuple[str, ...]
    other: bool

    kind = "one_hot"
    checks: ClassVar[Mapping[str, Check]] = {
        "categories": is_list_of(is_text),
        "other": is_flag,
    }

    @property
    def own_features(self) -> tuple[str, ...]:
        """One name for each category."""
        names = [f"{self.column}={category}" for category in self.categories]
        return (*names, *[f"{self.column} other"] * self.other)

    @property
    def pooled(self) -> tuple[int, ...]:
        """Place of the feature that all other categories share."""
        return (len(self.categories),) if self.other else ()

    def encode(self, values: Values, out: NDArray[Any], surprises: Surprises) -> None:
        """Write the features of the words."""
        found = category_numbers(values, self.categories)
        numbers, gone, unseen = found.numbers, found.missing, found.unseen
        surprises.respelled[self.column].update(found.respelled)
        known = np.flatnonzero(numbers >= 0)
        out[:] = 0
        out[known, numbers[known]] = 1
        if self.other:
            out[(numbers < 0) & ~gone, len(self.categories)] = 1
            if len(unseen):
                surprises.pooled[self.column].update(unseen)
        elif len(unseen):
            surprises.unseen[self.column].update(unseen)
        self.tell_missing(gone, out, surprises)

    def misfit(self) -> str:
        """Whether a category stands twice."""
        return repeated(self.categories)


@dataclass(frozen=True)
class IndexEncoder(Encoder):
    """Number the categories, for an embedding to look up.

    Parameters
    ----------
    column : str
    categories : tuple of str
        Category i has the index i + 1.
    missing : bool
        Whether missing has an index, the last, because training held missing values.

    Notes
    -----
    Index 0 is every category that training lacked, and a missing value where training
    held none.
    """

    categories: tuple[str, ...]

    kind = "index"
    checks: ClassVar[Mapping[str, Check]] = {"categories": is_list_of(is_text)}

    @property
    def own_features(self) -> tuple[str, ...]:
        """The column."""
        return (self.column,)

    @property
    def features(self) -> tuple[str, ...]:
        """The column alone: missing is an index."""
        return self.own_features

    @property
    def size(self) -> int:
        """Different indices: the rows that an embedding needs."""
        return 1 + len(self.categories) + self.missing

    def encode(self, values: Values, out: NDArray[Any], surprises: Surprises) -> None:
        """Write the indices of the words into a column of whole numbers."""
        found = category_numbers(values, self.categories)
        numbers, gone, unseen = found.numbers, found.missing, found.unseen
        surprises.respelled[self.column].update(found.respelled)
        out[:, 0] = numbers + 1
        if len(unseen):
            surprises.unseen[self.column].update(unseen)
        if self.missing:
            out[gone, 0] = self.size - 1
        elif gone.any():
            surprises.missing[self.column] += int(gone.sum())

    def misfit(self) -> str:
        """Whether a category stands twice."""
        return repeated(self.categories)


def repeated(categories: tuple[str, ...]) -> str:
    """What is wrong with categories of a model file; empty where each stands once."""
    if len(set(categories)) == len(categories):
        return ""
    return _("a category in the model file stands twice")


class CategoryFitter(Fitter):
    """Gather the categories of the training rows.

    Parameters
    ----------
    column : Column
    embedding : bool
        Whether to number the categories rather than give each a feature.
    """

    def __init__(self, column: Column, embedding: bool) -> None:
        self.column = column.name
        self.embedding = embedding
        self.counts: Counter[str] = Counter()
        self.missing = False

    def update(self, values: Values) -> None:
        """Take in the next training rows."""
        words = pl.Series("word", values, dtype=pl.String)
        self.missing |= words.null_count() > 0
        found = words.drop_nulls().value_counts(name="times")
        self.counts.update(dict(zip(found["word"], found["times"], strict=True)))

    def finish(self) -> OneHotEncoder | IndexEncoder:
        """Encoder with the categories found."""
        if self.embedding:
            names = tuple(sorted(self.counts))
            return IndexEncoder(self.column, names, missing=self.missing)
        usual, other = usual_categories(self.counts)
        return OneHotEncoder(self.column, usual, other, missing=self.missing)


def usual_categories(counts: Counter[str]) -> tuple[tuple[str, ...], bool]:
    """Categories with a feature of their own, and whether others share one.

    Examples
    --------
    >>> usual_categories(Counter("banana"))
    (('a', 'b', 'n'), False)
    """
    names = sorted(counts)
    other = len(names) > MOST_CATEGORIES
    if other:
        # Equally frequent categories are kept in alphabetical order.
        names.sort(key=lambda name: -counts[name])
        names = sorted(names[: MOST_CATEGORIES - 1])
    return tuple(names), other
