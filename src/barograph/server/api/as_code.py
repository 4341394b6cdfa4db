"""How a run is started again: as a command, in Python with KFP's client, and over HTTP. Pure."""

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pprint import pformat
from typing import Any

from barograph.engine.capacity import DEFAULT_PARALLELISM
from barograph.engine.request import Options
from barograph.engine.runtime import StatusWords
from barograph.ir.values import Value, text
from barograph.server.api.shapes import PREFIX, Shape


class Code(Shape):
    """The same run again. ``notes`` say where one of them can't say all that the others do."""

    cli: str
    python: str
    curl: str
    notes: list[str]


@dataclass(frozen=True)
class Again:
    """What is to be started again.

    Attributes:
        run_id: the run.
        reference: ``NAME:VERSION`` in the registry; empty where it is of no version there.
        pipeline_id, version_id: the same by id.
        parameters: those whose values are not the pipeline's own.
        options: how it was asked for.
        server: this server's address.
        has_token: whether it asks for a token.
    """

    run_id: str
    reference: str
    pipeline_id: str
    version_id: str
    parameters: Mapping[str, Value]
    options: Options
    server: str
    has_token: bool = False


def as_code(again: Again) -> Code:
    """The code for a run."""
    options, notes = again.options, []
    if again.has_token:
        notes.append(f"The server's token is taken from the environment variable {_TOKEN}.")
    if options.artifacts:
        notes.append("Neither KFP's client nor this form can give a pipeline artifacts by address: use the command.")
    if options.executor != "process":
        notes.append(f"Only the command says that the executor is {options.executor}.")
    return Code(cli=_cli(again), python=_python(again), curl=_curl(again), notes=notes)


def _cli(again: Again) -> str:
    options = again.options
    words = ["barograph", "run", again.reference or _FILE]
    for name, value in again.parameters.items():
        words += ["-p", f"{name}={text(value)}"]
    for name, uri in options.artifacts.items():
        words += ["-a", f"{name}={uri}"]
    if options.experiment != Options.experiment:
        words += ["--experiment", options.experiment]
    if not options.cache:
        words.append("--no-cache")
    for path in sorted(options.uncached):
        words += ["--no-cache-task", path]
    if options.max_age is not None:
        words += ["--cache-max-age", f"{options.max_age.total_seconds():.0f}s"]
    if options.parallelism != DEFAULT_PARALLELISM:
        words += ["--parallelism", str(options.parallelism)]
    if options.executor != "process":
        words += ["--executor", options.executor]
    for name in ("network", "pull", "user"):
        if name in options.docker:
            words += [f"--docker-{name}", str(options.docker[name])]
    for folder in options.docker.get("folders", ()):
        words += ["--docker-folder", folder]
    if options.final_status is not StatusWords.KUBEFLOW:
        words += ["--final-status", options.final_status.value]
    if options.secrets is not None:
        words += ["--secrets", str(options.secrets)]
    if options.pipeline_root:
        words += ["--pipeline-root", options.pipeline_root]
    command = shlex.join(words)
    return command if again.reference else f"{_fetch(again)}\n{command}"


_FILE = "pipeline.yaml"
_TOKEN = "BAROGRAPH_TOKEN"


def _fetch(again: Again) -> str:
    words = ["--output", _FILE, f"{again.server}{PREFIX}/runs/{again.run_id}/spec"]
    return f"{_asking(again)} {shlex.join(words)}"


def _asking(again: Again) -> str:
    token = f' --header "Authorization: Bearer ${_TOKEN}"' if again.has_token else ""
    return f"curl --fail{token}"


def _python(again: Again) -> str:
    options = again.options
    parameters = pformat(dict(again.parameters), sort_dicts=False, width=100).replace("\n", "\n    ")
    if again.has_token:
        token = f"existing_token=os.environ[{_TOKEN!r}]"
        lines = ["import os", "", "import kfp", "", f"client = kfp.Client(host={again.server!r}, {token})"]
    else:
        lines = ["import kfp", "", f"client = kfp.Client(host={again.server!r})"]
    if again.version_id and options.cache:
        lines += [
            f"experiment = client.create_experiment({options.experiment!r})",
            "run = client.run_pipeline(",
            "    experiment_id=experiment.experiment_id,",
            f"    job_name={options.name!r},",
            f"    pipeline_id={again.pipeline_id!r},",
            f"    version_id={again.version_id!r},",
            f"    params={parameters},",
            ")",
        ]
    else:
        # Of a version's tasks the client can't switch caching off.
        lines += [
            f"# {_fetch(again)}",
            "run = client.create_run_from_pipeline_package(",
            f"    {_FILE!r},",
            f"    arguments={parameters},",
            f"    run_name={options.name!r},",
            f"    experiment_name={options.experiment!r},",
            *([] if options.cache else ["    enable_caching=False,"]),
            ")",
        ]
    return "\n".join([*lines, "client.wait_for_run_completion(run.run_id, timeout=3600)"])


def _curl(again: Again) -> str:
    options = again.options
    body: dict[str, Any] = {"version_id": again.version_id} if again.version_id else {"like_run": again.run_id}
    body |= {"parameters": dict(again.parameters), "experiment": options.experiment, "name": options.name}
    if not options.cache:
        body["cache"] = False
    if options.parallelism != DEFAULT_PARALLELISM:
        body["parallelism"] = options.parallelism
    words = ["--json", json.dumps(body, ensure_ascii=False), f"{again.server}{PREFIX}/runs"]
    return f"{_asking(again)} {shlex.join(words)}"
