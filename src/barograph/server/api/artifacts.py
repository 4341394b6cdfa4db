"""Artifacts: what the record says of them, and what they hold."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import Depends, Header, Query, Request
from fastapi.responses import Response, StreamingResponse

from barograph.artifacts.content import extension_of, media_type_of
from barograph.artifacts.uri import is_remote
from barograph.engine.content import locate
from barograph.errors import AccessError, NotFoundError, RequestError
from barograph.server.api.folders import file_in, files_in, zipped
from barograph.server.api.ranges import NO_PART, file_part, part_headers, part_of
from barograph.server.api.secrecy import hidden, speakable, without
from barograph.server.api.shapes import Router, Shape
from barograph.server.backend import Backend, Context
from barograph.server.headers import artifact_headers
from barograph.server.kfp.lists import Field, Options, next_token, query_of, read_time
from barograph.server.wire import Time
from barograph.states import State
from barograph.store import Artifact
from barograph.store.artifacts import Artifacts
from barograph.store.lineage import SqlLineage
from barograph.store.listing import Operation, Predicate
from barograph.store.records import DOERS, Link, Role

router = Router("Artifacts")

FOLDER = "inode/directory"
"""The media type of a folder."""
_FIELDS = {name: Field(name) for name in ("name", "type")} | {"created_at": Field("created_at", read_time)}
_USES = 200
_FILES = 1000


class ArtifactUse(Shape):
    """That a task made or took an artifact, as its output or input ``key``."""

    run_id: str
    run_name: str
    task_id: str
    path: str
    state: State
    key: str
    at: Time | None = None


class ArtifactHead(Shape):
    """What an artifact is, wherever it is named. One without a ``size`` has no content: all of it is its metadata and
    its address."""

    id: str
    name: str
    type: str
    uri: str
    digest: str
    size: int | None = None
    media_type: str


class ListedArtifact(ArtifactHead):
    """An artifact in the list."""

    created_at: Time


class ArtifactRecord(ListedArtifact):
    """An artifact.

    ``place`` says whether the content can be had here: it is ``here``, ``remote`` in an object store, ``gone``,
    ``elsewhere`` on this machine where it is not shown, or there is ``none``. ``reused_by`` are the tasks that took it
    from the cache as their own.
    """

    metadata: dict[str, Any]
    file_name: str
    place: Literal["here", "remote", "gone", "elsewhere", "none"]
    made_by: list[ArtifactUse]
    reused_by: list[ArtifactUse]
    used_by: list[ArtifactUse]
    uses: int


class RecordedArtifacts(Shape):
    """Some of the artifacts."""

    artifacts: list[ListedArtifact]
    total: int
    next_page_token: str


class FileEntry(Shape):
    path: str
    size: int
    media_type: str


class FileList(Shape):
    """Files in a folder. ``next`` is what ``after`` takes for those that follow; null where none do."""

    files: list[FileEntry]
    next: str | None = None


def _artifact(backend: Context, artifact_id: str) -> Artifact:
    return Artifacts(backend.database).get(artifact_id)


FoundArtifact = Annotated[Artifact, Depends(_artifact)]
"""An endpoint's parameter that gets the artifact that ``{artifact_id}`` names."""


def content_of(backend: Backend, artifact: Artifact) -> Path:
    """The file or folder of an artifact, without links; raises as ``locate`` does."""
    made_in = Artifacts(backend.database).made_in(artifact.id)
    return locate(artifact, backend.config.home, made_in)


def file_name(artifact: Artifact) -> str:
    """What an artifact's file is called once it is saved. Pure."""
    last = artifact.uri.rstrip("/").rpartition("/")[2]
    if artifact.media_type == FOLDER:
        return f"{last or artifact.name}.zip"
    if "." in last.strip("."):
        return last
    return (last or artifact.name) + extension_of(artifact.media_type, artifact.metadata)


def head(artifact: Artifact) -> dict[str, Any]:
    """The fields of an ``ArtifactHead``. Pure."""
    return {name: getattr(artifact, name) for name in ArtifactHead.model_fields}


@router.get("/artifacts")
def find_artifacts(
    backend: Context,
    options: Options,
    q: Annotated[str, Query(description="What the name holds.")] = "",
    type: Annotated[str, Query(description="Such as `system.Model`.")] = "",
) -> RecordedArtifacts:
    """The artifacts of all runs, a page at a time, the newest first."""
    options = replace(options, sort_by=options.sort_by or "created_at desc")
    query = query_of(options, _FIELDS)
    filters = [Predicate("name", Operation.IS_SUBSTRING, q)] if q else []
    filters += [Predicate("type", Operation.EQUALS, type)] if type else []
    page = Artifacts(backend.database).page(replace(query, filters=(*query.filters, *filters)))
    rows = [ListedArtifact(**head(each), created_at=each.created_at) for each in page.items]
    return RecordedArtifacts(artifacts=rows, total=page.total, next_page_token=next_token(options, page))


@router.get("/artifacts/{artifact_id}")
def artifact_record(backend: Context, artifact: FoundArtifact) -> ArtifactRecord:
    """What is recorded of an artifact: what it is, which tasks made it, and which took it."""
    lineage = SqlLineage(backend.database)
    links = lineage.links_of([artifact.id])
    made, reused, used = _uses(lineage, links)
    return ArtifactRecord(
        **head(artifact),
        metadata=without(artifact.metadata, hidden(backend.config.home)),
        created_at=artifact.created_at,
        file_name=file_name(artifact),
        place=_place(backend, artifact),
        made_by=made,
        reused_by=reused[:_USES],
        used_by=used[:_USES],
        uses=len(used),
    )


def _place(backend: Backend, artifact: Artifact) -> Literal["here", "remote", "gone", "elsewhere", "none"]:
    if artifact.size is None:
        return "none"
    if is_remote(artifact.uri):
        return "remote"
    try:
        content_of(backend, artifact)
    except NotFoundError:
        return "gone"
    except AccessError:
        return "elsewhere"
    return "here"


def _uses(lineage: SqlLineage, links: Sequence[Link]) -> tuple[list[ArtifactUse], list[ArtifactUse], list[ArtifactUse]]:
    """The tasks that made it, that took it from the cache and that took it as an input; the newest first."""
    tasks = {task.id: task for task in lineage.tasks(list({link.task_id for link in links}))}
    runs = {run.id: run for run in lineage.runs(list({task.run_id for task in tasks.values()}))}
    found: tuple[list[ArtifactUse], list[ArtifactUse], list[ArtifactUse]] = ([], [], [])
    for link in links:
        task = tasks.get(link.task_id)
        # Groups only hand an artifact on.
        if task is None or task.kind not in DOERS:
            continue
        use = ArtifactUse(
            run_id=task.run_id,
            run_name=runs[task.run_id].name,
            task_id=task.id,
            path=task.path,
            state=task.state,
            key=link.key,
            at=task.finished_at or task.started_at or task.created_at,
        )
        found[2 if link.role is Role.INPUT else 1 if task.state is State.CACHED else 0].append(use)
    for uses in found:
        uses.sort(key=lambda use: use.at.timestamp() if use.at else 0.0, reverse=True)
    return found


@router.get("/artifacts/{artifact_id}/files")
def artifact_files(
    backend: Context,
    artifact: FoundArtifact,
    after: Annotated[str, Query(description="The last of the files that are known already.")] = "",
    limit: Annotated[int, Query(ge=1, le=_FILES, description="How many at the most.")] = _FILES,
) -> FileList:
    """The files in an artifact that is a folder, in the order of their names."""
    folder = content_of(backend, artifact)
    if not folder.is_dir():
        raise RequestError(f"the artifact {artifact.name!r} is a file, not a folder")
    names = iter(files_in(folder))
    if after:
        for name in names:
            if name == after:
                break
    found = list(islice(names, limit + 1))
    files = [entry(folder, name) for name in found[:limit]]
    return FileList(files=files, next=found[limit - 1] if len(found) > limit else None)


def entry(folder: Path, name: str) -> FileEntry:
    """A file in a folder."""
    path = folder / name
    return FileEntry(path=speakable(name), size=path.stat().st_size, media_type=media_type_of(path))


_CONTENT: dict[str, Any] = {
    "description": "The content, as its media type.",
    "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
}


@router.get(
    "/artifacts/{artifact_id}/content",
    response_class=Response,
    responses={
        200: _CONTENT,
        206: _CONTENT,
        304: {"description": "It is the one that the client has."},
        416: NO_PART,
    },
)
@router.head("/artifacts/{artifact_id}/content", response_class=Response, include_in_schema=False)
def artifact_content(
    backend: Context,
    artifact: FoundArtifact,
    request: Request,
    path: Annotated[str, Query(description="A file in a folder; for all of it as a zip archive leave it out.")] = "",
    download: Annotated[bool, Query(description="Whether it is to be saved rather than shown.")] = False,
    range: Annotated[str, Header(description="A part of it, such as `bytes=0-999`.")] = "",
) -> Response:
    """What an artifact holds. `Range` is heeded, and `If-None-Match`: its digest is its `ETag`.

    It may come from anyone: a page in it is shown in a sandbox, where it can do and ask for nothing of the app's.
    """
    found = content_of(backend, artifact)
    if path:
        if not found.is_dir():
            raise RequestError(f"the artifact {artifact.name!r} is a file: no file is in it")
        file = file_in(found, path)
        headers = artifact_headers(media_type_of(file), path.rpartition("/")[2], download=download)
        return _file(request, file, range, headers | {"ETag": f'"{artifact.digest}/{quote(path)}"'})
    if found.is_dir():
        headers = artifact_headers("application/zip", file_name(artifact), download=True)
        only_headers = request.method == "HEAD"
        return Response(None, 200, headers) if only_headers else StreamingResponse(zipped(found), 200, headers)
    headers = artifact_headers(artifact.media_type, file_name(artifact), download=download)
    if found.stat().st_size == artifact.size:  # else it was changed since
        headers["ETag"] = f'"{artifact.digest}"'
    return _file(request, found, range, headers)


def _file(request: Request, file: Path, asked: str, headers: Mapping[str, str]) -> Response:
    """A file, or the part of it that is asked for; nothing where the client has it already, or asks of it only."""
    etag, size = headers.get("ETag"), file.stat().st_size
    known = re.split(r"\s*,\s*", request.headers.get("if-none-match", ""))
    if etag and etag in (each.removeprefix("W/") for each in known):
        return Response(None, 304, headers)
    part = part_of(asked, size) if request.headers.get("if-range", etag) == etag else None
    status, headers = 206 if part else 200, {**headers, **part_headers(part, size)}
    if request.method == "HEAD":
        return Response(None, status, headers)
    return StreamingResponse(file_part(file, *(part or (0, size))), status, headers)
