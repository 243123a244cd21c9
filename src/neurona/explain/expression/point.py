"""The point at which an expression is looked at, checked."""

from __future__ import annotations

import math
from collections.abc import Mapping

from neurona.errors import OptionError, nearest_names, unknown_name
from neurona.explain.expression.parse import Expression
from neurona.explain.expression.tokens import PLAIN
from neurona.messages import _

__all__ = ["check_point"]


def check_point(expression: Expression, at: Mapping[str, float]) -> dict[str, float]:
    """The point as finite numbers, one for each variable.

    Raises
    ------
    OptionError
        A value is missing, too many, or no finite number.
    """
    given = {name.translate(PLAIN): value for name, value in at.items()}
    point: dict[str, float] = {}
    for name in expression.variables:
        if name not in given:
            if nearest_names(name, given):
                raise OptionError(unknown_name(_("symbol"), name, given))
            problem = _("{name} has no value: say where to look, such as {name}=1")
            raise OptionError(problem.format(name=name))
        try:
            point[name] = float(given[name])
        except (TypeError, ValueError, OverflowError):
            point[name] = math.nan
        if not math.isfinite(point[name]):
            problem = _("the value of {name} must be a finite number")
            raise OptionError(problem.format(name=name))
    for name in given:
        if name not in point:
            problem = _("{name} has a value but does not stand in the expression")
            raise OptionError(problem.format(name=name))
    return point
