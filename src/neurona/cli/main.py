"""The ``neurona`` command: its options, its commands, and how it ends."""

from __future__ import annotations

import os
import re
import sys
import traceback
from collections.abc import Sequence
from itertools import takewhile
from typing import Any, NoReturn

from neurona.cli.arrange import arrange
from neurona.cli.say import say
from neurona.errors import NeuronaError, OptionError, OutputError, unknown_name
from neurona.messages import LANGUAGES, _, use_language

__all__ = ["main", "run"]

DONE = 0
FAILED = 1
WRONG_CALL = 2
INTERRUPTED = 130


def run() -> NoReturn:
    """Entry point of the installed command."""
    # OpenBLAS reads it as it is loaded: idle threads of NumPy and SciPy spin for 2**20
    # ticks then, half a millisecond, and not for a tenth of a second beside a fit.
    os.environ.setdefault("OPENBLAS_THREAD_TIMEOUT", "20")
    sys.exit(main(sys.argv[1:]))


def main(arguments: Sequence[str]) -> int:
    """Run one command.

    Parameters
    ----------
    arguments : sequence of str
        As typed after ``neurona``.

    Returns
    -------
    int
        0 done; 1 the work failed; 2 the call was wrong; 130 interrupted.
    """
    debug = "--debug" in arguments
    try:
        rest = choose_language([a for a in arguments if a != "--debug"])
        return run_command(arrange(rest))
    except KeyboardInterrupt:
        say(_("interrupted"))
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has gone; nothing is left to say it to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except NeuronaError as error:
        if debug:
            traceback.print_exc()
        said = in_short(with_options(str(error), arguments))
        say(_("error: {message}").format(message=said))
        return WRONG_CALL if isinstance(error, OptionError | OutputError) else FAILED
    except MemoryError:
        if debug:
            traceback.print_exc()
        say(_("error: there is not enough memory for this"))
        return FAILED
    except Exception as error:
        if debug:
            traceback.print_exc()
        say(
            _(
                "error: something went wrong inside neurona ({kind}: {message}); run "
                "again with --debug to see where"
            ).format(kind=type(error).__name__, message=in_short(str(error)))
        )
        return FAILED


def with_options(message: str, arguments: Sequence[str]) -> str:
    """A message on a setting, which is called as the option that was typed.

    Examples
    --------
    >>> typed = ["explain", "w^2", "--learning-rate=-1"]
    >>> with_options("SGD: learning_rate must be a number above 0, not -1.0", typed)
    '--learning-rate must be a number above 0, not -1.0'
    """
    template = _("{setting} must be {wanted}, not {found}")
    verb = template.partition("{setting}")[2].partition("{wanted}")[0]
    for flag in (a.partition("=")[0] for a in arguments if a.startswith("--")):
        name = re.escape(flag[2:].replace("-", "_"))
        message = re.sub(rf"^(\w+: )?{name}(?={verb})", flag, message)
    return message


LONGEST_WORD = 400
LONGEST_LINE = 2_000


def in_short(message: str) -> str:
    """A message that does not repeat the whole of a very long argument.

    Examples
    --------
    >>> len(in_short("there is no file " + "x" * 5000))
    418
    >>> in_short("there is no file x")
    'there is no file x'
    """
    lines = []
    for line in message.splitlines():
        words = [
            word if len(word) <= LONGEST_WORD else f"{word[:LONGEST_WORD]}…"
            for word in line.split(" ")
        ]
        joined = " ".join(words)
        if len(joined) > LONGEST_LINE:
            joined = f"{joined[:LONGEST_LINE]}…"
        lines.append(joined)
    return "\n".join(lines)


def run_command(arguments: list[str]) -> int:
    """Run a command and return its exit status.

    Raises
    ------
    OptionError
        The call was wrong.
    """
    import typer

    from neurona.cli.app import make_app, translate_help_pages

    if not arguments:
        run_command(["--help"])
        return WRONG_CALL
    if not {"-h", "--help"}.isdisjoint(arguments):
        translate_help_pages()
    # The base of every complaint about a call, wherever this version keeps it.
    wrong_call: Any = typer.BadParameter.__base__
    app = make_app(arguments[0], "".join(arguments[1:2]))
    try:
        code = app(arguments, prog_name="neurona", standalone_mode=False)
    except wrong_call as error:
        words = takewhile(lambda word: not word.startswith("-"), arguments)
        path = error.ctx.command_path if error.ctx else " ".join(["neurona", *words])
        raise OptionError(
            _("{message}; see {command} --help").format(
                message=in_words(error), command=path
            )
        ) from error
    except typer.Abort:
        raise KeyboardInterrupt from None
    return code if isinstance(code, int) else DONE


def in_words(error: Any) -> str:
    """A complaint about a call in the reader's language, where it is a usual one."""
    named = getattr(error, "param", None)
    what = "" if named is None else named.metavar or named.name
    if named is not None and named.param_type_name == "option":
        what = named.opts[0]
    kind = type(error).__name__
    if kind == "MissingParameter":
        return _("{what} is missing").format(what=what)
    if kind == "BadOptionUsage":
        says = _("{what} needs a value")
        if "not take" in error.format_message():
            says = _("{what} takes no value")
        return says.format(what=error.option_name)
    if kind == "NoSuchOption":
        known = [flag for one in error.ctx.command.params for flag in one.opts]
        known = [flag for flag in known if flag.startswith("--")]
        return unknown_name(_("option"), error.option_name, known)
    said = str(error.format_message().rstrip("."))
    if kind == "BadParameter" and "integer" in said:
        return _("{what} must be a whole number").format(what=what)
    if kind == "BadParameter" and "number" in said:
        return _("{what} must be a number").format(what=what)
    return said


def choose_language(arguments: list[str]) -> list[str]:
    """Take ``--lang`` out of the arguments, before any help text is made."""
    rest: list[str] = []
    pending = iter(arguments)
    for argument in pending:
        name, _equals, value = argument.partition("=")
        if name != "--lang":
            rest.append(argument)
            continue
        chosen = value or next(pending, "")
        if not chosen:
            raise OptionError(
                _("{what} needs a value: {names}").format(
                    what="--lang", names=", ".join(LANGUAGES)
                )
            )
        if chosen not in LANGUAGES:
            raise OptionError(unknown_name(_("language"), chosen, LANGUAGES))
        use_language(chosen)
    return rest
