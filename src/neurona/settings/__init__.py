"""Settings: records that check themselves, chosen by name, written to files and read.

>>> from dataclasses import dataclass
>>> from neurona.settings import Choice, Share, as_choice, to_config
>>> @dataclass(frozen=True)
... class Slope(Choice):
...     name = "slope"
...     value: Share = 0.5
>>> slope = as_choice("slope", "shape", Slope, {"slope": Slope}, settings={"value": 0})
>>> to_config(slope, {"shape": {"slope": Slope}})
{'type': 'shape.slope', 'value': 0.0}
"""

from neurona.settings.choice import Choice, as_choice, by_name
from neurona.settings.config import Families, config_of, from_config, to_config
from neurona.settings.kinds import (
    Count,
    Interval,
    Natural,
    NonNegative,
    Positive,
    ProperShare,
    Seed,
    Share,
    checked,
    shortened,
)
from neurona.settings.option_file import read_options
from neurona.settings.options import (
    Option,
    Options,
    describe_options,
    like,
    option,
    options_of,
)
from neurona.settings.record import changed_settings, check_settings

__all__ = [
    "Choice",
    "Count",
    "Families",
    "Interval",
    "Natural",
    "NonNegative",
    "Option",
    "Options",
    "Positive",
    "ProperShare",
    "Seed",
    "Share",
    "as_choice",
    "by_name",
    "changed_settings",
    "check_settings",
    "checked",
    "config_of",
    "describe_options",
    "from_config",
    "like",
    "option",
    "options_of",
    "read_options",
    "shortened",
    "to_config",
]
