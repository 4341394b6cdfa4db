"""``barograph experiment``."""

import json
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from barograph.store.experiments import Experiments
    from barograph.store.records import Experiment

_MOST = 1000


@click.group("experiment")
def command() -> None:
    """Group runs: by a question, a model, a data set."""


@command.command("create")
@click.argument("name")
@click.option("--description", default="", help="What it is about.")
def create(name: str, description: str) -> None:
    """Make an experiment. `barograph run --experiment NAME` makes it as well."""
    click.echo(_experiments().add(name, description).id)


@command.command("list")
@click.option("--archived", is_flag=True, help="Those that were put aside, too.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
def list_(archived: bool, as_json: bool) -> None:
    """List experiments, the last used first."""
    from barograph.cli.terminal import console, plain_table
    from barograph.store.listing import Operation, Predicate, Query

    shown = () if archived else (Predicate("archived", Operation.EQUALS, False),)
    query = Query(shown, "last_run_created_at", descending=True, limit=_MOST)
    experiments = _experiments()
    experiments.default()
    found = experiments.page(query).items
    if as_json:
        click.echo(json.dumps([_json(each) for each in found], indent=2))
        return
    table = plain_table("name", "last run", "description")
    for each in found:
        last = each.last_run_created_at
        name = f"{each.name} (archived)" if each.archived else each.name
        table.add_row(name, last.astimezone().strftime("%Y-%m-%d %H:%M") if last else "", each.description)
    console().print(table)


@command.command("archive")
@click.argument("name")
def archive(name: str) -> None:
    """Put an experiment aside, with its runs; its recurring runs start nothing more."""
    experiments = _experiments()
    experiments.archive(experiments.named(name).id)


@command.command("unarchive")
@click.argument("name")
def unarchive(name: str) -> None:
    """Take an experiment back; its runs stay archived."""
    experiments = _experiments()
    experiments.unarchive(experiments.named(name).id)


@command.command("delete")
@click.argument("name")
@click.confirmation_option(prompt="Its runs go to the experiment Default. Delete it?")
def delete(name: str) -> None:
    """Remove an experiment; its runs stay."""
    experiments = _experiments()
    experiments.delete(experiments.named(name).id)


def _experiments() -> "Experiments":
    from barograph.cli.record import open_record
    from barograph.store.experiments import Experiments

    return Experiments(open_record()[1].database)


def _json(experiment: "Experiment") -> dict[str, Any]:
    times = {"created_at": experiment.created_at, "last_run_created_at": experiment.last_run_created_at}
    return {**vars(experiment), **{name: time and time.isoformat() for name, time in times.items()}}
