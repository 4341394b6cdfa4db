"""The cache key: what decides a task's outputs, and nothing else. Pure.

Stricter than KFP's (``backend/src/v2/driver/cache.go``), which sees the names of input artifacts and no environment
variables: here an artifact is its content, and an image is the content of what it holds. So a task that ran again
and made the same bytes leaves what comes after it cached, and a changed byte never goes unnoticed.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from barograph.artifacts.digest import digest_json
from barograph.engine.inputs import Bundle
from barograph.ir.graph import Container, Task

VERSION = 3
"""Goes up when the ingredients change, so that keys made by other rules are never taken for these."""


NO_SETTINGS: Mapping[str, str] = MappingProxyType({})


def ingredients(
    pipeline: str,
    task: Task,
    container: Container,
    environment: str,
    inputs: Bundle,
    runtime: Mapping[str, str],
    settings: Mapping[str, str] = NO_SETTINGS,
) -> dict[str, Any]:
    """What the fingerprint of a task is made of, as JSON.

    Args:
        pipeline: its name; a cache key of the task's own counts within it.
        task: the task; with a cache key of its own, that stands for everything else, as in KFP.
        container: its executor.
        environment: digest of what its image stands for.
        inputs: its resolved inputs.
        settings: what the platform gives the task, by name.
        runtime: facts about the run by placeholder; those that the command names count.
    """
    component = task.component
    if task.cache_key:
        return {"version": VERSION, "pipeline": pipeline, "component": component.name, "cache_key": task.cache_key}
    words = (*container.command, *container.args, *(value for _, value in container.env))
    # Words can depend on what was given, even where that is the default.
    absent = sorted(inputs.defaulted) if any('"IfPresent"' in word for word in words) else []
    named = {key: value for key, value in runtime.items() if any(f"{{{{$.{key}" in word for word in words)}
    return {
        "version": VERSION,
        "runtime": named,
        "environment": environment,
        "command": list(container.command),
        "args": list(container.args),
        "env": dict(container.env),
        "settings": dict(settings),
        "parameters": dict(inputs.parameters),
        **({"absent": absent} if absent else {}),
        "artifacts": {
            name: [{"type": a.type, "digest": a.digest, "metadata": digest_json(dict(a.metadata))} for a in several]
            for name, several in inputs.artifacts.items()
        },
        "outputs": {
            "parameters": {name: str(spec.type) for name, spec in component.output_parameters.items()},
            "artifacts": {
                name: [spec.schema_title, dict(spec.metadata)] for name, spec in component.output_artifacts.items()
            },
        },
    }


def fingerprint(parts: dict[str, Any]) -> str:
    """``sha256:...`` of the ingredients."""
    return digest_json(parts)
