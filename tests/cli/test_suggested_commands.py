"""Commands that a message suggests can be pasted, whatever names hold."""

import re
import shlex
import sqlite3

import pytest


@pytest.fixture
def table(tmp_path):
    rows = [f"N-{i:03},{i % 7}.5,{i * i % 11}" for i in range(60)]
    path = tmp_path / "my sales.csv"
    path.write_text("\n".join(["order id,size,y", *rows]) + "\n")
    return path.name


def test_the_words_that_keep_a_column_keep_it(neurona, table):
    said = neurona("columns", table, "--target", "y").err
    words = shlex.split(re.search(r"--columns .*(?= keeps it)", said)[0])
    found = neurona("columns", table, "--target", "y", *words, "--json").document
    roles = {column["name"]: column["role"] for column in found["columns"]}
    assert roles["order id"] == "input"


def test_the_next_commands_after_training_name_the_files(train, table):
    said = train(table, "--target", "y", "--out", "my model.safetensors").out
    (doctor,) = re.findall(r"neurona doctor .*", said)
    (predict,) = re.findall(r"neurona predict .*", said)
    assert shlex.split(doctor)[2:] == ["my model.safetensors", table]
    assert shlex.split(predict)[2:] == ["my model.safetensors", "DATA"]


def test_the_table_of_a_database_is_named_as_it_is_typed(neurona, tmp_path):
    with sqlite3.connect(tmp_path / "s.db") as base:
        for name in ("sa les", "other"):
            base.execute(f'create table "{name}" (a, y)')
    error = neurona("columns", "s.db").error
    assert shlex.split(error.partition("such as ")[2]) == ["s.db::sa les"]
