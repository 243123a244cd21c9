"""Pages: an explanation as blocks, shown in the terminal, as HTML or as LaTeX."""

from neurona.explain.page.blocks import (
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

__all__ = [
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
]
