"""What may be answered of what the record says: nothing secret, and nothing that JSON has no word for."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from barograph.engine.request import read_options, secrets_of
from barograph.home import Home
from barograph.secrets import redact
from barograph.store import Link, Run, Task

_DEEPEST = 100


def hidden(home: Home, run: Run | None = None) -> Collection[str]:
    """The values that are secret in a run; in all that the home knows of, where no run is given.

    Raises:
        ConfigurationError: the file that holds them can't be used, so nobody knows what is to be hidden.
    """
    return secrets_of(read_options(run.options if run else {}), home).values()


def without(value: Any, values: Collection[str], depth: int = 0) -> Any:
    """A JSON value with ``***`` in the place of ``values`` in all its texts, keys included. Pure.

    What is nested more deeply than a response can say is ``...``.
    """
    if depth > _DEEPEST:
        return "..."
    match value:
        case str():
            return speakable(redact(value, values))
        case Mapping():
            return {without(str(key), values): without(item, values, depth + 1) for key, item in value.items()}
        case list() | tuple():
            return [without(item, values, depth + 1) for item in value]
    return value


def speakable(text: str) -> str:
    """``text`` without what is no character, such as a byte of a file's name that is no UTF-8."""
    return text.encode(errors="replace").decode()


def shown_run(run: Run, values: Collection[str]) -> Run:
    """``run`` as it may be shown. Pure."""
    return replace(
        run,
        error=without(run.error, values),
        parameters=without(run.parameters, values),
        outputs=without(run.outputs, values),
    )


def shown_task(task: Task, values: Collection[str]) -> Task:
    """``task`` as it may be shown. Pure."""
    return replace(
        task,
        error=without(task.error, values),
        parameters=without(task.parameters, values),
        outputs=without(task.outputs, values),
        ingredients=without(task.ingredients, values),
        attempts=tuple(without(task.attempts, values)),
    )


def shown_link(link: Link, values: Collection[str]) -> Link:
    """``link`` as it may be shown. Pure."""
    return replace(link, artifact=replace(link.artifact, metadata=without(link.artifact.metadata, values)))
