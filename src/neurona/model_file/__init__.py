"""Models as files: saved whole, loaded with every claim checked."""

from neurona.model_file.check import CheckedModel, check_model
from neurona.model_file.load import load_model
from neurona.model_file.parts import FAMILIES, part_from_config, part_to_config
from neurona.model_file.record import ModelRecord
from neurona.model_file.save import save_model
from neurona.model_file.transfer import names_to_take

__all__ = [
    "FAMILIES",
    "CheckedModel",
    "ModelRecord",
    "check_model",
    "load_model",
    "names_to_take",
    "part_from_config",
    "part_to_config",
    "save_model",
]
