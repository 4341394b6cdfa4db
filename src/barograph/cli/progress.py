"""Telling the terminal what a run does: as it changes, in lines, or as JSON."""

import json
import os
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from barograph.cli.folding import Folded, Row, fit, rows
from barograph.cli.formats import SYMBOLS, duration, own_lines, state_counts, tail
from barograph.cli.redaction import Redact
from barograph.engine.events import Event, RunChanged, TaskChanged
from barograph.states import State
from barograph.store import Run, Task
from barograph.store.store import now

_TAIL = 65536
"""Bytes at the end of a log that its last lines are looked for in."""


class LiveProgress:
    """A table that is drawn again four times a second, never higher than the terminal: tasks, states, times and the
    last line of each log."""

    def __init__(self, console: Console, redacted: Redact = str) -> None:
        self._console = console
        self._redacted = redacted
        self._run: Run | None = None
        self._tasks: dict[str, Task] = {}
        self._rows: list[Row] = []
        self._rows_until = 0.0
        self._live = Live(console=console, get_renderable=self._draw, refresh_per_second=4, transient=True)

    def __enter__(self) -> "LiveProgress":
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def tell(self, event: Event) -> None:
        match event:
            case RunChanged(run):
                self._run = run
            case TaskChanged(task):
                self._tasks[task.id] = task

    def _draw(self) -> RenderableType:
        if self._run is None:
            return Text()
        time = now()
        head = Text.assemble(
            (self._run.name, "bold"),
            f"  {self._run.state}  ",
            (duration(self._run.started_at, time), "dim"),
        )
        table = Table.grid(padding=(0, 2))
        table.add_column(no_wrap=True)
        table.add_column(no_wrap=True, justify="right")
        table.add_column(no_wrap=True, overflow="ellipsis", style="dim")
        shown, more = fit(self._current_rows(), self._console.size.height - 2)
        for row in shown:
            match row:
                case Folded(task=task) as loop:
                    took = duration(task.started_at, task.finished_at or time) if task else ""
                    table.add_row(Text(loop.label), took, state_counts(loop.states))
                case Task() as task:
                    sign, style = SYMBOLS[task.state]
                    table.add_row(
                        Text(f"{sign} {task.path}", style),
                        duration(task.started_at, task.finished_at or time),
                        Text(self._redacted(last_line(task))),
                    )
        if more:
            table.add_row(Text(f"... and {more} more", "dim"))
        return Group(head, table)

    def _current_rows(self) -> list[Row]:
        start = monotonic()
        if start >= self._rows_until:
            self._rows = rows(list(self._tasks.values()))
            # Of ten thousand tasks it takes a while, which the engine must not miss.
            self._rows_until = monotonic() + 10 * (monotonic() - start)
        return self._rows


class LineProgress:
    """A line for each thing that happens, for a log file or a pipe."""

    def __init__(self, console: Console, redacted: Redact = str) -> None:
        self._console = console
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
        words = f"{datetime.now():%H:%M:%S} {self._redacted(words)}"
        self._console.print(words, markup=False, highlight=False, soft_wrap=True)


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
                if task.error:
                    said["error"] = self._redacted(task.error)
        print(json.dumps(said), flush=True)


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
