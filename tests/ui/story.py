"""What the browser tests find there: a run of the weather pipeline in an experiment, and a recurring run."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.server.conftest import Server
from tests.waiting import wait_until

OWN = "/apis/barograph/v1"
KFP = "/apis/v2beta1"
SEED = 42


@dataclass
class Story:
    """A server with a run of the weather pipeline."""

    server: Server
    photos: Path
    pipeline: str
    version: str
    experiment: str
    recurring_run: str
    run: str

    def artifact(self, task: str, name: str) -> str:
        """The id of an artifact of ``run``."""
        return str(next(node["artifact_id"] for node in self._graph["artifacts"] if node["id"] == f"{task}:{name}"))

    def wait(self) -> None:
        """Wait until the run has ended."""
        wait_until(lambda: ended(self.server, self.run), 300)

    def another(self) -> str:
        """A run with another seed: one that a test has made already, or else one that is made now."""
        asked = {"pipeline": "weather", "state": "SUCCEEDED"}
        runs = self.server.get(f"{OWN}/runs", params=asked)["runs"]
        if made := [run["id"] for run in runs if run["parameters"]["random_seed"] != SEED]:
            return str(made[0])
        other = start(self.server, self.version, self.photos, SEED + 1)
        wait_until(lambda: ended(self.server, other), 300)
        return other

    @cached_property
    def _graph(self) -> dict[str, Any]:
        found: dict[str, Any] = self.server.get(f"{OWN}/runs/{self.run}/graph")["graph"]
        return found


def begin(server: Server, photos: Path, compiled: Path) -> Story:
    """Make it: upload the pipeline, and have it run."""
    pipeline, version = upload(server, compiled, "weather")
    experiment = server.post(f"{KFP}/experiments", {"display_name": "Seeds"})["experiment_id"]
    recurring = server.post(
        f"{KFP}/recurringruns",
        {
            "display_name": "Every night",
            "experiment_id": experiment,
            "pipeline_version_reference": {"pipeline_id": pipeline, "pipeline_version_id": version},
            "runtime_config": {"parameters": {"data_uri": str(photos), "weights": "none"}},
            "trigger": {"cron_schedule": {"cron": "0 0 3 * * *"}},
            "mode": "ENABLE",
            "max_concurrency": "1",
        },
    )["recurring_run_id"]
    run = start(server, version, photos, SEED)
    return Story(server, photos, pipeline, version, experiment, recurring, run)


def upload(server: Server, compiled: Path, name: str) -> tuple[str, str]:
    """Have the server keep a compiled pipeline: the ids of the pipeline and of its version."""
    with compiled.open("rb") as file:
        made = server.http.post(f"{KFP}/pipelines/upload", params={"name": name}, files={"uploadfile": file})
    pipeline: str = made.json()["pipeline_id"]
    [version] = server.get(f"{KFP}/pipelines/{pipeline}/versions")["pipeline_versions"]
    return pipeline, version["pipeline_version_id"]


def start(server: Server, version: str, photos: Path, seed: int) -> str:
    """Have the pipeline run with this seed; the run's id."""
    values = {"data_uri": str(photos), "weights": "none", "epochs": 2, "random_seed": seed}
    asked = {"version_id": version, "parameters": values, "experiment": "Seeds", "name": f"seed {seed}"}
    return str(server.post(f"{OWN}/runs", asked)["id"])


def ended(server: Server, run: str) -> bool:
    """Whether a run has ended; it must not have failed."""
    found = server.get(f"{OWN}/runs/{run}")
    assert found["state"] not in ("FAILED", "CANCELED"), found["error"]
    return bool(found["state"] == "SUCCEEDED")
