"""The HTTP application: KFP's API, Barograph's own, and the UI."""

from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from barograph.server import errors
from barograph.server.access import Access
from barograph.server.api.routers import ROUTERS
from barograph.server.backend import Backend
from barograph.server.kfp import (
    artifacts,
    experiments,
    health,
    others,
    pipelines,
    reads,
    recurring_runs,
    runs,
    tasks,
    uploads,
)
from barograph.server.metrics import Activity, Metrics
from barograph.server.pages import BUILT, Pages
from barograph.server.security import Hosts
from barograph.server.shell import shell, shell_routes

_ROUTERS = (
    health.router,
    experiments.router,
    pipelines.router,
    uploads.router,
    recurring_runs.router,
    runs.router,
    tasks.router,
    artifacts.router,
    reads.router,
    others.router,
    *ROUTERS,
)


def make_app(
    backend: Backend,
    hosts: Hosts,
    access: Access | None,
    activity: Callable[[], Activity],
    ui: Path = BUILT,
) -> FastAPI:
    """The application.

    Args:
        backend: what it works with.
        hosts: the names that it answers to.
        access: who may come in; None for whoever reaches it.
        activity: what it says of its work at ``/metrics``.
        ui: the folder of the UI's build.
    """
    metrics = Metrics(activity)
    app = FastAPI(
        title="Barograph",
        version=version("barograph"),
        description="Kubeflow Pipelines' API (`/apis/v2beta1`), and Barograph's own (`/apis/barograph/v1`).",
        openapi_url="/apis/openapi.json",
        docs_url=None,  # it would load scripts from elsewhere
        redoc_url=None,
        responses=errors.DOCUMENTED,
        middleware=shell(hosts, access, metrics),
        routes=[*shell_routes(access, metrics)],
    )
    app.state.backend = replace(backend, has_token=access is not None)
    errors.install(app)
    for router in _ROUTERS:
        app.include_router(router)
    app.router.default = Pages(ui)
    _document(app)
    return app


_STATUS = {"application/json": {"schema": {"$ref": f"#/components/schemas/{errors.ErrorStatus.__name__}"}}}


def _document(app: FastAPI) -> None:
    """Have the description say that errors are an ``ErrorStatus`` in JSON, whatever else an endpoint gives."""
    make = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            found = make()
            for path in found["paths"].values():
                for operation in path.values():
                    operation["responses"].pop("422", None)
                    for code, response in operation["responses"].items():
                        if code.startswith(("4", "5")):
                            response["content"] = _STATUS
            for name in ("HTTPValidationError", "ValidationError"):
                found.get("components", {}).get("schemas", {}).pop(name, None)
        return make()

    app.openapi = openapi  # type: ignore[method-assign]
