"""Activations and losses as a book writes them: one table each, read by every page."""
