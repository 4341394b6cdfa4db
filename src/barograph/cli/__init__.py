"""The command line. Each command is a module of its own, imported only when it is called."""

import gc
import importlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from barograph.errors import BarographError, ParameterError, StoreError

_COMMANDS = {
    "run": "Run a compiled pipeline, or a Python file that defines one.",
    "submit": "Have a pipeline run by Kubeflow, Vertex AI or a Barograph server.",
    "resume": "Go on with a run that was interrupted or canceled.",
    "retry": "Try again what failed in a run.",
    "runs": "List runs, newest first.",
    "show": "Show a run: its tasks, metrics and artifacts.",
    "logs": "Print what a task printed.",
    "artifacts": "List the artifacts that a run made, with their digests.",
    "compare": "Show how runs differ: parameters, metrics, tasks, artifacts.",
    "lineage": "Where an artifact comes from, and what came of it.",
    "cache": "Why a task was not taken from the cache; forget what is in it.",
    "pipeline": "The registry: keep pipelines by name, in versions and with tags.",
    "experiment": "Groups of runs: make, list, archive, delete them.",
    "recurring-run": "Pipelines that run again and again: make, list, disable, delete them.",
    "server": "Serve KFP's API, Barograph's own, and the UI.",
    "ui": "Open the UI in a browser; serve it, if nothing does yet.",
    "env": "The environments that tasks run in: list them, remove old ones.",
}


class _Lazy(click.Group):
    """A group that imports a command's module only to run it or to print its own help."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"barograph.cli.{cmd_name.replace('-', '_')}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="barograph")
def cli() -> None:
    """Run Kubeflow Pipelines on one machine, and keep a record of everything they did."""


def main(args: list[str] | None = None) -> None:
    """The console script. Exit codes: 0 well, 1 a run or the record failed, 2 wrong usage or input."""
    # Nothing of what is imported is ever let go of: looking for it costs a tenth of a short command's time.
    gc.disable()
    try:
        with reporting_errors():
            cli.main(args, prog_name="barograph")
    except SystemExit as end:
        if isinstance(end.code, str):
            raise
        _end(end.code or 0)


def _end(code: int) -> None:
    """End the process without taking the interpreter to pieces, which costs another tenth."""
    try:
        sys.stdout and sys.stdout.flush()
        sys.stderr and sys.stderr.flush()
    except BrokenPipeError:
        code = 0
    except OSError:
        code = 1
    os._exit(code)


@contextmanager
def reporting_errors() -> Iterator[None]:
    """Turn Barograph's errors into one message on stderr and an exit code."""
    try:
        yield
        return
    except StoreError as error:
        code, message = 1, str(error)
    except ParameterError as error:
        code, message = 2, f"{error}: give it with {error.option}" if error.option else str(error)
    except BarographError as error:
        code, message = 2, str(error)
    except BrokenPipeError:
        # `barograph logs ... | head`: the reader has had enough.
        sys.stdout = None
        sys.exit(0)
    click.secho("error: ", fg="red", bold=True, nl=False, err=True)
    click.echo(message, err=True)
    sys.exit(code)
