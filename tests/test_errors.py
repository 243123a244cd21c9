"""Names that are unknown, and what is offered in their place."""

import pytest

from neurona import Dense, Network
from neurona.errors import OptionError, system_reason, unknown_name
from neurona.messages import use_language

ENGINES = ["auto", "native", "reference"]
MANY = [f"column {letter}" for letter in "abcdefghij"]


@pytest.mark.parametrize("name", ["fast", "", "xyz", None, 3, ["auto"]])
def test_a_name_near_to_none_is_answered_with_all_choices(name):
    said = unknown_name("engine", name, ENGINES)
    assert said == f"unknown engine {name!r}; choose one of auto, native, reference"


def test_a_guess_among_few_choices_hides_none_of_them():
    assert unknown_name("engine", "referense", ENGINES) == (
        "unknown engine 'referense'; did you mean reference? "
        "Choose one of auto, native, reference"
    )
    assert unknown_name("engine", "automatic", ["auto"]) == (
        "unknown engine 'automatic'; did you mean auto?"
    )


def test_many_choices_are_listed_only_where_none_is_near():
    assert "choose one of" not in unknown_name("column", "colum a", MANY)
    assert "choose one of column a, column b" in unknown_name("column", "zz", MANY)


def test_the_beginning_of_a_name_is_near():
    known = ["accuracy", "r2", "mae", "rmse"]
    assert "did you mean accuracy?" in unknown_name("metric", "acc", known)


def test_an_engine_that_is_no_text_is_refused_as_any_other():
    network = Network([Dense(1)], n_inputs=1)
    with pytest.raises(OptionError, match=r"engine must be 'auto' or .*, not None"):
        network.fit([[1.0]], [1.0], engine=None)


def test_the_reason_of_the_system_is_told_in_the_language_of_the_reader(tmp_path):
    with pytest.raises(IsADirectoryError) as caught:
        tmp_path.read_bytes()
    with use_language("es"):
        assert system_reason(caught.value) == "es una carpeta"


def test_a_reason_that_is_not_known_is_told_as_the_system_does():
    assert system_reason(OSError(99999, "the moon is full")) == "the moon is full"
