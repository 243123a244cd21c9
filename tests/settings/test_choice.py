"""Alternatives by name, class or instance, with settings that replace others."""

import abc
from dataclasses import FrozenInstanceError, dataclass
from typing import ClassVar

import pytest

from neurona.errors import OptionError
from neurona.settings import Choice, Positive, Share, as_choice, by_name


@dataclass(frozen=True)
class Shape(Choice):
    @abc.abstractmethod
    def corners(self) -> int:
        """Count them."""


@dataclass(frozen=True)
class Square(Shape):
    name: ClassVar[str] = "square"
    side: Positive = 1.0
    rounding: Share = 0.0

    def corners(self):
        return 4


@dataclass(frozen=True)
class LongStar(Shape):
    name: ClassVar[str] = "long_star"
    value: Positive

    def corners(self):
        return 10


SHAPES = by_name(Square, LongStar)


def as_shape(shape, /, **settings):
    return as_choice(shape, "shape", Shape, SHAPES, {"box": "square"}, settings)


@pytest.mark.parametrize("value", ["square", "Square", "box", Square, Square()])
def test_name_alias_class_and_instance_stand_for_the_same(value):
    assert as_shape(value) == Square()
    assert as_shape(value, side=2) == Square(2.0)


def test_settings_replace_those_of_an_instance_and_leave_it_as_it_was():
    square = Square(2.0, 0.5)
    assert as_shape(square, side=3) == Square(3.0, 0.5)
    assert square == Square(2.0, 0.5)


def test_a_setting_without_a_default_can_be_given_along():
    assert as_shape("long-star", value=2) == LongStar(2.0)


def test_a_choice_says_whether_it_has_its_defaults():
    assert Square().is_plain
    assert not Square(2.0).is_plain


@pytest.mark.parametrize(
    ("value", "settings", "message"),
    [
        ("sqare", {}, "unknown shape 'sqare'; did you mean square"),
        ("long_star", {}, r"shape long_star needs a value: write LongStar\(value=…\)"),
        ("square", {"sid": 2}, "unknown setting of square 'sid'; did you mean side"),
        (Square, {"sid": 2}, "did you mean side"),
        (Square(), {"sid": 2}, "did you mean side"),
        ("square", {"side": 0}, "Square: side must be a number above 0, not 0"),
        (Shape, {}, "must be a name, a class or an instance"),
        (int, {}, "must be a name, a class or an instance"),
        (None, {}, "must be a name, a class or an instance, not None"),
    ],
)
def test_what_cannot_be_chosen_is_refused(value, settings, message):
    with pytest.raises(OptionError, match=message):
        as_shape(value, **settings)


def test_a_registry_is_closed():
    with pytest.raises(TypeError):
        SHAPES["circle"] = Square


def test_a_choice_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        Square().side = 2.0
