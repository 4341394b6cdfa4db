"""A folder that a task left, level by level, as a tree shows it."""

from typing import Annotated

from fastapi import Query

from barograph.artifacts.content import media_type_of
from barograph.errors import RequestError
from barograph.server.api.artifacts import FoundArtifact, content_of
from barograph.server.api.folders import level_of
from barograph.server.api.secrecy import speakable
from barograph.server.api.shapes import Router, Shape
from barograph.server.backend import Context

router = Router("Artifacts")

_FARTHEST = 2**53


class FolderEntry(Shape):
    """A file or a folder in a folder. ``path`` is its name from the artifact on; a folder has no ``size``."""

    name: str
    path: str
    is_folder: bool
    size: int | None = None
    media_type: str


class FolderLevel(Shape):
    """What stands directly in a folder. ``next`` is what ``after`` takes for those that follow; null where none do."""

    entries: list[FolderEntry]
    total: int
    next: int | None = None


@router.get("/artifacts/{artifact_id}/folder")
def artifact_folder(
    backend: Context,
    artifact: FoundArtifact,
    path: Annotated[str, Query(description="A folder in the folder; empty for itself.")] = "",
    after: Annotated[int, Query(ge=0, le=_FARTHEST, description="How many to leave out.")] = 0,
    limit: Annotated[int, Query(ge=1, le=1000, description="How many at the most.")] = 200,
) -> FolderLevel:
    """What stands directly in an artifact that is a folder, or in a folder in it: folders first, by name."""
    content = content_of(backend, artifact)
    if not content.is_dir():
        raise RequestError(f"the artifact {artifact.name!r} is a file, not a folder")
    path = path.strip("/")
    found = level_of(content, path)
    entries = []
    for each in found[after : after + limit]:
        is_folder, name = each.is_dir(follow_symlinks=False), speakable(each.name)
        entries.append(
            FolderEntry(
                name=name,
                path=f"{path}/{name}" if path else name,
                is_folder=is_folder,
                size=None if is_folder else each.stat().st_size,
                media_type="" if is_folder else media_type_of(content / path / each.name),
            )
        )
    end = after + len(entries)
    return FolderLevel(entries=entries, total=len(found), next=end if entries and end < len(found) else None)
