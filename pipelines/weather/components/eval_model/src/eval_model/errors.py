"""What can be wrong with an evaluation, a comparison or a promotion.

EvalModelError
├── UnknownClassError   the test split has a class that the model does not know
├── BaselineError       the model to compare with is missing, can't be used, or knows other classes
└── DestinationError    models can't be kept at an address
"""


class EvalModelError(Exception):
    """Base of all errors that are shown to a user as one message."""


class UnknownClassError(EvalModelError):
    """The test split has a class that the model does not know."""


class BaselineError(EvalModelError):
    """The model to compare with is missing, can't be used, or knows other classes."""


class DestinationError(EvalModelError):
    """Models can't be kept at an address."""
