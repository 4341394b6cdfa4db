"""Why a run failed, in as few words as may be."""

import re

from barograph.engine.logs import find_log
from barograph.errors import NotFoundError
from barograph.server.api.log_text import LogText
from barograph.server.api.secrecy import hidden, shown_task
from barograph.server.api.shapes import FoundRun, Router, Shape
from barograph.server.backend import Backend, Context
from barograph.states import State
from barograph.store import Run, Task
from barograph.store.tasks import Tasks

router = Router("Runs")

_NAMED = 3
_LINES = 20
_LONGEST = 500
"""Characters of a line that are told."""
_ERROR = re.compile(r"(?:\w+\.)*\w*(?:Error|Exception|Interrupt)\b(?::|$)|(?i:error|fatal|critical|panic)\b:?")
_SEQUENCE = re.compile(r"\x1b\[[0-9;:?]*[ -/]*[@-~]|[\x00-\x08\x0b-\x1f\x7f]")


class TaskFailure(Shape):
    """A task that failed. ``said`` is what its log says of it: its last line that tells of an error, or its last."""

    path: str
    error: str
    said: str


class Failures(Shape):
    """The first tasks that failed in a run, and how many did."""

    tasks: list[TaskFailure]
    total: int


@router.get("/runs/{run_id}/failures")
def list_failures(backend: Context, run: FoundRun) -> Failures:
    """The tasks by which a run failed: groups that fail with them are left out."""
    values = hidden(backend.config.home, run)
    tasks = Tasks(backend.database)
    told = [
        TaskFailure(path=task.path, error=shown_task(task, values).error, said=_said(backend, run, task))
        for task in tasks.failed(run.id, _NAMED)
    ]
    return Failures(tasks=told, total=tasks.states(run.id).get(State.FAILED, 0))


def _said(backend: Backend, run: Run, task: Task) -> str:
    try:
        log = find_log(run, task, backend.store, backend.config.home)
        text = LogText(log.path, log.hidden, ended=True)
        size = text.size()
    except NotFoundError:
        return ""
    return line_of(b"".join(text.pieces(text.tail(_LINES, size), size)).decode(errors="replace"))


def line_of(text: str) -> str:
    """The line of the end of a log that tells why. Pure."""
    lines = [line for each in text.splitlines() if (line := _SEQUENCE.sub("", each).strip())]
    telling = [line for line in lines if _ERROR.match(line)]
    return (telling or lines or [""])[-1][:_LONGEST]
