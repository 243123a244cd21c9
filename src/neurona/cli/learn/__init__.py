"""``neurona learn``: the lessons, listed, searched, and given on one's own data."""
