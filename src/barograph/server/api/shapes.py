"""What all of this API's modules share: its shapes, its router, and how things are found by what a path names."""

from collections.abc import Callable, Collection
from dataclasses import is_dataclass
from types import ModuleType
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import ConfigDict

from barograph.server import wire
from barograph.server.api.secrecy import hidden
from barograph.server.backend import Context
from barograph.store import Run, Task
from barograph.store.tasks import Tasks

PREFIX = "/apis/barograph/v1"
_COMPLETE = ConfigDict(json_schema_serialization_defaults_required=True)


class Shape(wire.Message):
    """What goes over the wire. Unlike in KFP's messages all fields are always there: clients' types say so."""

    model_config = _COMPLETE


def complete(*modules: ModuleType) -> None:
    """Say the same of the plain values that these modules define, where an endpoint gives them as they are."""
    for module in modules:
        for value in vars(module).values():
            if isinstance(value, type) and is_dataclass(value) and value.__module__ == module.__name__:
                value.__pydantic_config__ = _COMPLETE  # type: ignore[attr-defined]


class Router(wire.Router):
    """A router whose endpoints give whole shapes, and go by their functions' names in the API's description."""

    def __init__(self, tag: str) -> None:
        super().__init__(prefix=PREFIX, tags=[tag])

    def add_api_route(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        """Add an endpoint."""
        named = {**options, "operation_id": options.get("operation_id") or endpoint.__name__}
        APIRouter.add_api_route(self, path, endpoint, **named)


def _run(backend: Context, run_id: str) -> Run:
    return backend.store.get_run(run_id)


FoundRun = Annotated[Run, Depends(_run)]
"""An endpoint's parameter that gets the run that ``{run_id}`` names."""


def _task(backend: Context, run: FoundRun, task_id: str) -> Task:
    return Tasks(backend.database).find(run, task_id)


FoundTask = Annotated[Task, Depends(_task)]
"""An endpoint's parameter that gets the task that ``{task_id}`` names in that run: its id, or its path."""


def _hidden(backend: Context) -> Collection[str]:
    return hidden(backend.config.home)


def _hidden_in_run(backend: Context, run: FoundRun) -> Collection[str]:
    return hidden(backend.config.home, run)


Hidden = Annotated[Collection[str], Depends(_hidden)]
"""An endpoint's parameter that gets the values that are secret."""
HiddenInRun = Annotated[Collection[str], Depends(_hidden_in_run)]
"""An endpoint's parameter that gets the values that are secret in the run that ``{run_id}`` names."""
