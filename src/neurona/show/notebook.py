"""How pages show themselves in a notebook.

The styles are a page's own, held inside the box of each output, so that the notebook
around it keeps its look.
"""

from __future__ import annotations

import io
import re
from typing import Any, Final

from neurona.show.page import Page, to_html_fragment
from neurona.show.page.html_style import STYLE

__all__ = ["bundle_of_page", "page_in_notebook", "text_of_page"]

COLUMNS: Final = 88

IN_A_CELL: Final = """
  & main { margin: 0; max-width: 58rem; padding: .6rem 1rem 1rem; }
  & h1 { font-size: 1.3rem; margin: .2rem 0 .8rem; }
  & h2 { font-size: 1.1rem; margin: 1.2rem 0 .5rem; }
  & table { border: 0; margin: 0; font-size: inherit; }
  & th, & td { text-align: left; max-width: none; }
  & th.number, & td.number { text-align: right; }
  & tr { background: none; }
"""
"""A smaller page, and what a notebook's own styles of tables would change."""


def scoped_style() -> str:
    """The style sheet of pages, for what is inside ``.neurona`` alone."""
    inside = re.sub(r"@page \{[^}]*\}", "", STYLE)
    inside = re.sub(r"(?m)(?<=[\s{}]):root \{", "& {", inside)
    inside = re.sub(r"(?m)^(\s*)body \{", r"\1& {", inside)
    return f".neurona {{{inside}{IN_A_CELL}}}"


def page_in_notebook(page: Page) -> str:
    """A page as HTML to be put inside another page.

    Examples
    --------
    >>> shown = page_in_notebook(Page("A page", ()))
    >>> shown.startswith('<div class="neurona">'), "<h1>A page</h1>" in shown
    (True, True)
    """
    style = scoped_style()
    fragment = to_html_fragment(page)
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
