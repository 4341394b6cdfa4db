"""What can be wrong with an optimisation or a quantisation.

OptimizeOnnxError
├── OnnxModelError   a file is no ONNX model, or not one of ours
├── ParameterError   a parameter has a value that can't be used
└── ParityError      the optimised model's scores are too far from PyTorch's
"""


class OptimizeOnnxError(Exception):
    """Base of all errors that are shown to a user as one message."""


class OnnxModelError(OptimizeOnnxError):
    """A file is no ONNX model, or not one of ours."""


class ParameterError(OptimizeOnnxError):
    """A parameter has a value that can't be used."""


class ParityError(OptimizeOnnxError):
    """The optimised model's scores are too far from PyTorch's."""
