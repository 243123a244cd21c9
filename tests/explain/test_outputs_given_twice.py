"""Outputs that are one node, with a loss each."""

import numpy as np
import pytest

from neurona import Dense, Input, Network
from neurona.explain import derive_symbols, matrix_view
from neurona.explain.derive import paths_in_words

LOSSES = {"one": "cross_entropy", "two": "mae"}


@pytest.fixture
def network():
    x = Input("x", 2)
    same = Dense(2, "softmax")(x)
    return Network(inputs=[x], outputs={"one": same, "two": same})


def test_the_slopes_of_both_losses_are_added(network):
    text = " ".join(derive_symbols(network, LOSSES).to_text().split())
    assert paths_in_words(2) in text


def test_no_short_form_stands_for_two_losses(network):
    y = dict.fromkeys(LOSSES, np.full((1, 2), 0.5))
    short = "leave the difference", "the targets sum to 1"
    pages = (
        derive_symbols(network, LOSSES),
        matrix_view(network, [[1.0, 2.0]], y, loss=LOSSES),
    )
    assert not any(said in page.to_text() for page in pages for said in short)
