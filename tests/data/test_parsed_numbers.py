"""Numbers that are parsed with their file are those that a cast of the text gives."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurona.data.columns.schema import find_schema
from neurona.data.encoding.encode import fit_encoders
from neurona.data.sources import text_table
from neurona.data.sources.read import read_table
from neurona.data.sources.renamed_table import RenamedTable

ODD = [
    "1,5",
    "1 234",
    "",
    "nan",
    "inf",
    "-",
    "3*",
    "0x1F",
    " 2.5",
    "12%",
    "1_000",
    "n.d.",
]


@pytest.fixture(autouse=True)
def every_file_is_large(monkeypatch):
    """Small files are held in memory: here none is."""
    monkeypatch.setattr(text_table, "HELD_BYTES", 0)


def write(folder, cells):
    lines = [f"{cell};{i % 7};{i * 0.5}" for i, cell in enumerate(cells)]
    path = folder / "table.csv"
    path.write_text("x;k;y\n" + "\n".join(lines) + "\n")
    return path


numbers = st.floats(allow_nan=False, allow_infinity=False).map(repr) | st.from_regex(
    r"\A[+-]?[0-9]{1,40}(\.[0-9]{0,40})?([eE][+-]?[0-9]{1,2})?\Z"
).filter(lambda text: np.isfinite(float(text)))


@given(st.lists(numbers, min_size=1, max_size=40))
def test_parsed_is_cast(tmp_path_factory, cells):
    table = read_table(write(tmp_path_factory.mktemp("parsed"), cells))
    (found,) = table.with_numbers({"x"}).batches(["x"])
    (texts,) = table.batches(["x"])
    assert found["x"].dtype == pl.Float64
    np.testing.assert_array_equal(found["x"], texts["x"].cast(pl.Float64))


@pytest.mark.parametrize("odd", ODD)
def test_a_cell_that_is_no_number_is_read_as_before(tmp_path, monkeypatch, odd):
    cells = [f"{i}.25" for i in range(60)]
    schema = find_schema(read_table(write(tmp_path, cells)), "y")
    table = read_table(write(tmp_path, [*cells[:-1], odd]))
    encoders = fit_encoders(schema, read_table(write(tmp_path, cells)), np.arange(60))
    table = read_table(write(tmp_path, [*cells[:-1], odd]))

    def answers():
        try:
            found = encoders.transform(table, with_target=True)
        except ValueError as error:
            return str(error)
        return found.X.tobytes(), found.notes

    parsed = answers()
    monkeypatch.setattr(type(table), "with_numbers", lambda self, columns: self)
    assert parsed == answers()


def test_encoders_of_parsed_numbers_are_the_same(tmp_path, monkeypatch):
    draw = np.random.default_rng(0)
    cells = [f"{value:.7g}" for value in draw.normal(size=500) * 1e5]
    table = read_table(write(tmp_path, cells))
    schema = find_schema(table, "y")
    parsed = fit_encoders(schema, table, np.arange(400))
    X = parsed.transform(table, with_target=True).X
    monkeypatch.setattr(type(table), "with_numbers", lambda self, columns: self)
    assert fit_encoders(schema, table, np.arange(400)).to_json() == parsed.to_json()
    assert parsed.transform(table, with_target=True).X.tobytes() == X.tobytes()


def test_columns_under_other_names_are_parsed_too(tmp_path):
    table = read_table(write(tmp_path, ["1.5", "2.5"]))
    renamed = RenamedTable(
        table.name, ("a", "b", "c"), table.rows, **table.about(), inner=table
    )
    (batch,) = renamed.with_numbers({"a", "other"}).batches(["c", "a"])
    assert batch.dtypes == [pl.String, pl.Float64]
