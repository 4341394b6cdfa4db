"""Reads a file from wherever it is."""

import os
from typing import Any

# gcsfs would ask, for up to a minute, whether each bucket is of a kind that only its newest features need.
os.environ.setdefault("GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT", "false")

import fsspec


def read_bytes(uri: str) -> bytes:
    """The content of a file.

    Args:
        uri: a path, or a ``file://``, ``gs://`` or ``s3://`` address.

    Raises:
        FileNotFoundError: there is no such file.
        Exception: whatever else the file system raises; fsspec has no common tree.
    """
    files, path = file_system(uri)
    with files.open(path, "rb") as file:
        content: bytes = file.read()
    return content


def file_system(uri: str) -> tuple[Any, str]:
    """Where an address leads: a file system of fsspec's, and the path there."""
    # One from fsspec's cache would go on to where the environment once said that a bucket is.
    options: dict[str, Any] = {"skip_instance_cache": True}
    if uri.startswith("gs://") and os.environ.get("STORAGE_EMULATOR_HOST"):
        options["token"] = "anon"  # else it searches for credentials that an emulator has no use for
    files, path = fsspec.url_to_fs(uri, **options)
    return files, path
