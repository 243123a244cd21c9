"""Lessons are found, described and given in the reader's language."""

import inspect

import pytest

from neurona.course import LESSONS, find_lessons, lesson_named, teach
from neurona.course.lesson import KINDS
from neurona.errors import OptionError
from neurona.messages import use_language


@pytest.fixture
def spanish():
    use_language("es")
    yield
    use_language("en")


@pytest.mark.parametrize("lesson", LESSONS.values(), ids=list(LESSONS))
def test_a_lesson_tells_every_option_of_its_function_and_no_other(lesson):
    parameters = inspect.signature(lesson).parameters
    assert set(lesson.told) == set(parameters)
    for name, option in lesson.options.items():
        assert option.default == parameters[name].default
        assert option.kind in KINDS
        assert option.meaning
        assert option.value


@pytest.mark.parametrize("lesson", LESSONS.values(), ids=list(LESSONS))
def test_a_lesson_says_itself_in_both_languages(lesson, spanish):
    told = lesson.name, lesson.summary, *[o.meaning for o in lesson.options.values()]
    use_language("en")
    english = lesson.name, lesson.summary, *[o.meaning for o in lesson.options.values()]
    assert lesson.name == lesson.key
    assert all(a != b for a, b in zip(told, english, strict=True))


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("perceptrón", "perceptron"),
        ("Perceptron", "perceptron"),
        ("ecuaciones normales", "normal-equations"),
        ("ecuaciones-normales", "normal-equations"),
        ("normal_equations", "normal-equations"),
        ("formas", "shapes"),
    ],
)
def test_names_of_both_languages_are_understood(name, key):
    assert lesson_named(name).key == key


def test_an_unknown_lesson_offers_the_nearest():
    with pytest.raises(OptionError, match="did you mean variance"):
        teach("varience")
    with pytest.raises(OptionError, match="unknown lesson None"):
        teach(None)
    with pytest.raises(OptionError, match="table"):
        teach("normal-equations", table=5)


def test_it_does_in_the_readers_language(spanish):
    with pytest.raises(OptionError, match="perceptrón"):
        teach("perceptrom")
    # Near to an English name, and told by the Spanish one.
    with pytest.raises(OptionError, match="bucles"):
        teach("loopz")


def test_a_word_that_finds_a_lesson_offers_it():
    with pytest.raises(OptionError, match="perceptron"):
        teach("novikoff")


def test_an_unknown_option_names_those_there_are():
    with pytest.raises(OptionError, match=r"'netwrok'; it has network, convention"):
        teach("shapes", netwrok="2-1")


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("separable", "perceptron"),
        ("mínimos cuadrados", "normal-equations"),
        ("minimos cuadrados", "normal-equations"),
        ("vectoriz", "loops"),
        ("maldición de la dimensión", "coefficients"),
        ("curse", "coefficients"),
        ("He Glorot variance", "variance"),
    ],
)
def test_lessons_are_found_by_words_of_both_languages(words, first):
    assert find_lessons(words)[0].key == first


def test_without_words_all_are_found_and_with_strange_ones_none():
    assert find_lessons() == tuple(LESSONS.values())
    assert find_lessons("zebra") == ()


def test_options_may_be_text():
    lesson = teach("coefficients", degree="2", inputs="1, 2", hidden="3")
    assert (
        lesson.to_json()
        == teach("coefficients", degree=2, inputs=(1, 2), hidden=3).to_json()
    )
    assert not teach("perceptron", bias="no").bias
    with pytest.raises(OptionError, match="degree must be a whole number, not 'two'"):
        teach("coefficients", degree="two")
    with pytest.raises(OptionError, match="bias must be yes or no"):
        teach("perceptron", bias="perhaps")
