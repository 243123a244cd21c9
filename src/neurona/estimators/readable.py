"""What a model tells of itself: a record that prints as a page."""

from __future__ import annotations

import abc
from typing import Any

from neurona.show.notebook import bundle_of_page, page_in_notebook, text_of_page
from neurona.show.page import Page

__all__ = ["Readable"]


class Readable(abc.ABC):
    """A record whose ``print`` is a page, in the language in use when it is printed.

    A notebook shows the same page as HTML, pictures included.
    """

    @abc.abstractmethod
    def page(self) -> Page:
        """What there is to tell."""

    def __str__(self) -> str:
        lines = text_of_page(self.page()).splitlines()
        return "\n".join(line.rstrip() for line in lines)

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        return page_in_notebook(self.page())

    def _repr_mimebundle_(
        self, include: Any = None, exclude: Any = None
    ) -> dict[str, Any]:
        """What a notebook may choose from."""
        return bundle_of_page(self.page())
