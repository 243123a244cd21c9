"""JSON in which nothing is lost on the way."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurona.errors import OptionError
from neurona.files.strict_json import decode, encode

ANY_TEXT = st.text(st.characters(exclude_categories=()))
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | ANY_TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(ANY_TEXT, inner),
    max_leaves=20,
)


def exact(value):
    """Tell apart what Python's ``==`` does not: 1, 1.0, True, -0.0, the key order."""
    if isinstance(value, dict):
        return [(key, exact(part)) for key, part in value.items()]
    if isinstance(value, list):
        return [exact(part) for part in value]
    return type(value), value.hex() if isinstance(value, float) else value


@settings(max_examples=50, deadline=None)
@given(VALUES)
def test_every_value_survives_exactly(value):
    assert exact(decode(encode(value))) == exact(value)


def test_tuples_come_back_as_lists():
    assert decode(encode({"hidden": (64, (2,))})) == {"hidden": [64, [2]]}


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_numbers_that_json_lacks_are_refused_with_their_place(value):
    with pytest.raises(OptionError, match=r"'history\.loss\.1' is (nan|-?inf)"):
        encode({"history": {"loss": [1.0, value]}})


@pytest.mark.parametrize("value", [{1}, b"x", object(), 1j])
def test_values_without_a_json_form_are_refused(value):
    with pytest.raises(OptionError, match="'a' is a "):
        encode({"a": value})


def test_keys_other_than_text_are_refused():
    with pytest.raises(OptionError, match="has the key 1"):
        encode({"a": {1: 2}})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "{'a': 1}",
        '{"a": 1, "a": 1}',
        '[{"b": {"a": 1, "a": 2}}]',
        "NaN",
        "[Infinity]",
        "-Infinity",
        "1e999",
        "[" * 100_000,
        b'"\xff"',
        "1" * 5000,
    ],
)
def test_lenient_json_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011 — Python words most of them
        decode(text)


def test_endless_nesting_is_refused():
    value = []
    value.append(value)
    with pytest.raises(OptionError, match="too deeply"):
        encode(value)
