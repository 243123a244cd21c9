"""The derivation of a network's gradients without numbers."""

from neurona.explain.symbols.derivation import Derivation, Part, derive_symbols

__all__ = ["Derivation", "Part", "derive_symbols"]
