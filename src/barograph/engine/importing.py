"""What an importer does: take an artifact from an address into the record."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from barograph.artifacts.content import digest_elsewhere, local_path, read_content
from barograph.engine.inputs import Bundle, filled
from barograph.errors import ParameterError
from barograph.ir.graph import Constant, Importer
from barograph.store import Artifact, Store
from barograph.store.store import new_id, now


def import_artifact(
    id: str, name: str, type: str, uri: str, metadata: Mapping[str, Any], time: datetime, workspace: Path | None = None
) -> Artifact:
    """The artifact at ``uri``, an address or a path of this machine.

    What lies on this machine is identified by its content; what lies elsewhere stays there, and is identified by its
    address and metadata.

    Args:
        id: for the artifact.
        name: for the artifact.
        type: its schema title.
        uri: where it is.
        metadata: what is said of it.
        time: when it is imported.
        workspace: the run's workspace, if it is to be copied there.

    Raises:
        ParameterError: the address is of this machine, and nothing is there.
    """
    local = local_path(uri)
    if local is None:
        if workspace is not None:
            raise ParameterError(f"{uri} can't be copied into the workspace: only files of this machine can, so far")
        return Artifact(id, name, type, uri, digest_elsewhere(uri, metadata), None, "", metadata, time)
    if not local.exists():
        raise ParameterError(f"there is nothing at {uri}")
    if workspace is not None:
        target = workspace / ".artifacts" / str(local).lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        if local.is_dir():
            shutil.copytree(local, target, dirs_exist_ok=True)
        else:
            shutil.copyfile(local, target)
        local = target
    content = read_content(local, type, metadata)
    return Artifact(id, name, type, str(local), content.digest, content.size, content.media_type, metadata, time)


def importing(
    importer: Importer,
    key: str,
    inputs: Bundle,
    fill: Callable[[str], str],
    workspace: Path | None,
    store: Store,
) -> Callable[[], Bundle]:
    """What an importer does, to be called in a thread of its own; it gives the importer's outputs.

    Args:
        importer: the executor.
        key: the name of its output.
        inputs: its resolved inputs.
        fill: replaces placeholders.
        workspace: where the artifact is to be copied, if it is.
        store: knows what was imported before.
    """
    try:
        uri = importer.uri.value if isinstance(importer.uri, Constant) else inputs.parameters[importer.uri.name]
        address = fill(str(uri))
        metadata = {fill(name): filled(value, fill) for name, value in importer.metadata.items()}
    except KeyError as error:
        raise ParameterError(f"it needs {error.args[0]!r}, which it was not given") from None

    def action() -> Bundle:
        fresh = import_artifact(new_id(), key, importer.schema_title, address, metadata, now(), workspace)
        known = [] if importer.reimport else store.imported(fresh.uri, fresh.type)
        return Bundle({}, {key: (next((same for old in known if (same := reused(old, fresh))), fresh),)})

    return action


def reused(known: Artifact, fresh: Artifact) -> Artifact | None:
    """``known``, where it is what was imported anew: the same content with the same metadata."""
    return known if replace(fresh, id=known.id, name=known.name, created_at=known.created_at) == known else None
