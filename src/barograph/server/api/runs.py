"""Runs as the app shows them: one of them, starting one, and taking it up or ending it."""

from fastapi import Request

from barograph.engine import managed
from barograph.engine.again import check_resumable, check_retriable
from barograph.engine.request import read_options
from barograph.errors import NotFoundError
from barograph.server.api.as_code import Again, Code, as_code
from barograph.server.api.compiled import chosen
from barograph.server.api.full_run import FullRun, full_run
from barograph.server.api.secrecy import without
from barograph.server.api.shapes import FoundRun, HiddenInRun, Router
from barograph.server.api.starting import StartRun, asked_for
from barograph.server.backend import Backend, Context
from barograph.store import Run

router = Router("Runs")


@router.get("/runs/{run_id}")
def get_full_run(backend: Context, run: FoundRun) -> FullRun:
    """Everything that is recorded of a run, apart from its tasks."""
    return full_run(backend, run)


@router.get("/runs/{run_id}/as-code")
def run_as_code(backend: Context, run: FoundRun, values: HiddenInRun, request: Request) -> Code:
    """How the same run is started again: as a command, in Python with KFP's client, and with curl."""
    return as_code(
        Again(
            run.id,
            _reference(backend, run),
            run.pipeline_id,
            run.version_id,
            without(chosen(run), values),
            read_options(run.options, run.experiment, run.name),
            str(request.base_url).rstrip("/"),
            backend.has_token,
        )
    )


@router.post("/runs")
def start_run(backend: Context, start: StartRun) -> FullRun:
    """Start a run; it waits until there is a place for it. What is wrong with each value is in the error's details."""
    asked = asked_for(backend, start)
    backend.store.add_run(asked)
    backend.wake()
    return full_run(backend, asked)


@router.post("/runs/{run_id}:resume")
def resume_run(backend: Context, run: FoundRun) -> FullRun:
    """Go on with a run that was canceled or cut short; what has ended well stays as it is."""
    check_resumable(run)
    return _taken_up(backend, run)


@router.post("/runs/{run_id}:retry")
def retry_failed_run(backend: Context, run: FoundRun) -> FullRun:
    """Try again what failed in a run; what has ended well stays as it is."""
    check_retriable(run)
    return _taken_up(backend, run)


@router.post("/runs/{run_id}:cancel")
def cancel_run(backend: Context, run: FoundRun) -> FullRun:
    """Have a run end: its commands are asked to, and nothing more is started."""
    managed.cancel(run, backend.config.home, backend.store)
    return full_run(backend, run)


def _taken_up(backend: Backend, run: Run) -> FullRun:
    managed.retry(run, backend.config.home, backend.store)
    backend.wake()
    return full_run(backend, run)


def _reference(backend: Backend, run: Run) -> str:
    """``NAME:VERSION``, where the registry still has it."""
    try:
        version = backend.pipelines.version_of_any(run.version_id) if run.version_id else None
        return f"{backend.pipelines.get(version.pipeline_id).name}:{version.name}" if version else ""
    except NotFoundError:
        return ""
