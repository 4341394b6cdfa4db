"""What can be wrong with a data source, its photos or how they are to be split.

PrepDataError
├── ParameterError          a parameter has a value that can't be used
├── SourceError             the source is missing, empty, out of reach, or not laid out as one folder a class
│   └── SourceChangedError  the source is no longer what it was when its fingerprint was taken
├── PhotoError              files that are not whole images
├── ClassError              a class has too few photos to be split
└── NoSpaceError            the disk is full

A message names the file, class or parameter, says what is wrong and what to do; it is shown without a traceback.
"""


class PrepDataError(Exception):
    """Base of all errors that are shown to a user as one message."""


class ParameterError(PrepDataError):
    """A parameter has a value that can't be used."""


class SourceError(PrepDataError):
    """The source is missing, empty, out of reach, or not laid out as one folder for each class."""


class SourceChangedError(SourceError):
    """The source is no longer what it was when its fingerprint was taken."""

    def __init__(self, uri: str, what: str) -> None:
        super().__init__(f"{uri}: the source changed while it was read ({what}); run again")


class PhotoError(PrepDataError):
    """Some files are not whole images."""


class ClassError(PrepDataError):
    """A class has too few photos to be split."""


class NoSpaceError(PrepDataError):
    """The disk is full."""
