"""The JSON of every explanation is what its published schema says."""

from __future__ import annotations

import importlib
import json
import pkgutil
from functools import cache
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

import pytest
from jsonschema import Draft202012Validator

import neurona
from neurona.show.explanation import Explanation
from tests.explain.golden import CASES

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "scripts" / "explanation_schema"
SCHEMA = json.loads((ROOT / "docs" / "explanation.schema.json").read_text("utf-8"))


@cache
def script():
    module = ModuleType("explanation_schema")
    module.__file__ = str(SCRIPT)
    SourceFileLoader("explanation_schema", str(SCRIPT)).exec_module(module)
    return module


def kinds_in_source():
    """Kinds of all explanations, each module of the package imported."""
    for found in pkgutil.walk_packages(neurona.__path__, "neurona."):
        if not found.name.endswith("__main__") and "._engine" not in found.name:
            importlib.import_module(found.name)
    classes, kinds = [Explanation], set()
    while classes:
        classes += (below := classes.pop().__subclasses__())
        kinds |= {one.kind for one in below if one.__module__.startswith("neurona.")}
    return kinds


def closed(schema):
    """The schema, but for keys that it does not describe."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    shut = {key: closed(part) for key, part in schema.items()}
    if isinstance(shut.get("properties"), dict) and "type" in shut:
        shut["additionalProperties"] = False
    return shut


def errors(schema, document):
    found = Draft202012Validator(schema).iter_errors(document)
    return [f"{error.json_path}: {error.message[:300]}" for error in found][:5]


def test_the_schema_is_a_schema_and_says_what_its_table_says():
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA == script().make_schema(), "run scripts/explanation_schema"


def test_every_kind_of_explanation_is_described_and_has_a_case():
    described = set(SCHEMA["properties"]["kind"]["enum"])
    assert described == kinds_in_source()
    assert described == {build().kind for build in CASES.values()}


@pytest.mark.parametrize("name", CASES)
def test_an_explanation_tells_what_the_schema_says_and_nothing_else(name):
    document = CASES[name]().to_json()
    # What is written is JSON that any program reads: no NaN, no numpy.
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    kind, version = document.pop("kind"), document.pop("version")
    record = {"$ref": f"#/$defs/{kind}", "$defs": closed(SCHEMA["$defs"])}
    assert errors(record, document) == []
    # Scripts may count on the open schema as it is published.
    if name in {"g7", "g9", "g10"}:
        assert errors(SCHEMA, {"kind": kind, "version": version, **document}) == []


def test_what_is_not_finite_has_a_name():
    numbers = {"$ref": "#/$defs/numbers", "$defs": SCHEMA["$defs"]}
    assert errors(numbers, [["NaN", "-Infinity"], 0.5]) == []
    assert errors(numbers, ["infinite"])


def test_a_wrong_document_is_refused():
    document = CASES["average"]().to_json()
    for wrong in (
        {**document, "kind": "unknown"},
        {**document, "version": 0},
        {**document, "beta": "much"},
        {key: value for key, value in document.items() if key != "series"},
    ):
        assert errors(SCHEMA, wrong)
