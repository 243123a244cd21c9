"""One output of a network as a network of its own, to be judged by itself."""

from __future__ import annotations

from neurona.network import Network

__all__ = ["alone"]


def alone(network: Network, output: str) -> Network:
    """The part of a trained network that computes one of its outputs.

    Examples
    --------
    >>> from neurona import Dense, Input
    >>> x = Input("x", 2)
    >>> outputs = {"kind": Dense(3)(x), "size": Dense(1)(x)}
    >>> alone(Network(inputs=[x], outputs=outputs), "size").parameters["dense_1.bias"]
    array([0.], dtype=float32)
    """
    whole = network.architecture
    part = Network(
        outputs={output: whole.outputs[output]},
        seed=network.seed,
        dtype=network.dtype.name,
    )
    # Layers without a name are numbered anew; those inside others are not.
    names = {
        name: whole.names[layer] for layer, name in part.architecture.names.items()
    }
    for mine, theirs in (
        (part.parameters, network.parameters),
        (part.states, network.states),
    ):
        for full in mine:
            name, _dot, rest = full.partition(".")
            mine[full] = theirs[f"{names[name]}.{rest}"]
    part.history, part.training = network.history, network.training
    if network.losses is not None:
        part.losses = {output: network.losses[output]}
    return part
