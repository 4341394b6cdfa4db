"""The weather pipeline."""
