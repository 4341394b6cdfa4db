"""What an importer does: take an artifact from an address into the record."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from barograph.artifacts import files
from barograph.artifacts.content import Content, digest_elsewhere, read_content, remote_content
from barograph.artifacts.files import Unanswered
from barograph.artifacts.uri import is_remote, launcher_path, local_path
from barograph.engine.inputs import Bundle, filled
from barograph.engine.launcher import warn
from barograph.errors import ConfigurationError, ParameterError
from barograph.ir.graph import Constant, Importer
from barograph.store import Artifact, Store
from barograph.store.store import new_id, now


def import_artifact(
    id: str, name: str, type: str, uri: str, metadata: Mapping[str, Any], time: datetime, workspace: Path | None = None
) -> Artifact:
    """The artifact at ``uri``, an address or a path of this machine.

    What lies on this machine is identified by its content; what lies in an object store by what that says of it, and
    is fetched when a task takes it; what lies elsewhere by its address and metadata.

    Args:
        id: for the artifact.
        name: for the artifact.
        type: its schema title.
        uri: where it is.
        metadata: what is said of it.
        time: when it is imported.
        workspace: the run's workspace, if it is to be copied there.

    Raises:
        ParameterError: nothing is there, or it can't be copied.
        ConfigurationError, ArtifactError: the object store can't be asked.
    """
    local = local_path(uri)
    if workspace is not None:
        local = _copied(uri, workspace)
    if local is not None:
        if not local.exists():
            raise ParameterError(f"there is nothing at {uri}")
        uri, content = str(local), read_content(local, type, metadata)
    elif is_remote(uri):
        found = remote_content(uri, type, metadata)
        if found is None:
            raise ParameterError(f"there is nothing at {uri}")
        content = found
    else:
        content = Content(digest_elsewhere(uri, metadata), None, "")
    return Artifact(id, name, type, uri, content.digest, content.size, content.media_type, metadata, time)


def _copied(uri: str, workspace: Path) -> Path:
    """What is at ``uri``, in the workspace, where KFP's importer puts it."""
    local = local_path(uri)
    if local is None and not is_remote(uri):
        raise ParameterError(f"{uri} can't be copied into the workspace: it is not in an object store that is known")
    target = workspace / ".artifacts" / (launcher_path(uri) if local is None else str(local)).lstrip("/")
    target.parent.mkdir(parents=True, exist_ok=True)
    if local is None:
        if target.is_dir():
            shutil.rmtree(target)  # of an earlier attempt
        files.download(uri, target)
    elif local.is_dir():
        shutil.copytree(local, target, dirs_exist_ok=True)
    elif local.exists():
        shutil.copyfile(local, target)
    else:
        raise ParameterError(f"there is nothing at {uri}")
    return target


def importing(
    importer: Importer,
    key: str,
    inputs: Bundle,
    fill: Callable[[str], str],
    workspace: Path | None,
    store: Store,
    log: Path,
) -> Callable[[], Bundle]:
    """What an importer does, to be called in a thread of its own; it gives the importer's outputs.

    Args:
        importer: the executor.
        key: the name of its output.
        inputs: its resolved inputs.
        fill: replaces placeholders.
        workspace: where the artifact is to be copied, if it is.
        store: knows what was imported before.
        log: gets a warning where the content can't be looked at, and the artifact is no more than an address.
    """
    try:
        uri = importer.uri.value if isinstance(importer.uri, Constant) else inputs.parameters[importer.uri.name]
        address = fill(str(uri))
        metadata = {fill(name): filled(value, fill) for name, value in importer.metadata.items()}
    except KeyError as error:
        raise ParameterError(f"it needs {error.args[0]!r}, which it was not given") from None

    def imported() -> Artifact:
        said = (new_id(), key, importer.schema_title, address, metadata, now())
        try:
            return import_artifact(*said, workspace)
        except (Unanswered, ConfigurationError) as error:
            if workspace is not None:
                raise
            # Many pipelines only pass addresses on: without a network, they need not fail.
            warn(log, f"only the address is imported: {error}")
            return Artifact(*said[:4], digest_elsewhere(address, metadata), None, "", *said[4:])

    def action() -> Bundle:
        fresh = imported()
        known = [] if importer.reimport else store.imported(fresh.uri, fresh.type)
        return Bundle({}, {key: (next((same for old in known if (same := reused(old, fresh))), fresh),)})

    return action


def reused(known: Artifact, fresh: Artifact) -> Artifact | None:
    """``known``, where it is what was imported anew: the same content with the same metadata."""
    return known if replace(fresh, id=known.id, name=known.name, created_at=known.created_at) == known else None
