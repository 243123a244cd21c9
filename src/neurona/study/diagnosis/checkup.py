"""The doctor: every check on one network, ranked, with a page and JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from neurona.messages import _
from neurona.network import Network
from neurona.show.explanation import Explanation
from neurona.show.page import Page
from neurona.study.diagnosis.balance import imbalance
from neurona.study.diagnosis.columns import far_target, target_in_column
from neurona.study.diagnosis.examination import Examination
from neurona.study.diagnosis.finding import SEVERITIES, Finding, Findings
from neurona.study.diagnosis.fitting import misfit
from neurona.study.diagnosis.gradients import vanishing_or_exploding
from neurona.study.diagnosis.heads import mismatched_head
from neurona.study.diagnosis.leakage import leaking_rows
from neurona.study.diagnosis.not_numbers import hidden_slope, lost_training
from neurona.study.diagnosis.penalized import penalty_too_strong
from neurona.study.diagnosis.rates import rate_too_high, rate_too_low
from neurona.study.diagnosis.scales import unscaled_inputs, unscaled_target
from neurona.study.diagnosis.units import (
    dead_units,
    identical_units,
    saturated_units,
    step_units,
)
from neurona.study.diagnosis.write_page import titles, write_page
from neurona.study.flow.measure import losses_of
from neurona.study.rows import parts_of
from neurona.train.examples import LossLike

__all__ = ["CHECKS", "Diagnosis", "diagnose", "doctor"]

Check: TypeAlias = Callable[[Examination], Iterator[Finding]]

CHECKS: Final[Mapping[str, Check]] = MappingProxyType(
    {
        "head": mismatched_head,
        "input scale": unscaled_inputs,
        "target scale": unscaled_target,
        "far target": far_target,
        "target in a column": target_in_column,
        "threshold units": step_units,
        "identical units": identical_units,
        "penalty": penalty_too_strong,
        "lost training": lost_training,
        "hidden slope": hidden_slope,
        "learning rate too high": rate_too_high,
        "learning rate or epochs too low": rate_too_low,
        "dead units": dead_units,
        "saturated units": saturated_units,
        "gradients": vanishing_or_exploding,
        "leakage": leaking_rows,
        "imbalance": imbalance,
        "fit": misfit,
    }
)
"""Every check by name: causes before what follows from them."""

OF_OUTPUTS: Final = frozenset(
    {"head", "target scale", "far target", "imbalance", "fit"}
)
"""Checks that judge one output: of several, each by itself."""

CAUSES: Final = frozenset(
    {"diverged", "hidden_slope", "head_mismatch", "inputs_not_scaled",
     "target_not_scaled", "far_target", "penalty_too_strong", "zero_slope",
     "identical_units", "learning_rate_too_high",
     "learning_rate_too_low", "too_few_epochs", "dead_units", "saturated_units",
     "vanishing_gradients", "exploding_gradients"}
)  # fmt: skip
"""Findings that keep a network from fitting its own rows."""

BROKEN_BY_STEPS: Final = frozenset(
    {"dead_units", "saturated_units", "vanishing_gradients", "exploding_gradients",
     "nothing_learned"}
)  # fmt: skip
"""Findings that steps too long may have brought about."""

WITHOUT_GRADIENT: Final = frozenset(
    {"learning_rate_too_low", "too_few_epochs", "underfitting", "nothing_learned"}
)
"""Findings that only repeat that no gradient passes."""


OF_ERRORS: Final = frozenset(
    {"nothing_learned", "overfitting", "overfit_to_validation", "target_not_scaled",
     "learning_rate_too_high", "learning_rate_too_low", "too_few_epochs"}
)  # fmt: skip
"""Findings from errors and losses, which a far target or a penalty may set alone."""

ROOTS: Final = ("far_target", "penalty_too_strong")
"""Findings that go before every one that rests on errors and losses."""

OF_MORE: Final = frozenset({"learning_rate_too_low", "too_few_epochs"})
"""Findings that ask for more training, where there is nothing to learn by it."""


class Diagnosis(Findings, Explanation):
    """What the doctor found, in words."""

    kind = "diagnosis"

    def page(self) -> Page:
        """Findings in words, each with the change that would help."""
        return write_page(self)


def diagnose(found: Examination) -> Diagnosis:
    """Make every check, and rank what they find."""
    split = OF_OUTPUTS if found.single_output is None else frozenset()
    listed = [
        finding
        for name, check in CHECKS.items()
        for finding in (of_outputs(found, check) if name in split else check(found))
    ]
    listed = blame_causes(listed)
    listed.sort(key=lambda finding: SEVERITIES.index(finding.severity))
    return Diagnosis(
        findings=tuple(listed),
        checks=tuple(CHECKS),
        rows={name: part.count for name, part in found.parts.items()},
        errors=found.errors,
        thorough=found.thorough,
    )


def of_outputs(found: Examination, check: Check) -> Iterator[Finding]:
    """What a check finds in each of several outputs, under its name."""
    for name, own in found.each_output.items():
        for finding in check(own):
            yield replace(
                finding,
                what=_("Output {name}: {what}").format(name=name, what=finding.what),
                evidence={"output": name, **finding.evidence},
            )


def blame_causes(listed: list[Finding]) -> list[Finding]:
    """Leave what another finding explains to that one's advice.

    Where no gradient passes, neither the rate nor the fit says anything of its own.
    What a learning rate that is too high broke comes after it, and so does
    underfitting after whatever may explain it.
    """
    codes = {finding.code for finding in listed}
    if "zero_slope" in codes:
        listed = [f for f in listed if f.code not in WITHOUT_GRADIENT]
    if "nothing_learned" in codes:
        listed = [f for f in listed if f.code not in OF_MORE]
    causes = [finding.code for finding in listed if finding.code in CAUSES]
    if not causes:
        return listed
    explained = frozenset({"underfitting"})
    root = next((code for code in ROOTS if code in codes), None)
    if root is not None:
        explained |= OF_ERRORS | BROKEN_BY_STEPS
        causes = [root]
    elif "learning_rate_too_high" in codes:
        explained |= BROKEN_BY_STEPS
        causes = [code for code in causes if code not in BROKEN_BY_STEPS]
    advice = _("First see to what else was found here: {causes}.").format(
        causes=", ".join(titles()[code] for code in causes)
    )
    return [
        replace(finding, severity="moderate", advice=advice, tries=())
        if finding.code in explained
        else finding
        for finding in listed
    ]


def doctor(
    network: Network,
    X: Any,
    y: Any,
    *,
    validation: Any = None,
    test: Any = None,
    rows: Any = None,
    loss: LossLike | Mapping[str, LossLike] | None = None,
    thorough: bool = True,
) -> Diagnosis:
    """Examine a network on its rows, and say what is wrong and what would help.

    Parameters
    ----------
    network : Network
    X, y : array
        What it was trained on, as for :meth:`neurona.Network.fit`.
    validation, test : tuple (X, y), or array of rows of X, optional
        What was held out: numbers, or a flag for each.
    rows : int array, optional
        Rows that trained it; by default all that are not held out. Without any of
        these three it is not assumed that the rows trained it.
    loss : str or Loss, optional
        By default that of the last fit, else the one that suits y.
    thorough : bool
        Whether to measure what takes seconds too, such as the range test.

    Examples
    --------
    >>> import numpy as np
    >>> from neurona import Dense, Network
    >>> X = np.linspace(-1, 1, 50)[:, None]
    >>> network = Network([Dense(4, "heaviside"), Dense(1)], n_inputs=1)
    >>> found = doctor(network, X, X[:, 0] ** 2, thorough=False)
    >>> "zero_slope" in found.codes()
    True
    """
    losses = losses_of(network, loss, y)
    parts = parts_of(X, y, rows, validation, test)
    return diagnose(Examination(network, losses, parts, thorough=thorough))
