"""Optimises the exported model and proves that it still agrees with PyTorch.

optimization.py  the optimised model
parity.py        how far its scores are from PyTorch's on real photos
latency.py       how long one photo takes
"""
