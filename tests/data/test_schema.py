import copy
import json

import numpy as np
import polars as pl
import pytest

from neurona.data.columns.schema import Schema, find_schema
from neurona.data.reading.profile import DISTINCT_LIMIT
from neurona.data.sources.read import read_table
from neurona.errors import DataError, ModelFileError, OptionError

ROWS = 40
random = np.random.default_rng(0)
NOISE = random.normal(size=ROWS)


def kind_of(values, name="column"):
    data = {
        name: values,
        "other": NOISE[: len(values)],
        "goal": NOISE[: len(values)] ** 2,
    }
    return find_schema(data, target="goal").column(name)


def cycle(*values):
    return [values[i % len(values)] for i in range(ROWS)]


KINDS = {
    "fractions": (NOISE, "numeric"),
    "unique fractions rising": (np.linspace(0, 1, ROWS), "numeric"),
    "unique whole measurements": (random.permutation(10_000)[:ROWS], "numeric"),
    "whole numbers from five": (np.arange(5, ROWS + 5), "numeric"),
    "numbers as texts": (cycle("1", "2.5", "-3e2"), "numeric"),
    "numbers and marks": (cycle("1", "NA", "?", "-", "null", "", "2"), "numeric"),
    "nan": (cycle(1.5, float("nan")), "numeric"),
    "one value or missing": (cycle(1.0, None), "numeric"),
    "zeros and ones": (cycle(0, 1), "boolean"),
    "booleans": (cycle(True, False), "boolean"),
    "yes and no": (cycle("Yes", "No"), "boolean"),
    "sí y no": (cycle("sí", "no"), "boolean"),
    "yes, no and missing": (cycle("yes", "no", ""), "boolean"),
    "colours": (cycle("red", "blue", "green"), "categorical"),
    "none is a category": (cycle("none", "some"), "categorical"),
    "word or missing": (cycle("word", ""), "categorical"),
    "iso dates": (cycle("2024-01-31", "2024-02-01"), "date"),
    "times": (cycle("2024-01-31T10:00:00Z", "2024-02-01T11:30:00Z"), "date"),
    "dotted dates": (cycle("31.01.2024", "", "01.02.2024"), "date"),
    "month first": (cycle("01/31/2024", "02/01/2024"), "date"),
    "empty": (cycle("", "NA"), "constant"),
    "nothing": ([None] * ROWS, "constant"),
    "one number": (cycle(7), "constant"),
    "one word": (cycle("same"), "constant"),
    "one date": (cycle("2024-01-31"), "constant"),
    "row numbers": (np.arange(ROWS), "identifier"),
    "row numbers from one": (np.arange(1, ROWS + 1), "identifier"),
    "different words": ([f"name {i}" for i in range(ROWS)], "identifier"),
}


@pytest.mark.parametrize(("values", "kind"), KINDS.values(), ids=KINDS)
def test_kinds_are_found(values, kind):
    column = kind_of(values)
    assert column.kind == kind
    assert column.reason
    assert (column.role == "left out") == (kind in ("constant", "identifier"))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("id", "identifier"),
        ("Customer ID", "identifier"),
        ("customer_id", "identifier"),
        ("PassengerId", "identifier"),
        ("index", "identifier"),
        ("humid", "numeric"),
        ("acid", "numeric"),
        ("width", "numeric"),
    ],
)
def test_whole_numbers_are_identifiers_under_a_name_that_says_so(name, kind):
    assert kind_of(random.permutation(10_000)[:ROWS], name).kind == kind


def test_a_fraction_is_never_an_identifier():
    assert kind_of(NOISE, "id").kind == "numeric"


def test_a_repeated_number_called_id_is_kept():
    assert kind_of(cycle(1, 2, 3), "station_id").kind == "numeric"


def test_row_numbers_are_kept_when_there_is_nothing_else():
    schema = find_schema({"x": np.arange(ROWS), "y": NOISE})
    assert [c.name for c in schema.inputs] == ["x"]
    # Four points of a line: x = 1 … 4 are few enough to be measurements.
    few = find_schema({"x": [1, 2, 3, 4], "u": [2, 1, 2, 1], "y": [2.1, 3.9, 6.2, 7.8]})
    assert [c.name for c in few.inputs] == ["x", "u"]


def test_duplicates_are_left_out():
    schema = find_schema(
        {
            "a": NOISE,
            "b": NOISE,
            "c": cycle("u", "v"),
            "d": cycle("u", "v"),
            "y": NOISE > 0,
        }
    )
    roles = {c.name: (c.kind, c.role) for c in schema.columns}
    assert roles["b"] == ("duplicate", "left out")
    assert roles["d"] == ("duplicate", "left out")
    assert roles["a"][1] == roles["c"][1] == "input"


def test_a_copy_of_the_target_is_left_out():
    goal = cycle("u", "v")
    schema = find_schema({"copy": goal, "x": NOISE, "target": goal})
    assert schema.column("copy").kind == "duplicate"


TARGETS = {
    "words": (cycle("a", "b"), "classification", ("a", "b")),
    "yes and no": (cycle("yes", "no"), "classification", ("no", "yes")),
    "booleans": (cycle(True, False), "classification", ("false", "true")),
    "zeros and ones": (cycle(1, 0), "classification", ("0", "1")),
    "few whole numbers": (cycle(3, 1, 2), "classification", ("1", "2", "3")),
    "ten and two": (cycle(10, 2), "classification", ("2", "10")),
    "written numbers": (cycle("01.0", "2.0"), "classification", ("01.0", "2.0")),
    "many whole numbers": (random.permutation(10_000)[:ROWS], "regression", ()),
    "21 whole numbers": (cycle(*range(21)), "regression", ()),
    "fractions": (NOISE, "regression", ()),
    "two fractions": (cycle(0.5, 1.5), "regression", ()),
}


@pytest.mark.parametrize(("values", "task", "classes"), TARGETS.values(), ids=TARGETS)
def test_the_task_is_found_from_the_target(values, task, classes):
    schema = find_schema({"x": NOISE + 1, "y": values})
    assert (schema.task, schema.classes) == (task, classes)
    assert schema.task_reason


def test_few_rows_of_whole_numbers_are_a_regression():
    assert (
        find_schema({"x": [0, 1, 2, 3, 4], "y": [1, 2, 0, 2, 3]}).task == "regression"
    )


def test_the_task_can_be_asked_for():
    data = {"x": NOISE, "y": cycle(0, 1)}
    assert find_schema(data, task="regression").task == "regression"
    data = {"x": NOISE, "y": cycle(0.5, 1.5)}
    assert find_schema(data, task="classification").classes == ("0.5", "1.5")


@pytest.mark.parametrize(
    ("names", "target"),
    [
        (["a", "b", "c"], "c"),
        (["a", "y", "c"], "y"),
        (["Species", "b", "c"], "Species"),
        (["y", "class", "target"], "target"),
    ],
)
def test_the_target_is_found_by_name_or_place(names, target):
    schema = find_schema({name: NOISE + i for i, name in enumerate(names)})
    assert schema.targets == (target,)
    assert schema.target_reason


def test_the_last_column_is_passed_over_when_it_names_the_rows():
    words = [f"name {i}" for i in range(ROWS)]
    schema = find_schema({"a": NOISE, "b": NOISE + 1, "note": words})
    assert schema.targets == ("b",)


def test_several_targets_are_a_regression_and_drop_incomplete_rows():
    data = {"x": NOISE, "u": [None, *NOISE[1:] * 2], "v": [*NOISE[:-1] * 3, None]}
    schema = find_schema(data, target=["u", "v"])
    assert schema.task == "regression"
    assert schema.dropped == 2
    assert "2 rows without a target" in " ".join(schema.notes)


def test_rows_without_a_target_are_counted():
    schema = find_schema({"x": NOISE, "y": ["", *cycle("a", "b")[1:]]})
    assert schema.dropped == 1
    assert schema.classes == ("a", "b")


def data_with(**columns):
    return {"x": NOISE, "y": cycle("a", "b"), **columns}


HUGE = [1e300, *NOISE[1:]]
INFINITE = [*NOISE[:2], np.inf, *NOISE[3:]]
REFUSED = {
    "missing target": (data_with(), {"target": "yy"}, OptionError, "did you mean y"),
    "no target": (data_with(), {"target": []}, OptionError, "once"),
    "twin targets": (data_with(), {"target": ["x", "x"]}, OptionError, "once"),
    "unknown task": (data_with(), {"task": "ranking"}, OptionError, "task"),
    "unknown type": (data_with(), {"dtype": "int8"}, OptionError, "number type"),
    "empty target": (data_with(y=[None] * ROWS), {}, DataError, "no values"),
    "single class": (data_with(y=cycle("a")), {}, DataError, "single class"),
    "dates": (data_with(y=cycle("2024-01-31", "2024-02-01")), {}, DataError, "dates"),
    "one row": ({"x": [1.0], "y": ["a"]}, {}, DataError, "one row"),
    "one column": ({"x": NOISE}, {}, DataError, "one column"),
    "one row with a target": (
        {"x": [1.0, 2.0, 3.0], "y": [1.5, None, None]},
        {},
        DataError,
        "single class",
    ),
    "words for regression": (
        data_with(),
        {"task": "regression"},
        OptionError,
        "texts",
    ),
    "two classes": (
        data_with(),
        {"target": ["x", "y"], "task": "classification"},
        OptionError,
        "one target",
    ),
    "texts as classes": (
        {"x": NOISE, "y": [f"name {i}" for i in range(ROWS)]},
        {"target": "y"},
        DataError,
        "mostly different",
    ),
    "asked texts as classes": (
        {"x": range(300), "y": [f"name {i}" for i in range(300)]},
        {"target": "y", "task": "classification"},
        DataError,
        "300 different texts, 300 of them in one row alone.*choose another target",
    ),
    "asked numbers as classes": (
        {"x": range(300), "y": [max(0, i - 100) for i in range(300)]},
        {"target": "y", "task": "classification"},
        DataError,
        "200 different values, 199 of them in one row alone.*choose regression",
    ),
    "nothing to learn from": (data_with(x=cycle(1)), {}, DataError, "no column"),
    "infinity": (data_with(x=INFINITE), {}, DataError, "infinity in row 3"),
    "infinite text": (
        data_with(x=["1.5", "-inf", *map(str, NOISE[2:])]),
        {},
        DataError,
        "infinity in row 2",
    ),
    "beyond float32": (data_with(x=HUGE), {}, DataError, "float32"),
    "infinite float64": (
        data_with(x=INFINITE),
        {"dtype": "float64"},
        DataError,
        "infinity",
    ),
}


@pytest.mark.parametrize("repeated", [1.0, 0.5])
def test_many_classes_that_were_asked_for_are_taken_where_half_of_them_repeat(repeated):
    classes = [*range(200), *range(int(200 * repeated))]
    data = {"x": range(len(classes)), "y": classes}
    assert len(find_schema(data, target="y", task="classification").classes) == 200


@pytest.mark.parametrize(
    ("data", "options", "error", "said"), REFUSED.values(), ids=REFUSED
)
def test_what_cannot_be_learned_is_refused(data, options, error, said):
    with pytest.raises(error, match=said):
        find_schema(data, **options)


def test_float64_holds_what_float32_cannot():
    schema = find_schema(data_with(x=HUGE), dtype="float64")
    assert schema.column("x").high == 1e300


def test_large_numbers_left_out_do_no_harm():
    schema = find_schema(data_with(z=cycle(1e300)))
    assert schema.column("z").role == "left out"


def test_marks_are_noted_with_their_count():
    schema = find_schema(data_with(z=["?", "n/a", *map(str, NOISE[2:])]))
    assert schema.column("z").missing == 2
    assert "column 'z': read as missing (2 cells '?', 'n/a')" in schema.notes


def test_a_stray_word_among_numbers_is_noted_with_its_row():
    schema = find_schema(
        data_with(z=[*map(str, NOISE[:5].round()), "oops"] * 5 + ["1"] * 10)
    )
    assert schema.column("z").kind == "categorical"
    assert any("'oops' in row 6" in note for note in schema.notes)


def test_dates_that_could_be_month_first_are_noted():
    schema = find_schema(data_with(z=cycle("01/02/2024", "03/04/2024")))
    assert any("day, month, year" in note for note in schema.notes)
    schema = find_schema(data_with(z=cycle("01/02/2024", "30/04/2024")))
    assert not schema.notes


def test_a_column_that_changes_late_is_read_again_from_the_start():
    rows = 70_000
    words = ["1"] * 60_000 + ["word"] * 10_000
    # The first batch leaves both orders of day and month open, a later one does not.
    dates = ["01/02/2024"] * (rows - 1) + ["01/31/2024"]
    data = {
        "w": words,
        "d": dates,
        "x": np.sin(np.arange(rows)),
        "y": ["a", "b"] * (rows // 2),
    }
    schema = find_schema(data)
    assert schema.column("w").kind == "categorical"
    assert schema.column("w").distinct == 2
    assert schema.column("d").reading.style == "%m/%d/%Y"
    assert schema.column("d").missing == 0


def test_more_values_than_are_counted_have_no_count():
    rows = DISTINCT_LIMIT + 10
    schema = find_schema(
        {
            "x": np.sin(np.arange(rows)),
            "t": [f"{i % (rows - 1)}a" for i in range(rows)],
            "y": ["a", "b"] * (rows // 2),
        }
    )
    assert schema.column("x").distinct is None
    assert schema.column("t").kind == "identifier"


def test_decimal_commas_are_numbers(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("x;y\n" + "3,14;a\n-2,5;b\n" * 5)
    schema = find_schema(read_table(path))
    column = schema.column("x")
    assert (column.kind, column.low, column.high) == ("numeric", -2.5, 3.14)
    assert "column 'x': decimal commas" in schema.notes


def mixed_schema():
    return find_schema(
        {
            "x": NOISE,
            "day": cycle("2024-01-31", "2024-02-01", ""),
            "flag": cycle("yes", "no"),
            "colour": cycle("red", "blue", "?"),
            "row": np.arange(ROWS),
            "y": cycle(1, 2),
        }
    )


def test_a_schema_is_the_same_after_json():
    schema = mixed_schema()
    assert Schema.from_json(json.loads(json.dumps(schema.to_json()))) == schema


def test_a_schema_prints_every_column_and_every_reason():
    schema = mixed_schema()
    printed = str(schema)
    for column in schema.columns:
        assert column.name in printed
        assert column.reason in printed
    assert "target: y" in printed
    assert "task: classification" in printed


def damaged(**changes):
    def damage(record):
        record.update(changes)

    return damage


def damaged_column(index, **changes):
    def damage(record):
        record["columns"][index].update(changes)

    return damage


DAMAGES = {
    "extra key": damaged(extra=1),
    "wrong task": damaged(task="ranking"),
    "task without classes": damaged(classes=[]),
    "twin classes": damaged(classes=["1", "1"]),
    "values in disorder": damaged(class_values=[2.0, 1.0]),
    "text as rows": damaged(rows="many"),
    "truth as rows": damaged(rows=True),
    "negative rows": damaged(rows=-1),
    "no columns": damaged(columns=[]),
    "unknown target": damaged(targets=["z"]),
    "infinite value": damaged(class_values=[1.0, float("inf")]),
    "unknown kind": damaged_column(0, kind="secret"),
    "unknown role": damaged_column(0, role="secret"),
    "code as style": damaged_column(1, style="__import__('os')"),
    "one word": damaged_column(2, words=["yes"]),
    "twin names": damaged_column(0, name="day"),
    "second target": damaged_column(0, role="target"),
    "constant input": damaged_column(0, kind="constant"),
    "extra key in column": damaged_column(0, extra=1),
}


@pytest.fixture(scope="module")
def record():
    """What a file says of a schema; every test damages a copy."""
    return mixed_schema().to_json()


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_schema_is_refused(damage, record):
    damaged = copy.deepcopy(record)
    damage(damaged)
    with pytest.raises(ModelFileError):
        Schema.from_json(damaged)


@pytest.mark.parametrize("record", [None, [], "schema", {}, 3])
def test_what_is_no_schema_is_refused(record):
    with pytest.raises(ModelFileError):
        Schema.from_json(record)


def test_columns_may_be_of_any_type_of_a_frame():
    frame = pl.DataFrame(
        {
            "n": pl.Series(range(ROWS), dtype=pl.UInt8) * 2,
            "c": pl.Series(cycle("a", "b"), dtype=pl.Categorical),
            "d": pl.Series(cycle("2024-01-31", "2024-02-01")).str.to_date(),
            "b": cycle(True, False, None),
            "y": NOISE,
        }
    )
    kinds = [c.kind for c in find_schema(frame).inputs]
    assert kinds == ["numeric", "categorical", "date", "boolean"]
