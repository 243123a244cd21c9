"""Rules written out: read off their graph, and true in numbers."""

import pytest

from neurona.errors import OptionError
from neurona.explain import explain_average, explain_descent
from neurona.explain.optimizer.rule import write_rule
from neurona.optimize import OPTIMIZERS, SGD, Adam, AdamW, Lion, Momentum, RMSProp
from neurona.show.notation import Symbol
from neurona.show.notation.text import show_text

CONVENTIONS = [
    (name, convention)
    for name, rule in sorted(OPTIMIZERS.items())
    for convention in ("torch", "keras")
    if convention == "torch" or "convention" in rule.__dataclass_fields__
]


def lines_of(optimizer):
    return [show_text(line.formula) for line in write_rule(optimizer).lines]


@pytest.mark.parametrize(
    ("optimizer", "lines"),
    [
        (SGD(), ["w ← w − η · g"]),
        (SGD(weight_decay=0.1), ["w ← w − η · (g + λ · w)"]),
        (Momentum(), ["vₜ = β · vₜ₋₁ + g", "w ← w − η · vₜ"]),
        (
            RMSProp(convention="keras"),
            ["sₜ = β · sₜ₋₁ + (1 − β) · g²", "w ← w − η · g / √(sₜ + ε)"],
        ),
        (
            Adam(),
            [
                "mₜ = β₁ · mₜ₋₁ + (1 − β₁) · g",
                "sₜ = β₂ · sₜ₋₁ + (1 − β₂) · g²",
                "c₁ = 1 − β₁ᵗ",
                "c₂ = 1 − β₂ᵗ",
                "w ← w − (η / c₁) · mₜ / (√sₜ / √c₂ + ε)",
            ],
        ),
        (
            AdamW(),
            [
                "mₜ = β₁ · mₜ₋₁ + (1 − β₁) · g",
                "sₜ = β₂ · sₜ₋₁ + (1 − β₂) · g²",
                "c₁ = 1 − β₁ᵗ",
                "c₂ = 1 − β₂ᵗ",
                "w ← w · (1 − η · λ) − (η / c₁) · mₜ / (√sₜ / √c₂ + ε)",
            ],
        ),
        (
            Lion(),
            [
                "mₜ = β₂ · mₜ₋₁ + (1 − β₂) · g",
                "w ← w − η · sgn(β₁ · mₜ₋₁ + (1 − β₁) · g)",
            ],
        ),
    ],
)
def test_a_rule_is_written_as_a_book_has_it(optimizer, lines):
    assert lines_of(optimizer) == lines


@pytest.mark.parametrize(("name", "convention"), CONVENTIONS)
def test_every_setting_has_its_letter(name, convention):
    rule = OPTIMIZERS[name]
    options = (
        {"convention": convention} if "convention" in rule.__dataclass_fields__ else {}
    )
    written = write_rule(rule(**options))
    for line in written.lines:
        text = show_text(line.formula)
        assert "0.9 " not in text
        assert "e-" not in text
    letters = [show_text(term) for term, _meaning, _value in written.legend(0.1, 1)]
    assert "η" in letters
    assert all(meaning for _term, meaning, _value in written.legend(0.1, 1))


def test_equal_settings_keep_their_own_letters():
    assert "β₁" in lines_of(Adam(beta_1=0.9, beta_2=0.9))[0]
    assert "β₂" in lines_of(Adam(beta_1=0.9, beta_2=0.9))[1]


def test_a_line_in_numbers_is_the_line_with_its_values():
    rule = write_rule(Momentum(momentum=0.9))
    values = rule.evaluate(1.0, 2.0, {"velocity": 3.0}, 0.1, 1)
    shown = [show_text(t) for _line, t in rule.in_numbers(values, Symbol("w", "11"))]
    assert shown == [
        "vₜ = 0.9 · 3 + 2 = 4.7",
        "w₁₁ ← 1 − 0.1 · 4.7 = 0.53",
    ]


def test_a_descent_moves_every_variable():
    found = explain_descent("x**2 + 3*y", {"x": 1.0, "y": 1.0}, steps=2)
    assert found.steps[0].after == pytest.approx({"x": 0.8, "y": 0.7})
    assert found.to_json()["value_after"] == pytest.approx(0.64**2 + 3 * 0.4)
    assert found.page().title == "2 steps of sgd on x**2 + 3*y"


def test_a_descent_says_where_the_function_ends():
    # ln x at 0.1 has the slope 10, so the first step lands below 0.
    found = explain_descent("-log(x)", {"x": 0.1}, optimizer=SGD(learning_rate=1.0))
    assert found.to_json()["steps"][0]["value"] == pytest.approx(2.302585, rel=1e-6)
    down = explain_descent("log(x)", {"x": 0.1}, optimizer=SGD(1.0), steps=1)
    assert down.to_json()["value_after"] == "NaN"


@pytest.mark.parametrize(
    ("text", "at", "steps", "message"),
    [
        ("3", {}, 1, "there is no variable to move"),
        ("w**2", {"w": 1.0}, 0, "steps"),
        ("w**2", {"w": 1.0}, 10**6, "at most 10000 steps"),
    ],
)
def test_a_descent_that_cannot_be_is_refused(text, at, steps, message):
    with pytest.raises(OptionError, match=message):
        explain_descent(text, at, steps=steps)


def test_an_average_writes_each_value_with_its_correction():
    page = explain_average([30, 28], 0.9).page()
    (section, _memory) = page.blocks[2:]
    texts = [show_text(term) for term, _reason in section.blocks[0].lines]
    assert texts == [
        "V₁ = 0.9 · 0 + 0.1 · 30 = 3",
        "V̂₁ = 3 / (1 − 0.9¹) = 30",
        "V₂ = 0.9 · 3 + 0.1 · 28 = 5.5",
        "V̂₂ = 5.5 / (1 − 0.9²) = 28.947",
    ]


@pytest.mark.parametrize(
    ("series", "beta"), [([], 0.9), ([1.0], 1.0), ([1.0, float("nan")], 0.9)]
)
def test_an_average_that_cannot_be_is_refused(series, beta):
    with pytest.raises(OptionError):
        explain_average(series, beta)
