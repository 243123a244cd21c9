"""Records as JSON values, within closed families."""

import json
from dataclasses import dataclass
from typing import ClassVar

import pytest

from neurona.errors import ModelFileError, OptionError
from neurona.settings import (
    Choice,
    Positive,
    by_name,
    config_of,
    from_config,
    to_config,
)


@dataclass(frozen=True)
class Leaf(Choice):
    name: ClassVar[str] = "leaf"
    length: Positive = 1.0


@dataclass(frozen=True)
class Branch(Choice):
    name: ClassVar[str] = "branch"
    parts: tuple[Choice, ...] = ()
    tip: Leaf | None = None


@dataclass(frozen=True)
class Thorn(Choice):
    name: ClassVar[str] = "thorn"


FAMILIES = {"plant": by_name(Leaf, Branch)}
TREE = Branch((Leaf(2.0), Branch((Leaf(),))), Leaf(0.5))


def test_records_within_records_survive_json():
    config = json.loads(json.dumps(to_config(TREE, FAMILIES)))
    assert from_config(config, FAMILIES, "plant") == TREE


def test_defaults_are_written_since_they_may_change():
    assert to_config(Leaf(), FAMILIES) == {"type": "plant.leaf", "length": 1.0}


def test_records_that_name_themselves_are_described_alike():
    assert config_of(TREE, lambda part: f"plant.{part.name}") == to_config(
        TREE, FAMILIES
    )


@pytest.mark.parametrize("record", [Thorn(), Branch((Thorn(),)), object()])
def test_what_is_in_no_family_is_not_written(record):
    with pytest.raises(OptionError, match="cannot be saved"):
        to_config(record, FAMILIES)


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (None, "has no type"),
        ({"length": 1.0}, "has no type"),
        ({"type": "leaf", "length": 1.0}, "where a plant must stand"),
        ({"type": "animal.leaf", "length": 1.0}, "where a plant must stand"),
        ({"type": "plant.leav", "length": 1.0}, "did you mean leaf"),
        ({"type": "plant.leaf"}, "none, not length"),
        ({"type": "plant.leaf", "length": 1.0, "width": 1.0}, "length, width, not"),
        ({"type": "plant.leaf", "length": 0}, "Leaf: length must be a number above 0"),
        ({"type": "plant.branch", "parts": [], "tip": {"type": "os.x"}}, "kind 'os'"),
    ],
)
def test_what_was_not_written_here_is_refused(config, message):
    with pytest.raises(ModelFileError, match=message):
        from_config(config, FAMILIES, "plant")
