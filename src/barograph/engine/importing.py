"""What an importer does: take an artifact from an address into the record."""

import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from barograph.artifacts.content import read_content
from barograph.artifacts.digest import digest_json
from barograph.errors import ParameterError
from barograph.store import Artifact


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
        digest = digest_json({"uri": uri, "metadata": dict(metadata)})
        return Artifact(id, name, type, uri, digest, None, "", metadata, time)
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


def reused(known: Artifact, fresh: Artifact) -> Artifact | None:
    """``known``, where it is what was imported anew: the same content with the same metadata."""
    return known if replace(fresh, id=known.id, name=known.name, created_at=known.created_at) == known else None


def local_path(uri: str) -> Path | None:
    """The path of this machine that ``uri`` names; None for an address elsewhere."""
    if uri.startswith("file://"):
        return Path(uri.removeprefix("file://"))
    return None if "://" in uri else Path(uri).expanduser().absolute()
