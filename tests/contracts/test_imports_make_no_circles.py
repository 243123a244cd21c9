"""No file imports itself by way of others, inside functions and for types included."""

import ast
import sys
from pathlib import Path

import neurona

ROOT = Path(neurona.__file__).parent.parent


def module_of(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(tree, modules):
    """Modules of the project that a file imports, wherever in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield full if full in modules else node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def read_imports(sources):
    """What each module imports, itself apart; what is for faces' types alone too."""
    return {
        name: {x for x in imports_of(ast.parse(text), sources) if x in sources} - {name}
        for name, text in sources.items()
    }


def circles(imports):
    """Groups of modules of which each is reached from each (Tarjan's algorithm)."""
    number, low, stack, found = {}, {}, [], []

    def visit(name):
        number[name] = low[name] = len(number)
        stack.append(name)
        for other in imports[name]:
            if other not in number:
                visit(other)
            if other in stack:
                low[name] = min(low[name], low[other])
        if low[name] == number[name]:
            group = stack[stack.index(name) :]
            del stack[stack.index(name) :]
            if len(group) > 1:
                found.append(sorted(group))

    for name in imports:
        if name not in number:
            visit(name)
    return found


def test_there_is_no_circle_of_files():
    sources = {
        module_of(path): path.read_text(encoding="utf-8")
        for path in ROOT.glob("neurona/**/*.py")
    }
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(10 * len(sources) + before)
    try:
        assert circles(read_imports(sources)) == []
    finally:
        sys.setrecursionlimit(before)


def test_a_circle_by_an_import_inside_a_function_is_found():
    sources = {
        "a": "from b import f",
        "b": "def f():\n    import c",
        "c": "if TYPE_CHECKING:\n    import a",
        "d": "import a",
    }
    assert circles(read_imports(sources)) == [["a", "b", "c"]]
