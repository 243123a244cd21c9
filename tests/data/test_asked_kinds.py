"""What a person says of a column stands, or is refused with the cell that speaks."""

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurona.data.columns.asked_kinds import (
    ASKED_KINDS,
    read_columns,
    settled_kinds,
)
from neurona.data.columns.schema import find_schema
from neurona.data.columns.schema_file import read_schema_file, write_schema_file
from neurona.data.encoding.encode import fit_encoders
from neurona.data.sources.read import as_source, read_table
from neurona.errors import DataError, OptionError
from neurona.table.columns import read_columns_of
from neurona.table.options import TrainOptions

COUNT = 60
DATA = {
    "zip": [1000 + i % 4 for i in range(COUNT)],
    "id": list(range(100, 100 + COUNT)),
    "day": [f"2024-05-{1 + i % 28:02d}" for i in range(COUNT)],
    "flag": [i % 2 for i in range(COUNT)],
    "size": [f"{i / 8:.3f}" for i in range(COUNT)],
    "y": [i / 4 + (i % 4) for i in range(COUNT)],
}


def kinds_of(schema):
    return {column.name: (column.kind, column.role) for column in schema.columns}


@pytest.mark.parametrize(
    ("name", "kind", "found", "expected"),
    [
        ("zip", "category", ("numeric", "input"), ("categorical", "input")),
        ("id", "number", ("identifier", "left out"), ("numeric", "input")),
        ("id", "category", ("identifier", "left out"), ("categorical", "input")),
        ("day", "category", ("date", "input"), ("categorical", "input")),
        ("day", "date", ("date", "input"), ("date", "input")),
        ("flag", "number", ("boolean", "input"), ("numeric", "input")),
        ("flag", "boolean", ("boolean", "input"), ("boolean", "input")),
        ("size", "ignore", ("numeric", "input"), ("numeric", "left out")),
    ],
)
def test_the_kind_of_a_column_is_the_one_asked_for(name, kind, found, expected):
    assert kinds_of(find_schema(DATA, "y"))[name] == found
    schema = find_schema(DATA, "y", columns={name: kind})
    assert kinds_of(schema)[name] == expected
    assert schema.column(name).reason == "asked for"
    others = {**kinds_of(find_schema(DATA, "y")), name: expected}
    assert kinds_of(schema) == others


def test_numbers_asked_for_as_a_category_are_words_in_training_and_prediction():
    encoders = fit_encoders(find_schema(DATA, "y", columns={"zip": "category"}), DATA)
    new = {**DATA, "zip": [1003] * COUNT}
    names = [f.name for f in encoders.features]
    X = encoders.transform(new, with_target=False).X
    chosen = [i for i, name in enumerate(names) if "1003" in name]
    assert len(chosen) == 1
    assert (X[:, chosen[0]] == 1).all()


def test_a_copy_is_kept_where_it_is_asked_for():
    data = {**DATA, "copy": DATA["size"]}
    assert kinds_of(find_schema(data, "y"))["copy"] == ("duplicate", "left out")
    schema = find_schema(data, "y", columns={"copy": "number"})
    assert kinds_of(schema)["copy"] == ("numeric", "input")


def test_a_target_asked_for_as_a_category_is_classified():
    data = {**DATA, "grade": [i % 30 for i in range(COUNT)]}
    assert find_schema(data, "grade").task == "regression"
    asked = find_schema(data, "grade", columns={"grade": "category"})
    assert asked.task == "classification"
    assert len(asked.classes) == 30
    with pytest.raises(OptionError, match="the target 'y' cannot be ignored"):
        find_schema(DATA, "y", columns={"y": "ignore"})


def test_a_few_cells_of_another_kind_are_missing_with_a_note():
    data = {**DATA, "size": ["none at all", *DATA["size"][1:]]}
    assert find_schema(data, "y").column("size").kind == "numeric"
    schema = find_schema(data, "y", columns={"size": "number"})
    assert schema.column("size").missing == 1
    assert any("'none at all' in row 1" in note for note in schema.notes)


def test_what_may_be_a_list_is_a_number_where_that_is_asked_for():
    data = {**DATA, "load": [f"{1 + i % 3},{2 + i % 3}" for i in range(COUNT)]}
    assert kinds_of(find_schema(data, "y"))["load"] == ("categorical", "input")
    schema = find_schema(data, "y", columns={"load": "number"})
    assert schema.column("load").low == 1.2
    assert "column 'load': decimal commas" in schema.notes


REFUTED = {
    "words": ("day", "number", "60 of the 60 cells", "'2024-05-01' in row 2"),
    "numbers": ("size", "date", "60 of the 60 cells", "'0.000' in row 2"),
    "many values": ("zip", "boolean", "60 of the 60 cells", "'1000' in row 2"),
    "most": ("mixed", "number", "40 of the 60 cells", "'x' in row 3"),
}


@pytest.mark.parametrize(
    ("name", "kind", "count", "first"), REFUTED.values(), ids=REFUTED
)
def test_a_kind_that_the_cells_refute_is_refused(tmp_path, name, kind, count, first):
    data = {**DATA, "mixed": ["x" if i % 3 else i / 2 for i in range(COUNT)]}
    path = tmp_path / "a.csv"
    rows = zip(*data.values(), strict=True)
    text = [",".join(data), *(",".join(map(str, row)) for row in rows)]
    path.write_text("\n".join(text) + "\n")
    with pytest.raises(DataError) as caught:
        find_schema(read_table(path), "y", columns={name: kind})
    assert f"column '{name}' of 'a.csv' cannot be read as " in str(caught.value)
    assert count in str(caught.value)
    assert first in str(caught.value)


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("numérico", "number"),
        ("numérica", "number"),
        ("Numerica", "number"),
        ("categórico", "category"),
        ("lógica", "boolean"),
        ("booleano", "boolean"),
        ("excluido", "ignore"),
        ("cíclico", "cycle"),
        ("Categories", "category"),
    ],
)
def test_kinds_are_asked_for_in_either_gender_with_or_without_accents(word, kind):
    table = as_source(DATA)
    assert settled_kinds(table, {"zip": word}) == {"zip": kind}


def test_unknown_columns_and_kinds_offer_the_nearest():
    with pytest.raises(OptionError, match="did you mean size"):
        find_schema(DATA, "y", columns={"sise": "number"})
    with pytest.raises(OptionError, match="did you mean category"):
        find_schema(DATA, "y", columns={"zip": "categorie"})


@pytest.mark.parametrize("text", ["", "zip", "zip=category,day", "=number"])
def test_kinds_are_written_as_names_and_words(text):
    with pytest.raises(OptionError, match="zip=category,when=date"):
        read_columns(text)


NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)


@settings(max_examples=50, deadline=None)
@given(names=st.lists(NAMES, min_size=2, max_size=4, unique=True))
def test_a_schema_file_is_toml_that_names_every_column(names):
    data = {name: [1.5, 2.5, 4.0] for name in names}
    found = read_columns_of(data, TrainOptions(target=names[-1:]))
    written = tomllib.loads(found.schema_file())
    assert set(written["columns"]) == set(names)
    assert written["target"] == names[-1]
    assert set(written["columns"].values()) <= set(ASKED_KINDS)


@pytest.mark.parametrize("data", ["iris", "wine", "emails", "xor", DATA], ids=str)
def test_a_table_is_read_with_its_schema_file_as_without(tmp_path, data):
    path = tmp_path / "schema.toml"
    first = read_columns_of(data, TrainOptions())
    path.write_text(first.schema_file(), "utf-8")
    again = read_columns_of(data, TrainOptions(schema=path))
    assert kinds_of(again.schema) == kinds_of(first.schema)
    assert [c.reading for c in again.columns] == [c.reading for c in first.columns]
    assert again.schema.targets == first.schema.targets
    assert again.schema.task == first.schema.task
    assert again.schema.classes == first.schema.classes


def test_what_is_said_by_hand_goes_before_the_file(tmp_path):
    path = tmp_path / "schema.toml"
    path.write_text('target = "y"\n[columns]\nzip = "category"\nday = "ignore"\n')
    options = TrainOptions(schema=path, columns={"zip": "number"}, target=["size"])
    found = read_columns_of(DATA, options)
    assert found.schema.targets == ("size",)
    assert kinds_of(found.schema)["zip"] == ("numeric", "input")
    assert kinds_of(found.schema)["day"][1] == "left out"


def test_marks_of_missing_values_may_stand_in_the_file(tmp_path):
    path = tmp_path / "schema.toml"
    path.write_text('missing = ["-9"]\n[columns]\n')
    data = {**DATA, "size": [-9, *range(1, COUNT)]}
    found = read_columns_of(data, TrainOptions(schema=path, target=["y"]))
    assert found.schema.column("size").missing == 1


WRONG = {
    "no TOML": ("x = ", DataError, "is no TOML"),
    "a name twice": ('[columns]\nx = "date"\nx = "number"\n', DataError, "is no TOML"),
    "unknown entry": ('[column]\nx = "date"\n', DataError, "did you mean columns"),
    "wrong entry": ("[columns]\nzip = 3\n", DataError, "wrong entry 'columns'"),
    "no such column": ('[columns]\nzipp = "date"\n', OptionError, "did you mean zip"),
    "no such kind": ('[columns]\nzip = "nombre"\n', OptionError, "number"),
    "no such target": ('target = "z"\n', OptionError, "target column"),
}


@pytest.mark.parametrize(("content", "error", "said"), WRONG.values(), ids=WRONG)
def test_a_schema_file_that_cannot_be_used_is_refused(tmp_path, content, error, said):
    path = tmp_path / "schema.toml"
    path.write_text(content)
    with pytest.raises(error, match=said):
        read_columns_of(DATA, TrainOptions(schema=path))


def test_a_schema_file_that_is_not_there_is_a_wrong_option(tmp_path):
    with pytest.raises(OptionError, match="there is no schema file"):
        read_schema_file(tmp_path / "none.toml")


def test_what_has_no_word_is_left_to_be_found(monkeypatch):
    (column,) = [c for c in find_schema(DATA, "y").columns if c.name == "size"]
    monkeypatch.setattr("neurona.data.columns.schema_file.word_of", lambda column: None)
    text = write_schema_file([column], [], None, {"size": "0.5\n"})
    assert tomllib.loads(text) == {"columns": {}}
    assert '# size = "numeric"  # 0.5 : every cell is a number' in text


def test_a_table_from_which_nothing_can_be_learned_is_still_described():
    data = {"day": DATA["day"], "when": DATA["day"]}
    found = read_columns_of(data, TrainOptions())
    assert [column.kind for column in found.columns] == ["date", "date"]
    assert found.schema is None
    assert "cannot be predicted" in found.notes[-1]
