"""What can be wrong with a training.

TrainModelError
├── ParameterError     a parameter has a value that can't be used
├── SplitMismatchError the splits do not belong together, or have too little in them
└── DivergedError      the loss is no longer a number
"""


class TrainModelError(Exception):
    """Base of all errors that are shown to a user as one message."""


class ParameterError(TrainModelError):
    """A parameter has a value that can't be used."""


class SplitMismatchError(TrainModelError):
    """The splits do not belong together, or have too little in them."""


class DivergedError(TrainModelError):
    """The loss is no longer a number."""
