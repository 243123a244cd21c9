"""The worked step: one training step, every number of it."""
