"""Neurons that learn by themselves: the line from 1943 to a sigmoid."""
