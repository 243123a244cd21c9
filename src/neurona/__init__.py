"""A neural network you can see through, and faster than the ones you can't."""

__version__ = "0.1.0"
