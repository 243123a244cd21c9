"""Terms of free text, hashed into a fixed number of places."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType

import numpy as np
import polars as pl
from numpy.typing import NDArray

from neurona.data.free_text import FREE_WORD

__all__ = ["TERMS", "hash_terms", "shown_piece", "words_of"]

EDGE = "\N{MIDDLE DOT}"
PIECES = (3, 4)
"""Lengths of the pieces of a word, its edges counted."""


def words_of(texts: pl.Series) -> list[list[str]]:
    """Words of each text in lower case, every digit as 0; none where it is missing.

    Notes
    -----
    Numbers of one length are one word: which number it is, a hash could not tell.

    Examples
    --------
    >>> words_of(pl.Series(["Fresh bread, 2 kg!", None]))
    [['fresh', 'bread', '0', 'kg'], []]
    """
    lower = texts.str.to_lowercase().str.replace_all(r"\p{N}", "0")
    return lower.str.extract_all(FREE_WORD).fill_null([]).to_list()


def pieces_of(words: Sequence[str]) -> Iterator[str]:
    """Pieces of 3 and 4 characters of words, of which none is a whole word.

    Examples
    --------
    >>> [*pieces_of(["soup"])]
    ['·so', 'sou', 'oup', 'up·', '·sou', 'soup', 'oup·']
    """
    for word in words:
        edged = f"{EDGE}{word}{EDGE}"
        for length in PIECES:
            for start in range(max(1, len(edged) - length + 1)):
                piece = edged[start : start + length]
                if piece != edged:
                    yield piece


def shown_piece(piece: str) -> str:
    """A piece as a name shows it.

    Examples
    --------
    >>> [shown_piece(piece) for piece in ("·so", "ou", "up·")]
    ['so…', '…ou…', '…up']
    """
    shown = f"…{piece}…"
    return shown.replace(f"…{EDGE}", "").replace(f"{EDGE}…", "")


TERMS: Mapping[str, Callable[[Sequence[str]], Iterator[str]]] = MappingProxyType(
    {"words": iter, "pieces": pieces_of}
)
"""What is hashed of a text: each kind of terms has places of its own."""


def hash_terms(texts: Sequence[Sequence[str]], places: int) -> NDArray[np.float64]:
    """Signed counts of terms, each at the place that its hash tells.

    Parameters
    ----------
    texts : sequence of sequence of str
        Terms of each text.
    places : int

    Notes
    -----
    Math: h(text)ⱼ = Σ ξ(t) over the terms t of the text whose hash falls on place j,
    with a sign ξ(t) = ±1 from the hash, so that terms on one place cancel on average.

    Source: Weinberger, Dasgupta, Langford, Smola, Attenberg, *Feature hashing for large
    scale multitask learning* (2009); scikit-learn's FeatureHasher, MurmurHash3.

    Examples
    --------
    >>> hash_terms([["red", "red"], []], 4).tolist()
    [[0.0, 0.0, -2.0, 0.0], [0.0, 0.0, 0.0, 0.0]]
    """
    # Scikit-learn's import takes a second that tables without text need not wait.
    from sklearn.feature_extraction import FeatureHasher

    hasher = FeatureHasher(places, input_type="string")
    return np.asarray(hasher.transform(texts).toarray(), np.float64)
