"""The weather pipelines: one that trains a model, and one that searches for the best training."""
