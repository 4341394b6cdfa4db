"""The home: the folder that holds the database, artifacts, logs and environments."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Home:
    """Where things are kept below one folder."""

    path: Path

    @property
    def database_url(self) -> str:
        """The address of the home's own SQLite database."""
        return f"sqlite:///{self.path / 'barograph.db'}"

    @property
    def artifacts(self) -> Path:
        """The default pipeline root."""
        return self.path / "artifacts"

    @property
    def environments(self) -> Path:
        """What tasks run in, one folder for each."""
        return self.path / "environments"

    def log(self, run_id: str, task_path: str) -> Path:
        """The log of a task: what its process printed, as it printed it."""
        return self.path / "logs" / run_id / f"{task_path}.log"

    def work(self, task_id: str) -> Path:
        """A task's own folder while it runs: its current directory and its temporary files."""
        return self.path / "work" / task_id

    def lock(self, run_id: str) -> Path:
        """The file that is locked for as long as a process runs the run."""
        return self.path / "locks" / f"{run_id}.lock"
