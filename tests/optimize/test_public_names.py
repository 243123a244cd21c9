"""What the package offers is exactly what it says it offers."""

import types

from neurona import optimize


def test_all_names_the_public_names():
    public = {
        name
        for name, value in vars(optimize).items()
        if not name.startswith("_") and not isinstance(value, types.ModuleType)
    }
    assert public == set(optimize.__all__)
