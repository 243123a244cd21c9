"""How pages show themselves in a notebook.

The styles are a page's own, held inside the box of each output, so that the notebook
around it keeps its look.
"""

from __future__ import annotations

import io
from typing import Any, Final

from neurona.show.page import Page, scoped_style, to_html_fragment

__all__ = ["bundle_of_page", "page_in_notebook", "text_of_page"]

COLUMNS: Final = 88


def page_in_notebook(page: Page) -> str:
    """A page as HTML to be put inside another page.

    Examples
    --------
    >>> shown = page_in_notebook(Page("A page", ()))
    >>> shown.startswith('<div class="neurona">'), "<h1>A page</h1>" in shown
    (True, True)
    """
    style, fragment = scoped_style(), to_html_fragment(page)
    return f'<div class="neurona"><style>{style}</style>\n{fragment}\n</div>'


def text_of_page(page: Page, width: int = COLUMNS) -> str:
    """A page with characters, without colours.

    Examples
    --------
    >>> text_of_page(Page("A page", ())).splitlines()[0]
    'A page'
    """
    from rich.console import Console

    from neurona.show.page.terminal import show_terminal

    text = io.StringIO()
    show_terminal(page, Console(file=text, width=width, color_system=None))
    return text.getvalue().rstrip()


def bundle_of_page(page: Page) -> dict[str, Any]:
    """A page as HTML, and as text for where HTML is not shown.

    Examples
    --------
    >>> sorted(bundle_of_page(Page("A page", ())))
    ['text/html', 'text/plain']
    """
    return {"text/html": page_in_notebook(page), "text/plain": text_of_page(page)}
