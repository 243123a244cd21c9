"""The network, one idea a file: its numbers, its answers, its training."""

from neurona.network.network import Network
from neurona.network.read_network import load
from neurona.train.history import divergence_message, unjudged_message

__all__ = ["Network", "divergence_message", "load", "unjudged_message"]
