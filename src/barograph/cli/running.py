"""Having a run executed while telling the terminal about it: what run, resume and retry share."""

import gc
import json
import signal
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from barograph.config import Config
from barograph.engine.request import Options, Request, read_options, secrets_of
from barograph.engine.submission import check_mounts, has_mounts, notes
from barograph.ir.graph import Pipeline
from barograph.ir.values import Value
from barograph.store import Run, Store
from barograph.store.records import PipelineVersion

if TYPE_CHECKING:
    from barograph.cli.live import LiveProgress


def follow(
    pipeline: Pipeline,
    spec: str,
    parameters: dict[str, Value],
    options: Options,
    config: Config,
    store: Store,
    as_json: bool,
    again: Run | None = None,
    version: PipelineVersion | None = None,
) -> int:
    """Have a pipeline run, tell the terminal about it, and give the exit code.

    Args:
        pipeline: what is to be run.
        spec: its text.
        parameters: its values.
        options: how.
        config: the settings.
        store: the record.
        as_json: whether programs listen.
        again: the run that is taken up again; None for a new one.
        version: the version of the registry that it is; None for a file.

    Raises:
        BarographError: it could not be started; nothing was recorded.
    """
    from barograph.cli.progress import JsonProgress, LineProgress
    from barograph.cli.redaction import redaction
    from barograph.engine.again import earlier
    from barograph.engine.cancellation import Cancellation
    from barograph.engine.capacity import this_machine
    from barograph.engine.executor import executor_of
    from barograph.engine.run import execute
    from barograph.states import State

    secrets = secrets_of(options, config.home)
    if options.executor == "process" and has_mounts(pipeline):
        from barograph.executors.process import can_mount

        if not can_mount():
            check_mounts(pipeline)
    of = {"pipeline_id": version.pipeline_id, "version_id": version.id} if version else {}
    request = Request(pipeline, spec, parameters, options, secrets, **of)
    redacted = redaction(secrets)
    executor = executor_of(options, config)
    cancellation = Cancellation()
    progress: LiveProgress | LineProgress | JsonProgress
    if as_json:
        progress = JsonProgress(redacted)
    elif sys.stdout.isatty():
        from barograph.cli import live
        from barograph.cli.terminal import console

        progress = live.LiveProgress(console(), redacted)
    else:
        progress = LineProgress(redacted)
    before = earlier(again, pipeline, store) if again else None
    previous = {
        number: signal.signal(number, lambda *_: cancellation.request()) for number in (signal.SIGINT, signal.SIGTERM)
    }
    gc.freeze()
    gc.enable()
    try:
        _tell(notes(pipeline, options.executor, executor.notes, this_machine()), as_json)
        with progress:
            run = execute(request, config.home, store, executor, progress, cancellation, before)
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
    if not as_json:
        from barograph.cli.summary import print_summary
        from barograph.cli.terminal import console

        print_summary(console(), store, run, redacted=redacted)
    return 0 if run.state is State.SUCCEEDED else 1


def take_up(reference: str, retry: bool, as_json: bool) -> int:
    """Take a run up again, as ``barograph resume`` does or as ``barograph retry`` does; gives the exit code.

    Raises:
        BarographError: it can't be taken up again in this way; nothing was changed.
    """
    from barograph.cli.record import open_record
    from barograph.engine.again import check_idle, check_resumable, check_retriable, given_parameters
    from barograph.ir import build, parse_spec

    config, store = open_record()
    run = store.find_run(reference)
    (check_retriable if retry else check_resumable)(run)
    check_idle(config.home, run)
    pipeline = build(parse_spec(run.spec, f"the pipeline of run {run.name!r}"))
    options = read_options(run.options, run.experiment, run.name)
    return follow(pipeline, run.spec, given_parameters(run), options, config, store, as_json, run)


def _tell(messages: Sequence[str], as_json: bool) -> None:
    for message in messages:
        if as_json:
            click.echo(json.dumps({"event": "note", "message": message}))
        else:
            click.echo(f"note: {message}", err=True)
