"""Running a pipeline: asks the plan what is next, makes it happen, records it.

One thread decides and writes the record; commands are waited for in threads of their own, which hand what came of
them back through a queue. So the record has one writer, and the order of events is the order in the queue.
"""

import os
import shutil
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from barograph.engine.cache import cached
from barograph.engine.cancellation import Cancellation
from barograph.engine.events import Listener, RunChanged, TaskChanged
from barograph.engine.fingerprint import fingerprint, ingredients
from barograph.engine.inputs import Bundle, dag_outputs, resolve, root_inputs
from barograph.engine.launcher import (
    OutputError,
    Places,
    collect,
    command,
    executor_input,
    make_places,
)
from barograph.engine.liveness import held
from barograph.engine.plan import plan
from barograph.errors import BarographError, ParameterError, StoreError
from barograph.executors.base import Executor, Exit, Job, Process
from barograph.home import Home
from barograph.ir.graph import Container, Dag, Pipeline
from barograph.ir.graph import Task as TaskSpec
from barograph.ir.values import Value
from barograph.states import State, advance
from barograph.store import Link, Run, Store, Task
from barograph.store.records import Role
from barograph.store.store import new_id, now

DEFAULT_PARALLELISM = max(4, os.cpu_count() or 1)


@dataclass(frozen=True)
class Request:
    """What to run.

    Attributes:
        spec: the compiled pipeline's text, kept in the record.
        parameters: values for the pipeline's parameters; what is left out takes its default.
        name: of the run; made from the pipeline's name and the time if empty.
        cache: whether an earlier execution's outputs may be taken.
        parallelism: how many tasks may run at a time.
    """

    pipeline: Pipeline
    spec: str
    parameters: Mapping[str, Value]
    experiment: str = "Default"
    name: str = ""
    cache: bool = True
    parallelism: int = DEFAULT_PARALLELISM


@dataclass(eq=False)
class _Scope:
    """A DAG that is being run: the root, or a task whose component is a DAG."""

    dag: Dag
    prefix: str
    inputs: Bundle
    tasks: dict[str, Task]
    made: dict[str, Bundle] = field(default_factory=dict)
    begun: set[str] = field(default_factory=set)
    parent: "tuple[_Scope, str] | None" = None

    @property
    def states(self) -> dict[str, State]:
        return {name: task.state for name, task in self.tasks.items()}


@dataclass(eq=False)
class _Work:
    """A task whose command is to be run, and what has come of it so far."""

    scope: _Scope
    spec: TaskSpec
    container: Container
    inputs: Bundle
    places: Places
    process: Process | None = None


@dataclass(frozen=True)
class _Result:
    """What came of a command: its outputs, or an error."""

    work: _Work
    outputs: Bundle = field(default_factory=Bundle)
    exit_code: int | None = None
    error: str = ""


def execute(
    request: Request,
    home: Home,
    store: Store,
    executor: Executor,
    listener: Listener,
    cancellation: Cancellation | None = None,
) -> Run:
    """Run a pipeline to its end.

    Returns:
        The run's record; its state is SUCCEEDED, FAILED or CANCELED.

    Raises:
        ParameterError: a parameter's value does not fit. Nothing was recorded.
        ConfigurationError: an image's environment is not known. Nothing was recorded.
        StoreError: the record can't be written, for want of disk space for example. Commands have been ended.
    """
    inputs = root_inputs(request.pipeline.root, request.parameters)
    identities = {container.image: "" for _, container in request.pipeline.containers()}
    for image in identities:
        identities[image] = executor.identify(image)
    time = now()
    run = Run(
        id=new_id(),
        name=request.name or f"{request.pipeline.name} {time.astimezone():%Y-%m-%d %H:%M:%S}",
        experiment=request.experiment,
        pipeline=request.pipeline.name,
        spec=request.spec,
        parameters=dict(inputs.parameters),
        pipeline_root=str(home.artifacts),
        created_at=time,
    )
    with _translated(home), held(home, run.id):
        store.add_run(run)
        return _Execution(request, run, inputs, identities, home, store, executor, listener).to_the_end(
            cancellation or Cancellation()
        )


@contextmanager
def _translated(home: Home) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError(f"the home {home.path} can't be written: {error.strerror or error}") from error


class _Execution:
    def __init__(
        self,
        request: Request,
        run: Run,
        inputs: Bundle,
        identities: Mapping[str, str],
        home: Home,
        store: Store,
        executor: Executor,
        listener: Listener,
    ) -> None:
        self._request = request
        self._run = run
        self._inputs = inputs
        self._identities = identities
        self._home = home
        self._store = store
        self._executor = executor
        self._listener = listener
        self._ready: deque[_Work] = deque()
        self._running: list[_Work] = []
        self._results: SimpleQueue[_Result | None] = SimpleQueue()
        self._canceling = False

    def to_the_end(self, cancellation: Cancellation) -> Run:
        try:
            with cancellation.heard_by(lambda: self._results.put(None)):
                self._set_run(State.RUNNING, started_at=now())
                root = self._open(self._request.pipeline.dag, "", self._inputs, None)
                if cancellation.requested:
                    self._cancel()
                self._advance(root)
                while self._running or self._ready:
                    self._start_ready()
                    result = self._results.get()
                    if result is None:
                        self._cancel()
                    else:
                        self._finish(result)
        finally:
            self._abandon()
        return self._run

    # Deciding

    def _open(self, dag: Dag, prefix: str, inputs: Bundle, parent: tuple[_Scope, str] | None) -> _Scope:
        tasks = {name: Task(new_id(), self._run.id, prefix + name, now()) for name in dag.tasks}
        self._store.add_tasks(tasks.values())
        for task in tasks.values():
            self._listener.tell(TaskChanged(task))
        return _Scope(dag, prefix, inputs, tasks, parent=parent)

    def _advance(self, scope: _Scope) -> None:
        """Do all that can be done now in ``scope``, and in what it is part of once it has ended."""
        pending = {id(scope): scope}  # a scope once, however many of its tasks ended
        while pending:
            scope = pending.pop(next(iter(pending)))
            decision = plan(scope.dag, scope.states, scope.begun)
            for name, reason in (decision.skip or {}).items():
                self._set_task(scope, name, State.SKIPPED, error=reason)
            scope.begun.update(decision.start)
            follow = [found for name in decision.start for found in self._begin(scope, name)]
            if decision.outcome is not None:
                follow += self._close(scope, decision.outcome)
            pending |= {id(found): found for found in follow}

    def _begin(self, scope: _Scope, name: str) -> list[_Scope]:
        """Begin a task; gives the DAGs in which something may follow at once."""
        spec = scope.dag.tasks[name]
        if self._canceling:
            self._set_task(scope, name, State.CANCELED)
            return [scope]
        try:
            inputs = resolve(spec, scope.inputs, scope.made)
        except ParameterError as error:
            self._set_task(scope, name, State.FAILED, error=str(error))
            return [scope]
        match spec.component.body:
            case Dag() as dag:
                self._set_task(scope, name, State.RUNNING, parameters=dict(inputs.parameters), started_at=now())
                return [self._open(dag, f"{scope.prefix}{name}.", inputs, (scope, name))]
            case Container() as container:
                return self._begin_container(scope, spec, container, inputs)

    def _begin_container(self, scope: _Scope, spec: TaskSpec, container: Container, inputs: Bundle) -> list[_Scope]:
        environment = self._identities[container.image]
        parts = ingredients(spec.component, container, environment, inputs)
        key = fingerprint(parts)
        task = replace(
            scope.tasks[spec.name],
            fingerprint=key,
            ingredients=parts,
            environment=environment,
            parameters=dict(inputs.parameters),
        )
        scope.tasks[spec.name] = task
        taken = _links(task, Role.INPUT, inputs)
        if self._request.cache and spec.cache and (hit := cached(self._store, key)):
            origin, outputs = hit
            scope.made[spec.name] = outputs
            self._set_task(
                scope,
                spec.name,
                State.CACHED,
                inputs=taken,
                made=_links(task, Role.OUTPUT, outputs),
                outputs=dict(outputs.parameters),
                cached_from=origin.id,
                finished_at=now(),
            )
            return [scope]
        root = Path(self._run.pipeline_root) / self._run.pipeline / self._run.id / task.path / task.id
        work = _Work(scope, spec, container, inputs, Places(root, self._home.work(task.id)))
        self._store.update_task(task, taken)
        self._ready.append(work)
        return []

    def _close(self, scope: _Scope, outcome: State) -> list[_Scope]:
        if scope.parent is None:
            failed = [task for task in scope.tasks.values() if task.state is State.FAILED]
            error = f"task {failed[0].path} failed" if outcome is State.FAILED and failed else ""
            if self._canceling and outcome is not State.SUCCEEDED:
                outcome, error = State.CANCELED, ""
            self._set_run(outcome, finished_at=now(), error=error)
            return []
        parent, name = scope.parent
        outputs = dag_outputs(scope.dag, scope.made)
        if outcome is State.SUCCEEDED:
            parent.made[name] = outputs
        made = _links(parent.tasks[name], Role.OUTPUT, outputs) if outcome is State.SUCCEEDED else ()
        self._set_task(parent, name, outcome, made=made, outputs=dict(outputs.parameters), finished_at=now())
        return [parent]

    # Doing

    def _start_ready(self) -> None:
        while self._ready and len(self._running) < self._request.parallelism:
            work = self._ready.popleft()
            log = self._home.log(self._run.id, work.scope.prefix + work.spec.name)
            log.parent.mkdir(parents=True, exist_ok=True)
            log.touch()
            self._set_task(work.scope, work.spec.name, State.RUNNING, log=str(log), started_at=now())
            self._running.append(work)
            message = executor_input(work.spec.component, work.inputs, work.places)
            try:
                words = command(work.container, message)
                make_places(work.spec.component, work.places)
            except (OutputError, OSError) as error:
                self._results.put(_Result(work, error=_words(error)))
                continue
            work.process = self._executor.process(
                Job(work.container, words, dict(work.container.env), work.places.work, log)
            )
            threading.Thread(target=self._perform, args=(work, work.process), daemon=True).start()

    def _perform(self, work: _Work, process: Process) -> None:
        try:
            result = self._outcome(work, process.wait())
        except (BarographError, OutputError, OSError) as error:
            result = _Result(work, error=_words(error))
        except Exception as error:  # a bug here must end the run, not hang it
            result = _Result(work, error=f"internal error: {error!r}")
        self._results.put(result)

    def _outcome(self, work: _Work, exit_: Exit) -> _Result:
        if exit_.code != 0:
            return _Result(work, exit_code=exit_.code, error=_exit_words(exit_.code))
        component = work.spec.component
        ids = {name: new_id() for name in component.output_artifacts}
        outputs = collect(component, work.places, ids, now())
        return _Result(work, outputs, exit_.code)

    def _finish(self, result: _Result) -> None:
        work = result.work
        self._running.remove(work)
        scope, name = work.scope, work.spec.name
        shutil.rmtree(work.places.work, ignore_errors=True)
        if result.error:
            shutil.rmtree(work.places.outputs, ignore_errors=True)
            state, error = (State.CANCELED, "") if self._canceling else (State.FAILED, result.error)
            self._set_task(scope, name, state, exit_code=result.exit_code, error=error, finished_at=now())
        else:
            scope.made[name] = result.outputs
            self._set_task(
                scope,
                name,
                State.SUCCEEDED,
                made=_links(scope.tasks[name], Role.OUTPUT, result.outputs),
                outputs=dict(result.outputs.parameters),
                exit_code=result.exit_code,
                finished_at=now(),
            )
        self._advance(scope)

    def _cancel(self) -> None:
        self._terminate()
        if self._canceling:
            return
        self._canceling = True
        self._set_run(State.CANCELING)
        waiting, self._ready = self._ready, deque()
        for work in waiting:
            self._set_task(work.scope, work.spec.name, State.CANCELED, finished_at=now())
        for scope in {id(work.scope): work.scope for work in waiting}.values():
            self._advance(scope)

    def _terminate(self) -> None:
        for work in self._running:
            if work.process is not None:
                work.process.terminate()

    def _abandon(self) -> None:
        """After an error in the engine itself: leave no process behind."""
        if self._running:
            self._canceling = True
            self._terminate()
            while self._running:
                if (result := self._results.get()) is not None:
                    self._running.remove(result.work)

    # Recording

    def _set_run(self, state: State, **changes: Any) -> None:
        self._run = replace(self._run, state=advance(self._run.state, state), **changes)
        self._store.update_run(self._run)
        self._listener.tell(RunChanged(self._run))

    def _set_task(
        self,
        scope: _Scope,
        name: str,
        state: State,
        inputs: tuple[Link, ...] = (),
        made: tuple[Link, ...] = (),
        **changes: Any,
    ) -> None:
        old = scope.tasks[name]
        task = replace(old, state=advance(old.state, state), **changes)
        self._store.update_task(task, inputs, made)
        scope.tasks[name] = task
        self._listener.tell(TaskChanged(task, made))


def _links(task: Task, role: Role, bundle: Bundle) -> tuple[Link, ...]:
    return tuple(
        Link(task.id, role, key, position, artifact)
        for key, several in bundle.artifacts.items()
        for position, artifact in enumerate(several)
    )


def _words(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"{error.filename or 'a file'}: {error.strerror or error}"
    return str(error)


def _exit_words(code: int) -> str:
    if code >= 0:
        return f"its command ended with exit code {code}"
    import signal

    name = signal.Signals(-code).name if -code in signal.valid_signals() else str(-code)
    hint = " (the system does that when memory runs out)" if name == "SIGKILL" else ""
    return f"its process was killed by {name}{hint}"
