import io
import logging
import os
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from random import Random
from urllib.parse import urlencode
from urllib.request import Request, urlopen

# Before anything imports gcsfs, which reads it once; as prep_data.bucket does.
os.environ.setdefault("GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT", "false")

import fsspec
import pytest
from moto.server import ThreadedMotoServer
from PIL import Image


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


@pytest.fixture(scope="session")
def _gcs_server() -> Iterator[str]:
    from gcp_storage_emulator.server import RequestHandler
    from gcp_storage_emulator.storage import Storage

    # The emulator's own server takes one request at a time and hangs under gcsfs, which keeps connections open.
    logging.getLogger("gcp_storage_emulator").setLevel(logging.CRITICAL)
    storage = Storage(use_memory_fs=True)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(RequestHandler, storage))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="session")
def _s3_server() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(params=["gs", "s3"])
def scheme(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """A kind of bucket, with its emulator running and the environment pointing there."""
    if request.param == "gs":
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", request.getfixturevalue("_gcs_server"))
    else:
        monkeypatch.setenv("AWS_ENDPOINT_URL", request.getfixturevalue("_s3_server"))
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    return str(request.param)


@pytest.fixture(scope="session")
def _gs_files(_gcs_server: str) -> fsspec.AbstractFileSystem:
    return fsspec.filesystem("gs", endpoint_url=_gcs_server, token="anon", project="test", use_listings_cache=False)


@pytest.fixture(scope="session")
def _s3_files(_s3_server: str) -> fsspec.AbstractFileSystem:
    return fsspec.filesystem(
        "s3", endpoint_url=_s3_server, key="test", secret="test", use_listings_cache=False, skip_instance_cache=True
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
