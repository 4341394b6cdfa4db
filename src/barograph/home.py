"""The home: the folder that holds the database, artifacts, logs and environments."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

_LONGEST = 180
"""Characters of a file's name: file systems take 255 bytes, and endings are added."""


@dataclass(frozen=True)
class Home:
    """Where things are kept below one folder.

    Attributes:
        path: the folder.
        root: where runs keep their artifacts instead, if they do: a folder, or an address in an object store.
    """

    path: Path
    root: str = ""

    @property
    def database_url(self) -> str:
        """The address of the home's own SQLite database."""
        from sqlalchemy import URL  # not where only paths are asked for

        # Written by the library: the path may have characters that mean something in an address.
        return URL.create("sqlite", database=str(self.path / "barograph.db")).render_as_string(hide_password=False)

    @property
    def artifacts(self) -> Path:
        """The folder of artifacts that are kept below the home."""
        return self.path / "artifacts"

    @property
    def pipeline_root(self) -> str:
        """The pipeline root of a run that names none."""
        return self.root or str(self.artifacts)

    @property
    def downloads(self) -> Path:
        """Local copies of artifacts that lie in object stores."""
        return self.path / "downloads"

    @property
    def workspaces(self) -> Path:
        """The folders that runs' tasks share."""
        return self.path / "workspaces"

    @property
    def environments(self) -> Path:
        """What tasks run in, one folder for each."""
        return self.path / "environments"

    def log(self, run_id: str, task_path: str) -> Path:
        """The log of a task: what its process printed, as it printed it."""
        return self.path / "logs" / run_id / f"{file_name(task_path)}.log"

    @property
    def workers_log(self) -> Path:
        """What the processes say that run a server's runs: errors in Barograph itself."""
        return self.path / "logs" / "workers.log"

    def work(self, run_id: str, attempt: str = "") -> Path:
        """The own folder of an attempt at a task while it runs: its current directory and its temporary files."""
        return self.path / "work" / run_id / attempt

    def workspace(self, run_id: str) -> Path:
        """The folder that a run's tasks share, where its pipeline asks for one."""
        return self.workspaces / run_id

    def volume(self, claim: str) -> Path:
        """The folder that stands for a volume claim of Kubernetes."""
        return self.path / "volumes" / file_name(claim)

    def lock(self, run_id: str) -> Path:
        """The file that is locked for as long as a process runs the run."""
        return self.path / "locks" / f"{run_id}.lock"

    @property
    def servers(self) -> Path:
        """Files that are locked for as long as a server serves the home, named by its machine and its address."""
        return self.path / "servers"


def file_name(path: str) -> str:
    """A task's path as the name of one file or folder: as it is, or cut and told apart by its digest."""
    name = path.replace("/", "_").lstrip(".")
    if name == path and len(name) <= _LONGEST:
        return name
    return f"{name[: _LONGEST - 17]}-{hashlib.sha256(path.encode()).hexdigest()[:16]}"
