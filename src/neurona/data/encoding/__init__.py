"""Columns as numbers for a network, and answers back as values."""
