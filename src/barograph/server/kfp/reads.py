"""What KFP's API server streams besides its services: tasks' logs and artifacts' content
(``run_log_server.go``, ``run_artifact_server.go`` in ``backend/src/apiserver/server``).

A node is a task: by its id, or by its path.
"""

import asyncio
import base64
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Annotated

from fastapi import Query
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response, StreamingResponse

from barograph.engine.content import locate
from barograph.engine.logs import Log, find_log
from barograph.errors import NotFoundError, RequestError
from barograph.secrets import Redactor
from barograph.server.backend import Context
from barograph.server.wire import Message, Router
from barograph.store import Link
from barograph.store.artifacts import Artifacts
from barograph.store.records import Role
from barograph.store.tasks import Tasks

router = Router(prefix="/apis", tags=["Reads"])

_PIECE = 3 * 2**18
"""Bytes, a multiple of three: pieces in base64 are then put together as they are."""
_EVERY = 0.3
"""Seconds between two looks at whether a log has grown."""
_HEADERS = {"Cache-Control": "no-cache, private"}


class ReadArtifactResponse(Message):
    """``ReadArtifactResponse``: the content in base64."""

    data: str = ""


@router.get(
    "/v1alpha1/runs/{run_id}/nodes/{node_id}/log",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
def read_run_log(
    backend: Context,
    run_id: str,
    node_id: str,
    follow: Annotated[bool, Query(description="Go on until the task has ended.")] = False,
) -> StreamingResponse:
    """What a task printed, without secrets; of one that was taken from the cache, what it printed where it ran."""
    run, tasks = backend.store.get_run(run_id), Tasks(backend.database)
    log = find_log(run, tasks.find(run, node_id), backend.store, backend.config.home)

    def is_over() -> bool:
        now = tasks.now([log.task_id]).get(log.task_id)
        return now is None or now.state.ended or now.log != str(log.path)

    return StreamingResponse(_told(log, is_over, follow), media_type="text/plain; charset=utf-8", headers=_HEADERS)


@router.get(
    "/v1beta1/runs/{run_id}/nodes/{node_id}/artifacts/{artifact_name}:read",
    response_class=JSONResponse,
    responses={200: {"model": ReadArtifactResponse}},
)
@router.get(
    "/v2beta1/runs/{run_id}/nodes/{node_id}/artifacts/{artifact_name}:read",
    response_class=JSONResponse,
    responses={200: {"model": ReadArtifactResponse}},
)
def read_artifact(backend: Context, run_id: str, node_id: str, artifact_name: str) -> StreamingResponse:
    """The content of an artifact that a task made or took, by the name of the output or input; of a list, the first."""
    run = backend.store.get_run(run_id)
    task = Tasks(backend.database).find(run, node_id)
    link = _named(backend.store.links([task.id]), artifact_name)
    if link is None:
        raise NotFoundError(f"the task {task.path!r} has no output or input artifact {artifact_name!r}")
    made_in = Artifacts(backend.database).made_in(link.artifact.id)
    path = locate(link.artifact, backend.config.home, made_in)
    if not path.is_file():
        raise RequestError(f"the artifact {artifact_name!r} is a folder, and only files can be read so")
    return StreamingResponse(_in_base64(path), media_type="application/json", headers=_HEADERS)


def _named(links: list[Link], name: str) -> Link | None:
    named = [link for link in links if link.key == name]
    return next(iter(sorted(named, key=lambda link: (link.role is not Role.OUTPUT, link.position))), None)


async def _told(log: Log, is_over: Callable[[], bool], follow: bool) -> AsyncIterator[bytes]:
    redactor = Redactor(log.hidden)
    with log.path.open("rb") as file:
        while True:
            # Asked before what was printed until then is read.
            over = await run_in_threadpool(is_over)
            while piece := await run_in_threadpool(file.read, _PIECE):
                yield redactor.feed(piece)
            if over or not follow:
                break
            await asyncio.sleep(_EVERY)
    if over:  # else the end may be the beginning of a secret
        yield redactor.end()


def _in_base64(path: Path) -> Iterator[bytes]:
    yield b'{"data":"'
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield base64.b64encode(piece)
    yield b'"}'
