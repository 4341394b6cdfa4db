"""Telling whoever reads the output what a run does, in lines or as JSON; ``live.py`` draws it on a terminal."""

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from barograph.cli.formats import duration, own_lines, tail
from barograph.cli.redaction import Redact
from barograph.engine.events import Event, RunChanged, TaskChanged
from barograph.states import State
from barograph.store import Task

_TAIL = 65536
"""Bytes at the end of a log that its last lines are looked for in."""


class LineProgress:
    """A line for each thing that happens, for a log file or a pipe."""

    def __init__(self, redacted: Redact = str) -> None:
        self._redacted = redacted

    def __enter__(self) -> "LineProgress":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def tell(self, event: Event) -> None:
        match event:
            case RunChanged(run) if run.state in (State.RUNNING, State.CANCELING):
                self._say(f"run {run.id} {run.state} ({run.name})")
            case TaskChanged(task) if task.state is not State.PENDING:
                took = duration(task.started_at, task.finished_at)
                words = f"{task.path} {task.state}"
                if took:
                    words += f" after {took}"
                if task.error:
                    words += f": {task.error.splitlines()[0]}"
                self._say(words)

    def _say(self, words: str) -> None:
        click.echo(f"{datetime.now():%H:%M:%S} {self._redacted(words)}")


class JsonProgress:
    """A JSON object a line, for programs: every change of the run and of its tasks."""

    def __init__(self, redacted: Redact = str) -> None:
        self._redacted = redacted

    def __enter__(self) -> "JsonProgress":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def tell(self, event: Event) -> None:
        match event:
            case RunChanged(run):
                said: dict[str, Any] = {"event": "run", "id": run.id, "name": run.name, "state": run.state}
                if run.error:
                    said["error"] = run.error
            case TaskChanged(task, outputs):
                said = {"event": "task", "run": task.run_id, "path": task.path, "state": task.state}
                if task.state.ended:
                    said["outputs"] = dict(task.outputs)
                    said["artifacts"] = {
                        link.key: {"uri": link.artifact.uri, "digest": link.artifact.digest} for link in outputs
                    }
                for key in ("error", "log", "exit_code"):
                    if value := getattr(task, key):
                        said[key] = value
        print(json.dumps(_redacted(said, self._redacted)), flush=True)


def _redacted(value: Any, redacted: Redact) -> Any:
    """A JSON value, all of it redacted: before it is written, since JSON writes some characters otherwise."""
    match value:
        case str():
            return redacted(value)
        case list():
            return [_redacted(item, redacted) for item in value]
        case dict():
            return {redacted(key): _redacted(item, redacted) for key, item in value.items()}
    written = json.dumps(value)
    clean = redacted(written)
    return value if clean == written else clean


def last_line(task: Task) -> str:
    """The last thing a running task printed; why it failed or was skipped, once it has."""
    if task.error:
        return task.error.splitlines()[0]
    return "".join(last_lines(task, 1)) if task.state is State.RUNNING else ""


def last_lines(task: Task, count: int) -> list[str]:
    """The last lines that a task printed, from the end of its log: a log may be large."""
    if not task.log:
        return []
    try:
        with Path(task.log).open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL))
            # A carriage return draws a line anew: only what was drawn last is there to see.
            lines = [line.split("\r")[-1] for line in file.read().decode(errors="replace").split("\n")]
    except OSError:
        return []
    return tail(own_lines(lines), count)
