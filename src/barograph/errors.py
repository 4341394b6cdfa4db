"""Everything that Barograph can tell a user is wrong.

BarographError
├── PipelineError       a compiled pipeline that is not valid, or that needs what can't be run here
├── ParameterError      a value given for a pipeline's parameter does not fit
├── ConfigurationError  barograph.toml, an option or an environment variable is wrong
├── EnvironmentFailed   what a task runs in could not be made ready
├── StoreError          the home's database or files can't be read or written
└── NotFoundError       no run, task or artifact goes by that name

A message names the thing, says what is wrong with it and what to do next. A door (the command line, a server)
shows the message alone; only an error that is not in this tree is a bug, and shows a traceback.
"""


class BarographError(Exception):
    """Base of all errors that are shown to a user as one message."""


class PipelineError(BarographError):
    """A compiled pipeline is not valid, or needs something that can't be run here."""


class ParameterError(BarographError):
    """A value given for a pipeline's parameter does not fit its definition."""


class ConfigurationError(BarographError):
    """barograph.toml, a command-line option or an environment variable is wrong."""


class EnvironmentFailed(BarographError):
    """What a task runs in could not be made ready."""


class StoreError(BarographError):
    """The home's database or files can't be read or written."""


class NotFoundError(BarographError):
    """No run, task or artifact goes by the name that was given."""
