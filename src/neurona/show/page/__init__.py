"""Pages: an explanation as blocks, shown in the terminal, as HTML or as LaTeX.

``neurona.show.page.terminal.show_terminal`` stands apart: it alone imports rich.
"""

from neurona.show.page.blocks import (
    Block,
    Formulas,
    Inline,
    Listing,
    Note,
    Page,
    Paragraph,
    Picture,
    Section,
    Table,
)
from neurona.show.page.html import to_html, to_html_fragment
from neurona.show.page.html_style import STYLE, scoped_style
from neurona.show.page.latex_document import to_latex_document

__all__ = [
    "STYLE",
    "Block",
    "Formulas",
    "Inline",
    "Listing",
    "Note",
    "Page",
    "Paragraph",
    "Picture",
    "Section",
    "Table",
    "scoped_style",
    "to_html",
    "to_html_fragment",
    "to_latex_document",
]
