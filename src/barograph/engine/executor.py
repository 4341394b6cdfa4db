"""What runs the commands, by the name that a user gives it."""

from barograph.config import Config
from barograph.engine.request import Options
from barograph.errors import ConfigurationError
from barograph.executors.base import Executor

GROUP = "barograph.executors"
"""The entry points of installed packages that offer one: something that is called with the ``Config``."""


def executor_of(options: Options, config: Config) -> Executor:
    """The executor that the options name.

    Raises:
        ConfigurationError: there is none of this name, or its options don't fit.
    """
    match options.executor:
        case "process":
            from barograph.executors.process import ProcessExecutor

            return ProcessExecutor(config)
        case "docker":
            from barograph.executors.docker import DockerExecutor, DockerOptions

            folders = tuple(options.docker.get("folders", ()))  # a list in the record
            return DockerExecutor(config, DockerOptions(**{**options.docker, "folders": folders}))
    from importlib.metadata import entry_points

    offered = {entry.name: entry for entry in entry_points(group=GROUP)}
    if options.executor not in offered:
        names = ", ".join(("process", "docker", *offered))
        raise ConfigurationError(f"there is no executor {options.executor!r}; there are: {names}")
    made: Executor = offered[options.executor].load()(config)
    return made
