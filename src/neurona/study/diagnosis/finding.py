"""What the doctor says: one finding, with its evidence and the change that helps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from neurona.messages import _
from neurona.study.diagnosis.errors_by_part import PartError

if TYPE_CHECKING:
    from neurona.table.trials import Trials

__all__ = ["SEVERITIES", "Finding", "Findings", "Severity", "part_names"]

Severity: TypeAlias = Literal["serious", "moderate", "hint"]

SEVERITIES: Final[tuple[Severity, ...]] = ("serious", "moderate", "hint")
"""From the worst on."""


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, or may be.

    Parameters
    ----------
    code : str
        What it is, for programs, such as ``dead_units``.
    severity : {"serious", "moderate", "hint"}
        Whether it spoils the network, costs it something, or is good to know.
    what : str
        What was found, in one sentence with its numbers.
    advice : str
        The one change that would help most, in one sentence.
    evidence : mapping of str to value
        The numbers behind it, for programs.
    tries : tuple of mapping of str to value
        Changes of options that may help, the likeliest first. They are advised only
        where a training with them proved better.
    tried : bool
        Whether they were tried, so that the advice rests on what that gave.
    """

    code: str
    severity: Severity
    what: str
    advice: str
    evidence: Mapping[str, Any] = field(default_factory=dict)
    tries: tuple[Mapping[str, Any], ...] = ()
    tried: bool = False

    @property
    def counsel(self) -> str:
        """The advice, and how far it is to be relied on."""
        if self.tries and not self.tried:
            return _("May help, not tried yet: {advice}").format(advice=self.advice)
        return _("What would help: {advice}").format(advice=self.advice)


@dataclass(frozen=True)
class Findings:
    """What the doctor found, and what it looked at.

    Parameters
    ----------
    findings : tuple of Finding
        The worst first; among equals, causes before what follows from them.
    checks : tuple of str
        Names of the checks that were made.
    rows : mapping of str to int
        Rows of each part that were looked at.
    errors : mapping of str to PartError
        Error on each part, in units of a constant's.
    thorough : bool
        Whether what takes seconds was measured too, such as the range test.
    trials : Trials or None
        What changes of settings gave, where some were tried.
    command : str or None
        What trains with the change that helps most; ``None`` where none does.
    """

    findings: tuple[Finding, ...]
    checks: tuple[str, ...]
    rows: Mapping[str, int]
    errors: Mapping[str, PartError]
    thorough: bool
    trials: Trials | None = None
    command: str | None = None

    @property
    def is_healthy(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    def codes(self) -> list[str]:
        """What was found, for programs."""
        return [finding.code for finding in self.findings]

    def record(self) -> dict[str, Any]:
        """The fields, and whether nothing was found."""
        return {"healthy": self.is_healthy, **vars(self)}


def part_names() -> dict[str, str]:
    """Parts of the rows in the reader's language."""
    return {
        "train": _("training"),
        "validation": _("validation"),
        "test": _("test"),
        "rows": _("all"),
    }
