"""Findings about the end of a network: output and loss that do not suit the task."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, TypeAlias

import numpy as np

from neurona.messages import _
from neurona.nn.losses import ends_in
from neurona.show.notation import format_number
from neurona.study.curves import curve_of
from neurona.study.diagnosis.class_targets import class_count, exclusive
from neurona.study.diagnosis.examination import Examination
from neurona.study.diagnosis.finding import Finding
from neurona.study.layers import functions_of_layers

__all__ = ["mismatched_head"]

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]

SAMPLE: Final = 2_000


def mismatched_head(found: Examination) -> Iterator[Finding]:
    """Output activation and loss that do not go with each other or with the target."""
    name = found.single_output
    if name is None:
        return
    _X, y = found.main.sample(SAMPLE)
    target = np.asarray(y)
    loss = found.losses[name]
    ending = ends_in(found.outputs[name])
    classes = class_count(target)
    # Counts are whole numbers too, and no classes.
    if loss.head == "real" and loss.name != "poisson":
        # Numbers 0, 1, 2 may be quantities; 0 and 1 alone are a yes or no.
        certain = target.dtype.kind in "biu" or classes == 2 or exclusive(target)
        if classes and (ending is not None or certain):
            yield regression_on_classes(loss.name, ending, classes)
        else:
            yield from out_of_reach(found, name, target)
    elif loss.head == "binary" and exclusive(target):
        yield Finding(
            "head_mismatch",
            "moderate",
            _(
                "The network asks {outputs} separate questions (sigmoid and {loss}), "
                "but each row has exactly one class: the probabilities need not sum "
                "to 1."
            ).format(outputs=target.shape[1], loss=loss.name),
            _(
                "End the network in {outputs} plain outputs and train with "
                "cross_entropy, whose softmax sums to 1."
            ).format(outputs=target.shape[1]),
            {"loss": loss.name, "classes": int(target.shape[1])},
        )


def regression_on_classes(loss: str, ending: str | None, classes: int) -> Finding:
    better = "binary_cross_entropy" if classes == 2 else "cross_entropy"
    if ending is None and classes > 2:
        what = _(
            "The target is one of {classes} classes, but the network is trained with "
            "{loss} on plain outputs, as if class numbers were quantities: class 2 is "
            "not twice class 1."
        )
    elif ending is None:
        what = _(
            "The target is a yes or no, but the network is trained with {loss} on a "
            "plain output, which is punished for being right by too much."
        )
    else:
        what = _(
            "The target is one of {classes} classes and the network ends in a "
            "{ending}, but it is trained with {loss}: where the {ending} is flat, the "
            "gradient vanishes although the answer is wrong."
        )
    return Finding(
        "head_mismatch",
        "serious" if ending is None and classes > 2 else "moderate",
        what.format(classes=classes, loss=loss, ending=ending),
        _(
            "Use {outputs} and the loss {better}, whose gradient is prediction minus "
            "target."
        ).format(
            outputs=_("one output")
            if classes == 2
            else _("{classes} outputs").format(classes=classes),
            better=better,
        ),
        {"loss": loss, "ending": ending, "classes": classes},
    )


def out_of_reach(found: Examination, name: str, y: Array) -> Iterator[Finding]:
    """Targets of a regression that the last activation cannot give."""
    kind = last_activation(found, name)
    curve = curve_of(kind)
    if curve is None:
        return
    low, high = curve.low, curve.high
    outside = float(((y < low) | (y > high)).mean())
    if not outside:
        return
    yield Finding(
        "head_mismatch",
        "serious" if outside > 0.2 else "moderate",
        _(
            "The network ends in {activation}, which gives values from {low} to "
            "{high}, but {share:.0%} of the targets lie outside, between "
            "{least} and {most}: they can never be reached."
        ).format(
            activation=kind,
            low=format_number(low, 3),
            high=format_number(high, 3),
            share=outside,
            least=format_number(float(y.min()), 4),
            most=format_number(float(y.max()), 4),
        ),
        _("End the network in the identity."),
        {"activation": kind, "outside": outside},
    )


def last_activation(found: Examination, output: str) -> str:
    written = found.network.architecture.evaluation
    last = written.outputs[output]
    applied = functions_of_layers(written).values()
    return next((one.function.name for one in applied if one.a is last), "")
