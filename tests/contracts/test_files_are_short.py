"""A file holds one idea: none is long."""

from pathlib import Path

SOURCES = Path(__file__).parents[2] / "src"
MOST_LINES = 450


def test_no_source_file_is_over_450_lines():
    lines = {
        str(path.relative_to(SOURCES)): len(path.read_text("utf-8").splitlines())
        for path in SOURCES.rglob("*.*")
        if path.suffix in (".py", ".hpp", ".cpp")
    }
    assert len(lines) > 400
    assert {name: n for name, n in lines.items() if n > MOST_LINES} == {}
