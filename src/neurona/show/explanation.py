"""What every explanation can do: become a page, become JSON, show itself."""

from __future__ import annotations

import abc
from typing import Any, ClassVar, Final

from neurona.show.encode import encode
from neurona.show.notation import DIGITS
from neurona.show.notebook import bundle_of_page, page_in_notebook, text_of_page
from neurona.show.page import Page, to_html, to_html_fragment, to_latex_document

__all__ = ["VERSION", "Explanation"]

VERSION: Final = 1
"""Of the JSON of all explanations: raised when a key changes its meaning or goes."""


class Explanation(abc.ABC):
    """An explanation: one structure behind every output.

    Laws: the page and the JSON tell the same numbers; a page is written in the
    language in use when it is asked for.
    """

    kind: ClassVar[str]
    """Its kind, as programs know it."""

    @abc.abstractmethod
    def page(self) -> Page:
        """The explanation in the reader's language."""

    def record(self) -> Any:
        """What programs are told, by default every field under its name."""
        return vars(self)

    def to_json(self) -> dict[str, Any]:
        """The explanation for programs: ``kind``, ``version`` and the record.

        ``docs/explanation.schema.json`` describes the keys of every kind.
        """
        return {"kind": self.kind, "version": VERSION, **encode(self.record())}

    def to_text(self, width: int = 88) -> str:
        """The page with characters.

        Parameters
        ----------
        width : int
            Columns.
        """
        return text_of_page(self.page(), width)

    def to_html(self, digits: int = DIGITS, answers: bool = False) -> str:
        """The page as a document that stands alone, without scripts.

        Parameters
        ----------
        digits : int
            Significant digits of measured numbers.
        answers : bool
            Whether the answers of exercises are written in.
        """
        return to_html(self.page(), digits, answers)

    def to_html_fragment(self, digits: int = DIGITS, answers: bool = False) -> str:
        """The page as one ``<main>`` element, for a page that stands already.

        It has no styles of its own: that page gives those of
        :func:`neurona.show.page.scoped_style` once, for every fragment it shows inside
        the element that they name, or :data:`neurona.show.page.STYLE` for all of it.
        """
        return to_html_fragment(self.page(), digits, answers)

    def to_latex(self, digits: int = DIGITS, answers: bool = False) -> str:
        """The page as a document in LaTeX, with the same options."""
        return to_latex_document(self.page(), digits, answers)

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        return page_in_notebook(self.page())

    def _repr_mimebundle_(
        self, include: Any = None, exclude: Any = None
    ) -> dict[str, Any]:
        """What a notebook may choose from: HTML, and text for those without it."""
        return bundle_of_page(self.page())
