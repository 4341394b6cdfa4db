"""Everything that Barograph can tell a user is wrong.

BarographError
├── PipelineError       a compiled pipeline that is not valid, or that needs what can't be run here
├── ParameterError      a value given for a pipeline's parameter does not fit
├── ConfigurationError  barograph.toml, an option or an environment variable is wrong
├── EnvironmentFailed   what a task runs in could not be made ready
├── StoreError          the home's database or files can't be read or written
├── ArtifactError       an artifact can't be read where it lies, or put where it is to be
├── NotFoundError       no run, task, artifact, ... goes by that name
├── ConflictError       something goes by that name already
├── StateError          what is asked for can't be done as things stand
├── RequestError        a request of a client can't be understood
└── AccessError         what a client asks for is not for it to see

A message names the thing, says what is wrong with it and what to do next. A door (the command line, a server)
shows the message alone; only an error that is not in this tree is a bug, and shows a traceback.
"""


class BarographError(Exception):
    """Base of all errors that are shown to a user as one message."""


class PipelineError(BarographError):
    """A compiled pipeline is not valid, or needs something that can't be run here."""


class ParameterError(BarographError):
    """A value given for a pipeline's parameter does not fit its definition.

    Attributes:
        option: how the command line is given what is missing; empty where nothing is.
    """

    def __init__(self, message: str, option: str = "") -> None:
        super().__init__(message)
        self.option = option


class ConfigurationError(BarographError):
    """barograph.toml, a command-line option or an environment variable is wrong."""


class EnvironmentFailed(BarographError):
    """What a task runs in could not be made ready."""


class StoreError(BarographError):
    """The home's database or files can't be read or written."""


class ArtifactError(BarographError):
    """An artifact can't be read where it lies, or put where it is to be."""


class NotFoundError(BarographError):
    """No run, task, artifact, pipeline, ... goes by the name that was given."""


class ConflictError(BarographError):
    """Something of that name is there already."""


class StateError(BarographError):
    """What is asked for can't be done to something in the state that it is in."""


class RequestError(BarographError):
    """A request of a client says what can't be understood."""


class AccessError(BarographError):
    """What a client asks for is there, and not for it to see."""
