"""What is remembered of every run."""

from barograph.store.records import Artifact, Link, Run, Task
from barograph.store.store import Store, open_store

__all__ = ["Artifact", "Link", "Run", "Store", "Task", "open_store"]
