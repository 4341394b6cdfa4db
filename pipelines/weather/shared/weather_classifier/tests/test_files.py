"""Files are read from disk, and from emulators of the two object stores."""

from pathlib import Path

import pytest
from weather_classifier.files import read_bytes

from tests.emulators import Bucket, amazon, bucket, google

__all__ = ["amazon", "bucket", "google"]


def test_a_file_is_read_from_disk(tmp_path: Path) -> None:
    (tmp_path / "weights").write_bytes(b"content")
    assert read_bytes(str(tmp_path / "weights")) == b"content"
    assert read_bytes(f"file://{tmp_path}/weights") == b"content"
    with pytest.raises(FileNotFoundError):
        read_bytes(str(tmp_path / "none"))


def test_an_object_is_read_from_a_bucket(bucket: Bucket) -> None:
    assert read_bytes(bucket.put("trunk.pth", b"content")) == b"content"
    with pytest.raises(FileNotFoundError):
        read_bytes(f"{bucket.uri}/none.pth")
