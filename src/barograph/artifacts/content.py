"""What an artifact's file or folder holds."""

import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from barograph.artifacts.digest import digest_file, digest_folder, digest_json

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
    said = metadata.get("mime_type") or _BY_TYPE.get(schema_title) or mimetypes.guess_type(path.name)[0]
    return Content(digest_file(path), path.stat().st_size, str(said or _sniff(path)))


def local_path(uri: str) -> Path | None:
    """The path of this machine that ``uri`` names; None for an address elsewhere."""
    if uri.startswith("file://"):
        return Path(uri.removeprefix("file://"))
    return None if "://" in uri else Path(uri).expanduser().absolute()


def digest_elsewhere(uri: str, metadata: Mapping[str, Any]) -> str:
    """``sha256:...`` of what lies elsewhere and is not read: of its address and metadata."""
    return digest_json({"uri": uri, "metadata": dict(metadata)})


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
