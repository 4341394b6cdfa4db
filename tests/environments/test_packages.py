"""Environments of packages: which Python an image stands for, listing and pruning what is kept."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from barograph.environments.environment import Environment, ensure, package_environment
from barograph.environments.kept import hold, list_environments, prune
from barograph.environments.python import RUNNING, Python, python_of
from barograph.errors import EnvironmentFailed

PACKAGE = ("idna==3.10",)


def run(arguments: Sequence[str]) -> int:
    return subprocess.run(arguments, capture_output=True).returncode


def make(environment: Environment) -> Environment:
    log = environment.path.parent.parent / "log"
    log.touch()
    ensure(environment, log, run, lambda: False)
    return environment


def version_of(executable: Path) -> str:
    return subprocess.run(
        [executable, "-c", "import sys; print(*sys.version_info[:2], sep='.')"], capture_output=True, text=True
    ).stdout.strip()


@pytest.fixture
def plain(tmp_path: Path) -> Environment:
    return make(package_environment(RUNNING, (), tmp_path / "environments"))


def write_python(folder: Path, version: str) -> Path:
    """A program that says, as uv asks it, that it is the running Python; only its name says ``version``."""
    folder.mkdir()
    program = folder / f"python{version}"
    program.symlink_to(sys.executable)
    return folder


@pytest.mark.parametrize("image", ["python:{}", "python:{}-slim", "host:5000/x/python:{}.2-alpine@sha256:ab", "python"])
def test_an_image_of_the_running_python_is_the_running_interpreter(image: str) -> None:
    assert python_of(image.format(RUNNING.minor)) == (RUNNING, "")


@pytest.mark.parametrize("image", ["alpine", "x/python-app:3.9", "pythonx:3.9", "gcr.io/python/app:1"])
def test_an_image_that_is_not_pythons_is_the_running_interpreter_with_a_note(image: str) -> None:
    python, note = python_of(image)
    assert python == RUNNING
    assert note.startswith(f"image {image}: nothing says what it holds")


def test_another_version_is_used_where_this_machine_has_it_and_told_where_not(tmp_path: Path) -> None:
    def find(version: str) -> tuple[Python, str]:
        return python_of(f"python:{version}-slim")

    for version in ("3.8", "3.9", "3.10", "3.12", "3.13"):
        python, note = find(version)
        assert (python.minor == version and not note) or (python == RUNNING and f"no Python {version}" in note)
    # A program that only has the name of a version does not count.
    environ = {**os.environ, "PATH": str(write_python(tmp_path / "bin", "3.99"))}
    assert python_of("python:3.99", environ)[0] == RUNNING


def test_the_digest_is_that_of_packages_python_and_platform(tmp_path: Path) -> None:
    older = Python("/usr/bin/python3.9", "3.9.1", "CPython")
    environments = [
        package_environment(RUNNING, (), tmp_path),
        package_environment(RUNNING, (PACKAGE,), tmp_path),
        package_environment(RUNNING, (PACKAGE, PACKAGE), tmp_path),
        package_environment(older, (PACKAGE,), tmp_path),
    ]
    assert len({environment.digest for environment in environments}) == 4
    assert environments[0].digest == package_environment(RUNNING, (), tmp_path / "elsewhere").digest


def test_it_holds_the_packages_and_pip(tmp_path: Path) -> None:
    made = make(package_environment(RUNNING, (PACKAGE,), tmp_path / "environments"))
    code = "import idna, pip; print(idna.__version__)"
    assert subprocess.run([made.bin / "python3", "-c", code], capture_output=True, text=True).stdout == "3.10\n"
    assert json.loads((made.path / "environment.json").read_text())["digest"] == made.digest


def test_without_a_network_it_has_no_pip_but_is_made(tmp_path: Path) -> None:
    environment = package_environment(RUNNING, (), tmp_path / "environments")
    log = tmp_path / "log"
    log.touch()

    def offline(arguments: Sequence[str]) -> int:
        return run(["false"] if "--seed" in arguments else arguments)

    ensure(environment, log, offline, lambda: False)
    assert environment.is_ready
    assert version_of(environment.bin / "python3") == RUNNING.minor


def test_a_build_that_is_killed_leaves_nothing_that_is_taken_for_ready(tmp_path: Path) -> None:
    environment = package_environment(RUNNING, (PACKAGE,), tmp_path / "environments")
    script = (
        "import sys, time\nfrom pathlib import Path\n"
        "from barograph.environments.environment import ensure, package_environment\n"
        "from barograph.environments.python import RUNNING\nimport subprocess\n"
        "def run(arguments):\n    code = subprocess.run(arguments, capture_output=True).returncode\n"
        "    print('step', flush=True)\n    time.sleep(60)\n    return code\n"
        f"log = Path({str(tmp_path / 'killed.log')!r})\nlog.touch()\n"
        f"made = package_environment(RUNNING, ({PACKAGE!r},), Path({str(tmp_path / 'environments')!r}))\n"
        "ensure(made, log, run, lambda: False)\n"
    )
    builder = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
    assert builder.stdout is not None
    with builder.stdout as output:
        assert output.readline() == b"step\n"
        builder.send_signal(signal.SIGKILL)
        builder.wait()
    assert environment.bin.is_dir()
    assert not environment.is_ready
    (listed,) = list_environments(tmp_path / "environments")
    assert not listed.complete
    assert make(environment).is_ready


def test_a_package_that_is_not_there_fails_with_uvs_words(tmp_path: Path) -> None:
    environment = package_environment(RUNNING, (("idna==0.0.0.0.1",),), tmp_path / "environments")
    log = tmp_path / "log"
    log.touch()

    def logged(arguments: Sequence[str]) -> int:
        with log.open("ab") as file:
            return subprocess.run(arguments, stdout=file, stderr=subprocess.STDOUT).returncode

    with pytest.raises(EnvironmentFailed, match=r"idna==0\.0\.0\.0\.1"):
        ensure(environment, log, logged, lambda: False)
    assert not environment.is_ready


def test_environments_are_listed_with_their_size_and_last_use(plain: Environment) -> None:
    before = time.time() - 100
    os.utime(plain.path / "ready", (before, before))
    (listed,) = list_environments(plain.path.parent)
    assert (listed.name, listed.digest, listed.path, listed.complete) == (plain.name, plain.digest, plain.path, True)
    assert listed.size > 1000
    assert abs(listed.used.timestamp() - before) < 1
    make(plain)
    assert list_environments(plain.path.parent)[0].used.timestamp() > before + 50
    assert list_environments(plain.path.parent / "nowhere") == []


def test_what_nobody_used_for_long_is_pruned(plain: Environment) -> None:
    environments = plain.path.parent
    assert prune(environments, timedelta(days=1)) == []
    old = time.time() - 2 * 86400
    os.utime(plain.path / "ready", (old, old))
    assert [kept.digest for kept in prune(environments, timedelta(days=1))] == [plain.digest]
    assert list_environments(environments) == []
    assert make(plain).is_ready


def test_what_is_in_use_is_not_pruned(plain: Environment) -> None:
    descriptor = hold(plain)
    assert prune(plain.path.parent, timedelta()) == []
    assert plain.is_ready
    os.close(descriptor)
    assert len(prune(plain.path.parent, timedelta())) == 1
