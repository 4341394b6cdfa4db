"""Optimises the exported model and proves that it still agrees with PyTorch."""
