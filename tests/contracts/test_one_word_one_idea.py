"""A name of a class stands for one idea, in Python and in C++, structs as well."""

import re
from collections import defaultdict
from pathlib import Path

SOURCES = Path(__file__).parents[2] / "src"

DEFINED = re.compile(r"^(?:template <.*>\s)?(?:class|struct) (\w+)(?!.*;$)", re.M)


def home_of(path):
    """Where a class is at home: program.hpp is the other side of program.py."""
    return str(path.relative_to(SOURCES).with_suffix("")).replace("cpp/", "")


def test_no_two_classes_share_a_name():
    homes = defaultdict(set)
    for path in SOURCES.rglob("*.*"):
        if path.suffix in (".py", ".hpp", ".cpp"):
            for name in DEFINED.findall(path.read_text("utf-8")):
                homes[name].add(home_of(path))
    assert len(homes) > 300
    assert homes["Buffer"] == {"neurona/native/program"}
    shared = {name: found for name, found in homes.items() if len(found) > 1}
    assert shared == {}
