"""An explanation written as text, HTML, LaTeX or JSON."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from neurona.cli.inputs import keep_inputs
from neurona.cli.say import say
from neurona.errors import OptionError, unknown_name
from neurona.files import check_writable, write_atomically
from neurona.messages import _

if TYPE_CHECKING:
    from rich.console import Console

    from neurona.show.explanation import Explanation

__all__ = ["Output", "choose_output", "write_explanation"]

FORMATS: Final = ("text", "html", "latex", "json")

SUFFIXES: Final[Mapping[str, str]] = {
    ".html": "html",
    ".htm": "html",
    ".tex": "latex",
    ".json": "json",
    ".txt": "text",
}

MOST_DIGITS: Final = 17
FILE_WIDTH: Final = 88
"""Columns of text that is not for a terminal, unless COLUMNS says otherwise."""

NARROWEST: Final = 20


@dataclass(frozen=True)
class Output:
    """How an explanation is written, and where.

    Parameters
    ----------
    format : {"text", "html", "latex", "json"}
    path : Path or None
        ``None`` for standard output.
    digits : int
        Significant digits of measured numbers.
    details : bool
        Whether folded parts are shown in text.
    answers : bool
        Whether the blanks of exercises show what goes into them.
    """

    format: str
    path: Path | None
    digits: int
    details: bool
    answers: bool = False


def choose_output(
    name: str | None,
    path: Path | None,
    digits: int,
    *,
    details: bool,
    answers: bool = False,
    reads: Iterable[object] = (),
) -> Output:
    """Output as asked for; the format follows the file's name where none is given.

    Parameters
    ----------
    name, path, digits, details, answers
        As of :class:`Output`.
    reads : iterable
        What is read, and must not be written to.

    Raises
    ------
    OptionError
    OutputError
        The file cannot be written, or is one that is read.

    Examples
    --------
    >>> choose_output(None, Path("step.html"), 5, details=False).format
    'html'
    """
    chosen = name or format_of(path)
    if chosen not in FORMATS:
        raise OptionError(unknown_name(_("format"), chosen, FORMATS))
    if not 1 <= digits <= MOST_DIGITS:
        raise OptionError(
            _("digits are from 1 to {most}, not {digits}").format(
                most=MOST_DIGITS, digits=digits
            )
        )
    if path is not None:
        keep_inputs(path, *(str(one) for one in reads if one is not None))
        check_writable(path)
    return Output(chosen, path, digits, details, answers)


def format_of(path: Path | None) -> str:
    """The format that a file's name stands for: text where it has no ending.

    Raises
    ------
    OptionError
        No format has this ending.
    """
    ending = "" if path is None else path.suffix.lower()
    if ending and ending not in SUFFIXES:
        raise OptionError(
            _(
                "{path}: no format ends in {ending}; the endings are {endings}, or add "
                "--format"
            ).format(path=path, ending=ending, endings=", ".join(SUFFIXES))
        )
    return SUFFIXES.get(ending, "text")


def write_explanation(explained: Explanation, output: Output) -> None:
    """Write an explanation to standard output or to a file, whole or not at all.

    Raises
    ------
    OutputError
        The file cannot be written.
    """
    if output.path is None and output.format == "text":
        show_page(explained, output)
        return
    text = written(explained, output)
    if output.path is None:
        sys.stdout.write(text if text.endswith("\n") else text + "\n")
        sys.stdout.flush()
    else:
        write_atomically(output.path, text.encode())
        say(_("written to {path}").format(path=output.path))


def show_page(explained: Explanation, output: Output) -> None:
    """Print a page on the terminal, with the answers of exercises below it."""
    from neurona.cli.console import results

    print_pages(
        explained, output, results() if sys.stdout.isatty() else plain_console()
    )


def plain_console(file: Any = None) -> Console:
    """Console for what is no terminal, as wide as COLUMNS says."""
    from rich.console import Console

    said = os.environ.get("COLUMNS", "")
    width = max(int(said), NARROWEST) if said.isdecimal() else FILE_WIDTH
    return Console(file=file or sys.stdout, width=width, highlight=False)


def print_pages(explained: Explanation, output: Output, console: Console) -> None:
    """Print a page and, of exercises, their key."""
    from neurona.show.page.terminal import show_terminal

    how: dict[str, Any] = {"details": output.details, "digits": output.digits}
    show_terminal(explained.page(), console, answers=output.answers, **how)
    key = getattr(explained, "key", None)
    if key is None or output.answers:
        return
    if output.path is not None:
        show_terminal(key(), console, answers=True, **how)
    else:
        # Whoever tries the exercise should not see what comes out of it.
        console.print()
        console.print(_("The answers: the same command with --answers."))


def written(explained: Explanation, output: Output) -> str:
    """Explanation as one text; some write documents of their own."""
    if output.format == "json":
        return json.dumps(
            explained.to_json(), ensure_ascii=False, indent=2, allow_nan=False
        )
    if output.format == "text":
        text = io.StringIO()
        print_pages(explained, output, plain_console(text))
        return text.getvalue()
    if output.format == "html":
        return explained.to_html(output.digits, output.answers)
    return explained.to_latex(output.digits, output.answers)
