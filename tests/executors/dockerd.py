"""A docker daemon of the tests' own, and an image made of this machine's busybox; nothing is pulled."""

import io
import os
import shutil
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

SHELL = "barograph-shell:test"
"""A shell and busybox's commands. No entrypoint, no working directory."""

ECHO = "barograph-echo:test"
"""The same with an entrypoint, a command, a user and a working directory."""


def docker(host: str, *arguments: str, stdin: bytes = b"") -> str:
    """What docker prints; its output is part of the error if it fails."""
    done = subprocess.run(["docker", "--host", host, *arguments], input=stdin, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode().strip()


@contextmanager
def dockerd() -> Iterator[str]:
    """The address of a daemon that has ``SHELL`` and ``ECHO``. Skips the test where none can be had.

    A file of tests that starts one is named in ``tests/parallel.py``, which keeps it apart from those in a browser.
    """
    daemon = shutil.which("dockerd") or shutil.which("dockerd", path="/usr/sbin")
    if not daemon or not shutil.which("docker"):
        pytest.skip("docker is not installed: apt-get install docker.io iptables")
    if os.getuid() != 0:
        pytest.skip("a docker daemon needs root")
    busybox = shutil.which("busybox")
    if not busybox or b"dynamically linked" in subprocess.run(["ldd", busybox], capture_output=True).stdout:
        pytest.skip("there is no static busybox: apt-get install busybox-static")
    folder = Path(tempfile.mkdtemp(prefix="bgd-", dir="/tmp"))  # a socket's path must be short
    host = f"unix://{folder / 'socket'}"
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [
                *(daemon, "--host", host, "--pidfile", folder / "pid"),
                *("--data-root", folder / "data", "--exec-root", folder / "exec"),
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        _wait_for(process, host, folder / "log")
        _import_images(host, Path(busybox))
        yield host
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(process: subprocess.Popen[bytes], host: str, log: Path) -> None:
    deadline = time.monotonic() + 60
    while subprocess.run(["docker", "--host", host, "version"], capture_output=True).returncode != 0:
        if process.poll() is not None or time.monotonic() > deadline:
            last = log.read_text(errors="replace").strip().rpartition("\n")[2]
            pytest.skip(f"dockerd does not start here: {last}")
        time.sleep(0.1)


def _import_images(host: str, busybox: Path) -> None:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as tar:
        tar.add(busybox, "bin/busybox")
        for name in subprocess.check_output([busybox, "--list"], text=True).split():
            link = tarfile.TarInfo(f"bin/{name}")
            link.type, link.linkname = tarfile.SYMTYPE, "busybox"
            if name != "busybox":
                tar.addfile(link)
        for name, mode in {"tmp": 0o1777, "root": 0o700, "srv": 0o755}.items():
            folder = tarfile.TarInfo(name)
            folder.type, folder.mode = tarfile.DIRTYPE, mode
            tar.addfile(folder)
    docker(host, "import", "-", SHELL, stdin=content.getvalue())
    changes = ('ENTRYPOINT ["echo", "entrypoint"]', 'CMD ["cmd"]', "WORKDIR /srv", "USER 1000", "ENV COLOUR=red")
    docker(host, "import", *(f"--change={change}" for change in changes), "-", ECHO, stdin=content.getvalue())
