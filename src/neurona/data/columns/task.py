"""The column to predict, and whether to predict a class or a number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from neurona.data.columns.column import Column
from neurona.data.reading.profile import Profile
from neurona.data.reading.read_numbers import number_word
from neurona.data.reading.ways import WAYS, read_cells
from neurona.data.sources.table import DataTable
from neurona.errors import DataError, OptionError, unknown_name
from neurona.messages import _

__all__ = [
    "Classes",
    "Task",
    "choose_targets",
    "find_classes",
    "find_task",
    "note_task",
]

Task = Literal["classification", "regression"]

TARGET_NAMES = (
    "target",
    "label",
    "labels",
    "class",
    "y",
    "species",
    "outcome",
    "response",
)
MOST_CLASSES_AMONG_NUMBERS = 20
MOST_CLASSES_UNASKED = 100
SAME_AS_TARGET_ROWS = 20


@dataclass(frozen=True)
class Classes:
    """The classes of a target, in the file's own words.

    Parameters
    ----------
    words : tuple of str
        Class number i is ``words[i]``.
    values : tuple of float
        The numbers behind the words, ascending; empty when the classes are words.
    """

    words: tuple[str, ...]
    values: tuple[float, ...] = ()


def choose_targets(
    columns: Sequence[Column], target: str | Sequence[str] | None, name: str
) -> tuple[tuple[str, ...], str]:
    """Names of the columns to predict, and why these.

    Notes
    -----
    Not asked for: the column called target, label, class, y, species, outcome or
    response, in this order; else the last one that is neither constant nor an
    identifier.

    Raises
    ------
    OptionError
        A target is no column of the table.
    DataError
        The table has one column alone.
    """
    names = [column.name for column in columns]
    if target is not None:
        asked = (target,) if isinstance(target, str) else tuple(target)
        if not asked or len(set(asked)) < len(asked):
            raise OptionError(_("name each target column once"))
        for one in asked:
            if one not in names:
                raise OptionError(unknown_name(_("target column"), one, names))
        return asked, _("asked for")
    if len(columns) < 2:
        raise DataError(
            _(
                "{name} has one column; "
                "at least one to learn from and one to predict are needed"
            ).format(name=name)
        )
    lower = {one.strip().lower(): one for one in reversed(names)}
    for usual in TARGET_NAMES:
        if usual in lower:
            return (lower[usual],), _("its name is that of a target")
    for column in reversed(columns):
        if column.role == "input" and column.kind != "text":
            return (column.name,), _("the last column that can be predicted")
    return (names[-1],), _("the last column")


def find_task(
    profiles: Sequence[Profile], columns: Sequence[Column], task: str
) -> tuple[Task, str]:
    """Task that the target columns ask for, and why.

    Notes
    -----
    Classification: words, booleans, or whole numbers with at most 20 different
    values of which each occurs twice on average. Otherwise regression. Several
    targets are always a regression.

    Raises
    ------
    OptionError
        The task that was asked for is unknown or impossible.
    DataError
        The target cannot be predicted.
    """
    if task not in ("auto", "classification", "regression"):
        raise OptionError(
            unknown_name(_("task"), task, ["auto", "classification", "regression"])
        )
    for profile in profiles:
        _check_values(profile)
    if len(profiles) > 1:
        if task == "classification":
            raise OptionError(
                _("classification takes one target column, not {count}").format(
                    count=len(profiles)
                )
            )
        for profile in profiles:
            _check_numbers(profile)
        return "regression", _("there are several target columns")
    profile, column = profiles[0], columns[0]
    if task == "regression":
        _check_numbers(profile)
        return "regression", _("asked for")
    if task == "classification":
        _check_repeated(profile)
        return "classification", _("asked for")
    if profile.reading.kind == "word":
        _check_classes(profile)
        return "classification", _("the target {name!r} holds words").format(
            name=profile.name
        )
    if column.kind == "boolean":
        reason = _("the target {name!r} holds 0 and 1")
        return "classification", reason.format(name=profile.name)
    distinct = profile.distinct
    few = distinct is not None and distinct <= min(
        MOST_CLASSES_AMONG_NUMBERS, profile.present / 2
    )
    if profile.whole and few:
        return "classification", _(
            "the target {name!r} holds whole numbers with only {count} different values"
        ).format(name=profile.name, count=distinct)
    if profile.whole:
        return "regression", _(
            "the target {name!r} holds whole numbers with many different values"
        ).format(name=profile.name)
    return "regression", _("the target {name!r} holds numbers").format(
        name=profile.name
    )


def note_task(task: Task, profiles: Sequence[Profile]) -> list[str]:
    """Say which task was taken where counts or scores of few values allow either."""
    profile = profiles[0]
    distinct = profile.distinct
    if (
        len(profiles) > 1
        or profile.reading.kind != "number"
        or not profile.whole
        or distinct is None
        or not 2 < distinct <= 2 * MOST_CLASSES_AMONG_NUMBERS
    ):
        return []
    if task == "classification":
        text = _(
            "the target {name!r} holds {count} different whole numbers, taken as "
            "classes: --task regression predicts the number instead"
        )
    else:
        text = _(
            "the target {name!r} holds {count} different whole numbers, of which the "
            "number is predicted: --task classification takes them as classes instead"
        )
    return [text.format(name=profile.name, count=distinct)]


def _check_values(profile: Profile) -> None:
    if not profile.present:
        raise DataError(
            _("the target column {name!r} has no values; choose another target").format(
                name=profile.name
            )
        )
    if profile.distinct == 1:
        raise DataError(
            _(
                "the target column {name!r} holds a single class or value; "
                "there is nothing to learn: choose another target"
            ).format(name=profile.name)
        )
    if profile.reading.kind == "time":
        raise DataError(
            _(
                "the target column {name!r} holds dates, which cannot be predicted; "
                "choose another target"
            ).format(name=profile.name)
        )


def _check_numbers(profile: Profile) -> None:
    if not WAYS[profile.reading.kind].numbers:
        raise OptionError(
            _(
                "the target column {name!r} holds texts, but regression needs numbers: "
                "choose classification, or another target"
            ).format(name=profile.name)
        )


def _check_classes(profile: Profile) -> None:
    distinct = profile.distinct
    most = max(MOST_CLASSES_UNASKED, profile.present / 2)
    if distinct is not None and distinct <= most and distinct < max(profile.present, 3):
        return
    raise DataError(
        _(
            "the target column {name!r} holds mostly different texts, "
            "which are no classes; choose another target"
        ).format(name=profile.name)
    )


def _check_repeated(profile: Profile) -> None:
    """Refuse classes, though they were asked for, of which most have one row alone."""
    counts = profile.counts
    if counts is None or len(counts) <= MOST_CLASSES_UNASKED:
        return
    single = sum(times == 1 for times in counts.values())
    if single <= len(counts) / 2:
        return
    if profile.reading.kind == "word":
        text = _(
            "the target column {name!r} holds {count} different texts, {single} of "
            "them in one row alone, which are no classes; choose another target"
        )
    else:
        text = _(
            "the target column {name!r} holds {count} different values, {single} of "
            "them in one row alone, which are no classes; choose regression, or "
            "another target"
        )
    raise DataError(text.format(name=profile.name, count=len(counts), single=single))


def find_classes(table: DataTable, profile: Profile) -> Classes:
    """Classes of a target column: words in alphabetical, numbers in rising order.

    Raises
    ------
    DataError
        There are too many different values to be classes.
    """
    if profile.counts is None:
        raise DataError(
            _(
                "the target column {name!r} has too many different values to be "
                "classes; choose another target, or regression"
            ).format(name=profile.name)
        )
    if profile.reading.kind == "word":
        return Classes(tuple(sorted(str(word) for word in profile.counts)))
    values = sorted(float(value) for value in profile.counts)
    words = dict(zip(values, map(number_word, values), strict=True))
    if _as_written(table, profile, words):
        return Classes(tuple(words.values()), tuple(values))
    return Classes(tuple(map(number_word, values)), tuple(values))


def _as_written(table: DataTable, profile: Profile, words: dict[float, str]) -> bool:
    # A text file may write class 1 as "1.0": the first spelling is its word.
    waiting = set(words)
    for batch in table.batches([profile.name]):
        cells = batch[profile.name]
        if cells.dtype != pl.String or not waiting:
            break
        spellings = cells.unique(maintain_order=True).drop_nulls()
        numbers = np.asarray(read_cells(spellings, profile.reading).values)
        for text, value in zip(spellings, numbers.tolist(), strict=True):
            if value in waiting:
                words[value] = text.strip()
                waiting.discard(value)
    return len(set(words.values())) == len(words)
