"""Options in a TOML file: by the command line's names, checked by the same table."""

from dataclasses import dataclass

import pytest

from neurona.errors import OptionError
from neurona.settings import Count, Options, Positive, option, read_options


@dataclass(frozen=True, kw_only=True)
class Walk(Options):
    steps: int = option(10, Count, "How many.")
    step_length: float | None = option(None, Positive, "How far.")
    through: tuple[str, ...] = option((), tuple[str], "Places.")
    sizes: tuple[int, ...] = option(
        (), tuple[Count], "Sizes.", reader=lambda text: tuple(map(int, text.split(",")))
    )


@pytest.fixture
def read(tmp_path):
    def read(text):
        path = tmp_path / "walk.toml"
        path.write_text(text, "utf-8")
        return read_options(path, Walk)

    return read


def test_options_are_read_by_either_spelling_of_their_names(read):
    assert read("steps = 3\nstep-length = 2") == {"steps": 3, "step_length": 2.0}
    assert read("step_length = 0.5") == {"step_length": 0.5}


def test_an_empty_file_sets_nothing(read):
    assert read("# nothing\n") == {}


def test_a_list_may_be_one_text_or_what_the_option_reads(read):
    assert read('through = "León"') == {"through": ("León",)}
    assert read('through = ["a", "b"]') == {"through": ("a", "b")}
    assert read('sizes = "3,4"') == read("sizes = [3, 4]") == {"sizes": (3, 4)}
    assert read("sizes = 3") == {"sizes": (3,)}


def test_a_mark_of_the_byte_order_is_no_fault(read):
    assert read("\ufeffsteps = 3") == {"steps": 3}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("steps = 0", "steps must be a whole number of at least 1, not 0"),
        ('steps = "3"', "steps must be a whole number of at least 1, not '3'"),
        ("steps = true", "steps must be a whole number of at least 1, not True"),
        ("step-length = nan", "step_length must be a number above 0, not nan"),
        ("stepps = 3", "unknown option 'stepps'; did you mean steps"),
        ("step-lenght = 3", "unknown option 'step-lenght'; did you mean step-length"),
        (
            "[walk]\nsteps = 3",
            "unknown option 'walk'; choose one of steps, step-length",
        ),
        ("step-length = 1\nstep_length = 2", "step_length is set twice"),
    ],
)
def test_what_cannot_be_is_refused_with_file_option_and_value(read, text, said):
    with pytest.raises(OptionError, match=r"^in .*walk\.toml: ") as refusal:
        read(text)
    assert said in str(refusal.value)


@pytest.mark.parametrize("content", [b"steps =", b"steps = 1\nsteps = 2", b"\xff\xfe"])
def test_what_is_no_toml_is_refused_by_the_file_s_name(tmp_path, content):
    path = tmp_path / "walk.toml"
    path.write_bytes(content)
    with pytest.raises(OptionError, match=r"walk\.toml is no TOML file: "):
        read_options(path, Walk)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(OptionError, match=r"walk\.toml cannot be read: "):
        read_options(tmp_path / "walk.toml", Walk)
