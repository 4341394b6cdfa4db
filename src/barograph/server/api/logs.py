"""What tasks print: as a text, in parts, and as it comes. Secrets are ``***`` in all of it."""

import re
from collections.abc import AsyncGenerator, AsyncIterator, Collection
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from fastapi import Depends, Header, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response, StreamingResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent

from barograph.engine.logs import find_log, logs_of, where_it_ran
from barograph.errors import RequestError
from barograph.server.api.events import RETRY
from barograph.server.api.log_text import GrowingLog, LogText, has_ended
from barograph.server.api.log_watch import LogWatch
from barograph.server.api.ranges import NO_PART, part_headers, part_of
from barograph.server.api.secrecy import hidden
from barograph.server.api.shapes import FoundRun, FoundTask, Router, Shape
from barograph.server.backend import Context
from barograph.server.headers import artifact_headers
from barograph.states import State
from barograph.store import Task
from barograph.store.tasks import Tasks

router = Router("Logs")

_LINES = 100_000
_PLACE = re.compile(r"(\d{1,9}):(\d{1,18})")
_TEXT: dict[str, Any] = {
    "content": {"text/plain": {"schema": {"type": "string"}}},
    "description": "The text, in UTF-8 as far as the task printed that.",
    "headers": {
        "Log-Attempt": {"description": "Which attempt it is of.", "schema": {"type": "integer"}},
        "Log-Attempts": {"description": "How many have begun.", "schema": {"type": "integer"}},
        "Log-Start": {"description": "Where in the whole log it begins, in bytes.", "schema": {"type": "integer"}},
        "Log-End": {
            "description": "Where it ends; `log/events?after=ATTEMPT:END` goes on there.",
            "schema": {"type": "integer"},
        },
    },
}


class LogAttempt(Shape):
    """``event: attempt``: what follows is the log of this attempt, counted from 1."""

    attempt: int


class LogPiece(Shape):
    """``event: log``: more of the log: whole lines where there are any, and what is certain of an unfinished one.

    The event's id is where it ends: ``ATTEMPT:PLACE``, in bytes of the log's text.
    """

    attempt: int
    text: str


class LogEnd(Shape):
    """``event: end``: the task has ended, and all that it printed was told."""

    state: State


class Place(NamedTuple):
    """A place in a task's logs: an attempt, counted from 1, and bytes of its text."""

    attempt: int
    offset: int


def _place(
    last_event_id: Annotated[str, Header(description="The id of the last event that the client has got.")] = "",
    after: Annotated[str, Query(description="The same, for a first connection: `ATTEMPT:PLACE`.")] = "",
) -> Place | None:
    given = last_event_id or after
    if not given:
        return None
    found = _PLACE.fullmatch(given)
    if found is None:
        raise RequestError(f"{given!r} is no place in a log; a place is an attempt and bytes, such as 1:0")
    return Place(int(found[1]), int(found[2]))


@router.get(
    "/runs/{run_id}/tasks/{task_id}/log",
    response_class=Response,
    responses={200: _TEXT, 206: _TEXT, 416: NO_PART},
)
@router.head("/runs/{run_id}/tasks/{task_id}/log", response_class=Response, include_in_schema=False)
def task_log(
    backend: Context,
    run: FoundRun,
    task: FoundTask,
    request: Request,
    attempt: Annotated[int | None, Query(ge=1, description="Counted from 1; the last one if left out.")] = None,
    tail: Annotated[int | None, Query(ge=1, le=_LINES, description="Only so many lines of the end.")] = None,
    download: Annotated[bool, Query(description="Whether it is to be saved rather than shown.")] = False,
    range: Annotated[str, Header(description="A part of it, such as `bytes=0-999`.")] = "",
) -> Response:
    """What a task printed; of one that was taken from the cache, where it ran. `task_id` is its id or its path."""
    log = find_log(run, task, backend.store, backend.config.home, attempt)
    written = backend.store.find_task(log.task_id)
    attempts = len(logs_of(written))
    text = LogText(log.path, log.hidden, has_ended(written, attempt or attempts))
    size = text.size()
    part = None if tail else part_of(range, size)
    start, stop = part or (text.tail(tail, size) if tail else 0, size)
    headers = {
        **artifact_headers("text/plain", f"{task.path}.log", download=download),
        **part_headers(part, size),
        "Content-Length": str(stop - start),
        "Log-Attempt": str(attempt or attempts),
        "Log-Attempts": str(attempts),
        "Log-Start": str(start),
        "Log-End": str(stop),
    }
    status = 206 if part else 200
    if request.method == "HEAD":
        return Response(None, status, headers)
    return StreamingResponse(text.pieces(start, stop), status, headers)


@dataclass(frozen=True)
class Followed:
    """A task whose log somebody follows: where it ran, and what is secret there."""

    task: Task
    hidden: Collection[str]


def _followed(backend: Context, run: FoundRun, task: FoundTask) -> Followed:
    run, written = where_it_ran(run, task, backend.store)
    return Followed(written, hidden(backend.config.home, run))


async def _watch(request: Request, backend: Context) -> LogWatch:
    state = request.app.state
    if not hasattr(state, "log_watch"):
        state.log_watch = LogWatch(Tasks(backend.database))
    found: LogWatch = state.log_watch
    return found


@router.get(
    "/runs/{run_id}/tasks/{task_id}/log/events",
    response_class=EventSourceResponse,
    responses={200: {"model": LogAttempt | LogPiece | LogEnd, "description": "Events, each with JSON as its data."}},
)
async def task_log_events(
    watch: Annotated[LogWatch, Depends(_watch)],
    followed: Annotated[Followed, Depends(_followed)],
    place: Annotated[Place | None, Depends(_place)],
    attempt: Annotated[int | None, Query(ge=1, description="Only this one, counted from 1.")] = None,
) -> AsyncIterator[ServerSentEvent]:
    """What a task prints, as it comes, from the last attempt's beginning or from a given place, until the task ends.

    When the task is tried again, the next attempt's log follows.
    """
    yield ServerSentEvent(retry=RETRY, comment="what the task prints")
    begin = place or Place(attempt or max(1, len(logs_of(followed.task))), 0)
    async with aclosing(_told(watch, followed, begin, attempt)) as told:
        async for name, at, data in told:
            id_ = f"{at.attempt}:{at.offset}" if at else None
            yield ServerSentEvent(event=name, id=id_, raw_data=data.model_dump_json())


async def _told(
    watch: LogWatch, followed: Followed, at: Place, only: int | None
) -> AsyncGenerator[tuple[str, Place | None, Shape]]:
    log: GrowingLog | None = None
    try:
        async with aclosing(watch.follow(followed.task.id)) as changes:
            async for now in changes:
                logs = logs_of(now)
                while at.attempt <= len(logs):
                    if log is None:
                        log = await run_in_threadpool(
                            GrowingLog, Path(logs[at.attempt - 1]), followed.hidden, at.offset
                        )
                        if at.offset == 0:
                            yield "attempt", at, LogAttempt(attempt=at.attempt)
                    ended = has_ended(now, at.attempt)
                    while found := await run_in_threadpool(log.read, ended):
                        at = Place(at.attempt, found[0])
                        yield "log", at, LogPiece(attempt=at.attempt, text=found[1])
                    if only or not ended or at.attempt == len(logs):
                        break
                    log.close()
                    log, at = None, Place(at.attempt + 1, 0)
                if now.state.ended or (only and has_ended(now, only)):
                    yield "end", None, LogEnd(state=now.state)
                    return
    finally:
        if log is not None:
            log.close()
