"""Makes the exported model smaller, and says what that did to it.

optimization.py     the optimised model
parity.py           how far its scores are from PyTorch's on real photos
run.py              the whole of an optimisation
calibration.py      which values the numbers inside a model take on photos
quantization.py     the model in 8-bit integers
quantized_nodes.py  which of its operations are, and which stay as they are
agreement.py        how well a model and its quantised self do on the same photos
quantization_run.py the whole of a quantisation
sample.py           photos that are evenly spread over a split
latency.py          how long one photo takes
"""
