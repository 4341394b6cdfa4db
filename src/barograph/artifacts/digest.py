"""Digests: identity by content."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def digest_json(value: Any) -> str:
    """``sha256:...`` of a JSON value, the same for equal values whatever the order of their keys."""
    canonical = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return _named(hashlib.sha256(canonical.encode("utf-8", "surrogatepass")))


def digest_file(path: Path) -> str:
    """``sha256:...`` of a file's bytes, as ``sha256sum`` prints it."""
    with path.open("rb") as file:
        return _named(hashlib.file_digest(file, "sha256"))


def digest_folder(path: Path) -> str:
    """``sha256:...`` of a folder: of its entries' relative names and digests, sorted; dates and modes don't count."""
    return digest_entries(
        {entry.relative_to(path).as_posix(): digest_file(entry) for entry in path.rglob("*") if entry.is_file()}
    )


def digest_entries(entries: Mapping[str, str]) -> str:
    """``sha256:...`` of names with their digests."""
    combined = hashlib.sha256()
    for name, digest in sorted(entries.items()):
        combined.update(f"{name}\0{digest}\n".encode("utf-8", "surrogateescape"))
    return _named(combined)


def _named(digest: "hashlib._Hash") -> str:
    return f"sha256:{digest.hexdigest()}"
