"""What the commands that submit a pipeline share: sending it, following the run, and ending one."""

import dataclasses
import json
import os
import time
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from barograph.cli.options import parse_assignments
from barograph.cli.submit_machines import Tasks, with_machines
from barograph.cli.submit_options import BAROGRAPH, KUBEFLOW, VERTEX, Asked, flag

if TYPE_CHECKING:
    from barograph.submit.document import Document
    from barograph.submit.engine import Engine
    from barograph.submit.job import Job

_TOKENS = {KUBEFLOW: "KFP_TOKEN", VERTEX: "CLOUDSDK_AUTH_ACCESS_TOKEN", BAROGRAPH: "BAROGRAPH_TOKEN"}
"""No engine is sent another's token."""


def send(asked: Asked, text: str, source: str, tasks: Tasks | None = None) -> int:
    """Submit a compiled pipeline, tell the terminal about it, and give the exit code.

    Args:
        asked: how.
        text: the compiled pipeline.
        source: how errors name it.
        tasks: which tasks get what is given without a task, by the option's name in ``Asked``.

    Raises:
        BarographError: it could not be submitted, or how it goes can't be told.
    """
    from barograph.submit.job import new_job
    from barograph.submit.vertex import check

    job = new_job(
        text,
        source,
        parse_assignments(asked.parameters),
        asked.name,
        experiment=asked.experiment,
        root=asked.pipeline_root,
        cache=not asked.no_cache,
    )
    job = dataclasses.replace(
        job,
        document=with_machines(asked, job.document, tasks or {}),
        name=asked.name or (job.document.name if asked.cron else _name(job.document)),
    )
    if asked.on == VERTEX:
        check(job)
        if job.document.platform:
            _say(asked, {"event": "note"}, "Vertex AI takes no platform spec: what it asks of Kubernetes is left out")
    if asked.dry_run:
        click.echo(job.document.pipeline_text if asked.on == VERTEX else job.document.text, nl=False)
        return 0
    engine = _engine(asked)
    if asked.cron:
        return _schedule(asked, engine, job)
    submitted = engine.submit(job)
    if asked.as_json:
        _json({"event": "submitted", "id": submitted.id, "name": job.name, "link": submitted.link})
    else:
        click.echo(f"run {submitted.id} ({job.name})\n{submitted.link}")
    return _wait(asked, engine, submitted.id) if asked.wait else 0


def cancel(asked: Asked) -> int:
    """End a run on an engine; gives the exit code.

    Raises:
        BarographError: it can't be ended.
    """
    engine = _engine(asked)
    engine.cancel(asked.cancel)
    if asked.as_json:
        _json({"event": "canceling", "id": asked.cancel})
    else:
        click.echo(f"run {asked.cancel} is being canceled")
    return _wait(asked, engine, asked.cancel, well=("SUCCEEDED", "FAILED", "CANCELED")) if asked.wait else 0


def _schedule(asked: Asked, engine: "Engine", job: "Job") -> int:
    from barograph.submit.cron import check_cron

    made = engine.schedule(job, check_cron(asked.cron))
    if asked.as_json:
        _json({"event": "scheduled", "id": made.id, "name": job.name, "link": made.link})
    else:
        click.echo(f"schedule {made.id} ({job.name}): {asked.cron} in UTC\n{made.link}")
    return 0


def _wait(asked: Asked, engine: "Engine", run_id: str, well: tuple[str, ...] = ("SUCCEEDED",)) -> int:
    from barograph.cli.formats import duration
    from barograph.states import State
    from barograph.submit.engine import SeenRun, SeenTask
    from barograph.submit.following import Change, follow

    def tell(change: Change) -> None:
        match change:
            case SeenRun(id, name, state, error):
                said = {"event": "run", "id": id, "name": name, "state": state, "error": error}
                words = f"run {id} {state}{f': {_first(error)}' if error else ''}"
            case SeenTask(path, state, started, finished, error):
                said = {"event": "task", "run": run_id, "path": path, "state": state, "error": error}
                took = duration(started, finished) if state.ended and state is not State.CACHED else ""
                words = f"{path} {state}{f' after {took}' if took else ''}{f': {_first(error)}' if error else ''}"
        _say(asked, {key: value for key, value in said.items() if value != ""}, words)

    try:
        ended = follow(engine, run_id, tell, lambda: time.sleep(asked.poll.total_seconds()))
    except KeyboardInterrupt:
        places = {name: getattr(asked, name) for name in ("host", "project", "region")}
        where = " ".join(f"{flag(name)} {value}" for name, value in places.items() if value)
        click.echo(
            f"\nthe run goes on; to end it: {click.get_current_context().command_path} --on {asked.on} {where} "
            f"--cancel {run_id}",
            err=True,
        )
        return 130
    return 0 if ended.state in well else 1


def _name(document: "Document") -> str:
    return f"{document.name} {datetime.now().astimezone():%Y-%m-%d %H:%M:%S}"


def _engine(asked: Asked) -> "Engine":
    token = asked.token or os.environ.get(_TOKENS[asked.on], "")
    if asked.on == VERTEX:
        from barograph.submit.vertex import Place, Vertex

        project = asked.project or os.environ.get("GOOGLE_CLOUD_PROJECT", "")
        region = asked.region or os.environ.get("GOOGLE_CLOUD_REGION", "")
        if not project or not region:
            raise click.UsageError("--on vertex needs --project and --region")
        labels = parse_assignments(asked.labels, "--label")
        return Vertex(Place(project, region, asked.service_account, asked.network, labels, token, asked.host))
    from barograph.submit import kubeflow

    host = asked.host or (os.environ.get("KF_PIPELINES_ENDPOINT", "") if asked.on == KUBEFLOW else "")
    if not host:
        raise click.UsageError(f"--on {asked.on} needs --host, the server's address")
    product = kubeflow.KUBEFLOW if asked.on == KUBEFLOW else kubeflow.BAROGRAPH
    return kubeflow.Server(host, product, token, asked.namespace, asked.service_account)


def _first(text: str) -> str:
    return text.splitlines()[0]


def _say(asked: Asked, said: Mapping[str, Any], words: str) -> None:
    if asked.as_json:
        _json(dict(said) if len(said) > 1 else {**said, "message": words})
    elif said.get("event") == "note":
        click.echo(f"note: {words}", err=True)
    else:
        click.echo(f"{datetime.now():%H:%M:%S} {words}")


def _json(said: Mapping[str, Any]) -> None:
    print(json.dumps(said), flush=True)
