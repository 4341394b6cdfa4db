"""``barograph resume``."""

import sys

import click


@click.command("resume")
@click.argument("run", default="last")
@click.option("--json", "as_json", is_flag=True, help="Print every change as a JSON object on a line of its own.")
def command(run: str, as_json: bool) -> None:
    """Go on with RUN, which was interrupted or canceled: what it has made stays.

    Exit codes are those of `barograph run`; it uses the options that RUN was started with.
    """
    from barograph.cli.running import take_up

    sys.exit(take_up(run, retry=False, as_json=as_json))
