"""Pages that are kept as files and were read over by eye.

``python -m tests.explain.golden_pages`` writes them anew; look at them before they
are kept.
"""

import io
import json
import math
from pathlib import Path

from rich.console import Console

from neurona.cli.explain_request import ExplainRequest, answer
from neurona.messages import use_language
from neurona.show.page import to_html_fragment, to_latex_document
from neurona.show.page.terminal import show_terminal

FOLDER = Path(__file__).parents[1] / "golden" / "explain"

XOR = {
    "dense_1.weight": [[0.1, 0.3], [0.2, 0.4]],
    "dense_1.bias": [0.1, -0.1],
    "dense_2.weight": [[0.5], [-0.5]],
    "dense_2.bias": [0.2],
}

CLASSES = {
    "dense_1.weight": [[1, 0, 1], [-1, 1, 0], [0, 1, -1]],
    "dense_1.bias": [0, 0, 0],
    "dense_2.weight": [[1, 0], [0.5, 0], [0, 0.25]],
    "dense_2.bias": [math.log(3), 0],
}

CASES = {
    "g7": ExplainRequest(subject="exp(sin(x**2))", at=("x=1",)),
    "g9": ExplainRequest(
        network="2-2-1",
        loss="mse",
        weights=json.dumps(XOR),
        inputs=("1,0",),
        targets=("1",),
        learning_rate=0.1,
    ),
    "g10": ExplainRequest(
        network="3-3-2",
        activation="relu",
        output_activation="softmax",
        weights=json.dumps(CLASSES),
        inputs=("1,2,-1",),
        targets=("0",),
        learning_rate=0.1,
    ),
}

WRITTEN = [(name, kind) for name in CASES for kind in ("txt", "html", "tex")]


def written(name, kind):
    """A page of a case, as text, as the body of an HTML page, or in LaTeX."""
    use_language("en")
    page = answer(CASES[name]).page()
    if kind == "html":
        return to_html_fragment(page)
    if kind == "tex":
        return to_latex_document(page)
    file = io.StringIO()
    show_terminal(page, Console(file=file, width=100), details=True)
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines()) + "\n"


def main():
    """Write every page anew."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, kind in WRITTEN:
        path = FOLDER / f"{name}.{kind}"
        path.write_text(written(name, kind), encoding="utf-8")


if __name__ == "__main__":
    main()
