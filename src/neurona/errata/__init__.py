"""The errata: what the course notes print wrong, as data for every view.

>>> from neurona.errata import errata
>>> [erratum.name for erratum in errata("tanh")]
['tanh-slope']
"""

from neurona.errata.collection import TOPICS, Errata, errata, errata_page, note_for
from neurona.errata.erratum import Erratum

__all__ = ["TOPICS", "Errata", "Erratum", "errata", "errata_page", "note_for"]
