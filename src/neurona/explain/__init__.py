"""The explanation: equations, numbers and pictures of what trains."""

__all__: list[str] = []
