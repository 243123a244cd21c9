"""The views of ``neurona explain``: what each shows, of what, with which options."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from neurona.cli.explain.subject import (
    find_network,
    find_subject,
    kind_of,
    model_and_table,
)
from neurona.cli.vocabulary import Vocabulary
from neurona.messages import _, defer

if TYPE_CHECKING:
    from neurona.cli.asked import Asked
    from neurona.show.explanation import Explanation

__all__ = ["NAMES", "VIEWS", "View", "kind_words", "view_texts"]


def step(asked: Asked) -> Explanation:
    """A worked step, or the rows that moved its loss."""
    from neurona.study import rank_rows

    worked = find_subject(asked).work(asked)
    return rank_rows(worked) if asked.which_rows else worked


def matrices(asked: Asked) -> Explanation:
    """A step in matrices."""
    from neurona.explain import matrix_view

    subject = find_subject(asked)
    return matrix_view(
        subject.network,
        subject.x,
        subject.y,
        loss=subject.loss,
        convention=asked.chosen_convention,
        row_numbers=subject.options.get("rows"),
        members=asked.member or (),
    )


def symbols(asked: Asked) -> Explanation:
    """The derivation without numbers."""
    from neurona.explain import derive_symbols

    network, loss = find_network(asked)
    return derive_symbols(
        network, loss, weights=tuple(asked.weight or ()), members=asked.member or ()
    )


def cost(asked: Asked) -> Explanation:
    """Operations forward and backward, counted and timed."""
    from neurona.explain import explain_cost

    return explain_cost(*find_network(asked), members=asked.member or ())


def picture(asked: Asked) -> Explanation:
    """The network and the graph of its loss, drawn."""
    if kind_of(asked.subject or "") == "expression":
        # The page of an expression begins with its graph.
        return derivative(asked)
    from neurona.explain.step.draw import StepPictures

    return StepPictures(find_subject(asked).work(asked))


def flow(asked: Asked) -> Explanation:
    """What flows through each layer, now or at each epoch of the training."""
    model, data = model_and_table(asked)
    if asked.through:
        from neurona.cli.past_run import flow_through_run

        return flow_through_run(asked, model, data)
    from neurona.study import flow_of_table
    from neurona.table.model import load_table_model

    return flow_of_table(load_table_model(model), data)


def prediction(asked: Asked) -> Explanation:
    """Why a row is answered so; without a row, what matters over the whole table."""
    from neurona.study import explain_table, explain_table_prediction
    from neurona.table.model import load_table_model

    model, data = model_and_table(asked)
    loaded = load_table_model(model)
    if asked.row is None:
        return explain_table(loaded, data)
    return explain_table_prediction(loaded, data, asked.row)


def derivative(asked: Asked) -> Explanation:
    """An expression and its derivatives at a point."""
    from neurona.cli.read_values import read_point
    from neurona.explain import explain_expression

    return explain_expression(asked.subject or "", read_point(asked.at or ()))


def descent(asked: Asked) -> Explanation:
    """An optimizer's steps on an expression."""
    from neurona.cli.read_values import read_point
    from neurona.explain.optimizer.descent import DESCENT_RATE, explain_descent

    return explain_descent(
        asked.subject or "",
        read_point(asked.at or ()),
        optimizer=asked.rule(DESCENT_RATE) or "sgd",
        steps=1 if asked.steps is None else asked.steps,
    )


def average(asked: Asked) -> Explanation:
    """The moving average of a series."""
    from neurona.cli.read_values import read_series
    from neurona.explain import explain_average

    return explain_average(read_series(asked.subject or ""), asked.beta)


@dataclass(frozen=True)
class View:
    """One way to look.

    Parameters
    ----------
    answer : callable
    options : mapping of str to frozenset of str
        The options that change what it shows, for each kind of subject that it has.
    """

    answer: Callable[[Asked], Explanation]
    options: Mapping[str, frozenset[str]]

    @property
    def all_options(self) -> frozenset[str]:
        """Options that it has for any subject."""
        return frozenset().union(*self.options.values())


RULE: Final = frozenset({"optimizer", "learning_rate", "set"})
HAND: Final = RULE | {
    "activation", "output", "loss", "reduction", "weights", "input", "target", "seed",
}  # fmt: skip
"""What describes a network by hand: every view of it takes all of them."""
ROWS: Final = frozenset({"row", "rows", "loss"})
ONE_BY_ONE: Final = frozenset({"layer", "unit", "weight", "largest"})
STEP: Final = ONE_BY_ONE | {"convention", "which_rows"}

VIEWS: Final[Mapping[str, View]] = {
    defer("step"): View(
        step,
        {"network": HAND | STEP, "model": ROWS | RULE | STEP | {"member", "reduction"}},
    ),
    defer("matrices"): View(
        matrices,
        {
            "network": HAND | {"convention"},
            "model": ROWS | {"convention", "member"},
        },
    ),
    defer("symbols"): View(
        symbols,
        {
            "network": HAND | {"weight"},
            "model": frozenset({"loss", "weight", "member"}),
        },
    ),
    defer("cost"): View(
        cost, {"network": HAND, "model": frozenset({"loss", "member"})}
    ),
    defer("derivative"): View(derivative, {"expression": frozenset({"at"})}),
    defer("descent"): View(descent, {"expression": RULE | {"at", "steps"}}),
    defer("picture"): View(
        picture,
        {"network": HAND, "model": ROWS, "expression": frozenset({"at"})},
    ),
    defer("prediction"): View(prediction, {"model": frozenset({"row"})}),
    defer("flow"): View(
        flow,
        {"model": frozenset({"through", "validation", "test", "engine", "member"})},
    ),
    defer("average"): View(average, {"series": frozenset({"beta"})}),
}
"""Every view; the first that a kind of subject has is the one it is shown in."""

NAMES: Final = Vocabulary(tuple(VIEWS))
"""What the views are called."""


def view_texts() -> dict[str, tuple[str, str]]:
    """What each view shows, and an example that can be typed."""
    sample, model = "--input 1,0 --target 1", "model.safetensors iris"
    word = {name: _(name) for name in VIEWS}
    return {
        "step": (
            _("One training step: every equation and every number."),
            f"2-2-1 {sample}",
        ),
        "matrices": (
            _("The same in matrices: shapes, products, Jacobians."),
            f"2-2-1 {word['matrices']} {sample}",
        ),
        "symbols": (
            _("The derivation alone, without numbers."),
            f"2-2-1 {word['symbols']}",
        ),
        "cost": (
            _("Operations counted, forward and backward."),
            f"784-32-10 {word['cost']}",
        ),
        "picture": (
            _("The network and its graph, drawn."),
            f"2-2-1 {word['picture']} {sample}",
        ),
        "flow": (
            _("What flows through each layer of a model."),
            f"{model} {word['flow']}",
        ),
        "prediction": (
            _("Why the model answers so: one row, or the whole table."),
            f"{model} {word['prediction']} --row 3",
        ),
        "derivative": (
            _("An expression, its graph and its derivatives at a point."),
            '"exp(sin(x^2))" --at x=1',
        ),
        "descent": (
            _("An optimizer on an expression, step by step."),
            f'"w^2" {word["descent"]} --at w=1 --optimizer adam --steps 3',
        ),
        "average": (
            _("The moving average of a series, and its correction."),
            f"30,28,31 {word['average']} --beta 0.9",
        ),
    }


def kind_words() -> dict[str, str]:
    """Each kind of subject as a reader calls it."""
    return {
        "network": _("a network by hand"),
        "model": _("a model"),
        "expression": _("an expression"),
        "series": _("a series"),
    }
