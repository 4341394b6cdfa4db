"""``barograph run``."""

import signal
import sys
from collections.abc import Iterable
from pathlib import Path

import click

from barograph.engine.run import DEFAULT_PARALLELISM


@click.command("run")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("-p", "--parameter", "parameters", multiple=True, metavar="NAME=VALUE", help="A pipeline's parameter.")
@click.option("--experiment", default="Default", show_default=True, help="The experiment that the run belongs to.")
@click.option("--name", default="", help="The run's name.  [default: the pipeline's name and the time]")
@click.option("--no-cache", is_flag=True, help="Run every task, even where an earlier result would do.")
@click.option("--parallelism", type=click.IntRange(1), default=DEFAULT_PARALLELISM, help="Tasks at a time.")
@click.option("--function", help="Which pipeline, where a Python file defines several.")
@click.option("--json", "as_json", is_flag=True, help="Print every change as a JSON object on a line of its own.")
def command(
    file: Path,
    parameters: tuple[str, ...],
    experiment: str,
    name: str,
    no_cache: bool,
    parallelism: int,
    function: str | None,
    as_json: bool,
) -> None:
    """Run FILE, a compiled pipeline (YAML or JSON) or a Python file that defines one.

    Exit codes: 0 it succeeded, 1 it failed or was canceled, 2 FILE or a parameter is wrong.
    """
    texts = parse_assignments(parameters)
    sys.exit(run_file(file, texts, experiment, name, not no_cache, parallelism, function, as_json))


def parse_assignments(written: Iterable[str]) -> dict[str, str]:
    """Names and values, from ``name=value``.

    Raises:
        click.BadParameter: one of them is not of that form.
    """
    values = {}
    for assignment in written:
        name, equals, value = assignment.partition("=")
        if not equals or not name:
            raise click.BadParameter(f"{assignment!r} is not NAME=VALUE", param_hint="-p")
        values[name] = value
    return values


def run_file(
    file: Path,
    texts: dict[str, str],
    experiment: str = "Default",
    name: str = "",
    cache: bool = True,
    parallelism: int = DEFAULT_PARALLELISM,
    function: str | None = None,
    as_json: bool = False,
) -> int:
    """Run a pipeline, tell the terminal about it, and give the exit code.

    Raises:
        BarographError: it could not be started; nothing was recorded.
    """
    from barograph.cli.compiling import load
    from barograph.cli.progress import JsonProgress, LineProgress, LiveProgress
    from barograph.cli.record import open_record
    from barograph.cli.summary import print_summary
    from barograph.cli.terminal import console
    from barograph.engine.cancellation import Cancellation
    from barograph.engine.inputs import parse_parameters
    from barograph.engine.run import Request, execute
    from barograph.executors.process import ProcessExecutor
    from barograph.ir import build
    from barograph.states import State

    spec = load(file, function)
    pipeline = build(spec)
    values = parse_parameters(pipeline.root, texts)
    request = Request(pipeline, spec.text, values, experiment, name, cache, parallelism)
    config, store = open_record()
    terminal = console()
    cancellation = Cancellation()
    previous = {
        number: signal.signal(number, lambda *_: cancellation.request()) for number in (signal.SIGINT, signal.SIGTERM)
    }
    human = LiveProgress(terminal) if terminal.is_terminal else LineProgress(terminal)
    progress = JsonProgress() if as_json else human
    try:
        with progress:
            run = execute(request, config.home, store, ProcessExecutor(config), progress, cancellation)
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
    if not as_json:
        print_summary(terminal, store, run)
    return 0 if run.state is State.SUCCEEDED else 1
