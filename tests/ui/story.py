"""What the browser tests find there: weather runs of two seeds in an experiment, and a recurring run."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.server.conftest import Server
from tests.waiting import wait_until

OWN = "/apis/barograph/v1"
KFP = "/apis/v2beta1"


@dataclass
class Story:
    """A server with runs. ``run`` and ``other`` differ by their seed."""

    server: Server
    photos: Path
    pipeline: str
    version: str
    experiment: str
    recurring_run: str
    run: str
    other: str

    def artifact(self, task: str, name: str) -> str:
        """The id of an artifact of ``run``."""
        return str(next(node["artifact_id"] for node in self._graph["artifacts"] if node["id"] == f"{task}:{name}"))

    @cached_property
    def _graph(self) -> dict[str, Any]:
        found: dict[str, Any] = self.server.get(f"{OWN}/runs/{self.run}/graph")["graph"]
        return found


def tell(server: Server, photos: Path, compiled: Path) -> Story:
    """Make it: upload the pipeline, and run it."""
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
    runs = [start(server, version, photos, seed) for seed in (42, 7)]
    wait_until(lambda: all(ended(server, run) for run in runs), 300)
    return Story(server, photos, pipeline, version, experiment, recurring, *runs)


def upload(server: Server, compiled: Path, name: str) -> tuple[str, str]:
    """Have the server keep a compiled pipeline: the ids of the pipeline and of its version."""
    with compiled.open("rb") as file:
        made = server.http.post(f"{KFP}/pipelines/upload", params={"name": name}, files={"uploadfile": file})
    pipeline: str = made.json()["pipeline_id"]
    [version] = server.get(f"{KFP}/pipelines/{pipeline}/versions")["pipeline_versions"]
    return pipeline, version["pipeline_version_id"]


def start(server: Server, version: str, photos: Path, seed: int) -> str:
    """Have the pipeline run with this seed; the run's id."""
    values = {"data_uri": str(photos), "weights": "none", "epochs": 3, "random_seed": seed}
    asked = {"version_id": version, "parameters": values, "experiment": "Seeds", "name": f"seed {seed}"}
    return str(server.post(f"{OWN}/runs", asked)["id"])


def ended(server: Server, run: str) -> bool:
    """Whether a run has ended; it must not have failed."""
    found = server.get(f"{OWN}/runs/{run}")
    assert found["state"] not in ("FAILED", "CANCELED"), found["error"]
    return bool(found["state"] == "SUCCEEDED")
