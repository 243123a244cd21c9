"""Blocks: what an explanation is made of, before it is shown anywhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from neurona import messages
from neurona.show.notation.box import text_width
from neurona.show.notation.terms import Term

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

Inline: TypeAlias = tuple["str | Term", ...]
"""Text with mathematics in it, in the language of the page."""


@dataclass(frozen=True)
class Paragraph:
    """A few sentences, with mathematics between the words.

    Parameters
    ----------
    content : tuple of str or Term
    """

    content: Inline


@dataclass(frozen=True)
class Formulas:
    """Equations one below the other, aligned at their first sign.

    Parameters
    ----------
    lines : tuple of (Term, str)
        Each with a short reason said beside it, possibly empty: the rule used, the
        check made.
    """

    lines: tuple[tuple[Term, str], ...]


@dataclass(frozen=True)
class Table:
    """Rows under headings.

    Parameters
    ----------
    headings : tuple of Inline
    rows : tuple of tuple of Inline
        Cells that hold a single ``Number`` are aligned as numbers.
    caption : str
    """

    headings: tuple[Inline, ...]
    rows: tuple[tuple[Inline, ...], ...]
    caption: str = ""


@dataclass(frozen=True)
class Picture:
    """A drawing.

    Parameters
    ----------
    svg : str
        A whole ``<svg>`` element that follows the page's colours (``currentColor``
        and the page's variables) in light and dark.
    description : str
        What is seen, for those who do not see it; the terminal prints it where there
        is no ``text``.
    text : str
        The same drawing with characters, where there is one for the terminal.
    draw_text : callable, optional
        Draws it with characters in at most so many columns, where there is a choice.
    """

    svg: str
    description: str
    text: str = ""
    draw_text: Callable[[int], str] | None = field(
        default=None, compare=False, repr=False
    )

    def text_within(self, columns: int) -> str:
        """The drawing with characters, in at most so many columns if it can be."""
        fits = all(text_width(line) <= columns for line in self.text.splitlines())
        return self.text if fits or not self.draw_text else self.draw_text(columns)


@dataclass(frozen=True)
class Note:
    """A remark set apart.

    Parameters
    ----------
    content : tuple of str or Term
    kind : {"note", "warning", "good", "erratum"}
    """

    content: Inline
    kind: Literal["note", "warning", "good", "erratum"] = "note"


@dataclass(frozen=True)
class Listing:
    """Text in which every space counts: a graph, a program.

    Parameters
    ----------
    text : str
    """

    text: str


@dataclass(frozen=True)
class Section:
    """Blocks under a heading.

    Parameters
    ----------
    heading : Inline
    blocks : tuple of Block
    folded : bool
        Whether a screen shows the heading alone until the reader asks for more; the
        terminal leaves a folded section out unless details are asked for.
    """

    heading: Inline
    blocks: tuple[Block, ...]
    folded: bool = False


Block: TypeAlias = Paragraph | Formulas | Table | Picture | Note | Listing | Section


@dataclass(frozen=True)
class Page:
    """An explanation: a title and its blocks, in one language.

    Parameters
    ----------
    title : str
    blocks : tuple of Block
    language : {"en", "es"}
        By default the one in use.
    """

    title: str
    blocks: tuple[Block, ...]
    language: str = field(default_factory=messages.language)
