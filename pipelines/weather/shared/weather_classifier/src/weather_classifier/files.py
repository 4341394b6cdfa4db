"""Reads a file from wherever it is."""

import os

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
    options = {}
    if uri.startswith("gs://") and os.environ.get("STORAGE_EMULATOR_HOST"):
        options["token"] = "anon"  # else it searches for credentials that an emulator has no use for
    with fsspec.open(uri, "rb", **options) as file:
        content: bytes = file.read()
    return content
