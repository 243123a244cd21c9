"""Names of features as a reader meets them."""

import pytest

from neurona.data.encoding.dates import DATE_PARTS
from neurona.data.encoding.encoded import Feature
from neurona.study import features
from neurona.study.features import shown_feature


@pytest.mark.parametrize(
    ("name", "column", "shown"),
    [
        ("age missing", "age", "age: MISSING"),
        ("joined day of year, sine", "joined", "joined: DAY OF YEAR, SINE"),
        ("age", "age", "age"),
        ("city=missing", "city", "city=missing"),
        ("days missing days", "days missing", "days missing: DAYS"),
    ],
)
def test_only_what_was_encoded_is_put_in_the_reader_s_language(
    monkeypatch, name, column, shown
):
    monkeypatch.setattr(features, "_", str.upper)
    assert shown_feature(Feature(name, column)) == shown


def test_every_part_of_a_date_has_a_name(monkeypatch):
    monkeypatch.setattr(features, "_", str.upper)
    for part in DATE_PARTS:
        assert shown_feature(Feature(f"when {part}", "when")) == f"when: {part.upper()}"
