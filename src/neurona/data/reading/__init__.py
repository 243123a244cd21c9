"""How the cells of a column are read: found from all of them, used again later."""
