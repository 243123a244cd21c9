"""Models as files: saved whole, loaded with every claim checked."""

from neurona.model_file.load import load_model
from neurona.model_file.record import ModelRecord
from neurona.model_file.save import save_model

__all__ = ["ModelRecord", "load_model", "save_model"]
