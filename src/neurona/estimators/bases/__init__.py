"""Linear models on bases of functions."""
