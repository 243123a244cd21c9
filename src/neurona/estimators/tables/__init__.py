"""The main job behind scikit-learn's interface."""
