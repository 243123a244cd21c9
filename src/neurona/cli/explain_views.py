"""Other ways to look at a network: matrices, symbols, cost, pictures, and so on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from neurona.cli.explain_output import Explained
from neurona.cli.explain_subject import find_subject
from neurona.errors import OptionError, unknown_name
from neurona.messages import _

if TYPE_CHECKING:
    from neurona.cli.explain_request import ExplainRequest
    from neurona.table.model import TableModel

__all__ = ["LESSONS", "VIEWS"]


def matrices(request: ExplainRequest) -> Explained:
    """A step in matrices."""
    from neurona.explain.matrices import matrix_view

    subject = find_subject(request)
    x, y = subject.sample()
    return matrix_view(
        subject.network, x, y, loss=subject.loss, convention=request.convention
    )


def symbols(request: ExplainRequest) -> Explained:
    """The derivation without numbers."""
    from neurona.explain.symbols import derive_symbols

    subject = find_network(request)
    return derive_symbols(*subject, weights=request.chosen_weights)


def cost(request: ExplainRequest) -> Explained:
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


def picture(request: ExplainRequest) -> Explained:
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


def flow(request: ExplainRequest) -> Explained:
    """What flows through each layer, forward and backward."""
    from neurona.explain.flow.table import flow_of_table

    return flow_of_table(*table_model(request))


def prediction(request: ExplainRequest) -> Explained:
    """Why a row is answered so; without a row, what matters over the whole table."""
    model, data = table_model(request)
    if request.row is None:
        from neurona.explain.prediction import explain_table

        return explain_table(model, data)
    from neurona.explain.prediction import explain_table_prediction

    return explain_table_prediction(model, data, request.row)


def blank(request: ExplainRequest) -> Explained:
    """Exercises with blanks to fill in, and their answers."""
    from neurona.cli.explain_settings import read_optimizer, read_seeds
    from neurona.explain.worksheets import make_worksheets

    rule = read_optimizer(
        request.optimizer,
        LESSON_RATE if request.learning_rate is None else request.learning_rate,
        request.settings,
    )
    return make_worksheets(
        request.network or "2-2-1",
        seeds=read_seeds(request.seeds or "1:30"),
        activation=request.activation,
        output=request.output_activation,
        loss=request.loss,
        optimizer=rule or "sgd",
    )


LESSON_RATE: Final = 0.5
"""Learning rate of exercises where none is given: one that is easy to multiply by."""


def errata(request: ExplainRequest) -> Explained:
    """What the notes print wrong, on one topic or on all."""
    from neurona.explain.errata import Errata

    return Errata(request.subject or "")


def linear_stack(request: ExplainRequest) -> Explained:
    """A stack of linear layers multiplied out into one."""
    from neurona.explain.lessons.linear_stack import multiply_out

    return multiply_out(request.network or "2-3-2-1", seed=request.seed)


def loops(request: ExplainRequest) -> Explained:
    """Loops against matrices, timed."""
    from neurona.explain.lessons.loops import time_loops

    return time_loops(seed=request.seed)


def variance(request: ExplainRequest) -> Explained:
    """The argument of He and Glorot, followed from layer to layer."""
    from neurona.explain.lessons.variance import follow_variances

    return follow_variances(
        request.network,
        activation=request.activation if request.network else "relu",
        seed=request.seed,
    )


def shapes(request: ExplainRequest) -> Explained:
    """An exercise: give the shapes."""
    from neurona.explain.lessons.shapes import give_the_shapes

    return give_the_shapes(
        request.network or "2-3-1",
        convention=request.convention,  # type: ignore[arg-type]
    )


def remaining(request: ExplainRequest) -> Explained:
    """An exercise: what backward still has to compute."""
    from neurona.explain.lessons.remaining import what_remains

    return what_remains(
        request.network or "2-2-1",
        activation=request.activation,
        output=request.output_activation,
        loss=request.loss or "mse",
    )


LESSONS: Final[Mapping[str, Callable[[ExplainRequest], Explained]]] = {
    "linear-stack": linear_stack,
    "loops": loops,
    "variance": variance,
    "shapes": shapes,
    "remaining": remaining,
}
"""Small derivations and exercises by name."""


def lesson(request: ExplainRequest) -> Explained:
    """A small derivation or exercise.

    Raises
    ------
    OptionError
        There is none of that name.
    """
    name = request.lesson or ""
    if name not in LESSONS:
        raise OptionError(unknown_name(_("lesson"), name, LESSONS))
    return LESSONS[name](request)


VIEWS: Final[Mapping[str, Callable[[ExplainRequest], Explained]]] = {
    "matrices": matrices,
    "symbols": symbols,
    "cost": cost,
    "picture": picture,
    "flow": flow,
    "prediction": prediction,
    "blank": blank,
    "errata": errata,
    "lesson": lesson,
}
"""Every other view by the name of its option."""
