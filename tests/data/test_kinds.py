"""Times of day, months, durations, lists and free text are kinds of their own."""

import json
import math
import uuid
from datetime import time, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurona.data.columns.schema import Schema, find_schema
from neurona.data.encoding.encode import Encoders, fit_encoders
from neurona.data.sources.read import as_source
from neurona.errors import DataError, ModelFileError

ROWS = 60
NAN = float("nan")


def around(*cells, rows=ROWS):
    """Cells again and again, in an order that nothing follows."""
    return [cells[i * 7919 % len(cells)] for i in range(rows)]


def table_of(cells, name="c"):
    goal = np.sin(np.arange(len(cells)) * 7.0)
    return {name: cells, "other": np.cos(np.arange(len(cells)) * 5.0), "goal": goal}


def fitted(cells, name="c"):
    """Schema of a table with one column beside two of numbers, and its encoders."""
    data = table_of(cells, name)
    schema = find_schema(data, "goal")
    return schema, fit_encoders(schema, data)


def features_of(encoders, cells, name="c"):
    """What a column becomes in a table: numbers by the names of the features."""
    found = encoders.transform(table_of(cells, name), with_target=False)
    return {
        feature.name.removeprefix(name).strip(" :"): found.X[:, i].astype(float)
        for i, feature in enumerate(encoders.features)
        if feature.column == name
    }, found


def waves(numbers, period):
    """Sine and cosine, each in its own deviations from its mean."""
    angles = [2 * math.pi * number / period for number in numbers]
    for wave in (math.sin, math.cos):
        values = np.array([wave(angle) for angle in angles])
        yield (values - values.mean()) / values.std()


CLOCKS = {
    "plain": (["23:10", "7:05", "00:00", "12:30"], [23 + 1 / 6, 7 + 1 / 12, 0, 12.5]),
    "halves": (["7:05 am", "7:05 PM", "12:00 a.m.", "1 pm"], [7 + 1 / 12, 19 + 1 / 12,
                                                              0, 13]),
    "seconds": (["07:05:36", "23:59:59,5", "24:00", "06:00:00"],
                [7.0 + 1 / 12 + 0.01, 24 - 0.5 / 3600, 0, 6]),
    "hours": (["17:15 h", "5:45h", "0:30 hrs", "8:00"], [17.25, 5.75, 0.5, 8]),
}  # fmt: skip


@pytest.mark.parametrize(("cells", "hours"), CLOCKS.values(), ids=CLOCKS)
def test_times_of_day_are_the_sine_and_cosine_of_24_hours(cells, hours):
    schema, encoders = fitted(around(*cells))
    assert schema.column("c").kind == "cycle"
    found, _encoded = features_of(encoders, around(*cells))
    expected = waves(around(*hours), 24)
    for name, values in zip(("sine", "cosine"), expected, strict=True):
        np.testing.assert_allclose(found[name], values, atol=1e-6)
    assert any("24 hours" in note for note in schema.notes)


NAMES = {
    "short English days": ("Mon Tue Wed Thu Fri Sat Sun", 7),
    "long English days": (
        "monday tuesday wednesday thursday friday saturday sunday", 7),
    "short Spanish days": ("lun mar mié jue vie sáb dom", 7),
    "long Spanish days": ("Lunes Martes Miércoles Jueves Viernes Sábado Domingo", 7),
    "days with points": ("lun. mar. mié. jue. vie. sáb. dom.", 7),
    "short English months": ("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec", 12),
    "long English months": (
        "January February March April May June July August September October "
        "November December", 12),
    "short Spanish months": ("ene feb mar abr may jun jul ago sep oct nov dic", 12),
    "long Spanish months": (
        "enero febrero marzo abril mayo junio julio agosto setiembre octubre "
        "noviembre diciembre", 12),
}  # fmt: skip


@pytest.mark.parametrize(("names", "period"), NAMES.values(), ids=NAMES)
def test_days_and_months_by_name_go_round(names, period):
    cells = around(*names.split(), rows=period * 5)
    schema, encoders = fitted(cells)
    assert schema.column("c").kind == "cycle"
    numbers = [names.split().index(cell) for cell in cells]
    found, _encoded = features_of(encoders, cells)
    # A whole turn later or earlier is the same place: only the start is a choice.
    for name, values in zip(
        ("sine", "cosine"), waves([n + 1 for n in numbers], period), strict=True
    ):
        np.testing.assert_allclose(found[name], values, atol=1e-6)


def test_the_last_month_lies_beside_the_first():
    names = NAMES["short Spanish months"][0].split()
    _schema, encoders = fitted(around(*names, rows=60))
    found, _encoded = features_of(encoders, ["dic", "ene", "jun"])
    points = np.column_stack([found["sine"], found["cosine"]])
    december, june = np.linalg.norm(points[[0, 2]] - points[1], axis=1)
    assert december < june / 3


def test_two_days_are_categories_and_a_target_of_days_is_one_of_classes():
    assert fitted(around("Sat", "Sun"))[0].column("c").kind == "categorical"
    days = around("Mon", "Tue", "Wed")
    schema = find_schema({"x": np.cos(np.arange(ROWS) * 5.0), "day": days}, "day")
    assert schema.classes == ("Mon", "Tue", "Wed")
    assert schema.column("day").kind == "categorical"


def test_a_name_that_is_no_day_is_said_at_prediction():
    _schema, encoders = fitted(around("Mon", "Tue", "Wed", "Thu"))
    found, encoded = features_of(encoders, ["Mon", "holiday", "friday"])
    assert found["sine"][1] == found["cosine"][1] == 0
    assert any("'holiday'" in note for note in encoded.notes)
    assert not any("friday" in note for note in encoded.notes)


def test_a_time_that_is_none_is_refused_at_prediction_with_its_place():
    _schema, encoders = fitted(around("7:05", "8:10", "9:20"))
    with pytest.raises(DataError, match=r"'25:10' in row 2 .* a time of day"):
        features_of(encoders, ["7:05", "25:10"])


def test_a_missing_time_has_a_feature_of_its_own():
    _schema, encoders = fitted(around("7:05", None, "9:20", "?"))
    found, _encoded = features_of(encoders, ["7:05", None, "-"])
    assert found["missing"].tolist() == [0, 1, 1]
    assert found["sine"][1:].tolist() == [0, 0]


def test_times_of_a_frame_are_times_of_day():
    frame = pl.DataFrame(table_of(around(time(7, 5), time(23, 10), time(0, 30))))
    assert find_schema(frame, "goal").column("c").kind == "cycle"


DURATIONS = {
    "words": (["1h 20m", "45 min", "2 hours", "30 s"], [4800, 2700, 7200, 30]),
    "Spanish": (["1 hora 20 minutos", "45 minutos", "2 h y 5 min", "3 días"],
                [4800, 2700, 7500, 259_200]),
    "ISO": (["PT1H20M", "PT45M", "P1DT2H", "PT30.5S"], [4800, 2700, 93_600, 30.5]),
    "clock": (["01:20:33", "26:00:00", "00:00:07"], [4833, 93_600, 7]),
    "hours and minutes": (["1:20", "30:45", "100:00"], [4800, 110_700, 360_000]),
    "minutes and seconds": (["59:30", "1:02:10", "75:05"], [3570, 3730, 4505]),
    "pandas": (["1 days 02:00:00", "0 days 00:00:05", "3 days 00:10:00"],
               [93_600, 5, 259_800]),
}  # fmt: skip


@pytest.mark.parametrize(("cells", "seconds"), DURATIONS.values(), ids=DURATIONS)
def test_durations_are_numbers_of_seconds_with_a_note(cells, seconds):
    schema, encoders = fitted(around(*cells))
    column = schema.column("c")
    assert (column.kind, column.low, column.high) == (
        "numeric",
        min(seconds),
        max(seconds),
    )
    assert any("'c'" in n and "seconds" in n for n in schema.notes)
    values = np.array(around(*seconds), float)
    found, _encoded = features_of(encoders, around(*cells))
    np.testing.assert_allclose(found[""], (values - values.mean()) / values.std(), 1e-5)


def test_a_target_of_durations_is_predicted_in_seconds():
    data = table_of([f"{i % 9}h {i * 7 % 60}m" for i in range(ROWS)])
    schema = find_schema(data, "c", "regression")
    assert schema.task == "regression"
    encoders = fit_encoders(schema, data)
    y = encoders.inverse_target(encoders.transform(data).y)
    assert y[10] == pytest.approx(1 * 3600 + 10 * 60)


def test_a_target_of_times_of_day_is_predicted_in_hours():
    data = table_of([f"{i * 7 % 24}:{i * 11 % 60:02}" for i in range(ROWS)])
    schema = find_schema(data, "c")
    assert (schema.task, schema.column("c").kind) == ("regression", "numeric")
    encoders = fit_encoders(schema, data)
    y = encoders.inverse_target(encoders.transform(data).y)
    assert y[5] == pytest.approx(11 + 55 / 60)


@settings(deadline=None, max_examples=25)
@given(st.lists(st.timedeltas(timedelta(0), timedelta(days=9)), min_size=20))
def test_durations_written_in_words_read_back_as_they_were(spans):
    spans = [timedelta(seconds=int(span.total_seconds())) for span in spans]
    spans += [timedelta(hours=1, minutes=2)] * 2 + [timedelta(seconds=1)]
    cells = []
    for span in spans:
        minutes, second = divmod(int(span.total_seconds()), 60)
        cells.append(f"{minutes // 60}h {minutes % 60}m {second}s")
    schema = find_schema(table_of(cells), "goal")
    column = schema.column("c")
    assert column.high == max(span.total_seconds() for span in spans)
    assert column.low == min(span.total_seconds() for span in spans)


LISTS = {
    "bars": ["plain", "spicy|vegan", "vegan", "spicy", "sweet|spicy", "sweet"],
    "semicolons": ["a", "a;b", "b; c", "c", "a;c", "b"],
    "commas": ["red", "red, blue", "blue", "blue, green", "green, red", "green"],
    "never alone": ["a|b", "b|c", "c|a", "a|c", "b|a", "c|b"],
}


@pytest.mark.parametrize("cells", LISTS.values(), ids=LISTS)
def test_lists_are_flags_of_their_parts(cells):
    cells = around(*cells)
    schema, encoders = fitted(cells)
    assert schema.column("c").kind == "flags"
    assert any("'c'" in n and "flags" in n for n in schema.notes)
    parts = [set(cell.replace(";", "|").replace(",", "|").replace(" ", "").split("|"))
             for cell in cells]  # fmt: skip
    found, _encoded = features_of(encoders, cells)
    assert set(found) == set().union(*parts)
    for part, flags in found.items():
        assert flags.tolist() == [part in row for row in parts]


NO_LISTS = {
    "places": ["Lima, Peru", "Cusco, Peru", "Quito, Ecuador", "Loja, Ecuador"],
    "numbers": ["1,2", "1", "2", "2,3", "3", "1,3"],
    "names": [f"Doe {i}, Jane" for i in range(ROWS)],
    "one with a bar": ["a", "b", "a|b", "c"],
}


@pytest.mark.parametrize("cells", NO_LISTS.values(), ids=NO_LISTS)
def test_what_only_looks_like_lists_is_none(cells):
    assert fitted(around(*cells))[0].column("c").kind != "flags"


def test_a_part_that_training_lacked_is_said_and_the_others_count():
    _schema, encoders = fitted(around(*LISTS["bars"]))
    found, encoded = features_of(encoders, ["spicy| odd", "Vegan", None])
    assert [found[p][0] for p in ("spicy", "vegan", "sweet")] == [1, 0, 0]
    assert found["vegan"].tolist() == [0, 1, 0]
    assert any("'odd'" in note for note in encoded.notes)
    assert any("missing" in note for note in encoded.notes)


def test_many_parts_share_a_last_feature():
    cells = [f"p{i % 40}|p{i * 7 % 40 + 40}" for i in range(400)]
    cells += [f"p{i % 80}" for i in range(400)]
    _schema, encoders = fitted(cells)
    found, _encoded = features_of(encoders, cells)
    assert len(found) == 32
    assert found["other"].sum() > 0


KNOWN = [{"oak"}, {"fir"}, {"elm"}, {"ash"}, {"oak", "elm"}, {"ash", "fir"}]


@settings(deadline=None, max_examples=25)
@given(
    st.lists(
        st.sets(st.sampled_from(["oak", "fir", "elm", "ash"]), min_size=1),
        min_size=40,
        max_size=60,
    )
)
def test_lists_written_from_sets_read_back_as_they_were(sets):
    sets = [*sets, *(KNOWN * 8)]
    cells = ["|".join(sorted(parts)) for parts in sets]
    _schema, encoders = fitted(cells)
    found, _encoded = features_of(encoders, cells)
    for i, parts in enumerate(sets):
        assert {part for part in found if found[part][i]} == parts


FOODS = ("bread", "soup", "rice", "cake", "stew")
TASTES = ("fresh", "stale", "warm", "bitter", "crisp", "soggy")


def reviews(rows=ROWS):
    return [
        f"The {TASTES[i % 6]} {FOODS[i * 7 % 5]} was {TASTES[i * 5 % 6]}, order {i}"
        for i in range(rows)
    ]


TEXTS = {
    "reviews": reviews(),
    "names": [f"{last}{i}, {title} {first}" for i, (last, title, first) in enumerate(
        zip(around("Kelly", "Braund", "Allen", "Moran"),
            around("Mr.", "Mrs.", "Miss"), around("Anna", "Owen", "James", "Maria",
                                                  "Ruth"), strict=True))],
    "descriptions": [f"caja de {i} {what} {how}" for i, (what, how) in enumerate(
        zip(around("tornillos", "clavos", "tuercas"),
            around("galvanizados", "negros"), strict=True))],
    "sites": [f"https://{site}.org/{topic}/{i}" for i, (site, topic) in enumerate(
        zip(around("news", "shop", "wiki"), around("sport", "art", "food", "war/x"),
            strict=True))],
}  # fmt: skip


@pytest.mark.parametrize("cells", TEXTS.values(), ids=TEXTS)
def test_texts_that_share_words_are_a_kind_of_their_own(cells):
    schema, encoders = fitted(cells)
    column = schema.column("c")
    assert (column.kind, column.role) == ("text", "input")
    _found, encoded = features_of(encoders, cells)
    assert np.isfinite(encoded.X).all()


CODES = {
    "codes": [f"A-{1000 + i}" for i in range(ROWS)],
    "codes of departments": [f"{'ABC'[i % 3]}X-{i:04}" for i in range(ROWS)],
    "UUIDs": [str(uuid.UUID(int=i * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**128))
              for i in range(400)],
    "hashes": [f"{i * 0x9E3779B97F4A7C15 % 2**64:016x}" for i in range(400)],
    "numbered names": [f"sample {i}" for i in range(ROWS)],
    "words that never come again": [
        "".join(chr(97 + (i * 37 + k * k * 11 + k) % 26) for k in range(9))
        for i in range(26)
    ],
}  # fmt: skip


@pytest.mark.parametrize("cells", CODES.values(), ids=CODES)
def test_codes_are_left_out_with_a_note_of_how_to_keep_them(cells):
    schema, _encoders = fitted(cells)
    column = schema.column("c")
    assert (column.kind, column.role) == ("identifier", "left out")
    assert any("--columns c=text" in note for note in schema.notes)


def test_numbers_that_are_all_different_are_no_text():
    cells = [f"{i * 37 % 1000}.{i:03}" for i in range(ROWS)]
    assert fitted(cells)[0].column("c").kind == "numeric"


def test_few_texts_that_occur_again_are_categories():
    cells = around("a fresh warm bread", "a stale warm bread", "a soup of the day")
    assert fitted(cells)[0].column("c").kind == "categorical"


def test_sentences_are_text_however_often_they_occur():
    cells = [f"{TASTES[i % 6]} {FOODS[i // 6 % 5]} of {TASTES[i // 30]} rice"
             for i in range(90)] * 5  # fmt: skip
    assert fitted(cells)[0].column("c").kind == "text"


def test_a_text_is_not_chosen_as_a_target_unasked():
    data = {"x": np.cos(np.arange(ROWS) * 5.0), "kind": around("a", "b"),
            "review": reviews()}  # fmt: skip
    assert find_schema(data).targets == ("kind",)


MIXED = {
    "at": around("7:05", "23:10", None, "12:00"),
    "day": around("Mon", "Tue", "Wed", "Sun"),
    "took": around("1h 20m", "45m", "2h"),
    "tags": around(*LISTS["bars"]),
    "review": reviews(),
    "sold": around("yes", "no"),
}


def test_schema_and_encoders_of_every_kind_are_the_same_after_json():
    schema = find_schema(MIXED, "sold")
    encoders = fit_encoders(schema, MIXED)
    again = Encoders.from_json(json.loads(json.dumps(encoders.to_json())))
    assert again == encoders
    assert Schema.from_json(json.loads(json.dumps(schema.to_json()))) == schema
    expected = encoders.transform(MIXED)
    found = again.transform(MIXED)
    assert found.X.tobytes() == expected.X.tobytes()
    assert len(set(found.feature_names)) == len(found.feature_names)


def test_a_table_prints_the_kinds():
    text = str(find_schema(MIXED, "sold"))
    for word in ("cycle", "flags", "text", "numeric"):
        assert word in text


DAMAGES = {
    "a cycle that is none": ("at", "cycle", "moon"),
    "a wave too few": ("at", "means", [0.0]),
    "a negative deviation": ("day", "stds", [-1.0, 1.0]),
    "a separator that is none": ("tags", "separator", "a"),
    "a part twice": ("tags", "parts", ["a", "a"]),
    "too few weights": ("review", "weights", [1.0]),
    "a weight below nothing": ("review", "weights", None),
}


@pytest.mark.parametrize(("column", "key", "value"), DAMAGES.values(), ids=DAMAGES)
def test_damaged_encoders_of_these_kinds_are_refused(column, key, value):
    record = fit_encoders(find_schema(MIXED, "sold"), MIXED).to_json()
    (encoder,) = (e for e in record["columns"] if e["column"] == column)
    encoder[key] = [-w for w in encoder[key]] if value is None else value
    with pytest.raises(ModelFileError):
        Encoders.from_json(record)


def test_batches_do_not_matter(monkeypatch, tmp_path):
    path = tmp_path / "t.csv"
    pl.DataFrame({**MIXED, "at": [c or "" for c in MIXED["at"]]}).write_csv(path)
    whole = find_schema(as_source(path), "sold")
    monkeypatch.setattr("neurona.data.sources.table.BATCH_ROWS", 7)
    assert find_schema(as_source(path), "sold").columns == whole.columns
