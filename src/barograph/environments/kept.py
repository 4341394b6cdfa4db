"""The environments that are kept: which there are, and removing those that nobody has used for long."""

import fcntl
import json
import os
import shutil
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from filelock import FileLock, Timeout

from barograph.environments.environment import DESCRIPTION, READY, Environment

LOG = ".log"
"""How the logs of environments that are being made end, beside their folders."""


@dataclass(frozen=True)
class KeptEnvironment:
    """An environment on disk.

    Attributes:
        name: what it is called where people see it.
        path: its folder.
        digest: ``sha256:...``; empty for one that is not complete.
        size: bytes in its files; uv shares most of them with its cache where the file system lets it.
        used: when a task last used it, in UTC.
        complete: whether it can be used; one that isn't is being made, or making it has failed.
        note: what a person should know of it.
    """

    name: str
    path: Path
    digest: str
    size: int
    used: datetime
    complete: bool
    note: str = ""


def hold(environment: Environment) -> int:
    """Keep ``environment`` from being pruned until the returned file descriptor is closed, or this process ends."""
    environment.path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(_use(environment.path), os.O_RDWR | os.O_CREAT, 0o666)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    return descriptor


def list_environments(environments: Path) -> list[KeptEnvironment]:
    """The environments in the folder ``environments``, the one used last first."""
    folders = [path for path in environments.iterdir() if path.is_dir()] if environments.is_dir() else []
    kept = [found for found in map(_read, folders) if found is not None]
    return sorted(kept, key=lambda environment: environment.used, reverse=True)


def times_made(environments: Path, digests: Collection[str], now: datetime) -> dict[str, datetime]:
    """When the environments with these digests were made, by digest; ``now`` for one that is being made. Those that are
    not there, such as images, are left out."""
    found = {}
    for digest in digests:
        folder = next(environments.glob(f"*-{digest.removeprefix('sha256:')[:16]}"), None)
        if folder is not None:
            with suppress(FileNotFoundError):  # it is being removed
                complete = (folder / READY).is_file()  # which is touched with every use, unlike the description
                made = datetime.fromtimestamp((folder / DESCRIPTION).stat().st_mtime, UTC) if complete else now
                found[digest] = made
    return found


def prune(environments: Path, older_than: timedelta) -> list[KeptEnvironment]:
    """Remove the environments that nobody has used for ``older_than``; returns them. One in use stays."""
    before = datetime.now(UTC) - older_than
    return [kept for kept in list_environments(environments) if kept.used <= before and _remove(kept, before)]


def _remove(kept: KeptEnvironment, before: datetime) -> bool:
    descriptor = os.open(_use(kept.path), os.O_RDWR | os.O_CREAT, 0o666)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with FileLock(f"{kept.path}.lock").acquire(blocking=False):
            now = _read(kept.path)
            if now is None or now.used > before:  # it was used, or removed, since it was listed
                return False
            (kept.path / READY).unlink(missing_ok=True)  # first: what is half removed is not complete
            shutil.rmtree(kept.path)
            for file in kept.path.parent.iterdir():
                if file.name.startswith(f"{kept.path.name}.") and file.suffix == LOG:
                    file.unlink(missing_ok=True)  # of a process that was killed while it made this
    except (BlockingIOError, Timeout):
        return False
    finally:
        os.close(descriptor)
    # The lock files stay: removing one that another process is about to lock would give both of them the lock.
    return True


def _read(path: Path) -> KeptEnvironment | None:
    ready = path / READY
    description = {}
    with suppress(OSError, ValueError):
        description = json.loads((path / DESCRIPTION).read_bytes())
    try:
        complete = ready.is_file()
        used = datetime.fromtimestamp((ready if complete else path).stat().st_mtime, UTC)
        size = sum(file.lstat().st_size for file in path.rglob("*") if not file.is_dir())
    except FileNotFoundError:  # it is being removed
        return None
    name = description.get("name", path.name.rpartition("-")[0])
    digest = description.get("digest", "") if complete else ""
    return KeptEnvironment(name, path, digest, size, used, complete, description.get("note", ""))


def _use(path: Path) -> str:
    return f"{path}.use"
