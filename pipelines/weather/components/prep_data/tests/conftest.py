import io
import os
from collections.abc import Callable
from pathlib import Path
from random import Random
from urllib.parse import urlencode
from urllib.request import Request, urlopen

# Before anything imports gcsfs, which reads it once; as prep_data.bucket does.
os.environ.setdefault("GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT", "false")

import fsspec
import pytest
from PIL import Image

from tests.emulators import Store, amazon, google

__all__ = ["amazon", "google"]


def photo(number: int, kind: str = "JPEG", mode: str = "RGB", size: tuple[int, int] = (24, 16)) -> bytes:
    """A small picture; another number gives other bytes."""
    image = Image.new("RGB", size)
    image.putdata([((number * 37 + x * 5) % 256, (number * 11) % 256, (x * 3) % 256) for x in range(size[0] * size[1])])
    content = io.BytesIO()
    image.convert(mode).save(content, kind)
    return content.getvalue()


def scene(number: int, kind: str = "JPEG", size: tuple[int, int] = (320, 240), **options: object) -> bytes:
    """A picture with shapes of light and dark as photos have them; another number gives another scene."""
    shapes = Image.frombytes("RGB", (7, 5), Random(number).randbytes(7 * 5 * 3))
    content = io.BytesIO()
    shapes.resize((480, 360), Image.Resampling.BICUBIC).resize(size).save(content, kind, **options)
    return content.getvalue()


@pytest.fixture(scope="session")
def make_scene() -> Callable[..., bytes]:
    return scene


@pytest.fixture
def make_photo() -> Callable[..., bytes]:
    return photo


@pytest.fixture
def contents() -> dict[str, bytes]:
    """What a small source holds, by name: three classes of 6, 5 and 8 photos, with what real sets have."""
    photos = {f"rain/{number}.jpg": photo(number) for number in range(6)}
    photos |= {f"snow/north/{number}.jpg": photo(100 + number, "PNG", mode="RGBA") for number in range(5)}
    photos |= {f"dew/{number}.jpg": photo(200 + number, "BMP") for number in range(7)}
    photos["dew/copy.jpg"] = photos["dew/3.jpg"]
    return photos


@pytest.fixture
def folder(tmp_path: Path, contents: dict[str, bytes]) -> Path:
    """A folder that holds ``contents``."""
    root = tmp_path / "photos"
    for name, content in contents.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    return root


@pytest.fixture(params=["gs", "s3"])
def scheme(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """A kind of bucket, with its emulator running and the environment pointing there."""
    if request.param == "gs":
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", request.getfixturevalue("google").url)
    else:
        monkeypatch.setenv("AWS_ENDPOINT_URL", request.getfixturevalue("amazon").url)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    return str(request.param)


@pytest.fixture(scope="session")
def _gs_files(google: Store) -> fsspec.AbstractFileSystem:
    return fsspec.filesystem("gs", endpoint_url=google.url, token="anon", project="test", use_listings_cache=False)


@pytest.fixture(scope="session")
def _s3_files(amazon: Store) -> fsspec.AbstractFileSystem:
    return fsspec.filesystem(
        "s3", endpoint_url=amazon.url, key="test", secret="test", use_listings_cache=False, skip_instance_cache=True
    )


@pytest.fixture
def bucket(scheme: str, request: pytest.FixtureRequest) -> fsspec.AbstractFileSystem:
    """The file system of an emulator with an empty bucket ``weather-photos`` in it."""
    files = request.getfixturevalue(f"_{scheme}_files")
    if files.exists("weather-photos"):
        files.rm("weather-photos", recursive=True)
    files.mkdir("weather-photos")
    return files


@pytest.fixture
def put_raw(scheme: str, bucket: fsspec.AbstractFileSystem) -> Callable[[str], None]:
    """Puts an object of one byte under exactly the name that is given, which a file system would tidy."""

    def put(key: str) -> None:
        if scheme == "s3":
            bucket.call_s3("put_object", Bucket="weather-photos", Key=key, Body=b"-")
            return
        if ".." in key:
            pytest.skip("the emulator keeps objects in a file system and can't have such a name")
        url = f"{os.environ['STORAGE_EMULATOR_HOST']}/upload/storage/v1/b/weather-photos/o"
        query = urlencode({"uploadType": "media", "name": key})
        headers = {"Content-Type": "application/octet-stream"}
        with urlopen(Request(f"{url}?{query}", b"-", headers, method="POST")) as reply:
            assert reply.status == 200

    return put
