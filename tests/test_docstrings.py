"""Every example in a docstring of the installed package gives what it shows."""

import doctest
import importlib
import pkgutil

import pytest

import neurona
from neurona.native import engine_available

MODULES = [
    "neurona",
    *(
        info.name
        for info in pkgutil.walk_packages(neurona.__path__, "neurona.")
        if not info.name.endswith("_engine")
    ),
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_of_module(name, capsys):
    if name.startswith("neurona.native.") and not engine_available():
        pytest.skip("programs are made in the engine's words")
    found = doctest.testmod(importlib.import_module(name))
    assert found.failed == 0, capsys.readouterr().out


def test_most_modules_have_examples():
    finder = doctest.DocTestFinder()
    examples = [
        example
        for name in MODULES
        for test in finder.find(importlib.import_module(name))
        for example in test.examples
    ]
    assert len(examples) > 300
