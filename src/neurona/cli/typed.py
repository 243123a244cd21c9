"""The words that were typed, parted into options and bare words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

__all__ = ["Typed", "name_of", "part"]

HELP = ("-h", "--help")


@dataclass(frozen=True)
class Typed:
    """Options with their values, and the bare words.

    Parameters
    ----------
    options : tuple of (str, str or None)
        As they were typed, a value being none where nothing follows.
    bare : tuple of str
    """

    options: tuple[tuple[str, str | None], ...]
    bare: tuple[str, ...]

    @property
    def asks_help(self) -> bool:
        """Whether the help page is wanted."""
        return any(flag in HELP for flag, _value in self.options)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the options, such as ``learning_rate``; help is none."""
        return tuple(name_of(flag) for flag, _value in self.options if flag not in HELP)

    def call(self, *command: str, bare: Sequence[str] | None = None) -> list[str]:
        """The call for typer: command, options, and the bare words after all options.

        Examples
        --------
        >>> part(["-x^2", "--at", "x=2"], ()).call("explain", "derivative")
        ['explain', 'derivative', '--at=x=2', '--', '-x^2']
        """
        if self.asks_help:
            return [*command, "--help"]
        flags = [
            flag if value is None else f"{flag}={value}" for flag, value in self.options
        ]
        words = self.bare if bare is None else bare
        return [*command, *flags, *(["--", *words] if words else [])]

    def besides(self, names: Collection[str]) -> str | None:
        """The first option that is none of some names, if there is one."""
        return next((name for name in self.names if name not in names), None)


def name_of(flag: str) -> str:
    """Name of the option that a flag is of: ``bias`` of ``--no-bias``."""
    name = flag.removeprefix("--")
    return name.removeprefix("no-").replace("-", "_")


def part(words: Iterable[str], switches: Collection[str]) -> Typed:
    """Part what was typed; an expression that begins with a minus is a bare word.

    Parameters
    ----------
    words : iterable of str
        After ``--`` the next is a bare word, however it begins.
    switches : collection of str
        Names of the options that no value follows.

    Examples
    --------
    >>> part(["2-1", "--input", "-1,0", "matrices", "--details"], {"details"}).bare
    ('2-1', 'matrices')
    """
    options: list[tuple[str, str | None]] = []
    bare: list[str] = []
    pending = iter(words)
    for word in pending:
        if word == "--":
            bare.append(next(pending, ""))
        elif word in HELP:
            options.append((word, None))
        elif word.startswith("--"):
            flag, equals, value = word.partition("=")
            follows = not equals and name_of(flag) not in switches
            options.append(
                (flag, next(pending, None) if follows else value if equals else None)
            )
        else:
            bare.append(word)
    return Typed(tuple(options), tuple(bare))
