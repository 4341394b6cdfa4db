"""Recurring runs: checking a new one, and starting the runs of those whose time has come."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from barograph.engine.inputs import root_inputs
from barograph.engine.managed import asked_for
from barograph.engine.request import Options, read_options
from barograph.errors import BarographError, ConflictError, ParameterError, StoreError
from barograph.home import Home
from barograph.ir import build, parse_spec
from barograph.schedule.due import MOST_AT_ONCE, Start, due
from barograph.schedule.macros import Macros
from barograph.schedule.trigger import Trigger, write
from barograph.store.pipelines import Pipelines
from barograph.store.records import RecurringRun
from barograph.store.recurring_runs import RecurringRuns
from barograph.store.store import Store, new_id, now


@dataclass(frozen=True)
class What:
    """What is run again and again: a version of the registry, its newest one at each time where ``version_id`` is
    empty, or else the compiled pipeline ``spec``."""

    pipeline_id: str = ""
    version_id: str = ""
    spec: str = ""


def new_recurring_run(
    name: str,
    trigger: Trigger,
    what: What,
    parameters: Mapping[str, Any],
    options: Options,
    pipelines: Pipelines,
    **more: Any,
) -> RecurringRun:
    """A recurring run, checked and not recorded yet.

    Args:
        name: its own; its runs get it with their numbers.
        trigger: when.
        what: the pipeline.
        parameters: values for the pipeline's parameters, in which macros may stand.
        options: how its runs are asked for, and their experiment.
        pipelines: the registry.
        more: further attributes of the ``RecurringRun``.

    Raises:
        NotFoundError: there is no such pipeline or version.
        PipelineError: the pipeline can't be run.
        ParameterError: a parameter does not fit.
    """
    pipeline = build(parse_spec(_resolve(what, pipelines)[0], f"the pipeline of {name!r}"))
    root_inputs(pipeline.root, Macros("", now(), now(), 1).fill(parameters), {})
    time = now()
    most = min(max(int(more.pop("max_concurrency", 0)) or 1, 1), MOST_AT_ONCE)
    return RecurringRun(
        new_id(),
        name,
        options.experiment,
        time,
        time,
        write(trigger),
        **vars(what),
        parameters=dict(parameters),
        options=options.recorded(),
        max_concurrency=most,
        **more,
    )


def start_due(
    recurring_runs: RecurringRuns, pipelines: Pipelines, store: Store, home: Home, time: datetime
) -> list[Start]:
    """Have all runs wait for a server whose time has come; gives them.

    What stands in the way of one is its recurring run's error; the others go on.

    Raises:
        StoreError: the record can't be read or written.
    """
    started: list[Start] = []
    for recurring in recurring_runs.enabled():
        try:
            starts = due(recurring, recurring_runs.active(recurring.id), time).starts
        except ParameterError as reason:  # a time zone that this machine no longer knows
            recurring_runs.update(recurring.id, error=str(reason))
            continue
        for start in starts:
            error = ""
            try:
                _start(recurring, start, pipelines, store, home, time)
                started.append(start)
            except ConflictError:
                pass  # another scheduler has started it
            except StoreError:
                raise
            except BarographError as reason:
                error = str(reason)
            recurring_runs.note_start(recurring.id, start.index, start.at, error)
    return started


def _start(
    recurring: RecurringRun, start: Start, pipelines: Pipelines, store: Store, home: Home, time: datetime
) -> None:
    what = What(recurring.pipeline_id, recurring.version_id, recurring.spec)
    text, version_id = _resolve(what, pipelines)
    options = read_options(recurring.options, recurring.experiment, f"{recurring.name} {start.index}")
    macros = Macros(start.id, time, start.at, start.index)
    run = asked_for(
        build(parse_spec(text, f"the pipeline of {recurring.name!r}")),
        text,
        macros.fill(recurring.parameters),
        options,
        home,
        id=start.id,
        pipeline_id=recurring.pipeline_id,
        version_id=version_id,
        recurring_run_id=recurring.id,
        service_account=recurring.service_account,
        scheduled_at=start.at,
    )
    store.add_run(run)


def _resolve(what: What, pipelines: Pipelines) -> tuple[str, str]:
    """The compiled pipeline's text, and the id of the version that it is; empty where it is none."""
    if what.spec:
        return what.spec, ""
    version = what.version_id
    found = pipelines.version(what.pipeline_id, version) if version else pipelines.newest(what.pipeline_id)
    return found.spec, found.id
