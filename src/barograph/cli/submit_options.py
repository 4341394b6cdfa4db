"""The options of submitting a pipeline, which two commands share, and what they mean where."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import Any

import click

from barograph.cli.options import age

KUBEFLOW, VERTEX, BAROGRAPH = "kubeflow", "vertex", "barograph"


@dataclass(frozen=True)
class Asked:
    """The options, as they were given."""

    on: str
    parameters: tuple[str, ...]
    experiment: str
    name: str
    no_cache: bool
    pipeline_root: str
    host: str
    token: str
    namespace: str
    project: str
    region: str
    service_account: str
    network: str
    labels: tuple[str, ...]
    cron: str
    accelerators: tuple[str, ...]
    cpus: tuple[str, ...]
    memories: tuple[str, ...]
    custom_job: str
    machine_type: str
    spot: bool
    wait: bool
    poll: timedelta
    dry_run: bool
    cancel: str
    as_json: bool


_OPTIONS = (
    click.option("--on", type=click.Choice((KUBEFLOW, VERTEX, BAROGRAPH)), required=True, help="What is to run it."),
    click.option(
        "-p", "--parameter", "parameters", multiple=True, metavar="NAME=VALUE", help="A pipeline's parameter."
    ),
    click.option("--experiment", default="", help="The experiment that the run belongs to."),
    click.option("--name", default="", help="The run's name.  [default: the pipeline's name and the time]"),
    click.option("--no-cache", is_flag=True, help="Run every task, even where an earlier result would do."),
    click.option("--pipeline-root", default="", metavar="URI", help="Where its artifacts go: gs://..., s3://..."),
    click.option(
        "--host",
        default="",
        metavar="URL",
        help="The server's address. For vertex, an endpoint of the API other than Google's own.",
    ),
    click.option(
        "--token",
        default="",
        help="Bearer token.  [default: KFP_TOKEN, BAROGRAPH_TOKEN or CLOUDSDK_AUTH_ACCESS_TOKEN, by what --on says]",
    ),
    click.option("--namespace", default="", help="kubeflow: whose run it is, on a server of several users."),
    click.option("--project", default="", help="vertex: the project.  [default: GOOGLE_CLOUD_PROJECT]"),
    click.option("--region", default="", help="vertex: such as europe-west1.  [default: GOOGLE_CLOUD_REGION]"),
    click.option("--service-account", default="", help="vertex, kubeflow: whom its tasks run as."),
    click.option("--network", default="", help="vertex: the full name of the network that its tasks are in."),
    click.option("--label", "labels", multiple=True, metavar="NAME=VALUE", help="vertex: a label of the run."),
    click.option(
        "--schedule",
        "cron",
        default="",
        metavar="CRON",
        help="Run it again and again, at these times in UTC: '30 6 * * *' is 6:30 each day.",
    ),
    click.option(
        "--accelerator",
        "accelerators",
        multiple=True,
        metavar="[TASK=]TYPE[:COUNT]",
        help="What a task has besides cores: NVIDIA_L4 on vertex, nvidia.com/gpu elsewhere.",
    ),
    click.option("--cpu", "cpus", multiple=True, metavar="[TASK=]N", help="The most cores that a task gets."),
    click.option("--memory", "memories", multiple=True, metavar="[TASK=]SIZE", help="The most memory: 8G, 16Gi."),
    click.option(
        "--custom-job", default="", metavar="TASK", help="vertex: run this task as a custom training job of its own."
    ),
    click.option("--machine-type", default="", help="The custom job's machine.  [default: n1-standard-4]"),
    click.option("--spot", is_flag=True, help="The custom job may run on a spot machine, cheaper and interruptible."),
    click.option("--wait", is_flag=True, help="Wait until it has ended, and tell how it goes."),
    click.option("--poll", type=age, default="5s", metavar="SPAN", show_default=True, help="How often --wait looks."),
    click.option("--dry-run", is_flag=True, help="Send nothing; print the pipeline as it would be sent."),
    click.option("--cancel", default="", metavar="RUN", help="End this run, and start none."),
    click.option("--json", "as_json", is_flag=True, help="Print JSON objects, one on a line."),
)

_ONLY = {
    "namespace": (KUBEFLOW,),
    "project": (VERTEX,),
    "region": (VERTEX,),
    "service_account": (VERTEX, KUBEFLOW),
    "network": (VERTEX,),
    "labels": (VERTEX,),
    "custom_job": (VERTEX,),
    "machine_type": (VERTEX,),
    "spot": (VERTEX,),
}
"""Where an option means something; those that aren't here do everywhere."""

_FLAGS = {
    "labels": "--label",
    "cron": "--schedule",
    "accelerators": "--accelerator",
    "cpus": "--cpu",
    "memories": "--memory",
}


def submit_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of submitting; it is called with ``asked``, which is checked."""

    @wraps(command)
    def called(**values: Any) -> Any:
        own = {each.name: values.pop(each.name) for each in dataclasses.fields(Asked)}
        return command(asked=checked(Asked(**own)), **values)

    for option in reversed(_OPTIONS):
        called = option(called)
    return called


def checked(asked: Asked) -> Asked:
    """``asked``, where all of it means something together.

    Raises:
        click.UsageError: an option means nothing where the run goes, or is missing.
    """
    for name, places in _ONLY.items():
        if getattr(asked, name) and asked.on not in places:
            raise click.UsageError(f"{flag(name)} means nothing with --on {asked.on}, only on {' and '.join(places)}")
    for name in ("machine_type", "spot"):
        if getattr(asked, name) and not asked.custom_job:
            raise click.UsageError(f"{flag(name)} means nothing without --custom-job")
    if asked.on != BAROGRAPH and asked.pipeline_root and "://" not in asked.pipeline_root:
        raise click.UsageError(f"--pipeline-root {asked.pipeline_root} is on this machine; give gs://... or s3://...")
    if asked.cron and asked.wait:
        raise click.UsageError("--wait means nothing with --schedule: no run has started yet")
    return asked


def flag(name: str) -> str:
    """How the command line calls an option of ``Asked``."""
    return _FLAGS.get(name, f"--{name.replace('_', '-')}")
