"""The ``docker`` command line: calling it, and what it says."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from functools import cached_property
from typing import Any


class DockerError(Exception):
    """Docker refused, in its own words."""


class Docker:
    """The ``docker`` command line."""

    def __init__(self, host: str, environ: Mapping[str, str]) -> None:
        self._program = shutil.which("docker", path=environ.get("PATH", os.defpath))
        self._host = host
        self._environ = environ

    def command(self, *arguments: str) -> list[str]:
        """The words that call docker.

        Raises:
            DockerError: there is no docker.
        """
        if self._program is None:
            raise DockerError("there is no program `docker` on the PATH")
        return [self._program, *(["--host", self._host] if self._host else []), *arguments]

    def environment(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """The environment variables that docker is called with."""
        return {**self._environ, **(more or {})}

    def __call__(self, *arguments: str, env: Mapping[str, str] | None = None, stdin: str = "") -> str:
        """What docker prints.

        Raises:
            DockerError: it failed.
        """
        try:
            done = subprocess.run(
                self.command(*arguments),
                env=self.environment(env),
                input=stdin,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                start_new_session=True,  # so that Ctrl-C reaches the engine alone
            )
        except OSError as error:
            raise DockerError(f"docker can't be started: {error.strerror or error}") from error
        if done.returncode:
            raise DockerError(_words(done.stderr) or f"docker {arguments[0]} ended with exit code {done.returncode}")
        return done.stdout.strip()

    @cached_property
    def info(self) -> dict[str, Any]:
        """What ``docker info`` says of the daemon."""
        return dict(json.loads(self("info", "--format", "{{json .}}")))

    @property
    def is_rootless(self) -> bool:
        """Whether the daemon runs as a user, whose files are root's inside a container."""
        return any("rootless" in str(option) for option in self.info.get("SecurityOptions") or ())


def _words(said: str) -> str:
    """Docker's complaint without its hints and prefixes."""
    lines = [line for line in said.strip().splitlines() if line and not line.startswith(("See ", "Run '", "WARNING"))]
    text = " ".join(lines)
    for prefix in ("docker: ", "Error response from daemon: ", "Error: "):
        text = text.removeprefix(prefix)
    return text.rstrip(".")
