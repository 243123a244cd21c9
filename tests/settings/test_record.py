from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pytest

from neurona.errors import OptionError
from neurona.settings import Count, Positive, Share, changed_settings, check_settings


@dataclass(frozen=True)
class Everything:
    count: Count = 1
    share: Share = 0.5
    sizes: Sequence[Positive] = (1.0,)
    kind: Literal["a", "b"] = "a"
    label: str | None = None
    flag: bool = False

    def __post_init__(self) -> None:
        check_settings(self)


def test_numpys_numbers_and_whole_numbers_become_plain_ones():
    found = Everything(count=np.int64(3), share=0, sizes=[1, np.float32(2)])
    assert found == Everything(count=3, share=0.0, sizes=(1.0, 2.0))
    assert type(found.count) is int
    assert [type(size) for size in found.sizes] == [float, float]
    assert type(found.share) is float


def test_only_changed_settings_are_told():
    assert dict(changed_settings(Everything(count=2, label="x"))) == {
        "count": 2,
        "label": "x",
    }


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"count": 0}, "Everything: count must be a whole number of at least 1, not 0"),
        ({"count": 1.0}, "count must be a whole number"),
        ({"count": True}, "count must be a whole number"),
        ({"share": 1}, r"share must be a number in \[0, 1\), not 1"),
        ({"share": np.nan}, "share"),
        ({"share": 10**400}, "share"),
        ({"share": "0.5"}, "share"),
        ({"sizes": [1, 0]}, "sizes must be a sequence, each a number above 0"),
        ({"sizes": 3.0}, "sizes"),
        ({"sizes": "12"}, "sizes"),
        ({"kind": "c"}, "kind must be 'a' or 'b'"),
        ({"label": 3}, "label must be a text or None"),
        ({"flag": 1}, "flag must be True or False"),
        ({"label": list(range(99))}, "…"),
    ],
)
def test_a_wrong_setting_is_named_with_what_it_must_be(settings, message):
    with pytest.raises(OptionError, match=message):
        Everything(**settings)
