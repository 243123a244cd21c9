"""What ``neurona`` and its rooms offer by name."""

import importlib
import pkgutil

import pytest

ROOMS = [
    importlib.import_module(f"neurona{r}")
    for r in ("", ".explain", ".study", ".course")
]
NAMES = [(room, name) for room in ROOMS for name in room.__all__]
INSIDE = [pair for pair in NAMES if pair[0] is not ROOMS[0]]


@pytest.mark.parametrize(("room", "name"), NAMES)
def test_every_public_name_is_there(room, name):
    found = getattr(room, name)
    assert found.__doc__ or name == "LESSONS"
    assert name in dir(room)


@pytest.mark.parametrize(
    ("room", "name"), [pair for pair in NAMES if pair[0] is not ROOMS[0]]
)
def test_no_module_takes_the_place_of_a_name(room, name):
    assert name not in {module.name for module in pkgutil.iter_modules(room.__path__)}


@pytest.mark.parametrize("room", ROOMS)
def test_an_unknown_name_is_an_attribute_error(room):
    with pytest.raises(AttributeError, match="explian"):
        room.explian  # noqa: B018
