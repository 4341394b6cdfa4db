"""What can be wrong with a classifier or what it is given.

ClassifierError
├── PhotoError        a photo can't be decoded
├── ModelError        there is no such backbone
├── WeightsError      weights are missing, can't be read, or are those of another network
├── CheckpointError   a file is not a checkpoint of this package
└── DeviceError       there is no such device on this machine

A message names the photo, file or parameter, says what is wrong and what to do; it is shown without a traceback.
"""


class ClassifierError(Exception):
    """Base of all errors that are shown to a user as one message."""


class PhotoError(ClassifierError):
    """A photo can't be decoded."""


class ModelError(ClassifierError):
    """There is no such backbone."""


class WeightsError(ClassifierError):
    """Weights are missing, can't be read, or are those of another network."""


class CheckpointError(ClassifierError):
    """A file is not a checkpoint of this package."""


class DeviceError(ClassifierError):
    """There is no such device on this machine."""
