"""``neurona notes``: what the course notes print wrong, and their examples to run."""
