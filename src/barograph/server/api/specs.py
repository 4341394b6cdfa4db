"""Compiled pipelines as files: of a run, and of a version of the registry."""

from typing import Any

from fastapi.responses import Response

from barograph.server.api.shapes import FoundRun, Router
from barograph.server.backend import Context
from barograph.server.headers import artifact_headers

router = Router("Specs")

_TEXT: dict[str, Any] = {
    "response_class": Response,
    "responses": {200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
}


@router.get("/runs/{run_id}/spec", **_TEXT)
def run_spec(run: FoundRun) -> Response:
    """The compiled pipeline that a run runs, to be saved to a file."""
    return _file(run.pipeline, run.spec)


@router.get("/pipelines/{pipeline_id}/versions/{version_id}/spec", **_TEXT)
def get_pipeline_spec(backend: Context, pipeline_id: str, version_id: str) -> Response:
    """The compiled pipeline of a version, as it was uploaded, to be saved to a file."""
    return _file(backend.pipelines.get(pipeline_id).name, backend.pipelines.version(pipeline_id, version_id).spec)


def _file(name: str, spec: str) -> Response:
    return Response(spec, headers=artifact_headers("text/plain", f"{name}.yaml", download=True))
