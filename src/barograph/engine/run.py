"""Running a pipeline: checks what was asked for, and has it executed under the run's lock."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from barograph.engine.cancellation import Cancellation
from barograph.engine.events import Listener
from barograph.engine.execution import Execution
from barograph.engine.importing import import_artifact
from barograph.engine.inputs import root_inputs
from barograph.engine.liveness import Held, held
from barograph.engine.request import Earlier, Request
from barograph.errors import StoreError
from barograph.executors.base import Executor
from barograph.home import Home
from barograph.states import State
from barograph.store import Artifact, Run, Store
from barograph.store.store import new_id, now


def execute(
    request: Request,
    home: Home,
    store: Store,
    executor: Executor,
    listener: Listener,
    cancellation: Cancellation | None = None,
    earlier: Earlier | None = None,
) -> Run:
    """Run a pipeline to its end, or take a run up again.

    Returns:
        The run's record; its state is SUCCEEDED, FAILED or CANCELED.

    Raises:
        ParameterError: a parameter's value or an artifact's address does not fit. Nothing was recorded.
        ConfigurationError: an image's environment is not known. Nothing was recorded.
        StoreError: the record can't be written, for want of disk space for example. Commands have been ended.
    """
    time = now()
    inputs = root_inputs(request.pipeline.root, request.parameters, _given_artifacts(request, time))
    identities = {container: executor.identify(container) for _, container in request.pipeline.containers()}
    executor.prepare(identities)
    options = request.options
    if earlier:
        run = replace(earlier.run, state=State.PENDING, error="", started_at=None, finished_at=None)
    else:
        run = Run(
            id=new_id(),
            name=options.name or f"{request.pipeline.name} {time.astimezone():%Y-%m-%d %H:%M:%S}",
            experiment=options.experiment,
            pipeline=request.pipeline.name,
            spec=request.spec,
            parameters=dict(inputs.parameters),
            pipeline_root=str(home.artifacts),
            options=options.recorded(),
            created_at=time,
        )
    try:
        with _translated(home), held(home, run.id):
            if earlier is None:
                store.add_run(run)
            elif (now_is := store.find_run(run.id)) != earlier.run:
                raise Held(f"run {run.name!r} was taken up by another process in the meantime; it is {now_is.state}")
            else:
                store.update_run(run)
            execution = Execution(request, run, identities, home, store, executor, listener, earlier)
            return execution.to_the_end(inputs, cancellation or Cancellation())
    finally:
        executor.close()


def _given_artifacts(request: Request, time: datetime) -> dict[str, tuple[Artifact, ...]]:
    specs = request.pipeline.root.input_artifacts
    given: dict[str, tuple[Artifact, ...]] = {}
    for name, uri in request.options.artifacts.items():
        type_ = specs[name].schema_title if name in specs else "system.Artifact"
        given[name] = (import_artifact(new_id(), name, type_, uri, {}, time),)
    return given


@contextmanager
def _translated(home: Home) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise StoreError(f"the home {home.path} can't be written: {error.strerror or error}") from error
