"""What images are built on and pushed to in tests: nothing is pulled from anywhere, so it is made of this machine."""

import io
import os
import shutil
import socket
import subprocess
import sys
import sysconfig
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.executors.dockerd import docker
from tests.waiting import wait_until

PYTHON = "barograph-python:test"

CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"

UNUSED = ("__pycache__", "test", "tests", "idlelib", "tkinter", "site-packages", "dist-packages", "ensurepip")

LIBRARIES = {
    *("libstdc++.so.6", "libgcc_s.so.1", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1", "libutil.so.1"),
    *("libresolv.so.2", "libnss_dns.so.2", "libnss_files.so.2"),
}
"""What wheels and the resolver of names need, besides what Python does."""

USERADD = """#!/bin/sh
for name; do :; done
echo "$name:x:1000:1000::/home/$name:/bin/sh" >>/etc/passwd
mkdir -p "/home/$name" && chown 1000:1000 "/home/$name"
"""

PIP = """#!/bin/sh
PYTHONPATH=/opt/pip exec python -m pip "$@"
"""


def folder_of_builder() -> str:
    """The folder of a ``docker`` that can build: there may be another before it on the PATH that has no BuildKit."""
    environ = {**os.environ, "DOCKER_BUILDKIT": "1"}
    for folder in os.environ["PATH"].split(os.pathsep):
        program = shutil.which("docker", path=folder)
        if program and not subprocess.run((program, "build", "--help"), env=environ, capture_output=True).returncode:
            return folder
    pytest.skip("no docker here can build: apt-get install docker.io, and docker-buildx where there is one")


def import_python(host: str) -> None:
    """Make the image ``PYTHON`` of this machine's Python, its pip, its libraries and its busybox."""
    content = io.BytesIO()
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    library = Path(sysconfig.get_path("stdlib"))
    executable = Path(sys.base_prefix) / "bin" / version
    extensions = sorted(map(str, (library / "lib-dynload").glob("*.so")))
    with tarfile.open(fileobj=content, mode="w") as tar:
        _add_folders(tar)
        tar.add(shutil.which("busybox") or "", "bin/busybox")
        for name in subprocess.check_output(["busybox", "--list"], text=True).split():
            if name != "busybox":
                _add_link(tar, f"bin/{name}", "busybox")
        tar.add(library, f"usr/local/lib/{version}", filter=_used)
        tar.add(executable.resolve(), f"usr/local/bin/{version}")
        for name in ("python", "python3"):
            _add_link(tar, f"usr/local/bin/{name}", version)
        tar.add(_pip(), "opt/pip/pip", filter=_used)
        for name, file in _libraries(str(executable), *extensions).items():
            tar.add(file.resolve(), name)
        _add_text(tar, "usr/local/bin/pip", PIP, 0o755)
        _add_text(tar, "bin/useradd", USERADD, 0o755)
        _add_text(tar, "etc/passwd", "root:x:0:0:root:/root:/bin/sh\n")
        _add_text(tar, "etc/group", "root:x:0:\n")
        _add_text(tar, "etc/nsswitch.conf", "hosts: files dns\n")
        if Path(CERTIFICATES).is_file():
            tar.add(Path(CERTIFICATES).resolve(), CERTIFICATES.removeprefix("/"))
    changes = ["ENV PATH=/usr/local/bin:/usr/bin:/bin"]
    changes += [f"ENV {name}={CERTIFICATES}" for name in ("PIP_CERT", "SSL_CERT_FILE") if Path(CERTIFICATES).is_file()]
    docker(host, "import", *(f"--change={each}" for each in changes), "-", PYTHON, stdin=content.getvalue())


@contextmanager
def registry(folder: Path) -> Iterator[str]:
    """The address of a registry of its own, which docker trusts as it is on this machine."""
    program = shutil.which("docker-registry")
    if program is None:
        pytest.skip("docker-registry is not installed: apt-get install docker-registry")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    config = folder / "registry.yml"
    config.write_text(f"version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: {folder}\nhttp:\n  addr: {address}\n")
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([program, "serve", config], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        wait_until(lambda: _answers(address))
        yield address
    finally:
        process.terminate()
        process.wait()


def _answers(address: str) -> bool:
    name, _, port = address.partition(":")
    with socket.socket() as client:
        return client.connect_ex((name, int(port))) == 0


def _pip() -> Path:
    """A pip to copy: that of the environment which the tests run in, or of the Python it was made of."""
    words = "import pip; print(pip.__path__[0])"
    for python in (sys.executable, str(Path(sys.base_prefix) / "bin" / "python3")):
        found = subprocess.run([python, "-c", words], capture_output=True, text=True)
        if not found.returncode:
            return Path(found.stdout.strip())
    pytest.skip("there is no pip to make an image with")


def _libraries(*binaries: str) -> dict[str, Path]:
    """What binaries are linked with, and ``LIBRARIES``, by the name that each is found by in the image."""
    found = {}
    for line in subprocess.run(["ldd", *binaries], capture_output=True, text=True).stdout.splitlines():
        words = line.split()
        if "=>" in words and words[2].startswith("/"):
            found[f"usr/lib/{words[0]}"] = Path(words[2])
        elif words and words[0].startswith("/") and "ld-" in words[0]:  # the loader, at its own path
            found[words[0].removeprefix("/")] = Path(words[0])
    for line in subprocess.check_output(["/sbin/ldconfig", "-p"], text=True).splitlines():
        name, _, file = line.strip().partition(" (")
        if name in LIBRARIES and "x32" not in file and "libc6," in file and f"usr/lib/{name}" not in found:
            found[f"usr/lib/{name}"] = Path(file.partition(" => ")[2])
    return found


def _used(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
    name = Path(entry.name).name
    return None if name in UNUSED or name.startswith("config-") else entry


def _add_folders(tar: tarfile.TarFile) -> None:
    for name, mode in {"tmp": 0o1777, "root": 0o700, "home": 0o755, "etc": 0o755}.items():
        folder = tarfile.TarInfo(name)
        folder.type, folder.mode = tarfile.DIRTYPE, mode
        tar.addfile(folder)


def _add_link(tar: tarfile.TarFile, name: str, target: str) -> None:
    link = tarfile.TarInfo(name)
    link.type, link.linkname = tarfile.SYMTYPE, target
    tar.addfile(link)


def _add_text(tar: tarfile.TarFile, name: str, text: str, mode: int = 0o644) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(text.encode()), mode
    tar.addfile(entry, io.BytesIO(text.encode()))
