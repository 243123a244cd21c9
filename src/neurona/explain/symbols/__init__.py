"""The derivation of a network's gradients without numbers."""

from neurona.explain.symbols.derivation import Derivation, Passage, derive_symbols

__all__ = ["Derivation", "Passage", "derive_symbols"]
