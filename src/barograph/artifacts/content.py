"""What an artifact's file or folder holds."""

import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from barograph.artifacts import files
from barograph.artifacts.digest import digest_file, digest_folder, digest_json

_MODELS = {"onnx": ".onnx", "pytorch": ".pt"}
"""File extensions by what a ``system.Model`` says its framework is; a media type does not tell models apart."""
mimetypes.add_type("application/vnd.apache.parquet", ".parquet")  # not every Python knows it
_BY_TYPE = {"system.HTML": "text/html", "system.Markdown": "text/markdown"}


@dataclass(frozen=True)
class Content:
    """An artifact's content.

    Attributes:
        digest: ``sha256:...`` of the bytes; of the metadata where there are none, as with ``system.Metrics``.
        size: bytes, of a folder in sum; None where there is no file.
        media_type: such as ``image/png``; ``inode/directory`` for a folder; empty where there is no file.
    """

    digest: str
    size: int | None
    media_type: str


def read_content(path: Path, schema_title: str, metadata: Mapping[str, Any]) -> Content:
    """The content at ``path`` of an artifact of type ``schema_title``.

    The media type is what the component says (``metadata["mime_type"]``), else what its type implies, else what
    the first bytes show.
    """
    if path.is_dir():
        size = sum(entry.stat().st_size for entry in path.rglob("*") if entry.is_file())
        return Content(digest_folder(path), size, "inode/directory")
    if not path.is_file():
        return Content(digest_json(dict(metadata)), None, "")
    return Content(digest_file(path), path.stat().st_size, media_type_of(path, schema_title, metadata))


def media_type_of(path: Path, schema_title: str = "", metadata: Mapping[str, Any] | None = None) -> str:
    """The media type of the file at ``path``, as ``read_content`` finds it."""
    return _said(path.name, schema_title, metadata or {}) or _sniff(path)


def extension_of(media_type: str, metadata: Mapping[str, Any]) -> str:
    """The extension, such as ``.png``, that programs know such a file by; empty where there is none. Pure."""
    if (framework := metadata.get("framework")) in _MODELS:
        return _MODELS[framework]
    unknown = media_type == "application/octet-stream"
    return "" if unknown else mimetypes.guess_extension(media_type) or ""


def remote_content(uri: str, schema_title: str, metadata: Mapping[str, Any]) -> Content | None:
    """What is at an address in an object store, by what the store says of it; None where nothing is. Its digest is
    that of its version: another one once it is replaced.

    Raises:
        ConfigurationError, ArtifactError: the store can't be asked.
    """
    found = files.look(uri)
    if found is None:
        return None
    if found.is_folder:
        return Content(found.version, found.size, "inode/directory")
    said = _said(uri, schema_title, metadata)
    return Content(found.version, found.size, said or "application/octet-stream")


def digest_elsewhere(uri: str, metadata: Mapping[str, Any]) -> str:
    """``sha256:...`` of what lies elsewhere and is not read: of its address and metadata."""
    return digest_json({"uri": uri, "metadata": dict(metadata)})


def _said(name: str, schema_title: str, metadata: Mapping[str, Any]) -> str:
    """The media type of a file that has not been read; empty where nothing tells it."""
    return str(metadata.get("mime_type") or _BY_TYPE.get(schema_title) or mimetypes.guess_type(name)[0] or "")


def _sniff(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(8192)
    import filetype

    if found := filetype.guess_mime(head):
        return str(found)
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        # A character that the cut went through is no sign of binary content.
        if error.start < len(head) - 3:
            return "application/octet-stream"
    return "application/octet-stream" if b"\0" in head else "text/plain"
