"""Trains the weather classifier and exports it."""
