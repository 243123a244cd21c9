"""Expressions at a point, and rules that descend on them."""

from neurona import explain
from tests.explain.golden.cases import CASES, case


@case("g7")
def _():
    return explain.explain_expression("exp(sin(x**2))", {"x": 1.0})


@case("expression-product")
def _():
    return explain.explain_expression("x*sin(x)", {"x": 2.0})


@case("expression-log")
def _():
    return explain.explain_expression("-log(p)", {"p": 0.25})


@case("expression-tanh")
def _():
    return explain.explain_expression(
        explain.parse_expression("(exp(x) - exp(-x)) / (exp(x) + exp(-x))"), {"x": 0.5}
    )


@case("expression-cross-entropy")
def _():
    return explain.explain_expression(
        "-log(exp(a) / (exp(a) + exp(b) + exp(c)))", {"a": 2.0, "b": 1.0, "c": 0.0}
    )


@case("expression-neuron")
def _():
    return explain.explain_expression(
        "(sigmoid(w*x + b) - y)^2", {"w": 0.5, "x": 2.0, "b": -0.5, "y": 1.0}
    )


@case("expression-where")
def _():
    return explain.explain_expression(
        "where(x < 0, 0.1*x, maximum(x, y)) + sqrt(x*y) + tanh(pi*x)",
        {"x": 0.5, "y": 0.25},
    )


@case("expression-no-value")
def _():
    return explain.explain_expression("log(x) + 1/(x + 1)", {"x": -1.0})


@case("descent-adam")
def _():
    return explain.explain_descent(
        "(w - 3)^2 + b^2", {"w": 1.0, "b": 1.0}, optimizer="adam", steps=2
    )


@case("descent-sgd")
def _():
    return explain.explain_descent("w**2", {"w": 1.0}, steps=3)


@case("descent-nadam")
def _():
    return explain.explain_descent(
        "w**2", {"w": 1.0}, optimizer="nadam", learning_rate=0.5
    )


def follow(optimizer):
    return lambda: explain.explain_descent("w**2", {"w": 1.0}, optimizer=optimizer)


for _name in ("momentum", "nesterov", "adagrad", "rmsprop", "adamw", "amsgrad", "lion"):
    CASES[f"descent-{_name}"] = follow(_name)


@case("average")
def _():
    return explain.explain_average([30, 28, 31, 35], 0.9)
