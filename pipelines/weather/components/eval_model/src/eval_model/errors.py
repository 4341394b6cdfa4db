"""What can be wrong with an evaluation.

EvalModelError
└── UnknownClassError   the test split has a class that the model does not know
"""


class EvalModelError(Exception):
    """Base of all errors that are shown to a user as one message."""


class UnknownClassError(EvalModelError):
    """The test split has a class that the model does not know."""
