"""What is shown of a node, a network and whatever else lies below explanations.

Both tables are filled from above: the texts by the rest of the graph's folder, what a
notebook shows by the floor of explanations, which is imported only when the first of
these things is shown.
"""

from __future__ import annotations

import importlib
from functools import singledispatch
from typing import Final

__all__ = ["html_of", "show_html", "text_of"]

FILLED_BY: Final = "neurona.explain.notebook"


@singledispatch
def text_of(shown: object) -> str:
    """Text of one kind of thing, registered by type, as ``repr`` gives it.

    Examples
    --------
    >>> from neurona import graph
    >>> text_of(graph.input("x") + 1.0)
    'add(x, 1.0): float ()'
    """
    return object.__repr__(shown)


@singledispatch
def html_of(shown: object) -> str | None:
    """HTML of one kind of thing, registered by type; ``None`` where it has none.

    Parameters
    ----------
    shown : object

    Examples
    --------
    >>> html_of(1) is None
    True
    """
    return None


def show_html(shown: object) -> str | None:
    """HTML for a notebook, which shows the text instead where there is none.

    Examples
    --------
    >>> from neurona import graph
    >>> "<math" in str(show_html(graph.input("x") ** 2))
    True
    """
    importlib.import_module(FILLED_BY)
    return html_of(shown)
