"""Live events (Server-Sent Events): what changes its state, as it changes.

An event's id is its place in the record. A client that comes again with ``Last-Event-ID``, as browsers do by
themselves, goes on behind that one: it misses nothing, also where another server answers.
"""

from collections.abc import AsyncIterator, Collection
from typing import Annotated

from fastapi import Depends, Header, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.sse import EventSourceResponse, ServerSentEvent

from barograph.errors import RequestError
from barograph.secrets import redact
from barograph.server.api.feed import Feed
from barograph.server.api.shapes import FoundRun, Hidden, HiddenInRun, Router, Shape
from barograph.server.backend import Backend, Context
from barograph.server.wire import Time
from barograph.states import State
from barograph.store.events import Events, Happening
from barograph.store.records import Kind

router = Router("Events")

RETRY = 1000
"""Milliseconds after which a client that lost its connection is to come again."""


class RunChange(Shape):
    """``event: run``: a run has come into another state. Its name, times and error are as they are now."""

    run_id: str
    state: State
    at: Time
    name: str
    pipeline: str
    experiment_id: str
    started_at: Time | None = None
    finished_at: Time | None = None
    error: str


class TaskChange(Shape):
    """``event: task``: a task has come into another state. Its times and error are as they are now."""

    run_id: str
    path: str
    state: State
    at: Time
    id: str
    kind: Kind
    started_at: Time | None = None
    finished_at: Time | None = None
    error: str
    cached_from: str | None = None


class Begin(Shape):
    """``event: begin``: what happens from here on is told. So there is an id before anything has happened."""

    event_id: int


class RunEnd(Shape):
    """``event: end``: the run has ended, and all of it was told."""

    state: State


async def _feed(request: Request, backend: Context) -> Feed:
    state = request.app.state
    if not hasattr(state, "feed"):
        state.feed = Feed(Events(backend.database), ordered=backend.database.is_serial)
    found: Feed = state.feed
    return found


LiveFeed = Annotated[Feed, Depends(_feed)]


def _after(
    last_event_id: Annotated[str, Header(description="The id of the last event that the client has got.")] = "",
    after: Annotated[int | None, Query(ge=0, description="The same, for a first connection.")] = None,
) -> int | None:
    if not last_event_id:
        return after
    if not (last_event_id.isascii() and last_event_id.isdigit()):
        raise RequestError(f"Last-Event-ID {last_event_id!r} is none that this server gave; leave it out")
    return int(last_event_id)


After = Annotated[int | None, Depends(_after)]


@router.get(
    "/runs/{run_id}/events",
    response_class=EventSourceResponse,
    responses={200: {"model": RunChange | TaskChange | RunEnd, "description": "Events, each with JSON as its data."}},
)
async def run_events(
    backend: Context, feed: LiveFeed, run: FoundRun, values: HiddenInRun, after: After
) -> AsyncIterator[ServerSentEvent]:
    """Every change of state of a run and its tasks, from its beginning or after a given event, until the run ends."""
    yield ServerSentEvent(retry=RETRY, comment="what happens in the run")
    record, seen = Events(backend.database), after or 0
    end = await run_in_threadpool(_end, backend, run.id)
    if end is None:
        async with feed.listening():
            async for at, found in feed.after(seen, run.id):
                seen = at
                for event in found:
                    yield _event(event, values)
                # One that has ended may be taken up again; only the record tells.
                if any(event.state.ended and not event.path for event in found):
                    end = await run_in_threadpool(_end, backend, run.id)
                    if end is not None:
                        break
    while found := await run_in_threadpool(record.after, seen, run_id=run.id):
        for event in found:
            yield _event(event, values)
        seen = found[-1].id
    if end is not None:
        yield ServerSentEvent(event="end", raw_data=end.model_dump_json())


@router.get(
    "/events",
    response_class=EventSourceResponse,
    responses={200: {"model": RunChange | Begin, "description": "Events, each with JSON as its data."}},
)
async def all_events(feed: LiveFeed, values: Hidden, after: After) -> AsyncIterator[ServerSentEvent]:
    """Every change of state of any run, from now on or after a given event, without end."""
    async with feed.listening():
        seen = feed.position if after is None else after
        begin = Begin(event_id=seen)
        yield ServerSentEvent(event="begin", id=str(seen), raw_data=begin.model_dump_json(), retry=RETRY)
        async for _, found in feed.after(seen, runs_only=True):
            for event in found:
                yield _event(event, values)


def _end(backend: Backend, run_id: str) -> RunEnd | None:
    state = backend.runs.state(run_id)
    return RunEnd(state=state) if state.ended else None


def _event(event: Happening, values: Collection[str]) -> ServerSentEvent:
    return ServerSentEvent(
        event="task" if event.task else "run", id=str(event.id), raw_data=_change(event, values).model_dump_json()
    )


def _change(event: Happening, values: Collection[str]) -> RunChange | TaskChange:
    run, task = event.run, event.task
    if task is None:
        return RunChange(
            run_id=event.run_id,
            state=event.state,
            at=event.at,
            name=run.name,
            pipeline=run.pipeline,
            experiment_id=run.experiment_id,
            started_at=run.started_at,
            finished_at=run.finished_at,
            error=redact(run.error, values),
        )
    return TaskChange(
        run_id=event.run_id,
        path=event.path,
        state=event.state,
        at=event.at,
        id=task.id,
        kind=task.kind,
        started_at=task.started_at,
        finished_at=task.finished_at,
        error=redact(task.error, values),
        cached_from=task.cached_from,
    )
