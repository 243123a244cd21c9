"""A worked step as JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

import numpy as np

from neurona.arrays import Array
from neurona.explain.excerpt import Excerpt
from neurona.explain.step.chains import Chain, Factor
from neurona.explain.step.choose import Entry
from neurona.explain.step.numbers import UnitNumbers
from neurona.explain.step.perceptron import apply_perceptron_rule
from neurona.explain.step.shown_step import ShownStep
from neurona.explain.write_excerpt import joint_weights
from neurona.graph import has_batch
from neurona.messages import language
from neurona.show.notation import Term
from neurona.show.notation.text import show_text

__all__ = ["write_document"]

EXACT: Final = 17
"""Digits of the constants that stand in a symbol."""


def write_document(step: ShownStep) -> dict[str, Any]:
    """Write a step in JSON's terms.

    Notes
    -----
    Of one row: ``input`` and ``target`` as the network sees them, ``forward`` (of each
    layer ``name`` and ``a``, with ``z`` where there is a weighted sum or an activation,
    and ``inner`` numbers by their letters), ``backward`` (``delta`` = ∂L/∂z and
    ``grad_a`` = ∂L/∂a of each), ``loss``, ``gradients``, ``checks``, ``chains``,
    ``reused``, ``optimizer``, ``update`` and ``loss_after``. Of several rows, the first
    four are lists with an entry for each row, and a chain has one product per row,
    which add up to the derivative (1/N is in its first factor).

    In a network of more than 500 parameters ``gradients``, ``checks`` and
    ``update`` hold the chosen entries alone, as ``{"i,j": value}``, and ``totals`` the
    norm of each parameter's gradient.

    Of a network of many members side by side ``forward`` and ``backward`` hold the
    layers that are written out, and ``members`` says whose they are.
    """
    numbers, request = step.numbers, step.numbers.request
    one, whole = numbers.rows == 1, is_whole(step)
    data = request.data
    inputs = {entry.name: data[entry.name] for entry in request.architecture.inputs}
    targets = {
        name.removeprefix("target/"): array
        for name, array in data.items()
        if name.startswith("target/")
    }
    settings = {k: v for k, v in request.optimizer.to_config().items() if k != "type"}
    perceptron = apply_perceptron_rule(numbers)
    return {
        **({"rows": step.rows} if step.rows else {}),
        "input": by_name(inputs, one=one),
        "target": by_name(targets, one=one),
        "output": by_name(numbers.outputs, one=one),
        "forward": [forward_of(layer, one=one) for layer in step.layers],
        "loss": numbers.loss,
        **({} if one else {"row_losses": numbers.row_losses}),
        **({"penalty": numbers.penalty} if numbers.penalty_gradients else {}),
        "backward": [backward_of(step, layer, one=one) for layer in step.layers],
        "input_gradient": by_name(numbers.input_gradients, one=one),
        "gradients": arrays(step, numbers.gradients),
        "checks": checks(step),
        "chains": chains(step),
        "reused": step.reused,
        "optimizer": {
            "name": request.optimizer.name,
            "settings": {**settings, "learning_rate": request.learning_rate},
            "step": request.step,
            "before": request.slots if whole else {},
            "after": numbers.new_slots if whole else {},
        },
        "update": arrays(step, numbers.update),
        "loss_after": numbers.loss_after,
        **({} if whole else {"totals": totals(step)}),
        **members_record(step.excerpt),
        **({} if step.replayed is None else {"replayed": step.replayed}),
        **({} if perceptron is None else {"perceptron_rule": perceptron.record()}),
    }


def members_record(excerpt: Excerpt) -> dict[str, Any]:
    """Which of many members are written out; nothing where everything is."""
    if excerpt.joint is None:
        return {}
    return {
        "members": {
            "written": excerpt.members,
            "count": len(excerpt.joint.lasts),
            "weights": joint_weights(excerpt.joint),
        }
    }


def is_whole(step: ShownStep) -> bool:
    """Whether every parameter is listed."""
    return sum(grad.size for grad in step.gradients.values()) <= step.budget.every


def by_name(arrays: Mapping[str, Array], *, one: bool) -> Any:
    """Rows of each array, or of the only one; without the list where it is one row."""
    shown = by_row(arrays, one=one)
    return next(iter(shown.values())) if len(shown) == 1 else shown


def by_row(values: Mapping[str, Array | None], *, one: bool) -> dict[str, Any]:
    """Rows of each array that there is, without the list where it is one row."""
    return {
        name: array[0] if one else array
        for name, array in values.items()
        if array is not None
    }


def forward_of(layer: UnitNumbers, *, one: bool) -> dict[str, Any]:
    """What a layer computes."""
    values = {
        "z": layer.z if layer.stage.has_activation else None,
        "a": layer.a,
        "prediction": layer.prediction if layer.ending else None,
    }
    return layer_record(layer, values, layer.inner, one=one)


def backward_of(step: ShownStep, layer: UnitNumbers, *, one: bool) -> dict[str, Any]:
    """The derivatives of the loss in what a layer computes."""
    ending, known = layer.ending, step.numbers.trace.values
    values = {
        "delta": layer.delta if layer.stage.has_activation else None,
        "grad_a": layer.grad_a,
        "slope": layer.slope,
        "grad_prediction": known[ending.grad_prediction] if ending else None,
    }
    return layer_record(layer, values, layer.grad_inner, one=one)


def layer_record(
    layer: UnitNumbers,
    values: Mapping[str, Array | None],
    inner: Mapping[str, Array],
    *,
    one: bool,
) -> dict[str, Any]:
    """Name and arrays of a layer, and what it computes between, a mask as 1 and 0."""
    stage = layer.stage
    found: dict[str, Any] = {}
    for letter, array in inner.items():
        whole = array.astype(int) if array.dtype == bool else array
        by_rows = has_batch(stage.inner[letter].shape)
        found[letter] = whole[0] if one and by_rows else whole
    return {
        # What the loss applies has no name but its function's.
        "name": stage.layer or stage.activation.name,
        **by_row(values, one=one),
        **({"inner": found} if found else {}),
    }


def by_entry(step: ShownStep, told: Callable[[Entry], Any]) -> dict[str, Any]:
    """Something of each chosen entry, by parameter and place."""
    found: dict[str, Any] = {}
    for name, index in step.entries:
        place = ",".join(map(str, index))
        found.setdefault(name, {})[place] = told((name, index))
    return found


def arrays(step: ShownStep, found: Mapping[str, Array]) -> dict[str, Any]:
    """Arrays in full, or the chosen entries of a large network."""
    if is_whole(step):
        return dict(found)
    return by_entry(step, lambda entry: float(found[entry[0]][entry[1]]))


def checks(step: ShownStep) -> dict[str, Any]:
    """Finite differences in the parameter's shape; null where none was taken."""
    checks = step.checks
    if not is_whole(step):
        return by_entry(step, checks.__getitem__)
    found = {name: np.full(x.shape, None) for name, x in step.gradients.items()}
    for (name, index), value in checks.items():
        found[name][index] = None if np.isnan(value) else value
    return {name: array.tolist() for name, array in found.items()}


def chains(step: ShownStep) -> dict[str, Any]:
    """Chains of the chosen entries, of every parameter of a small network."""
    found = by_entry(step, lambda entry: chain_record(step, step.chains.of(entry)))
    named = step.gradients if is_whole(step) else found
    return {name: found.get(name, {}) for name in named}


def chain_record(step: ShownStep, chains: tuple[Chain, ...]) -> dict[str, Any]:
    """A chain's factors and their product; of several, each, and their sum."""
    if len(chains) == 1:
        return product_record(chains[0])
    labels: dict[int | None, int] = dict(enumerate(step.rows))
    terms = [
        {"row": labels.get(chain.row, chain.row), **product_record(chain)}
        for chain in chains
    ]
    return {"terms": terms, "product": float(sum(chain.product for chain in chains))}


def product_record(chain: Chain) -> dict[str, Any]:
    return {
        "factors": [factor_record(factor) for factor in chain.factors],
        "product": chain.product,
    }


def symbol_text(symbol: Term) -> str:
    """Symbol as text: the same ones stand in many chains."""
    return symbol_text_in(language(), symbol)


@lru_cache(maxsize=10_000)
def symbol_text_in(_language: str, symbol: Term) -> str:
    """Symbol as text in the language in use, which is the one given."""
    return show_text(symbol, EXACT)


def factor_record(factor: Factor) -> dict[str, Any]:
    made: dict[str, Any] = {
        "symbol": symbol_text(factor.symbol),
        "value": factor.value,
    }
    if factor.terms:
        made["sum"] = [
            {"symbol": symbol_text(symbol), "values": values}
            for symbol, values in factor.terms
        ]
    return made


def totals(step: ShownStep) -> dict[str, Any]:
    return {
        name: {
            "entries": int(grad.size),
            "norm": float(np.linalg.norm(grad)),
            "largest": float(np.abs(grad).max(initial=0.0)),
        }
        for name, grad in step.gradients.items()
    }
