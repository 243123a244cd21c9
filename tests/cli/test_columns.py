"""``neurona columns``, and what a person says of columns when training."""

import json
import tomllib

import pytest

ROWS = [(1000 + i % 4, 7 * i, f"${1000 + i}", (i % 4) ** 2 + 0.5) for i in range(80)]
TEXT = "zip,key,price,y\n" + "".join(f'{a},{b},"{c}",{d}\n' for a, b, c, d in ROWS)


@pytest.fixture
def table(tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "160")
    (tmp_path / "a.csv").write_text(TEXT)
    return "a.csv"


def test_each_column_is_shown_with_an_example_and_a_reason(neurona, table):
    ended = neurona("columns", table)
    assert ended.code == 0
    (line,) = [line for line in ended.out.splitlines() if line.startswith("  price")]
    assert "numeric" in line
    assert "$1000 → 1000" in line
    assert "every cell is a whole number" in line
    assert "target: y (its name is that of a target)" in ended.out
    assert "numbers with a unit" in ended.err


def test_the_same_is_shown_in_spanish(neurona, table):
    ended = neurona("columns", table, "--lang", "es")
    assert "columna" in ended.out
    assert "numérica" in ended.out
    assert "se lee como" in ended.out


def test_the_same_is_given_to_programs(neurona, table):
    found = json.loads(neurona("columns", table, "--json").out)
    assert [column["name"] for column in found["columns"]] == [
        "zip",
        "key",
        "price",
        "y",
    ]
    assert found["columns"][2]["example"] == ["$1000", "1000"]
    assert found["target"] == ["y"]


def test_a_schema_file_is_written_edited_and_used(neurona, train, table, tmp_path):
    assert neurona("columns", table, "--out", "schema.toml").code == 0
    path = tmp_path / "schema.toml"
    written = tomllib.loads(path.read_text())
    assert written["columns"]["zip"] == "number"
    path.write_text(path.read_text().replace('zip = "number"', 'zip = "category"'))
    ended = train(table, "--schema", "schema.toml", "--json")
    assert ended.code == 0, ended.err
    kinds = {column["name"]: column["kind"] for column in ended.document["columns"]}
    assert kinds["zip"] == "categorical"
    assert neurona("predict", "model.safetensors", table).code == 0


def test_kinds_are_said_on_the_line_of_a_call(train, table):
    ended = train(table, "--columns", "zip=category,key=ignore", "--json")
    assert ended.code == 0, ended.err
    found = {column["name"]: column for column in ended.document["columns"]}
    assert found["zip"]["kind"] == "categorical"
    assert found["key"]["role"] == "left out"


@pytest.mark.parametrize(
    ("said", "code", "message"),
    [
        ("zip=categry", 2, "did you mean category"),
        ("zap=category", 2, "did you mean zip"),
        ("zip", 2, "zip=category,when=date"),
        ("price=date", 1, "cannot be read as a date, the first is '$1000' in row 2"),
    ],
)
def test_kinds_that_cannot_be_are_refused(neurona, table, said, code, message):
    for command in ("train", "columns"):
        ended = neurona(command, table, "--columns", said)
        assert ended.code == code
        assert message in ended.error


def test_a_run_goes_on_with_the_kinds_it_began_with(train, table):
    begin = ("--columns", "zip=category", "--checkpoint", "run")
    assert train(table, *begin).code == 0
    assert train(table, *begin, "--resume").code == 0
    other = ("--columns", "zip=number", "--checkpoint", "run")
    ended = train(table, *other, "--resume")
    assert ended.code == 2
    assert "--columns" in ended.error


@pytest.mark.parametrize("width", [70, 80])
def test_kinds_and_roles_stay_whole_on_a_short_line(neurona, table, monkeypatch, width):
    monkeypatch.setenv("COLUMNS", str(width))
    lines = neurona("columns", table).out.splitlines()
    (line,) = [line for line in lines if line.startswith("  price")]
    assert line.split()[1:3] == ["numeric", "input"]
    assert max(map(len, lines)) <= width
    assert len(lines) < 4 * len("zkpy")


def test_kinds_are_asked_for_in_the_words_of_the_table(neurona, table, tmp_path):
    schema = tmp_path / "schema.toml"
    schema.write_text('[columns]\nkey = "ignorar"\nzip = "Categórica"\n')
    for said in (
        ("--columns", "zip=categorical,key=identifier"),
        ("--columns", "zip=categórica,key=identificador"),
        ("--schema", schema.name),
    ):
        found = neurona("columns", table, *said, "--json").document["columns"]
        kinds = {column["name"]: (column["kind"], column["role"]) for column in found}
        assert kinds["zip"] == ("categorical", "input")
        assert kinds["key"][1] == "left out"


def test_a_wrong_kind_is_told_the_nearest_word_of_the_reader(neurona, table):
    ended = neurona("--lang", "es", "columns", table, "--columns", "zip=fecah")
    assert "¿quisiste decir fecha?" in ended.error


def test_days_are_shown_without_a_time(neurona, table, tmp_path):
    rows = [f"11/{19 + i % 9}/2024,{i}" for i in range(60)]
    (tmp_path / "days.csv").write_text("\n".join(["when,y", *rows]) + "\n")
    said = neurona("columns", "days.csv").out
    assert "11/19/2024 → 2024-11-19 " in said
    assert "00:00" not in said
