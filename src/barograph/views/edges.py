"""The edges of a graph while it is drawn. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from barograph.views.nodes import ArtifactNode, Edge, EdgeKind, TaskNode


class Edges:
    """Edges between tasks and artifacts; what is said several times is one edge with several labels."""

    def __init__(self) -> None:
        self._labels: dict[tuple[str, str, EdgeKind], dict[str, None]] = defaultdict(dict)
        self._order: dict[tuple[str, str], None] = {}

    def add(self, source: str, target: str, kind: EdgeKind, label: str) -> None:
        """One more edge, or one more label on it."""
        self._labels[source, target, kind][label] = None

    def after(self, before: str, task: str) -> None:
        """``task`` waits for ``before``, which is beside it."""
        self._order[before, task] = None

    def between(self, tasks: Mapping[str, TaskNode], artifacts: Mapping[str, ArtifactNode]) -> Iterator[Edge]:
        """The edges between these nodes. One that is for order alone, or for a parameter, is left out where something
        else connects the two tasks already."""
        makers = {key: node.producer for key, node in artifacts.items()}
        handed = {(makers[source], target) for source, target, kind in self._labels if kind is EdgeKind.INPUT}
        connected = {_beside(tasks, *pair) for pair in handed}
        for (source, target, kind), labels in self._labels.items():
            if kind is EdgeKind.PARAMETER:
                if source not in tasks or (source, target) in handed:
                    continue
                connected.add(_beside(tasks, source, target))
            yield Edge(source, target, kind, tuple(labels))
        for before, task in self._order:
            if (before, task) not in connected and before in tasks and task in tasks:
                yield Edge(before, task, EdgeKind.ORDER)


def _beside(tasks: Mapping[str, TaskNode], source: str, target: str) -> tuple[str, str] | None:
    """The two nodes side by side of which the one is or holds ``source``, the other ``target``."""
    pairs = zip(_from_the_top(tasks, source), _from_the_top(tasks, target), strict=False)
    return next((pair for pair in pairs if pair[0] != pair[1]), None)


def _from_the_top(tasks: Mapping[str, TaskNode], path: str) -> list[str]:
    found = []
    while path in tasks:
        found.append(path)
        path = tasks[path].parent
    return found[::-1]
