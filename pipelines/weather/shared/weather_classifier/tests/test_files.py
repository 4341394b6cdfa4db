"""Files are read from disk, and from emulators of the two object stores."""

import logging
import threading
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
from weather_classifier.files import read_bytes


def test_a_file_is_read_from_disk(tmp_path: Path) -> None:
    (tmp_path / "weights").write_bytes(b"content")
    assert read_bytes(str(tmp_path / "weights")) == b"content"
    assert read_bytes(f"file://{tmp_path}/weights") == b"content"
    with pytest.raises(FileNotFoundError):
        read_bytes(str(tmp_path / "none"))


def test_an_object_is_read_from_s3(monkeypatch: pytest.MonkeyPatch) -> None:
    import fsspec
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.setenv(name, "test")
        files = fsspec.filesystem("s3", skip_instance_cache=True)
        files.mkdir("weather-weights")
        files.pipe_file("weather-weights/trunk.pth", b"content")
        assert read_bytes("s3://weather-weights/trunk.pth") == b"content"
        with pytest.raises(FileNotFoundError):
            read_bytes("s3://weather-weights/none.pth")
    finally:
        server.stop()


def test_an_object_is_read_from_google(monkeypatch: pytest.MonkeyPatch) -> None:
    import fsspec
    from gcp_storage_emulator.server import RequestHandler
    from gcp_storage_emulator.storage import Storage

    # The emulator's own server takes one request at a time and hangs under gcsfs, which keeps connections open.
    logging.getLogger("gcp_storage_emulator").setLevel(logging.CRITICAL)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(RequestHandler, Storage(use_memory_fs=True)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        endpoint = f"http://127.0.0.1:{server.server_port}"
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", endpoint)
        files = fsspec.filesystem("gs", endpoint_url=endpoint, token="anon", project="test")
        files.mkdir("weather-weights")
        files.pipe_file("weather-weights/trunk.pth", b"content")
        assert read_bytes("gs://weather-weights/trunk.pth") == b"content"
        with pytest.raises(FileNotFoundError):
            read_bytes("gs://weather-weights/none.pth")
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
