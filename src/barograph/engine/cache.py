"""Earlier executions whose outputs can stand in for a task's."""

from pathlib import Path

from barograph.engine.inputs import Bundle
from barograph.store import Artifact, Store, Task
from barograph.store.records import Role


def cached(store: Store, fingerprint: str) -> tuple[Task, Bundle] | None:
    """The newest execution with this fingerprint whose outputs are all still there, and those outputs."""
    for origin in store.cached(fingerprint):
        artifacts: dict[str, tuple[Artifact, ...]] = {}
        for link in store.links([origin.id]):
            if link.role is Role.OUTPUT:
                artifacts[link.key] = (*artifacts.get(link.key, ()), link.artifact)
        files = (a.uri for several in artifacts.values() for a in several if a.size is not None)
        if all(Path(uri).exists() for uri in files):
            return origin, Bundle(origin.outputs, artifacts)
    return None
