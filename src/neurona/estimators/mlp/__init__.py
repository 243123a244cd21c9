"""Multi-layer perceptrons as scikit-learn has them: change only the import."""

from neurona.estimators.mlp.classifier import MLPClassifier
from neurona.estimators.mlp.regressor import MLPRegressor

__all__ = ["MLPClassifier", "MLPRegressor"]
