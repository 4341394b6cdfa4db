"""A home on a disk that fills up: a small file system in memory, mounted by the test."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from kfp import dsl
from kfp.dsl import Dataset, Output

from tests.conftest import Workspace, component


@component
def fill(megabytes: int, data: Output[Dataset]) -> None:
    with open(data.path, "wb") as file:
        for _ in range(megabytes):
            file.write(b"x" * 1_000_000)


@dsl.pipeline(name="filling")
def filling(megabytes: int) -> None:
    fill(megabytes=megabytes)


@pytest.fixture
def small(workspace: Workspace, tmp_path: Path) -> Iterator[Workspace]:
    """The workspace, with a home that holds 4 MB; its environments are elsewhere."""
    home = tmp_path / "small"
    home.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(home)], capture_output=True, text=True
    )
    if mounted.returncode:
        pytest.skip(f"a small file system can't be mounted: {mounted.stderr.strip()}")
    try:
        (home / "environments").symlink_to((workspace.path / "home" / "environments").resolve())
        toml = workspace.path / "barograph.toml"
        toml.write_text(toml.read_text().replace('home = "home"', f'home = "{home}"'))
        workspace.compile(filling)
        yield workspace
    finally:
        subprocess.run(["umount", "--lazy", str(home)], check=True)


def test_a_task_that_fills_the_disk_fails_and_what_was_there_stays(small: Workspace) -> None:
    assert small.barograph("run", "pipeline.yaml", "-p", "megabytes=1", "--name", "before").returncode == 0
    ended = small.barograph("run", "pipeline.yaml", "-p", "megabytes=20", "--name", "full")
    assert ended.returncode == 1
    assert "No space left on device" in ended.stdout
    assert small.outcome("full").states == {"fill": "FAILED"}
    kept = small.outcome("before").artifact("fill", "data")
    assert Path(kept.uri).stat().st_size == 1_000_000
    after = small.barograph("run", "pipeline.yaml", "-p", "megabytes=2", "--name", "after")
    assert after.returncode == 0
    assert small.outcome("after").states == {"fill": "SUCCEEDED"}


def test_a_disk_with_no_room_for_the_record_is_one_message(small: Workspace) -> None:
    assert small.barograph("run", "pipeline.yaml", "-p", "megabytes=1").returncode == 0
    home = small.config.home.path
    with (home / "ballast").open("wb", buffering=0) as ballast:
        while True:
            try:
                ballast.write(b"x" * 4096)
            except OSError:
                break
    ended = small.barograph("run", "pipeline.yaml", "-p", "megabytes=1", "--no-cache")
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert "error: " in ended.stderr
    (home / "ballast").unlink()
    assert small.barograph("run", "pipeline.yaml", "-p", "megabytes=1").returncode == 0
    assert small.outcome("last").states == {"fill": "CACHED"}
