"""The table of explanations whose pages are kept."""

CASES = {}
"""Function that returns an explanation, by the name of the case."""


def case(name):
    """Keep what a function returns under a name."""

    def keep(build):
        assert name not in CASES, name
        CASES[name] = build
        return build

    return keep
