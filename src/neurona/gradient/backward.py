"""Reverse mode: from a graph to the graph of its gradients."""

from __future__ import annotations

from collections.abc import Sequence

from neurona import graph as g
from neurona.errors import GradientError
from neurona.gradient.rules import NO_DERIVATIVE, gradient_of_input
from neurona.graph import Node
from neurona.messages import _

__all__ = ["backward"]


def backward(
    output: Node, wrt: Sequence[Node], out_grad: Node | None = None
) -> list[Node]:
    """Gradients of an output with respect to nodes, again as graph.

    For each variable v, ∂output/∂v is the sum over every path from v to the output of
    the product of the slopes along it. Each factor is computed once and shared among
    the paths: that sharing is backpropagation.

    Parameters
    ----------
    output : Node
        A scalar, unless ``out_grad`` is given.
    wrt : sequence of Node
        Any float nodes, inner ones included. One that the output does not depend on
        has gradient zero.
    out_grad : Node, optional
        Gradient of whatever comes after the output, in the output's shape.

    Returns
    -------
    list of Node
        One per variable, in its shape.

    Raises
    ------
    GradientError
        The output is not a scalar, or a variable is not of real numbers.

    Examples
    --------
    >>> x = g.input("x")
    >>> dy = backward(g.exp(g.sin(x**2)), [x])[0]
    >>> from neurona import reference
    >>> round(float(reference.evaluate([dy], {x: 1.0})[0]), 10)
    2.506761535
    """
    check_request(output, wrt, out_grad)
    order = g.topological_order([output])
    on_path = set(wrt)
    for node in order:
        if any(part in on_path and part.dtype == "float" for part in node.inputs):
            on_path.add(node)
    grads: dict[Node, Node] = {
        output: g.constant(1.0) if out_grad is None else out_grad
    }
    for node in reversed(order):
        if node not in grads or node.operation in NO_DERIVATIVE:
            continue
        for index, part in enumerate(node.inputs):
            if part in on_path and part.dtype == "float":
                grad = gradient_of_input(node, grads[node], index)
                if part in grads:
                    with g.source(*part.sources):
                        grad = grads[part] + grad
                grads[part] = grad
    found = [grads.get(node, g.zeros(node.shape)) for node in wrt]
    for node, grad in zip(wrt, found, strict=True):
        check_type(node, grad)
    return found


def check_request(output: Node, wrt: Sequence[Node], out_grad: Node | None) -> None:
    if output.dtype != "float":
        raise GradientError(
            _("{node} is not a real number, so it has no gradient").format(
                node=g.show_expression(output)
            )
        )
    if out_grad is None and output.shape != ():
        raise GradientError(
            _(
                "the gradient of {node}, of shape {shape}, needs out_grad, or a "
                "scalar such as its sum or mean"
            ).format(node=g.show_expression(output), shape=g.show_shape(output.shape))
        )
    if out_grad is not None and out_grad.spec != output.spec:
        raise GradientError(
            _("out_grad is {found}, but the output is {wanted}").format(
                found=out_grad.spec, wanted=output.spec
            )
        )
    for node in wrt:
        if node.dtype != "float":
            raise GradientError(
                _("{node} holds {dtype} values, so nothing changes with it").format(
                    node=g.show_expression(node), dtype=node.dtype
                )
            )


def check_type(node: Node, grad: Node) -> None:
    if grad.spec != node.spec:
        raise GradientError(
            _("the gradient of {node} is {found} instead of {wanted}").format(
                node=g.show_expression(node), found=grad.spec, wanted=node.spec
            )
        )
