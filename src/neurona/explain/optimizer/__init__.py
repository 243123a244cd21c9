"""Optimizers and averages written out with their numbers."""
