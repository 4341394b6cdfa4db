"""``barograph logs``."""

import sys

import click


@click.command("logs")
@click.argument("run")
@click.argument("task")
@click.option("--attempt", type=click.IntRange(1), help="Which attempt, of a task that was tried again.  [last]")
def command(run: str, task: str, attempt: int | None) -> None:
    """Print the log of TASK in RUN. A task that was taken from the cache shows the log of where it ran."""
    from barograph.cli.record import find_task, open_record
    from barograph.engine.logs import find_log
    from barograph.secrets import redacted_pieces

    config, store = open_record()
    found = store.find_run(run)
    log = find_log(found, find_task(store, found, task), store, config.home, attempt)
    with log.path.open("rb") as file:
        for piece in redacted_pieces(file, log.hidden):
            sys.stdout.buffer.write(piece)
