"""Which Python an image stands for, and whether this machine has it."""

import os
import platform
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from uv import find_uv_bin

_IMAGE = re.compile(r"(?:.*/)?python(?::(?:(?P<version>\d+\.\d+)\b)?.*)?")
_IDENTITY = "import platform; print(platform.python_version(), platform.python_implementation())"


@dataclass(frozen=True)
class Python:
    """An interpreter.

    Attributes:
        executable: its path.
        version: such as ``3.11.7``.
        implementation: such as ``CPython``.
    """

    executable: str
    version: str
    implementation: str

    @property
    def minor(self) -> str:
        """The version without its last part."""
        return ".".join(self.version.split(".")[:2])

    def identity(self) -> dict[str, str]:
        """What of it makes an environment another one."""
        return {
            "python": self.version,
            "implementation": self.implementation,
            "platform": f"{sys.platform}-{platform.machine()}",
        }


RUNNING = Python(sys.executable, platform.python_version(), platform.python_implementation())


def python_of(image: str, environ: Mapping[str, str] = os.environ) -> tuple[Python, str]:
    """The interpreter for commands of ``image``, and what a person should know of it, mostly an empty text.

    An image of Python (``python:3.9``, ``registry/x/python:3.10-slim``) names a version; where this machine does not
    have it, and for any other image, it is the interpreter that runs Barograph. Nothing is downloaded.
    """
    named = _IMAGE.fullmatch(image.partition("@")[0])
    if named is None:
        return RUNNING, f"image {image}: nothing says what it holds; its command runs on this machine in Python " + (
            RUNNING.minor
        )
    version = named["version"]
    if version is None or version == RUNNING.minor:
        return RUNNING, ""
    found = _find(version, environ)
    if found is None:
        return RUNNING, (
            f"image {image}: this machine has no Python {version}; its command runs in Python {RUNNING.minor}"
        )
    return found, ""


def _find(version: str, environ: Mapping[str, str]) -> Python | None:
    command = [find_uv_bin(), "python", "find", "--system", "--no-project", "--no-python-downloads", version]
    try:
        executable = _output(command, environ)
        number, implementation = _output([executable, "-I", "-c", _IDENTITY], environ).split()
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return Python(executable, number, implementation) if number.startswith(f"{version}.") else None


def _output(command: list[str], environ: Mapping[str, str]) -> str:
    done = subprocess.run(command, env=environ, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=True)
    return os.fsdecode(done.stdout).strip()
