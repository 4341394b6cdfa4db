"""Where the content of an artifact is, for whoever is to see it."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from barograph.artifacts.downloads import fetch
from barograph.artifacts.uri import is_remote, local_path
from barograph.errors import AccessError, NotFoundError
from barograph.home import Home
from barograph.store import Artifact, Run


def locate(artifact: Artifact, home: Home, made_in: Sequence[Run] = ()) -> Path:
    """The file or folder of an artifact on this machine, without links; of one in an object store, a copy.

    Only what is kept for runs is given: what is in the home's folders for that, or in the folder that a run of
    ``made_in`` has in its own pipeline root. A pipeline may name any file of this machine as an artifact, and what a
    task leaves may be a link to one.

    Args:
        artifact: what is to be seen.
        home: where artifacts are kept.
        made_in: the runs in which a task made it.

    Raises:
        NotFoundError: it has none, or it is gone.
        AccessError: it is elsewhere on this machine.
        ConfigurationError, ArtifactError: it can't be had from where it is.
    """
    if artifact.size is None:
        raise NotFoundError(f"the artifact {artifact.name!r} has no content: all of it is its metadata and its address")
    if is_remote(artifact.uri):
        return fetch(artifact.uri, artifact.digest, home.downloads)
    local = local_path(artifact.uri)
    try:
        found = local.resolve(strict=True) if local else None
    except (OSError, RuntimeError):  # it is not there, or its links go round in a circle
        found = None
    if found is None or not (found.is_file() or found.is_dir()):
        raise NotFoundError(f"the content of the artifact {artifact.name!r} is gone: {artifact.uri}")
    if not any(found.is_relative_to(folder) for folder in _folders(home, made_in)):
        raise AccessError(
            f"the artifact {artifact.name!r} is at {artifact.uri}, outside of what is kept for runs, and is not shown "
            "here; look at it there, or have an importer copy it: dsl.importer(..., download_to_workspace=True)"
        )
    return found


def _folders(home: Home, made_in: Sequence[Run]) -> Iterator[Path]:
    own = [home.artifacts, home.workspaces, home.downloads]
    root = local_path(home.root) if home.root and not is_remote(home.root) else None
    yield from (folder.resolve() for folder in (*own, *([root] if root else [])))
    for run in made_in:
        root = None if is_remote(run.pipeline_root) else local_path(run.pipeline_root)
        if root is not None:
            folder = root.resolve() / run.pipeline / run.id
            if folder.resolve() == folder:  # else a link was put in its place
                yield folder
