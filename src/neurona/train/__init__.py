"""Training: the graph of one step, the loop around it, and what it leaves behind."""
