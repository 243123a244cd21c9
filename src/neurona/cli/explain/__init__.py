"""``neurona explain``: a subject, a view of it, and the options of that view."""
