"""What the doctor says: one finding, with its evidence and the change that helps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

__all__ = ["SEVERITIES", "Finding", "Severity"]

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
    """

    code: str
    severity: Severity
    what: str
    advice: str
    evidence: Mapping[str, Any] = field(default_factory=dict)

    def record(self) -> dict[str, Any]:
        """Record of plain values."""
        return {
            "code": self.code,
            "severity": self.severity,
            "what": self.what,
            "advice": self.advice,
            "evidence": self.evidence,
        }
