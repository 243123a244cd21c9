"""What every explanation can do: become a page, become JSON, show itself."""

from __future__ import annotations

import abc
from typing import Any

from neurona.show.notebook import bundle_of_page, page_in_notebook
from neurona.show.page import Page

__all__ = ["Explanation"]


class Explanation(abc.ABC):
    """An explanation: one structure behind every output.

    Laws: the page and the JSON tell the same numbers; a page is written in the
    language in use when it is asked for.
    """

    @abc.abstractmethod
    def page(self) -> Page:
        """The explanation in the reader's language."""

    @abc.abstractmethod
    def to_json(self) -> dict[str, Any]:
        """The explanation for programs."""

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        return page_in_notebook(self.page())

    def _repr_mimebundle_(
        self, include: Any = None, exclude: Any = None
    ) -> dict[str, Any]:
        """What a notebook may choose from: HTML, and text for those without it."""
        return bundle_of_page(self.page())
