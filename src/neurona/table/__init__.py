"""Tables: from a file to a trained model, and from a model to answers."""
