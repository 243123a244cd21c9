"""Sizes with which the lessons that compare deep networks are quick."""

SMALL = {
    "initializations": {"width": 32, "rows": 32},
    "activations": {"width": 32, "rows": 32},
}
