"""Running a pipeline: checks what was asked for, and has it executed under the run's lock."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from barograph.artifacts.files import check_access
from barograph.artifacts.uri import check_root, is_remote
from barograph.engine.cancellation import Cancellation, watched
from barograph.engine.events import Listener
from barograph.engine.execution import Execution
from barograph.engine.importing import import_artifact
from barograph.engine.inputs import root_inputs
from barograph.engine.liveness import Held, held
from barograph.engine.request import Earlier, Options, Request
from barograph.errors import StoreError
from barograph.executors.base import Executor
from barograph.home import Home
from barograph.ir.graph import Pipeline
from barograph.ir.values import Value
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
        ArtifactError: the store that is to take the artifacts can't be used. Nothing was recorded.
        StoreError: the record can't be written, for want of disk space for example. Commands have been ended.
    """
    time = now()
    inputs = root_inputs(
        request.pipeline.root, request.parameters, given_artifacts(request.pipeline, request.options, time)
    )
    options = request.options
    root = earlier.run.pipeline_root if earlier else check_root(options.pipeline_root or home.pipeline_root)
    if is_remote(root):
        check_access(root)
    identities = {container: executor.identify(container) for _, container in request.pipeline.containers()}
    executor.prepare(identities)
    if earlier and earlier.run.state is State.PENDING:
        run = earlier.run
    elif earlier:
        run = earlier.run.again(time)
    else:
        of = {"pipeline_id": request.pipeline_id, "version_id": request.version_id}
        run = new_run(request.pipeline, request.spec, inputs.parameters, options, home, time, **of)
    cancellation = cancellation or Cancellation()
    try:
        with _translated(home), held(home, run.id):
            if earlier is None:
                store.add_run(run)
            elif (now_is := store.get_run(run.id)) != earlier.run:
                raise Held(f"run {run.name!r} was taken up by another process in the meantime; it is {now_is.state}")
            elif run is not earlier.run:
                store.reopen(run)
            execution = Execution(request, run, identities, home, store, executor, listener, earlier)
            with watched(store, run.id, cancellation):
                return execution.to_the_end(inputs, cancellation)
    finally:
        executor.close()


def new_run(
    pipeline: Pipeline,
    spec: str,
    parameters: Mapping[str, Value],
    options: Options,
    home: Home,
    time: datetime,
    **more: Any,
) -> Run:
    """A run that is not recorded yet, with all its ``parameters``, defaults included, and ``more`` attributes."""
    return Run(
        name=options.name or f"{pipeline.name} {time.astimezone():%Y-%m-%d %H:%M:%S}",
        experiment=options.experiment,
        pipeline=pipeline.name,
        spec=spec,
        parameters=dict(parameters),
        pipeline_root=check_root(options.pipeline_root or home.pipeline_root),
        options=options.recorded(),
        created_at=time,
        state_history=((State.PENDING, time),),
        **({"id": new_id()} | more),
    )


def given_artifacts(pipeline: Pipeline, options: Options, time: datetime) -> dict[str, tuple[Artifact, ...]]:
    """The artifacts that a pipeline is given by address."""
    specs = pipeline.root.input_artifacts
    given: dict[str, tuple[Artifact, ...]] = {}
    for name, uri in options.artifacts.items():
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
