"""Why a network answers as it does, as explanations: numbers, with their page."""

from __future__ import annotations

from neurona.show.explanation import Explanation
from neurona.show.page import Page
from neurona.study.prediction.numbers import ExplainedRow, ExplainedTable
from neurona.study.prediction.write_pages import write_prediction_page, write_table_page

__all__ = ["PredictionExplanation", "TableExplanation"]


class PredictionExplanation(ExplainedRow, Explanation):
    """Why a network answers what it answers for one row."""

    kind = "prediction"

    def page(self) -> Page:
        """Sentences, a picture and a table."""
        return write_prediction_page(self)


class TableExplanation(ExplainedTable, Explanation):
    """What a model's answers depend on."""

    kind = "table"

    def page(self) -> Page:
        """Sentences and pictures."""
        return write_table_page(self)
