"""Every layer, activation, loss and optimizer is explained in every view.

None is named here: they come from the registries, and an example of each is made from
the fields that it declares.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest

from neurona import explain, study
from neurona import graph as g
from neurona.explain.step.draw import StepPictures
from neurona.messages import use_language
from neurona.nn.initializers import Constant
from neurona.nn.layers import LAYERS, Layer
from neurona.nn.layers.layer import row_width
from neurona.optimize import OPTIMIZERS
from neurona.settings import Positive, Share
from neurona.show.notebook import text_of_page
from neurona.show.page import to_html, to_latex_document
from tests.explain.every_part import FUNCTIONS, made, of_layer
from tests.explain.matrix_values import check_page_of_matrices
from tests.explain.unit_values import check_derivation

STEP = {"optimizer": next(iter(OPTIMIZERS))}


def rows_of(example):
    return example.X, example.y


VIEWS = {
    "step": lambda e: explain.worked_step(
        e.network, *rows_of(e.rows(1)), loss=e.losses, **STEP
    ),
    "batch": lambda e: explain.worked_step(
        e.network, *rows_of(e), loss=e.losses, largest=2, **STEP
    ),
    "matrices": lambda e: explain.matrix_view(e.network, *rows_of(e), loss=e.losses),
    "symbols": lambda e: explain.derive_symbols(e.network, e.losses),
    "cost": lambda e: explain.explain_cost(e.network, e.losses, measure=False),
    "pictures": lambda e: StepPictures(VIEWS["step"](e)),
    "prediction": lambda e: study.explain_prediction(e.network, e.X),
    "flow": lambda e: study.gradient_flow(e.network, *rows_of(e), loss=e.losses),
    "doctor": lambda e: study.doctor(
        e.network, e.X, *e.y.values(), loss=e.losses, thorough=False
    ),
}
"""Every view of a network."""


def check_view(view, example, *, forms=True):
    """A view is a page in both languages and in every form, and JSON."""
    found = VIEWS[view](example)
    with use_language("en"):
        assert len(to_html(found.page())) > 100
    if not forms:
        json.dumps(found.to_json(), allow_nan=False)
        return
    with use_language("es"):
        page = found.page()
        for form in (text_of_page(page, 88), to_html(page), to_latex_document(page)):
            assert len(form) > 100
    record = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert record["kind"] == found.kind


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", LAYERS)
def test_every_layer_is_explained(name, view):
    *_alone, example = of_layer(LAYERS[name])
    check_view(view, example)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_activation_and_every_loss_is_explained(name, view):
    example = FUNCTIONS[name]
    # Every form has been shown with every layer.
    check_view(view, example, forms=False)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_is_explained(name):
    example = next(iter(FUNCTIONS.values()))
    rule = made(OPTIMIZERS[name])
    step = explain.worked_step(
        example.network, *rows_of(example), loss=example.losses, optimizer=rule
    )
    assert OPTIMIZERS[name].name in json.dumps(step.to_json(), allow_nan=False)
    for language in ("en", "es"):
        with use_language(language):
            assert len(step.to_html()) > 100


def every_formula(example):
    return check_derivation(example) + check_page_of_matrices(example, 2, "columns")


@pytest.mark.parametrize("name", LAYERS)
def test_the_formulas_of_every_layer_hold(name):
    for example in of_layer(LAYERS[name]):
        assert every_formula(example)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_formulas_of_every_activation_and_every_loss_hold(name):
    assert every_formula(FUNCTIONS[name])


# --- A layer that nobody has heard of -------------------------------------------------


@dataclass(frozen=True, eq=False, repr=False)
class Meeting(Layer):
    """Two rows that meet: u = sin(x) ⊙ y, then θ u − s y + what is largest of u."""

    inputs: ClassVar[int | None] = 2

    start: Positive
    shares: Sequence[Share]

    def apply(self, inputs, build):
        x, y = inputs
        width = row_width(x, build)
        gain = build.parameter("gain", (width,), Constant(self.start))
        bend = build.parameter("bend", (width, width), Constant(self.start))
        u = build.mark("u", g.sin(x) * y)
        weighed = y * g.constant(np.array(self.shares))
        return gain * u - weighed + g.max(u, -1, keepdims=True) + g.exp(-u @ bend)


@pytest.mark.parametrize("view", VIEWS)
def test_a_new_layer_is_explained_without_a_word_about_it(view):
    for example in of_layer(Meeting):
        check_view(view, example)


def test_the_formulas_of_a_new_layer_hold():
    for example in of_layer(Meeting):
        assert every_formula(example)
