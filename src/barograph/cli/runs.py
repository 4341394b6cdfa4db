"""``barograph runs``."""

import json

import click


@click.command("runs")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="How many at the most.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
def command(limit: int, as_json: bool) -> None:
    """List runs, newest first."""
    from rich.text import Text

    from barograph.cli.formats import SYMBOLS, duration
    from barograph.cli.record import open_record
    from barograph.cli.terminal import console, plain_table
    from barograph.store.store import now

    _, store = open_record()
    runs = store.runs(limit)
    if as_json:
        keys = ("id", "name", "state", "experiment", "pipeline", "parameters", "error")
        rows = [
            {key: getattr(run, key) for key in keys}
            | {
                key: time and time.isoformat()
                for key, time in (("started_at", run.started_at), ("finished_at", run.finished_at))
            }
            for run in runs
        ]
        click.echo(json.dumps(rows, indent=2))
        return
    if not runs:
        click.echo("No runs yet. Start one with `barograph run FILE`.")
        return
    table = plain_table()
    for heading in ("id", "state", "name", "experiment", "started", "time"):
        table.add_column(heading, no_wrap=heading != "name")
    for run in runs:
        sign, style = SYMBOLS[run.state]
        started = run.started_at.astimezone().strftime("%Y-%m-%d %H:%M") if run.started_at else ""
        took = duration(run.started_at, run.finished_at or now())
        table.add_row(
            run.id[:8],
            Text(f"{sign} {run.state}", style),
            Text(run.name),
            Text(run.experiment),
            started,
            took,
        )
    console().print(table)
