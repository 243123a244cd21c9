"""Other ways to look at a network: matrices, symbols, cost, pictures, and so on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from neurona.cli.explain_subject import find_subject
from neurona.cli.explain_uses import BY_HAND, MODEL, ROWS, RULE, refuse_unused
from neurona.errors import OptionError
from neurona.messages import _

if TYPE_CHECKING:
    from neurona.cli.explain_request import ExplainRequest
    from neurona.show.explanation import Explanation
    from neurona.table.model import TableModel

__all__ = ["VIEWS"]


def matrices(request: ExplainRequest) -> Explanation:
    """A step in matrices."""
    from neurona.explain.matrices import matrix_view

    subject = find_subject(request)
    x, y = subject.sample()
    return matrix_view(
        subject.network,
        x,
        y,
        loss=subject.loss,
        convention=request.convention,
        row_numbers=subject.options.get("rows"),
    )


def symbols(request: ExplainRequest) -> Explanation:
    """The derivation without numbers."""
    from neurona.explain.symbols import derive_symbols

    subject = find_network(request)
    return derive_symbols(*subject, weights=request.chosen_weights)


def cost(request: ExplainRequest) -> Explanation:
    """Operations forward and backward, counted and timed."""
    from neurona.explain.cost import explain_cost

    return explain_cost(*find_network(request))


def find_network(request: ExplainRequest) -> tuple[Any, Any]:
    """A network and its loss; the rows of a table are not needed."""
    if request.network is None and request.subject is not None:
        from neurona.network import load
        from neurona.table.model import check_there

        check_there(request.subject)
        return load(request.subject), request.loss
    subject = find_subject(request)
    return subject.network, subject.loss


def picture(request: ExplainRequest) -> Explanation:
    """The network and the graph of its loss, drawn."""
    from neurona.cli.explain_request import looks_like_model, of_expression
    from neurona.explain.step.draw import StepPictures

    text = request.subject
    if text is not None and request.data is None and not looks_like_model(text):
        # The page of an expression begins with its graph.
        return of_expression(request, text)
    return StepPictures(find_subject(request).work(request))


def table_model(request: ExplainRequest) -> tuple[TableModel, str]:
    """A model that was trained on a table, and the table.

    Raises
    ------
    OptionError
        One of them was not given.
    """
    from neurona.table.model import load_table_model

    if request.subject is None or request.data is None:
        raise OptionError(_("say which model and which table: MODEL DATA"))
    return load_table_model(Path(request.subject)), request.data


def flow(request: ExplainRequest) -> Explanation:
    """What flows through each layer, forward and backward."""
    if request.subject is None or request.data is None:
        raise OptionError(
            _(
                "say which model and which table: MODEL DATA; how networks start, "
                "without a model, is --lesson initializations and --lesson activations"
            )
        )
    if request.through:
        from neurona.cli.explain_run import flow_through_run

        return flow_through_run(request, Path(request.subject))
    refuse_unused(request, frozenset({"subject", "data"}), "--flow")
    from neurona.study.flow.table import flow_of_table

    return flow_of_table(*table_model(request))


def prediction(request: ExplainRequest) -> Explanation:
    """Why a row is answered so; without a row, what matters over the whole table."""
    model, data = table_model(request)
    if request.row is None:
        from neurona.study.prediction import explain_table

        return explain_table(model, data)
    from neurona.study.prediction import explain_table_prediction

    return explain_table_prediction(model, data, request.row)


def blank(request: ExplainRequest) -> Explanation:
    """Exercises with blanks to fill in, and their answers."""
    from neurona.cli.explain_settings import read_optimizer, read_seeds
    from neurona.course.worksheets import make_worksheets

    rule = read_optimizer(
        request.optimizer,
        LESSON_RATE if request.learning_rate is None else request.learning_rate,
        request.settings,
    )
    return make_worksheets(
        request.network or "2-2-1",
        seeds=read_seeds(request.seeds or "1:30"),
        activation=request.activation or "sigmoid",
        output=request.output_activation or "identity",
        loss=request.loss,
        optimizer=rule or "sgd",
    )


LESSON_RATE: Final = 0.5
"""Learning rate of exercises where none is given: one that is easy to multiply by."""


def errata(request: ExplainRequest) -> Explanation:
    """What the notes print wrong, on one topic or on all."""
    from neurona.errata import Errata

    return Errata(request.subject or "")


def lesson(request: ExplainRequest) -> Explanation:
    """A small derivation or exercise, with those of the options that it has.

    Raises
    ------
    OptionError
        There is none of that name, or it has no such option.
    """
    import inspect

    from neurona.course.lessons import LESSONS, teach

    name = request.lesson or ""
    asked = {
        "network": request.network,
        "activation": request.activation,
        "output": request.output_activation,
        "loss": request.loss,
    }
    given: dict[str, Any] = {k: v for k, v in asked.items() if v is not None}
    # These two have a default here, which not every lesson has a use for.
    known = inspect.signature(LESSONS.get(name, teach)).parameters
    always = {"convention": (request.convention, "rows"), "seed": (request.seed, 0)}
    given |= {k: v for k, (v, usual) in always.items() if k in known or v != usual}
    return teach(name, **given)


@dataclass(frozen=True)
class View:
    """One way to look, and the options that it has a use for.

    Parameters
    ----------
    answer : callable
    uses : frozenset of str
        Fields of the request that change what it shows.
    by_hand : frozenset of str
        The same where it shows a network by hand.
    """

    answer: Callable[[ExplainRequest], Explanation]
    uses: frozenset[str]
    by_hand: frozenset[str] = frozenset({"network"})


EXERCISE: Final = RULE | {
    "network", "activation", "output_activation", "loss", "seeds",
}  # fmt: skip
LESSON: Final = frozenset(
    {"network", "activation", "output_activation", "loss", "convention", "seed"}
    | {"lesson"}
)
PAST: Final = frozenset({"through", "validation", "test", "engine"})

VIEWS: Final[Mapping[str, View]] = {
    "matrices": View(matrices, MODEL | ROWS | {"convention"}, BY_HAND | {"convention"}),
    "symbols": View(symbols, MODEL | {"chosen_weights"}, BY_HAND | {"chosen_weights"}),
    "cost": View(cost, MODEL, BY_HAND),
    "picture": View(picture, MODEL | ROWS | {"at"}, BY_HAND),
    "flow": View(flow, frozenset({"subject", "data"}) | PAST),
    "prediction": View(prediction, frozenset({"subject", "data", "row"})),
    "blank": View(blank, EXERCISE, EXERCISE),
    "errata": View(errata, frozenset({"subject"})),
    "lesson": View(lesson, LESSON, LESSON),
}
"""Every other view by the name of its option."""
