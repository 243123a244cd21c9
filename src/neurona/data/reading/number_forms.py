"""Numbers as people write them: sign, unit, thousands, decimal mark."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import polars as pl
from numpy.typing import NDArray

from neurona.data.reading.reading import is_plain

__all__ = [
    "BARE",
    "FORMS",
    "MARK_PAIRS",
    "MONEY",
    "form_counts",
    "number_values",
    "split_numbers",
    "unit_of_name",
]

CODES = "USD EUR GBP JPY CHF CNY CAD AUD INR MXN ARS BRL CLP COP PEN SEK NOK DKK PLN"
SIGNS = r"US\$|R\$|[$€£¥₹₽₩]"
DIGIT_ZEROS = (0x660, 0x6F0, 0x966, 0xFF10)
"""The zeros of Arabic, Persian, Devanagari and full-width digits."""

LOOKALIKES = MappingProxyType(
    {
        "\N{MINUS SIGN}": "-",
        "\N{EN DASH}": "-",
        "\N{NO-BREAK SPACE}": " ",
        "\N{NARROW NO-BREAK SPACE}": " ",
        "\N{THIN SPACE}": " ",
        "\N{FIGURE SPACE}": " ",
        "\N{RIGHT SINGLE QUOTATION MARK}": "'",
        **{chr(zero + i): str(i) for zero in DIGIT_ZEROS for i in range(10)},
    }
)
"""Characters that mean the plain one in a number."""

UNITS = (
    "% ‰ ° °C °F kg g mg µg ug lb lbs oz km m cm mm µm um nm mi ft in yd s ms µs ns "
    "min h hr hrs l ml dl cl m2 m² m3 m³ km2 km² ha kW MW kWh mV mA Hz kHz MHz GHz kB "
    "KB MB GB TB kbps Mbps px pt dB bar mbar hPa kPa Pa psi mph kmh km/h m/s m/s2 m/s² "
    "rpm cal kcal kJ ppm ppb mol mmol mg/dl mmHg hp cc bpm"
)
"""Units that may follow a number without a blank; any word may after one."""

MONEY = "|".join([SIGNS, *CODES.split()])
AFTER = "|".join(map(re.escape, UNITS.split()))
SPLIT = (
    rf"^(?:(?P<outer>{MONEY}) ?(?P<around>\())?(?P<open>\()?(?P<sign>[+-])? ?"
    rf"(?P<before>{MONEY})? ?(?P<inner>[+-])?"
    r"(?P<body>[0-9.,](?:[0-9.,' ]*[0-9.,])?(?:[eE][+-]?[0-9]+)?)"
    rf"(?: ?(?P<after>{AFTER}|{MONEY})| (?P<word>\p{{L}}[\p{{L}}0-9²³/·^]*))?"
    r"(?P<last>-)?(?P<close>\))?(?P<foot> ?[*†‡§¶]+)?$"
)

POWER = r"(?:[eE][+-]?[0-9]+)?"
GROUP = r"[1-9][0-9]{0,2}"
FORMS: Mapping[str, str] = MappingProxyType(
    {
        "below 1000": r"[0-9]{1,3}",
        "plain": r"[0-9]{4,}|[0-9]+[eE][+-]?[0-9]+",
        "comma, three digits": rf"{GROUP},[0-9]{{3}}",
        "comma thousands": rf"{GROUP}(?:,[0-9]{{3}}){{2,}}(?:\.[0-9]*)?"
        rf"|{GROUP},[0-9]{{3}}\.[0-9]*",
        "comma, in pairs": r"[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}(?:\.[0-9]*)?",
        "comma, as in a list": r"[1-9][0-9]?,[1-9][0-9]?",
        "decimal comma": rf"(?:[0-9]+,[0-9]*|,[0-9]+){POWER}",
        "point, three digits": rf"{GROUP}\.[0-9]{{3}}",
        "point thousands": rf"{GROUP}(?:\.[0-9]{{3}}){{2,}}(?:,[0-9]*)?"
        rf"|{GROUP}\.[0-9]{{3}},[0-9]*",
        "decimal point": rf"(?:[0-9]+\.[0-9]*|\.[0-9]+){POWER}",
        "spaced": rf"{GROUP}(?: [0-9]{{3}})+",
        "spaced, point": rf"{GROUP}(?: [0-9]{{3}})+\.[0-9]*",
        "spaced, comma": rf"{GROUP}(?: [0-9]{{3}})+,[0-9]*",
        "apostrophes": rf"{GROUP}(?:'[0-9]{{3}})+",
        "apostrophes, point": rf"{GROUP}(?:'[0-9]{{3}})+\.[0-9]*",
        "apostrophes, comma": rf"{GROUP}(?:'[0-9]{{3}})+,[0-9]*",
    }
)
"""What a number without sign and unit looks like: the first form that fits it all."""

BARE = ("below 1000", "plain")
POINT = (*BARE, "point, three digits", "decimal point")
COMMA = (*BARE, "comma, three digits", "comma, as in a list", "decimal comma")
MARK_PAIRS: Mapping[tuple[str, str], tuple[str, ...]] = MappingProxyType(
    {
        (".", ""): POINT,
        (".", ","): (
            *POINT,
            "comma, three digits",
            "comma thousands",
            "comma, in pairs",
        ),
        (",", ""): COMMA,
        (",", "."): (*COMMA, "point, three digits", "point thousands"),
        (".", " "): (*POINT, "spaced", "spaced, point"),
        (",", " "): (*COMMA, "spaced", "spaced, comma"),
        (".", "'"): (*POINT, "apostrophes", "apostrophes, point"),
        (",", "'"): (*COMMA, "apostrophes", "apostrophes, comma"),
    }
)
"""Decimal mark and mark of thousands, and the forms that the two together take."""


def unit_of_name(name: str) -> str:
    """Unit that the name of a column tells in brackets, "" for none.

    Examples
    --------
    >>> unit_of_name("weight (kg)"), unit_of_name("price [USD]"), unit_of_name("f(x)")
    ('kg', 'USD', '')
    """
    found = re.search(rf"[(\[]({AFTER}|{MONEY})[)\]]\s*$", name)
    return found[1] if found else ""


def split_numbers(texts: pl.Series) -> pl.DataFrame:
    """Parts of each text that could be a number, null where it is none.

    Returns
    -------
    DataFrame
        ``negative``, ``parentheses`` (or a minus behind), ``foot`` (a footnote's mark),
        all bool; ``unit``
        and ``body``, texts.

    Examples
    --------
    >>> split_numbers(pl.Series(["($1,234)", "12 kg*", "three"])).rows()
    [(True, True, False, '$', '1,234'), (False, False, True, 'kg', '12'), \
(None, None, None, None, None)]
    >>> split_numbers(pl.Series(["$(5)", "507.07-", "65-"]))["negative"].to_list()
    [True, True, None]
    """
    body = texts.str.strip_prefix("-")
    if body.str.contains(r"^[0-9.,]+$").all():
        parts = pl.DataFrame({"negative": texts.str.starts_with("-"), "body": body})
        return parts.select(
            "negative",
            parentheses=pl.lit(False),
            foot=pl.lit(False),
            unit=pl.lit(""),
            body="body",
        )
    if not is_plain(texts):
        texts = texts.str.replace_many(dict(LOOKALIKES))
    # To see whether a text fits takes a tenth of the time of taking it apart.
    fits = texts.str.contains(SPLIT).fill_null(False)
    if not fits.all():
        places = fits.cast(pl.UInt32).cum_sum() - 1
        found = _split(texts.filter(fits))
        return found.select(pl.all().gather(places.set(~fits, None)))
    return _split(texts)


def _split(texts: pl.Series) -> pl.DataFrame:
    """Parts of texts that fit the pattern, null where they contradict each other."""
    parts = texts.rename("text").str.extract_groups(SPLIT).struct.unnest()
    outer = pl.col("around").is_not_null()
    enclosed = outer | pl.col("open").is_not_null()
    # A minus behind a number, not behind a whole one: 65- may be 65 and more.
    last = pl.col("last").is_not_null()
    signed = pl.col("sign").is_not_null() | pl.col("inner").is_not_null() | last
    minus = (pl.col("sign") == "-").fill_null(False) | (
        pl.col("inner") == "-"
    ).fill_null(False)
    minus |= last
    after = pl.coalesce("after", "word")
    before = pl.coalesce("outer", "before")
    twice = before.is_not_null() & after.is_not_null()
    twice |= outer & (pl.col("open").is_not_null() | pl.col("before").is_not_null())
    double = pl.col("inner").is_not_null() & (pl.col("sign").is_not_null() | last)
    double |= last & pl.col("sign").is_not_null()
    double |= last & ~pl.col("body").str.contains("[.,]")
    # A plus before several groups of digits dials: nobody writes a number so.
    plus = (pl.col("sign") == "+").fill_null(False)
    phone = plus & (pl.col("body").str.count_matches(" ", literal=True) > 1)
    sound = (
        pl.col("body").is_not_null()
        & (enclosed == pl.col("close").is_not_null())
        & ~(enclosed & signed)
        & ~twice
        & ~double
        & ~phone
    )
    found = parts.select(
        negative=minus | enclosed,
        parentheses=enclosed | last,
        foot=pl.col("foot").is_not_null(),
        unit=pl.coalesce("outer", "before", "after", "word", pl.lit("")),
        body=pl.col("body"),
        sound=sound,
    )
    names = ["negative", "parentheses", "foot", "unit", "body"]
    return found.select(pl.when("sound").then(pl.col(name)).alias(name)
                        for name in names)  # fmt: skip


def number_values(
    parts: pl.DataFrame, decimal: str, thousands: str
) -> NDArray[np.float64]:
    """Numbers of split texts under two marks, NaN where the marks do not fit.

    Examples
    --------
    >>> parts = split_numbers(pl.Series(["1.234,5", "-7", "1,5,2"]))
    >>> number_values(parts, ",", ".").tolist()
    [1234.5, -7.0, nan]
    """
    forms = "|".join(FORMS[name] for name in MARK_PAIRS[decimal, thousands])
    body = parts["body"]
    fits = body.str.contains(f"^(?:{forms})$").fill_null(False)
    if thousands:
        # Between a point of thousands and a decimal point the pair itself tells.
        body = body.str.replace_all(thousands, "", literal=True)
    plain = body.str.replace(decimal, ".", literal=True)
    numbers = plain.cast(pl.Float64, strict=False).to_numpy(writable=True)
    numbers[~fits.to_numpy()] = np.nan
    negative = parts["negative"].fill_null(False).to_numpy()
    return np.asarray(np.where(negative, -numbers, numbers) + 0.0)


def form_counts(parts: pl.DataFrame) -> Counter[tuple[str, str]]:
    """How often each unit occurs with each form.

    Parameters
    ----------
    parts : DataFrame
        As :func:`split_numbers` gives it, and ``times``: how often each text occurs.

    Examples
    --------
    >>> parts = split_numbers(pl.Series(["$1,234", "0.5"]))
    >>> sorted(form_counts(parts.with_columns(times=pl.Series([2, 1]))).items())
    [(('', 'decimal point'), 1), (('$', 'comma, three digits'), 2)]
    """
    form = pl.lit(None, pl.String)
    for name, pattern in reversed([*FORMS.items()]):
        fits = pl.col("body").str.contains(f"^(?:{pattern})$")
        form = pl.when(fits).then(pl.lit(name)).otherwise(form)
    counted = (
        parts.lazy()
        .drop_nulls("body")
        .select("unit", "times", form=form)
        .drop_nulls()
        .group_by("unit", "form")
        .agg(pl.col("times").sum())
        .collect()
    )
    return Counter({(unit, form): count for unit, form, count in counted.rows()})
