"""Free text told from names and codes: its words, and which of them tell anything."""

from __future__ import annotations

import polars as pl

__all__ = ["is_free_text", "is_in_sentences", "words_of"]

FREE_WORD = r"[\p{Han}\p{Hiragana}\p{Katakana}]|[\p{L}\p{M}\p{N}]+"
"""A word or a number within a text; a sign of its own where words have no blanks."""

LETTERS = r"^\p{L}[\p{L}\p{M}]+$|^[\p{Han}\p{Hiragana}\p{Katakana}]$"
FEWEST_CELLS = 3
"""Cells that a word must stand in, for anything to be learned from it."""

EVERYWHERE = 0.95
"""Share of the cells from which a word tells nothing, because it stands in all."""

SENTENCE = 4
"""Words from which texts that occur again and again are more than names."""

TELLING_SHARE = 0.2
"""Share of all words that must be telling ones."""


def words_of(texts: pl.Series) -> pl.DataFrame:
    """Words and numbers of texts, in lower case, every digit as 0.

    Returns
    -------
    DataFrame
        ``row``, the place of the text; ``word``.

    Notes
    -----
    Numbers of one length are one word: hardly one of them comes again.

    Examples
    --------
    >>> words_of(pl.Series(["Fresh bread, 2 kg!", None, "20 kg"])).rows()
    [(0, 'fresh'), (0, 'bread'), (0, '0'), (0, 'kg'), (2, '00'), (2, 'kg')]
    """
    lower = texts.rename("word").str.to_lowercase().str.replace_all(r"\p{N}", "0")
    frame = lower.str.extract_all(FREE_WORD).to_frame().with_row_index("row")
    return frame.explode("word").drop_nulls()


def is_in_sentences(texts: pl.Series) -> bool:
    """Whether texts have four words or more on average.

    Examples
    --------
    >>> is_in_sentences(pl.Series(["the bread was stale", "warm and fresh bread"]))
    True
    """
    blanks = texts.str.count_matches(r"\s+").sum()
    return int(blanks) >= (SENTENCE - 1) * len(texts)


def is_free_text(texts: pl.Series) -> bool:
    """Whether different texts share words from which something may be learned.

    Parameters
    ----------
    texts : Series
        Different texts.

    Notes
    -----
    A word of two letters or more is telling where it stands in three cells or more,
    but not in nearly all. Texts are free where each holds a telling word on average,
    and these are a fifth of all words and numbers; but not where each is a single
    word, of one and the same form in all: such are codes.

    Examples
    --------
    >>> foods = ["bread", "soup", "rice"]
    >>> texts = [f"{how} {food}" for how in ("warm", "stale") for food in foods]
    >>> is_free_text(pl.Series(texts))
    True
    >>> is_free_text(pl.Series([f"A-{i}" for i in range(9)]))
    False
    """
    words = words_of(texts)
    most = EVERYWHERE * len(texts)
    cells = words.unique().group_by("word").len("cells")
    telling = cells.filter(
        pl.col("word").str.contains(LETTERS),
        pl.col("cells").is_between(FEWEST_CELLS, most, closed="left"),
    )["cells"].sum()
    if telling < len(texts) or telling < TELLING_SHARE * len(words):
        return False
    return not _are_codes(texts)


def _are_codes(texts: pl.Series) -> bool:
    """Whether all are single words of one form: letters, digits and signs alike."""
    if texts.str.contains(r"\s").any():
        return False
    forms = texts.str.replace_all(r"\p{L}+", "a").str.replace_all(r"\p{N}+", "0")
    return forms.n_unique() == 1
