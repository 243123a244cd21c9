"""A worked step as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, TypeAlias

import numpy as np

from neurona.explain.step.chains import Chain, Factor
from neurona.explain.step.choose import EVERY, Entry
from neurona.explain.step.numbers import UnitNumbers
from neurona.explain.step.perceptron import apply_perceptron_rule
from neurona.explain.step.worked_step import WorkedStep
from neurona.messages import language
from neurona.show.notation import Term
from neurona.show.notation.text import show_text

__all__ = ["write_document"]

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]

EXACT: Final = 17
"""Digits of the constants that stand in a symbol."""


def write_document(step: WorkedStep) -> dict[str, Any]:
    """Write a step in JSON's terms.

    Notes
    -----
    Of one row: ``input`` and ``target`` as the network sees them, ``forward`` (of each
    layer with weights ``name``, ``z`` and ``a``), ``backward`` (``delta`` = ∂L/∂z and
    ``grad_a`` = ∂L/∂a of each), ``loss``, ``gradients``, ``checks``, ``chains``,
    ``reused``, ``optimizer``, ``update`` and ``loss_after``. Of several rows, the first
    four are lists with an entry for each row, and a chain has one product per row,
    which add up to the derivative (1/N is in its first factor).

    In a network of more than 20,000 parameters ``gradients``, ``checks`` and
    ``update`` hold the chosen entries alone, as ``{"i,j": value}``, and ``totals`` the
    norm of each parameter's gradient.
    """
    numbers, request = step.numbers, step.numbers.request
    one = numbers.rows == 1
    names = [entry.name for entry in request.architecture.inputs]
    inputs = {name: request.data[name] for name in names}
    targets = {
        name.partition("/")[2]: array
        for name, array in request.data.items()
        if name.startswith("target/")
    }
    settings = {
        key: value
        for key, value in request.optimizer.to_config().items()
        if key != "type"
    }
    found: dict[str, Any] = {
        **({"rows": list(step.rows)} if step.rows else {}),
        "input": by_name(inputs, one=one),
        "target": by_name(targets, one=one),
        "output": by_name(numbers.outputs, one=one),
        "forward": [forward_of(layer, one=one) for layer in numbers.layers]
        + other_layers(step, one=one),
        "loss": numbers.loss,
        **({} if one else {"row_losses": numbers.row_losses.tolist()}),
        **({"penalty": numbers.penalty} if numbers.penalty_gradients else {}),
        "backward": [backward_of(layer, one=one) for layer in numbers.layers],
        "input_gradient": by_name(numbers.input_gradients, one=one),
        "gradients": arrays(step, numbers.gradients),
        "checks": checks(step),
        "chains": chains(step),
        "reused": step.reused,
        "optimizer": {
            "name": request.optimizer.name,
            "settings": {**settings, "learning_rate": request.learning_rate},
            "step": request.step,
            "before": arrays(step, request.slots) if small(step) else {},
            "after": arrays(step, numbers.new_slots) if small(step) else {},
        },
        "update": arrays(step, numbers.update),
        "loss_after": numbers.loss_after,
    }
    if not small(step):
        found["totals"] = totals(step)
    if step.replayed is not None:
        found["replayed"] = step.replayed
    perceptron = perceptron_rule(step)
    if perceptron is not None:
        found["perceptron_rule"] = perceptron
    return found


def small(step: WorkedStep) -> bool:
    """Whether every parameter is listed."""
    return sum(grad.size for grad in step.gradients.values()) <= EVERY


def by_name(arrays: Mapping[str, Array], *, one: bool) -> Any:
    """Rows of each array, or of the only one; without the list where it is one row."""
    shown = by_row(arrays, one=one)
    return next(iter(shown.values())) if len(shown) == 1 else shown


def forward_of(layer: UnitNumbers, *, one: bool) -> dict[str, Any]:
    values = {"z": layer.z, "a": layer.a}
    if layer.ending is not None:
        values["prediction"] = layer.ending.prediction
    return {"name": layer.units.name, **by_row(values, one=one)}


def by_row(values: Mapping[str, Array], *, one: bool) -> dict[str, Any]:
    """Rows of each array, without the list where it is one row."""
    return {n: (x[0] if one else x).tolist() for n, x in values.items()}


def other_layers(step: WorkedStep, *, one: bool) -> list[dict[str, Any]]:
    """Layers with parameters that are not fully connected: what they give."""
    dense = {layer.units.name for layer in step.numbers.layers}
    owners = dict.fromkeys(name.rpartition(".")[0] for name in step.gradients)
    return [
        {"name": name, "a": (value[0] if one else value).tolist()}
        for name in owners
        if name not in dense
        and (value := step.numbers.activations.get(name)) is not None
    ]


def backward_of(layer: UnitNumbers, *, one: bool) -> dict[str, Any]:
    values = {
        "delta": layer.delta,
        "grad_a": layer.grad_a,
        "slope": layer.slope,
        "grad_prediction": None
        if layer.ending is None
        else layer.ending.grad_prediction,
    }
    known = {name: value for name, value in values.items() if value is not None}
    return {"name": layer.units.name, **by_row(known, one=one)}


def key_of(entry: Entry) -> str:
    return ",".join(map(str, entry[1]))


def arrays(step: WorkedStep, found: Mapping[str, Array]) -> dict[str, Any]:
    """Arrays in full, or the chosen entries of a large network."""
    if small(step):
        return {name: array.tolist() for name, array in found.items()}
    chosen: dict[str, Any] = {}
    for name, index in step.entries:
        value = float(found[name][index])
        chosen.setdefault(name, {})[key_of((name, index))] = value
    return chosen


def checks(step: WorkedStep) -> dict[str, Any]:
    """Finite differences in the parameter's shape; null where none was taken."""
    if not small(step):
        return arrays(step, slopes(step))
    return {name: nested(array) for name, array in slopes(step).items()}


def slopes(step: WorkedStep) -> dict[str, Array]:
    found = {n: np.full(grad.shape, np.nan) for n, grad in step.gradients.items()}
    for (name, index), value in step.checks.items():
        found[name][index] = value
    return found


def nested(array: Array) -> Any:
    listed = array.astype(object)
    listed[np.isnan(array)] = None
    return listed.tolist()


def chains(step: WorkedStep) -> dict[str, Any]:
    found: dict[str, Any] = {name: {} for name in step.gradients}
    for entry in step.entries:
        found[entry[0]][key_of(entry)] = chain_record(step, step.chains.of(entry))
    return {name: chosen for name, chosen in found.items() if chosen or small(step)}


def chain_record(step: WorkedStep, chains: tuple[Chain, ...]) -> dict[str, Any]:
    """A chain's factors and their product; of several, each, and their sum."""
    if len(chains) == 1:
        return product_record(chains[0])
    return {
        "terms": [
            {"row": row_name(step, chain.row), **product_record(chain)}
            for chain in chains
        ],
        "product": float(sum(chain.product for chain in chains)),
    }


def row_name(step: WorkedStep, row: int | None) -> int | None:
    return step.rows[row] if row is not None and step.rows else row


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
            {"symbol": symbol_text(symbol), "values": list(values)}
            for symbol, values in factor.terms
        ]
    return made


def totals(step: WorkedStep) -> dict[str, Any]:
    return {
        name: {
            "entries": int(grad.size),
            "norm": float(np.linalg.norm(grad)),
            "largest": float(np.abs(grad).max(initial=0.0)),
        }
        for name, grad in step.gradients.items()
    }


def perceptron_rule(step: WorkedStep) -> dict[str, Any] | None:
    """What the perceptron's own rule does where the gradient is zero."""
    found = apply_perceptron_rule(step.numbers)
    return None if found is None else found.record()
