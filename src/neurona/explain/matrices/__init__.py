"""A training step in matrices: shapes, products and Jacobians."""

from neurona.explain.matrices.view import MatrixView, matrix_view

__all__ = ["MatrixView", "matrix_view"]
