"""What ``neurona.explain`` offers by name."""

import importlib
import pkgutil

import pytest

from neurona import explain


@pytest.mark.parametrize("name", explain.__all__)
def test_every_public_name_is_there_and_is_no_module(name):
    # A module of the same name would take its place once it is imported.
    modules = {module.name for module in pkgutil.iter_modules(explain.__path__)}
    assert name not in modules
    found = getattr(explain, name)
    assert found.__doc__ or name == "LESSONS"


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="explian"):
        importlib.import_module("neurona.explain").explian  # noqa: B018
