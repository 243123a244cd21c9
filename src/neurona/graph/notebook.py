"""What a notebook shows of a node, a network and whatever else lies below explanations.

The table is filled from above, by the floor of explanations, which is imported only
when the first of these things is shown.
"""

from __future__ import annotations

import importlib
from functools import singledispatch
from typing import Final

__all__ = ["html_of", "show_html"]

FILLED_BY: Final = "neurona.explain.notebook"


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
