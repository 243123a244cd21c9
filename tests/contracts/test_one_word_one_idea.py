"""A name of a class stands for one idea, in Python and in C++; plain structs apart."""

import re
from collections import defaultdict
from pathlib import Path

SOURCES = Path(__file__).parents[2] / "src"


def test_no_two_classes_share_a_name():
    homes = defaultdict(list)
    for path in SOURCES.rglob("*.*"):
        if path.suffix in (".py", ".hpp", ".cpp"):
            for name in re.findall(r"^class (\w+)", path.read_text("utf-8"), re.M):
                homes[name].append(str(path.relative_to(SOURCES)))
    assert len(homes) > 300
    assert {name: found for name, found in homes.items() if len(found) > 1} == {}
