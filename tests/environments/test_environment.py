"""Environments, made for real by uv."""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from barograph.environments.environment import DESCRIPTION, READY, Environment, ensure, environment_of
from barograph.environments.kept import times_made
from barograph.environments.project import read_project
from barograph.errors import ConfigurationError, EnvironmentFailed

PYPROJECT = """
[build-system]
requires = ["uv_build>=0.9,<1"]
build-backend = "uv_build"
[project]
name = "{name}"
version = "1"
requires-python = ">=3.11"
"""


def write_project(folder: Path, name: str, extra: str = "") -> Path:
    (folder / "src" / name).mkdir(parents=True)
    (folder / "src" / name / "__init__.py").write_text("WORD = 'rain'\n")
    (folder / "pyproject.toml").write_text(PYPROJECT.format(name=name) + extra)
    (folder / "requirements.lock").touch()
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write_project(tmp_path / "shared", "shared")
    (tmp_path / "shared" / "requirements.lock").unlink()
    return write_project(tmp_path / "thing", "thing", '[tool.uv.sources]\nshared = { path = "../shared" }\n')


def environment(project: Path) -> Environment:
    return environment_of(read_project(project), project.parent / "environments")


def run(arguments: Sequence[str]) -> int:
    return subprocess.run(arguments, capture_output=True).returncode


def never() -> bool:
    return False


def make(project: Path) -> Environment:
    log = project.parent / "log"
    log.touch()
    made = environment(project)
    ensure(made, log, run, never)
    return made


def word(made: Environment, module: str) -> str:
    code = f"import {module}; print({module}.WORD)"
    return subprocess.run([made.bin / "python3", "-c", code], capture_output=True, text=True).stdout.strip()


def test_an_environment_holds_the_project_and_the_local_projects_it_names(project: Path) -> None:
    made = make(project)
    assert word(made, "thing") == word(made, "shared") == "rain"


@pytest.mark.parametrize("file", ["thing/src/thing/__init__.py", "shared/src/shared/__init__.py"])
def test_edited_source_is_another_environment_that_holds_the_edit(project: Path, file: str) -> None:
    before = make(project)
    (project.parent / file).write_text("WORD = 'snow'\n")
    after = make(project)
    assert after.digest != before.digest
    assert word(after, Path(file).parent.name) == "snow"
    assert word(before, Path(file).parent.name) == "rain"


def test_tests_caches_and_documents_of_a_project_do_not_count(project: Path) -> None:
    before = environment(project).digest
    for name in ("tests/test_it.py", "src/thing/__pycache__/x.pyc", "README.md", "Dockerfile"):
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text("something")
    assert environment(project).digest == before


def test_another_lock_is_another_environment(project: Path) -> None:
    before = environment(project).digest
    (project / "requirements.lock").write_text("# a package\n")
    assert environment(project).digest != before


def test_the_digest_does_not_depend_on_where_the_project_is(project: Path, tmp_path: Path) -> None:
    shutil.copytree(tmp_path / "thing", tmp_path / "elsewhere" / "thing")
    shutil.copytree(tmp_path / "shared", tmp_path / "elsewhere" / "shared")
    assert environment(tmp_path / "elsewhere" / "thing").digest == environment(project).digest


def test_two_that_need_an_environment_make_it_once(project: Path) -> None:
    made = environment(project)
    calls: list[str] = []

    def counted(arguments: Sequence[str]) -> int:
        calls.append(arguments[1])
        return run(arguments)

    def work(name: str) -> None:
        log = project.parent / name
        log.touch()
        ensure(made, log, counted, never)

    threads = [threading.Thread(target=work, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert calls == ["venv", "pip", "pip"]


def test_a_build_that_was_killed_leaves_nothing_that_is_taken_for_ready(project: Path) -> None:
    made = environment(project)
    made.bin.mkdir(parents=True)
    (made.bin / "python3").symlink_to(sys.executable)
    (made.path / "stray").touch()
    assert not made.is_ready
    assert make(project).is_ready
    assert not (made.path / "stray").exists()


def test_when_an_environment_was_made_is_known_however_often_it_is_used(tmp_path: Path) -> None:
    made, now = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 3, tzinfo=UTC)
    done, begun = (f"sha256:{letter * 64}" for letter in "ab")
    for digest in (done, begun):
        (tmp_path / f"probe-{digest[7:23]}").mkdir()
    folder = tmp_path / f"probe-{done[7:23]}"
    for name, time in ((DESCRIPTION, made), (READY, made + timedelta(days=1))):
        (folder / name).touch()
        os.utime(folder / name, (time.timestamp(), time.timestamp()))
    assert times_made(tmp_path, [done, begun, "image@sha256:c"], now) == {done: made, begun: now}


def test_a_build_that_fails_says_what_uv_said_and_is_tried_again(project: Path) -> None:
    broken = project / "src" / "thing" / "__init__.py"
    broken.unlink()
    log = project.parent / "log"
    log.touch()

    def logged(arguments: Sequence[str]) -> int:
        with log.open("ab") as file:
            return subprocess.run(arguments, stdout=file, stderr=subprocess.STDOUT).returncode

    with pytest.raises(EnvironmentFailed, match="Expected a Python module"):
        ensure(environment(project), log, logged, never)
    broken.write_text("WORD = 'rain'\n")
    assert word(make(project), "thing") == "rain"


def test_source_that_is_edited_while_it_is_installed_is_noticed(project: Path) -> None:
    def edit(arguments: Sequence[str]) -> int:
        (project / "src" / "thing" / "__init__.py").write_text("WORD = 'hail'\n")
        return run(arguments)

    (project.parent / "log").touch()
    with pytest.raises(EnvironmentFailed, match="was edited while its environment was made"):
        ensure(environment(project), project.parent / "log", edit, never)


def test_what_is_no_component_project_is_refused_with_what_it_lacks(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"has no requirements\.lock"):
        read_project(tmp_path)
    (tmp_path / "requirements.lock").touch()
    with pytest.raises(ConfigurationError, match=r"has no pyproject\.toml"):
        read_project(tmp_path)
