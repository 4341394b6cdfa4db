"""``barograph compare``."""

import json
from dataclasses import asdict
from datetime import datetime

import click


@click.command("compare")
@click.argument("runs", nargs=-1, required=True, metavar="RUN RUN...")
@click.option("--all", "everything", is_flag=True, help="Show what is the same in all of them, too.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object, with everything.")
def command(runs: tuple[str, ...], everything: bool, as_json: bool) -> None:
    """Show how runs differ: parameters, metrics, artifacts and tasks.

    Each RUN is an id or its beginning, a name, or `last`. The first is what the others are compared with.
    """
    from barograph.cli.record import open_record
    from barograph.cli.side_by_side import print_comparison
    from barograph.cli.terminal import console
    from barograph.views.compare import compare
    from barograph.views.comparison import RunRecord

    if len(runs) < 2:
        raise click.UsageError("give two runs or more")
    _, store = open_record()
    records = []
    for run in map(store.find_run, runs):
        tasks = store.tasks(run.id)
        records.append(RunRecord(run, tasks, store.links([task.id for task in tasks])))
    found = compare(records)
    if as_json:
        click.echo(json.dumps(asdict(found), indent=2, default=datetime.isoformat))
    else:
        print_comparison(console(), found, everything)
