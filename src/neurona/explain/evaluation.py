"""What a network does in training alone, which an explained step leaves out."""

from __future__ import annotations

from neurona.messages import _
from neurona.nn.architecture import Architecture

__all__ = ["say_left_out"]


def say_left_out(architecture: Architecture, *, replayable: bool) -> str:
    """Sentences on masks and batch statistics, where a network has any.

    Parameters
    ----------
    architecture : Architecture
    replayable : bool
        Whether there was a run, of which a step can be shown again.

    Examples
    --------
    >>> from neurona.nn.description import read_architecture
    >>> from neurona.nn.layers import Dense, Dropout
    >>> found = read_architecture([Dense(2), Dropout(0.5)], 2, None, None)
    >>> say_left_out(found, replayable=False)
    'Dropout is left out.'
    """
    build = architecture.write(training=True).build
    said = []
    if build.masks:
        said.append(_("Dropout is left out."))
    if build.new_states:
        said.append(
            _(
                "Normalization uses its running statistics, as in prediction, and not "
                "those of these rows."
            )
        )
    if said and replayable:
        said.append(
            _(
                "neurona replay, or study.replay_step, shows a step of the run as it "
                "was."
            )
        )
    return " ".join(said)
