"""``barograph env``."""

from datetime import timedelta

import click

from barograph.cli.options import age


@click.group("env")
def command() -> None:
    """List the environments that tasks run in, and remove old ones."""


@command.command("ls")
def ls() -> None:
    """List the environments on this machine, the one used last first."""
    from rich.text import Text

    from barograph.cli.formats import short, size
    from barograph.cli.terminal import console, plain_table
    from barograph.config import load_config
    from barograph.environments.kept import list_environments

    kept = list_environments(load_config().home.environments)
    if not kept:
        click.echo("No environments yet. Running a task makes the one that it needs.")
        return
    table = plain_table()
    for heading in ("name", "digest", "size", "last used", ""):
        table.add_column(heading, no_wrap=bool(heading), justify="right" if heading == "size" else "left")
    for environment in kept:
        table.add_row(
            Text(environment.name),
            short(environment.digest),
            size(environment.size),
            environment.used.astimezone().strftime("%Y-%m-%d %H:%M"),
            Text(environment.note if environment.complete else "not complete"),
        )
    console().print(table)


@command.command("prune")
@click.option("--older-than", type=age, default="30d", show_default=True, metavar="AGE", help="Not used for so long.")
def prune(older_than: timedelta) -> None:
    """Remove environments that no task has used for long; one in use stays. A task that needs one makes it anew."""
    from barograph.cli.formats import size
    from barograph.config import load_config
    from barograph.environments.kept import prune

    removed = prune(load_config().home.environments, older_than)
    for environment in removed:
        click.echo(environment.path)
    plural = "" if len(removed) == 1 else "s"
    click.echo(f"removed {len(removed)} environment{plural}, {size(sum(each.size for each in removed))}")
