import copy
import json
import math

import numpy as np
import polars as pl
import pytest

from neurona.data.columns.schema import find_schema
from neurona.data.encoding.dates import DATE_PARTS
from neurona.data.encoding.encode import Encoders, fit_encoders
from neurona.data.encoding.target import read_target
from neurona.data.sources import text_table
from neurona.data.sources.read import read_table
from neurona.errors import DataError, ModelFileError, OptionError

# Standardizing is a subtraction and a division: a few roundings of float64.
ROUNDING = 1e-12
# One rounding to float32.
ROUNDING_32 = 1e-6


def fitted(data, train=None, target=None, task="auto", **options):
    schema = find_schema(data, target=target, task=task, dtype="float64")
    return fit_encoders(schema, data, train, **options)


def column_of(values, train=None, **options):
    """Encoders and features of one column beside a numeric target."""
    data = {"c": values, "goal": np.linspace(0, 1, len(values)) ** 2}
    encoders = fitted(data, train, "goal", **options)
    return encoders, encoders.transform(data)


def test_numbers_are_standardized_with_the_population_deviation():
    # Mean (2+4+4+4+5+5+7+9)/8 = 5; variance (9+1+1+1+0+0+4+16)/8 = 4.
    encoders, encoded = column_of([2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0])
    assert encoders.columns[0].mean == 5
    assert encoders.columns[0].std == 2
    assert encoded.X[:, 0].tolist() == [-1.5, -0.5, -0.5, -0.5, 0, 0, 1, 2]


def test_only_training_rows_are_learned_from():
    values = [1.0, 3.0, 100.5, -7.0]
    for train in (np.array([True, True, False, False]), np.array([1, 0])):
        encoders, encoded = column_of(values, train)
        assert encoders.columns[0].mean == 2
        assert encoders.columns[0].std == 1
        assert encoded.X[:, 0].tolist() == [-1, 1, 98.5, -9]


def test_a_missing_number_is_the_mean_and_has_an_indicator():
    _encoders, encoded = column_of([1.0, None, 3.5, float("nan")])
    assert encoded.feature_names == ("c", "c missing")
    assert encoded.X[[1, 3], 0].tolist() == [0, 0]
    assert encoded.X[:, 1].tolist() == [0, 1, 0, 1]
    assert not encoded.notes


def test_a_number_missing_for_the_first_time_is_the_mean_and_is_noted():
    _encoders, encoded = column_of([1.0, 3.5, None, None], np.array([0, 1]))
    assert encoded.feature_names == ("c",)
    assert encoded.X[2:, 0].tolist() == [0, 0]
    assert encoded.notes == (
        "column 'c': 2 cells are missing, as none was in training",
    )


def test_a_column_constant_in_training_is_zero():
    # The mean of three times 0.1 is not exactly 0.1 in float64.
    _encoders, encoded = column_of([0.1, 0.1, 0.1, 5.0], np.array([0, 1, 2]))
    assert encoded.X[:, 0].tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize("shift", [0.0, 1e9])
@pytest.mark.parametrize("scale", [1.0, 1e-150, 1e290])
def test_deviations_keep_their_digits_far_from_zero_and_near_the_limits(shift, scale):
    values = np.random.default_rng(0).normal(size=1000)
    _encoders, encoded = column_of((values + shift) * scale)
    # At 1e9 the data themselves hold seven digits of the noise.
    tolerance = 1e-6 if shift else ROUNDING
    expected = (values - values.mean()) / values.std()
    np.testing.assert_allclose(encoded.X[:, 0], expected, atol=tolerance)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0, 1, 1, 0], [0, 1, 1, 0]),
        (["no", "yes", "yes", "no"], [0, 1, 1, 0]),
        ([True, False, False, True], [1, 0, 0, 1]),
        (["on", "off", None, "on"], [1, 0, 2 / 3, 1]),
    ],
)
def test_booleans_are_zero_and_one(values, expected):
    _encoders, encoded = column_of(values)
    assert encoded.X[:, 0].tolist() == expected


def test_an_unknown_word_among_booleans_is_noted():
    encoders, _encoded = column_of(["no", "yes", "yes", "no"])
    encoded = encoders.transform({"c": ["YES", "maybe", "no"]}, with_target=False)
    assert encoded.X[:, 0].tolist() == [1, 0.5, 0]
    assert "'maybe'" in encoded.notes[0]


def test_categories_are_one_hot_and_missing_is_one_of_them():
    _encoders, encoded = column_of(["b", "a", None, "b", "c", "c"])
    assert encoded.feature_names == ("c=a", "c=b", "c=c", "c missing")
    assert encoded.X.argmax(axis=1).tolist() == [1, 0, 3, 1, 2, 2]
    assert (encoded.X.sum(axis=1) == 1).all()
    assert {feature.column for feature in encoded.features} == {"c"}


def test_an_unknown_category_is_all_zeros_and_is_noted_once_with_a_count():
    encoders, _encoded = column_of(list("abcabc"))
    encoded = encoders.transform({"c": ["a", "d", "d", "e"]}, with_target=False)
    assert encoded.X.tolist() == [[1, 0, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0]]
    assert encoded.notes == (
        "column 'c': 3 cells hold categories not seen in training ('d', 'e')",
    )


def test_rare_categories_share_a_feature_when_there_are_many():
    # Category i occurs i + 1 times, so that the 31 most frequent are 9 … 39.
    values = [f"k{i:02}" for i in range(40) for _repeat in range(i + 1)]
    encoders, encoded = column_of(values)
    assert len(encoded.feature_names) == 32
    assert encoders.columns[0].categories == tuple(f"k{i:02}" for i in range(9, 40))
    assert encoded.X[:45, -1].all()
    assert not encoded.X[45:, -1].any()
    # Categories 0 … 8, with 1 + 2 + … + 9 cells.
    assert encoded.notes == (
        "column 'c': 9 rare or new categories, in 45 of its cells, are one to the "
        "model, 'other'",
    )
    new = encoders.transform({"c": ["never seen", "k39"]}, with_target=False)
    assert new.X[0].argmax() == 31
    assert new.X[1].argmax() == 30
    assert "'never seen', in 1 of its cells" in new.notes[0]


def test_categories_can_be_numbered_for_an_embedding():
    encoders, encoded = column_of(["b", "a", None, "b", "a"], categories="embedding")
    assert encoded.X.shape == (5, 0)
    assert encoded.indices.dtype == np.int64
    assert encoded.indices[:, 0].tolist() == [2, 1, 3, 2, 1]
    assert encoders.embedded[0].size == 4
    new = encoders.transform({"c": ["a", "new", None]}, with_target=False)
    assert new.indices[:, 0].tolist() == [1, 0, 3]
    assert "'new'" in new.notes[0]


def test_a_missing_index_that_training_lacked_is_the_unknown_one():
    encoders, _encoded = column_of(list("abba"), categories="embedding")
    new = encoders.transform({"c": ["a", None]}, with_target=False)
    assert new.indices[:, 0].tolist() == [1, 0]
    assert encoders.embedded[0].size == 3


def test_dates_become_their_parts():
    times = pl.Series(["2024-01-01 06:30:00", "2023-12-31 00:00:00"]).str.to_datetime()
    parts = {name: part(times).tolist() for name, part in DATE_PARTS.items()}
    assert parts["year"] == [2024, 2023]
    assert parts["month"] == [1, 12]
    # New Year's Day of 2024 was a Monday.
    assert parts["day of week"] == [1, 7]
    assert parts["hour"] == [6.5, 0]
    # 2024-01-01 comes 19723 days after 1970-01-01.
    assert parts["days"] == [19723 + 6.5 / 24, 19722]
    angle = 2 * math.pi * 364 / 365.25
    assert parts["day of year, sine"] == pytest.approx([0, math.sin(angle)])
    assert parts["day of year, cosine"] == pytest.approx([1, math.cos(angle)])


def test_date_features_are_standardized_and_those_that_never_vary_left_out():
    _encoders, encoded = column_of(["2024-01-01", "2024-03-10", "", "2024-07-05"])
    names = encoded.feature_names
    assert "c year" not in names
    assert "c hour" not in names
    assert names[0] == "c month"
    assert names[-1] == "c missing"
    present = encoded.X[[0, 1, 3], :-1]
    np.testing.assert_allclose(present.mean(axis=0), 0, atol=ROUNDING)
    np.testing.assert_allclose(present.std(axis=0), 1, atol=ROUNDING)
    assert encoded.X[2].tolist() == [0] * (len(names) - 1) + [1]


def test_classes_are_numbered_in_the_words_of_the_file():
    data = {"x": [1.0, 2.5, 3.0, 4.0], "y": ["No", "yes", "yes", "No"]}
    encoders = fitted(data)
    assert encoders.classes == ("No", "yes")
    assert encoders.transform(data).y.tolist() == [0, 1, 1, 0]


def test_numeric_classes_are_matched_by_value():
    encoders = fitted({"x": [1.0, 2.5, 3.0, 4.0], "y": ["01", "02", "01", "02"]})
    assert encoders.classes == ("01", "02")
    encoded = encoders.transform({"x": [1.0, 2.0], "y": [2.0, 1.0]})
    assert encoded.y.tolist() == [1, 0]


@pytest.mark.parametrize("strange", ["c", 3])
def test_an_unknown_class_is_refused(strange):
    known = ["a", "b"] if strange == "c" else [1, 2]
    encoders = fitted({"x": [1.0, 2.5, 3.0, 4.0], "y": known * 2})
    with pytest.raises(DataError, match=f"unknown class '{strange}'"):
        encoders.transform({"x": [1.0], "y": [strange]})


def test_rows_without_a_target_are_left_out_only_when_it_is_asked_for():
    data = {"x": [1.0, 2.5, 3.0, 4.0], "y": [1.5, None, 3.5, 4.0]}
    encoders = fitted(data)
    encoded = encoders.transform(data)
    assert encoded.rows.tolist() == [0, 2, 3]
    assert len(encoded.X) == len(encoded.y) == 3
    everything = encoders.transform(data, with_target=False)
    assert everything.rows.tolist() == [0, 1, 2, 3]
    assert everything.y is None
    assert read_target(encoders.schema, data).rows.tolist() == [0, 2, 3]


def test_targets_come_back_in_their_own_unit():
    # Training rows 0 and 1: u has mean 20 and deviation 10, v mean 1 and deviation 2.
    data = {"x": [1.0, 2.5, 3.0], "u": [10.0, 30.0, 50.5], "v": [-1.0, 3.0, 5.0]}
    encoders = fitted(data, np.array([0, 1]), ["u", "v"])
    encoded = encoders.transform(data)
    np.testing.assert_allclose(encoded.y, [[-1, -1], [1, 1], [3.05, 2]], rtol=ROUNDING)
    back = encoders.inverse_target(encoded.y)
    np.testing.assert_allclose(back, np.column_stack([data["u"], data["v"]]))
    one = fitted(data, target="u")
    assert one.transform(data).y.shape == (3,)
    np.testing.assert_allclose(one.inverse_target(one.transform(data).y), data["u"])


def test_a_target_constant_in_training_keeps_its_unit():
    data = {"x": [1.0, 2.5, 3.0], "y": [4.5, 4.5, 6.0]}
    encoders = fitted(data, np.array([0, 1]))
    assert encoders.inverse_target(np.array([0.0])).tolist() == [4.5]


def test_classes_have_no_unit():
    encoders = fitted({"x": [1.0, 2.5, 3.0, 4.0], "y": list("abab")})
    with pytest.raises(OptionError):
        encoders.inverse_target(np.zeros(2))


def test_float32_is_rounded_once():
    data = {"x": np.random.default_rng(0).normal(size=50), "y": list("ab") * 25}
    schema = find_schema(data)
    encoded = fit_encoders(schema, data).transform(data)
    assert encoded.X.dtype == np.float32
    expected = (data["x"] - data["x"].mean()) / data["x"].std()
    np.testing.assert_allclose(encoded.X[:, 0], expected, rtol=ROUNDING_32)


def test_x_can_be_written_in_place():
    data = {"x": [1.0, 2.5, 3.0, 4.0], "y": list("abab")}
    encoders = fitted(data)
    out = np.full((4, 1), np.nan)
    assert np.shares_memory(encoders.transform(data, out=out).X, out)
    assert np.isfinite(out).all()
    for wrong in (np.empty((3, 1)), np.empty((4, 1), np.float32)):
        with pytest.raises(OptionError, match="must be"):
            encoders.transform(data, out=wrong)


@pytest.mark.parametrize(
    ("rows", "error"),
    [
        (np.array([], int), DataError),
        (np.zeros(4, bool), DataError),
        (np.zeros(3, bool), OptionError),
        (np.array([4]), OptionError),
        (np.array([-1]), OptionError),
        (np.array([0.5]), OptionError),
    ],
)
def test_training_rows_that_do_not_fit_are_refused(rows, error):
    with pytest.raises(error):
        fitted({"x": [1.0, 2.5, 3.0, 4.0], "y": list("abab")}, rows)


def test_an_unknown_way_to_encode_categories_is_refused():
    with pytest.raises(OptionError, match="one_hot or embedding"):
        column_of(list("abab"), categories="hash")


def test_columns_are_found_by_name():
    data = {"a": [1.0, 2.5, 3.0], "b": [4.0, 4.5, 9.0], "y": [1.5, 2.5, 3.0]}
    encoders = fitted(data)
    plain = encoders.transform(data)
    mixed = {"extra": [0, 0, 0], "y": data["y"], "b": data["b"], "a": data["a"]}
    encoded = encoders.transform(mixed, with_target=False)
    assert encoded.X.tolist() == plain.X.tolist()
    assert encoded.notes == (
        "column 'extra' is not one the model knows and is ignored",
        "the columns stand in another order; they are matched by name",
    )


def test_missing_and_renamed_columns_are_refused_with_a_difference():
    data = {"size": [1.0, 2.5, 3.0], "age": [4.0, 4.5, 9.0], "y": [1.5, 2.5, 3.0]}
    new = {"Size": [1.0], "colour": ["red"]}
    with pytest.raises(DataError) as caught:
        fitted(data).transform(new, with_target=False)
    assert str(caught.value) == (
        "the columns of the data are not those of the model: "
        "missing 'size' (is it 'Size'?), 'age'; not known 'Size', 'colour'; "
        "rename or add them"
    )


def test_a_missing_target_is_refused_only_when_it_is_asked_for():
    data = {"x": [1.0, 2.5, 3.0], "goal": [1.5, 2.5, 3.0]}
    encoders = fitted(data)
    new = {"x": [1.0], "gaol": [2.0]}
    assert len(encoders.transform(new, with_target=False).X) == 1
    with pytest.raises(DataError, match="did you mean gaol"):
        encoders.transform(new)


def test_left_out_columns_may_be_missing_later():
    data = {"id": [7, 5, 9, 4], "x": [1.0, 2.5, 3.0, 4.0], "y": list("abab")}
    encoders = fitted(data)
    assert not encoders.transform({"x": [1.0]}, with_target=False).notes


@pytest.mark.parametrize(
    ("trained", "new", "said"),
    [
        ([1.0, 2.5], ["1", "many"], "'many' in row 2 where a number"),
        ([1.0, 2.5], [1.0, np.inf], "inf in row 2, beyond what float64"),
        (["2024-01-31", "2024-02-28"], ["2024-01-31", "soon"], "'soon' in row 2"),
        (["2024-01-31", "2024-02-28"], [1.0, 2.0], "'1.0' in row 1 where a date"),
    ],
)
def test_a_cell_of_another_kind_is_refused_with_its_place(trained, new, said):
    encoders, _encoded = column_of(trained * 2)
    with pytest.raises(DataError, match=said):
        encoders.transform({"c": new}, with_target=False)


def test_extreme_new_numbers_stay_finite_in_float32():
    data = {"x": [1.0, 1.0000001, 1.0, 1.0000001], "y": list("abba")}
    encoders = fit_encoders(find_schema(data), data)
    encoded = encoders.transform({"x": [3e38, -3e38]}, with_target=False)
    assert np.isfinite(encoded.X).all()


MIXED_ROWS = 200


def mixed_file(path, seed, categories):
    random = np.random.default_rng(seed)
    days = np.datetime64("2023-01-01") + random.integers(0, 700, MIXED_ROWS)
    size = random.normal(10, 3, MIXED_ROWS)
    lines = ["size,colour,day,ripe,code,price"]
    for i in range(MIXED_ROWS):
        cells = [
            "" if i % 17 == 0 else f"{size[i]:.4f}",
            "" if i % 23 == 0 else random.choice(categories),
            "NA" if i % 19 == 0 else str(days[i]),
            random.choice(["yes", "no"]),
            f"K{i}",
            f"{3 * size[i] + 1:.3f}",
        ]
        lines.append(",".join(cells))
    path.write_text("\n".join(lines) + "\n")
    return read_table(path)


def test_a_mixed_table_is_encoded_without_a_word_of_preparation(tmp_path):
    table = mixed_file(tmp_path / "train.csv", 0, ["red", "blue", "green"])
    schema = find_schema(table)
    train = np.arange(MIXED_ROWS) % 5 > 0
    encoders = fit_encoders(schema, table, train)
    encoded = encoders.transform(table)
    assert [c.name for c in schema.left_out] == ["code"]
    assert encoded.X.shape == (MIXED_ROWS, len(encoded.feature_names))
    assert np.isfinite(encoded.X).all()
    assert not encoded.notes
    np.testing.assert_allclose(encoded.y[train].std(), 1, rtol=ROUNDING_32)

    colours = ["red", "blue", "green"] * 3 + ["violet"]
    new = mixed_file(tmp_path / "new.csv", 1, colours)
    predicted = encoders.transform(new, with_target=False)
    assert predicted.X.shape == encoded.X.shape
    assert np.isfinite(predicted.X).all()
    unseen = sum((batch["colour"] == "violet").sum() for batch in new.batches())
    assert predicted.notes == (
        f"column 'colour': {unseen} cells hold categories not seen in training "
        "('violet')",
    )


def test_a_decimal_comma_file_predicts_as_a_decimal_point_file(tmp_path):
    (tmp_path / "point.csv").write_text("x,y\n1.5,2.5\n2.5,1.25\n4.75,8\n")
    (tmp_path / "comma.csv").write_text("x;y\n1,5;2,5\n2,5;1,25\n4,75;8\n")
    point = read_table(tmp_path / "point.csv")
    encoders = fit_encoders(find_schema(point), point)
    encoded = encoders.transform(read_table(tmp_path / "comma.csv"))
    assert encoded.X.tolist() == encoders.transform(point).X.tolist()


def test_a_file_read_in_chunks_gives_what_a_held_one_gives(tmp_path, monkeypatch):
    table = mixed_file(tmp_path / "train.csv", 0, ["red", "blue"])
    expected = fit_encoders(find_schema(table), table)
    monkeypatch.setattr(text_table, "HELD_BYTES", 0)
    monkeypatch.setattr(
        text_table.TextTable,
        "batches",
        lambda self, columns=None: iter(
            table.frame.select(list(columns or self.columns)).iter_slices(7)
        ),
    )
    fresh = read_table(tmp_path / "train.csv")
    encoders = fit_encoders(find_schema(fresh), fresh)
    assert encoders.schema == expected.schema
    np.testing.assert_allclose(
        encoders.transform(fresh).X, expected.transform(table).X, atol=ROUNDING_32
    )


def mixed_encoders(categories="one_hot"):
    data = {
        "x": [1.0, None, 3.5, 4.0],
        "flag": ["yes", "no", None, "yes"],
        "colour": ["red", "blue", "red", None],
        "day": ["2024-01-31", "2023-05-01", "", "2024-02-28"],
        "y": [1.5, 2.5, 3.0, 4.0],
    }
    return data, fitted(data, categories=categories)


@pytest.mark.parametrize("categories", ["one_hot", "embedding"])
def test_encoders_are_the_same_after_json(categories):
    data, encoders = mixed_encoders(categories)
    again = Encoders.from_json(json.loads(json.dumps(encoders.to_json())))
    assert again == encoders
    assert again.transform(data).X.tobytes() == encoders.transform(data).X.tobytes()


def of_column(index, **changes):
    def damage(record):
        record["columns"][index].update(changes)

    return damage


DAMAGES = {
    "extra key": lambda record: record.update(extra=1),
    "no schema": lambda record: record.pop("schema"),
    "broken schema": lambda record: record["schema"].pop("task"),
    "an encoder less": lambda record: record["columns"].pop(),
    "encoders in disorder": lambda record: record["columns"].reverse(),
    "no target mean": lambda record: record.update(target_means=[]),
    "no target unit": lambda record: record.update(target_stds=[0.0]),
    "unknown encoder": of_column(0, encoder="os.system"),
    "list as encoder": of_column(0, encoder=[]),
    "encoder of another kind": of_column(1, encoder="standardize"),
    "other column": of_column(0, column="z"),
    "negative deviation": of_column(0, std=-1.0),
    "mean that is no number": of_column(0, mean=float("nan")),
    "text as mean": of_column(0, mean="1"),
    "one word": of_column(1, words=["yes"]),
    "twin categories": of_column(2, categories=["red", "red"]),
    "unknown part": of_column(3, parts=["century"]),
    "means too few": of_column(3, means=[]),
}


@pytest.fixture(scope="module")
def record():
    """What a file says of encoders; every test damages a copy."""
    return mixed_encoders()[1].to_json()


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_damaged_encoders_are_refused(damage, record):
    damaged = copy.deepcopy(record)
    damage(damaged)
    with pytest.raises(ModelFileError):
        Encoders.from_json(damaged)
