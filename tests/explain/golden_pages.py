"""Pages of every kind of explanation, kept as files.

``python -m tests.explain.golden_pages`` writes all of them anew, or those of the cases
named after it; read over what changed before it is kept.

The terminal's text and LaTeX are kept as they are, HTML as what a reader sees of it
(:mod:`tests.explain.visible_text`), JSON with its keys in order.
"""

import functools
import io
import json
import math
import re
import sys
from pathlib import Path

from rich.console import Console

from neurona.messages import language as language_in_use
from neurona.messages import use_language
from neurona.show.page.terminal import show_terminal
from tests.explain.golden import CASES
from tests.explain.visible_text import visible_text

FOLDER = Path(__file__).parents[1] / "golden" / "explain"
LANGUAGES = ("en", "es")
KINDS = ("txt", "html", "tex", "json")
WIDTH = 100

# Of nine digits the last ones may be another processor's; of nothing but rounding,
# such as the difference between two ways to a gradient, all of them.
DIGITS = 9
RELATIVE, ABSOLUTE = 1e-6, 1e-9

# A number that only rounding leaves, and a list of numbers over several lines.
ROUNDING = re.compile(r"[\d.]+ ?(?:·|\\cdot) ?10(?:⁻¹[²³⁴-⁹]|\^\{[-−]1[2-9]\})")
_NUMBER = r"(?:-?[\d.]+(?:e[+-]\d+)?|null|NaN|-?Infinity)"
NUMBERS = re.compile(rf"\[\s+({_NUMBER}(?:,\s+{_NUMBER})*)\s+\]")


@functools.cache
def explained(name, language):
    """Explanation of a case, its page asked for and its JSON, in one language."""
    before = language_in_use()
    use_language(language)
    try:
        found = CASES[name]()
        page = found.page()
        return {
            "txt": ROUNDING.sub("(rounding)", terminal_text(page)),
            "html": ROUNDING.sub("(rounding)", visible_text(found.to_html())),
            "tex": ROUNDING.sub("(rounding)", found.to_latex()),
            "json": json_text(rounded(found.to_json())),
        }
    finally:
        use_language(before)


def written(name, language, kind):
    """What is kept of a case: ``written("g9", "es", "txt")``."""
    return explained(name, language)[kind]


def terminal_text(page):
    file = io.StringIO()
    show_terminal(page, Console(file=file, width=WIDTH), details=True)
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines()) + "\n"


# --- JSON -----------------------------------------------------------------------------


def rounded(value):
    """JSON with nine digits of each number, and of a picture what is seen of it."""
    if isinstance(value, dict):
        return {str(key): rounded(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(one) for one in value]
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}")
    if isinstance(value, str) and value.startswith("<svg"):
        return visible_text(value).splitlines()
    return value


def json_text(value):
    """Indented, its keys in order, lists of numbers in a line."""
    text = json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False)
    return NUMBERS.sub(lambda found: f"[{' '.join(found[1].split())}]", text) + "\n"


def settled(found, kept):
    """What was found, with the number that is kept wherever one is close to it."""
    if isinstance(found, dict) and isinstance(kept, dict):
        return {k: settled(v, kept[k]) if k in kept else v for k, v in found.items()}
    if isinstance(found, list) and isinstance(kept, list) and len(found) == len(kept):
        return [settled(*pair) for pair in zip(found, kept, strict=True)]
    numbers = all(type(value) in (int, float) for value in (found, kept))
    if numbers and math.isclose(found, kept, rel_tol=RELATIVE, abs_tol=ABSOLUTE):
        return kept
    return found


# --- Files ----------------------------------------------------------------------------


def kept_in(name, language, kind):
    """File of a page; one serves both languages where JSON has no words in it."""
    of_both = FOLDER / f"{name}.{kind}"
    if kind == "json" and of_both.exists():
        return of_both
    return FOLDER / f"{name}.{language}.{kind}"


def files_of(name):
    """Every file of a case, and what belongs into it."""
    pages = {
        FOLDER / f"{name}.{language}.{kind}": written(name, language, kind)
        for language in LANGUAGES
        for kind in KINDS
    }
    in_json = {written(name, language, "json") for language in LANGUAGES}
    if len(in_json) == 1:
        for language in LANGUAGES:
            del pages[FOLDER / f"{name}.{language}.json"]
        pages[FOLDER / f"{name}.json"] = in_json.pop()
    return pages


def main(names):
    """Write the pages of some cases anew, or of all, and leave no others."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in names or CASES:
        pages = files_of(name)
        for path in FOLDER.glob(f"{name}.*"):
            if path not in pages:
                path.unlink()
        for path, text in pages.items():
            path.write_text(text, encoding="utf-8")
    for path in FOLDER.iterdir():
        if path.name.partition(".")[0] not in CASES:
            path.unlink()


if __name__ == "__main__":
    main(sys.argv[1:])
