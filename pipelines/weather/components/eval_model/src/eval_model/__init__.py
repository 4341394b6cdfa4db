"""Evaluates the weather classifier on the test split."""
