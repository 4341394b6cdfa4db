"""``barograph recurring-run``."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from barograph.cli.options import age, parse_assignments

if TYPE_CHECKING:
    from barograph.schedule.recurring import What
    from barograph.schedule.trigger import Trigger
    from barograph.store.records import RecurringRun
    from barograph.store.recurring_runs import RecurringRuns

_MOST = 1000
_NEXT = 3
"""Times to come that are shown."""
_time = click.DateTime(("%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d"))


@click.group("recurring-run")
def command() -> None:
    """Run pipelines again and again. It is `barograph server` that starts the runs, while it is up."""


@command.command("create")
@click.argument("name")
@click.argument("pipeline")
@click.option("--cron", metavar="EXPRESSION", help="When: six fields, seconds first, such as '0 30 6 * * *'.")
@click.option("--every", type=age, metavar="SPAN", help="Or how often: 30s, 5m, 12h, 7d.")
@click.option("--time-zone", default="UTC", show_default=True, help="Whose clock --cron means, such as Europe/Berlin.")
@click.option("--start", type=_time, help="Not before then.")
@click.option("--end", type=_time, help="Not after then.")
@click.option("-p", "--parameter", "parameters", multiple=True, metavar="NAME=VALUE", help="A pipeline's parameter.")
@click.option("--experiment", default="Default", show_default=True, help="The experiment that the runs belong to.")
@click.option("--max-concurrency", type=click.IntRange(1, 10), default=1, show_default=True, help="Runs at a time.")
@click.option("--no-catchup", is_flag=True, help="Of times that were missed, only the last counts.")
@click.option("--no-cache", is_flag=True, help="Run every task, even where an earlier result would do.")
@click.option("--disabled", is_flag=True, help="Start nothing before `barograph recurring-run enable`.")
@click.option("--description", default="", help="What it is for.")
def create(
    name: str,
    pipeline: str,
    cron: str | None,
    every: timedelta | None,
    time_zone: str,
    start: datetime | None,
    end: datetime | None,
    parameters: tuple[str, ...],
    experiment: str,
    max_concurrency: int,
    no_catchup: bool,
    no_cache: bool,
    disabled: bool,
    description: str,
) -> None:
    """Have PIPELINE run again and again: a file, or NAME or NAME:VERSION of the registry.

    A bare NAME is its newest version at each time. In text parameters [[ScheduledTime]], [[CurrentTime]], [[Index]]
    and [[RunUUID]] stand for what they say.
    """
    from barograph.cli.record import open_record
    from barograph.engine.inputs import parse_parameters
    from barograph.engine.request import Options
    from barograph.ir import build, parse_spec
    from barograph.schedule.recurring import new_recurring_run
    from barograph.store.pipelines import Pipelines
    from barograph.store.recurring_runs import RecurringRuns

    trigger = _trigger(cron, every, time_zone, start, end)
    _, store = open_record()
    pipelines = Pipelines(store.database)
    what, text = _what(pipeline, pipelines)
    values = parse_parameters(build(parse_spec(text, pipeline)).root, parse_assignments(parameters))
    options = Options(experiment, cache=not no_cache)
    made = new_recurring_run(
        name,
        trigger,
        what,
        values,
        options,
        pipelines,
        description=description,
        max_concurrency=max_concurrency,
        no_catchup=no_catchup,
        enabled=not disabled,
    )
    RecurringRuns(store.database).add(made)
    click.echo(made.id)


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
def list_(as_json: bool) -> None:
    """List recurring runs, with the times at which they will start runs next."""
    from barograph.cli.terminal import console, plain_table
    from barograph.store.listing import Query

    found = _recurring_runs().page(Query(sort="name", limit=_MOST)).items
    if as_json:
        click.echo(json.dumps([_json(each) for each in found], indent=2))
        return
    if not found:
        click.echo("No recurring runs. Make one with `barograph recurring-run create`.")
        return
    table = plain_table("id", "name", "experiment", "started", "next", "")
    for each in found:
        times = ", ".join(f"{time.astimezone():%Y-%m-%d %H:%M:%S}" for time in _coming(each)[:1])
        table.add_row(each.id[:8], each.name, each.experiment, str(each.started), times or "-", each.error)
    console().print(table)


@command.command("enable")
@click.argument("recurring_run")
def enable(recurring_run: str) -> None:
    """Let RECURRING_RUN (an id or its beginning, or a name) start runs."""
    _switch(recurring_run, True)


@command.command("disable")
@click.argument("recurring_run")
def disable(recurring_run: str) -> None:
    """Let it start no more runs; those that it has started go on."""
    _switch(recurring_run, False)


@command.command("delete")
@click.argument("recurring_run")
def delete(recurring_run: str) -> None:
    """Remove it; the runs that it has started stay."""
    recurring_runs = _recurring_runs()
    recurring_runs.delete(recurring_runs.find(recurring_run).id)


def _switch(reference: str, enabled: bool) -> None:
    from barograph.store.store import now

    recurring_runs = _recurring_runs()
    recurring_runs.update(recurring_runs.find(reference).id, enabled=enabled, updated_at=now())


def _trigger(
    cron: str | None, every: timedelta | None, time_zone: str, start: datetime | None, end: datetime | None
) -> "Trigger":
    from barograph.schedule.trigger import Cron, Periodic

    if (cron is None) == (every is None):
        raise click.UsageError("say when with --cron or how often with --every, one of them")
    first, last = (time and time.astimezone() for time in (start, end))
    if cron is not None:
        return Cron(cron, time_zone, first, last)
    assert every is not None
    return Periodic(int(every.total_seconds()), first, last)


def _what(reference: str, pipelines: Any) -> tuple["What", str]:
    from barograph.cli.compiling import is_reference, load
    from barograph.registry.reference import find_pipeline, find_version
    from barograph.schedule.recurring import What

    if not is_reference(Path(reference)):
        text = load(Path(reference), None).text
        return What(spec=text), text
    pipeline, named = find_pipeline(pipelines, reference)
    version = find_version(pipelines, reference)[1]
    return What(pipeline.id, version.id if named else ""), version.spec


def _recurring_runs() -> "RecurringRuns":
    from barograph.cli.record import open_record
    from barograph.store.recurring_runs import RecurringRuns

    return RecurringRuns(open_record()[1].database)


def _coming(recurring: "RecurringRun") -> list[datetime]:
    from barograph.schedule.trigger import read, upcoming
    from barograph.store.store import now

    if not recurring.enabled:
        return []
    last = recurring.last_scheduled_at or recurring.created_at
    return upcoming(read(recurring.trigger), now(), _NEXT, last)


def _json(recurring: "RecurringRun") -> dict[str, Any]:
    said = {name: value for name, value in vars(recurring).items() if name not in ("spec", "options")}
    said["next"] = _coming(recurring)
    return {name: _plain(value) for name, value in said.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, datetime) else value
