"""One run on its way to its end: asks the plan what is next, makes it happen, records it.

One thread decides and writes the record; commands are waited for in threads of their own, which hand what came of
them back through a queue. So the record has one writer, and the order of events is the order in the queue.
"""

import shutil
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TypeAlias

from barograph.engine.attempt import Result, clear, job_of, perform, settings_of, words_of
from barograph.engine.cache import Hit, look_up, vanished
from barograph.engine.cancellation import Cancellation
from barograph.engine.capacity import asked, choose, this_machine
from barograph.engine.events import Listener
from barograph.engine.fingerprint import NO_SETTINGS, fingerprint, ingredients
from barograph.engine.importing import import_artifact, reused
from barograph.engine.inputs import (
    Bundle,
    Surroundings,
    collected,
    dag_outputs,
    filled,
    iteration_inputs,
    loop_items,
    resolve,
)
from barograph.engine.launcher import OutputError, Places
from barograph.engine.plan import outcome, plan
from barograph.engine.recorder import Recorder
from barograph.engine.request import Earlier, Request
from barograph.engine.runtime import facts, final_status
from barograph.engine.scopes import Loop, Parent, Scope, TaskOf, TurnOf, Work
from barograph.errors import BarographError, ParameterError
from barograph.executors.base import Executor
from barograph.home import Home, file_name
from barograph.ir.conditions import ConditionError, condition
from barograph.ir.graph import Constant, Container, Dag, Importer
from barograph.ir.graph import Task as TaskSpec
from barograph.ir.placeholders import Context, expand_text
from barograph.ir.platform import Platform, Platforms, claim_name, is_create_pvc, is_delete_pvc
from barograph.ir.values import Value
from barograph.states import State
from barograph.store import Link, Run, Store, Task
from barograph.store.records import Kind, Role
from barograph.store.store import new_id, now

_NOTHING = Bundle()


@dataclass(frozen=True)
class _Due:
    """The time has come to try ``work`` again."""

    work: Work


@dataclass(frozen=True)
class _Expired:
    """The time of ``work`` is up; of the whole run, if there is none."""

    work: Work | None


_Message: TypeAlias = "Result | _Due | _Expired | None"
_Todo: TypeAlias = "list[tuple[Scope, Iterable[str] | None]]"


class Execution:
    """One run on its way to its end."""

    def __init__(
        self,
        request: Request,
        run: Run,
        identities: Mapping[Container, str],
        home: Home,
        store: Store,
        executor: Executor,
        listener: Listener,
        earlier: Earlier | None,
    ) -> None:
        self._request = request
        self._identities = identities
        self._home = home
        self._store = store
        self._executor = executor
        self._earlier = earlier
        self._recorder = Recorder(run, store, listener)
        self._platforms = request.pipeline.platforms or Platforms()
        self._workspace = home.workspace(run.id)
        self._machine = this_machine()
        self._ready: deque[Work] = deque()
        self._running: list[Work] = []
        self._waiting: set[Work] = set()  # for another attempt
        self._twins: dict[str, list[tuple[Scope, str]]] = {}  # tasks that wait for another of the same fingerprint
        self._timers: set[threading.Timer] = set()
        self._messages: SimpleQueue[_Message] = SimpleQueue()
        self._reopened: set[str] = set()
        self._canceling = False
        self._deadline_passed = False

    def to_the_end(self, inputs: Bundle, cancellation: Cancellation) -> Run:
        """Run the pipeline with ``inputs``, and give its record at the end."""
        try:
            with cancellation.heard_by(lambda: self._messages.put(None)):
                self._recorder.set_run(State.RUNNING, started_at=now())
                if self._platforms.pipeline.workspace:
                    self._workspace.mkdir(parents=True, exist_ok=True)
                if limit := self._platforms.pipeline.active_deadline:
                    self._after(limit, _Expired(None))
                if cancellation.requested:
                    self._canceling = True
                    self._recorder.set_run(State.CANCELING)
                self._advance([(self._open(self._request.pipeline.dag, "", inputs, None), None)])
                while self._running or self._ready or self._waiting:
                    self._start_ready()
                    if self._messages.empty():
                        self._recorder.flush()
                    self._hear(self._messages.get())
        finally:
            self._abandon()
        return self._recorder.run

    def _hear(self, message: _Message) -> None:
        match message:
            case Result():
                self._finish(message)
            case _Due(work):
                if work in self._waiting:
                    self._waiting.discard(work)
                    self._ready.append(work)
            case _Expired(Work() as work):
                if work.process is not None and work in self._running:
                    work.timed_out = True
                    work.process.terminate()
            case _Expired(None):
                self._deadline_passed = True
                self._cancel()
            case None:
                self._cancel()

    # Deciding

    def _open(self, dag: Dag, prefix: str, inputs: Bundle, parent: Parent | None) -> Scope:
        known = self._earlier.tasks if self._earlier else {}
        tasks = {}
        for name, spec in dag.tasks.items():
            path = prefix + name
            old = known.get(path)
            task = Task(old.id if old else new_id(), self._recorder.run.id, path, now(), _kind(spec))
            if old is not None:
                task = replace(task, created_at=old.created_at, attempts=_attempts(old))
                self._reopened.add(path)
            self._recorder.add(task, again=old is not None)
            tasks[name] = task
        states = dict.fromkeys(tasks, State.PENDING)
        return Scope(dag, prefix, inputs, tasks, parent, states, left=len(tasks))

    def _advance(self, todo: _Todo) -> None:
        """Do all that can be done now in these scopes, and in what they are part of once they have ended."""
        queue = deque(todo)
        while queue:
            scope, among = queue.popleft()
            decision = plan(scope.dag, scope.states, scope.begun, among, not self._canceling)
            for name, reason in decision.skip.items():
                self._set(scope, name, State.SKIPPED, error=reason, finished_at=now())
            for name in decision.start:
                scope.begun.add(name)
                queue.extend(self._begin(scope, name))
            if scope.left == 0:
                scope.left = -1  # closed: once
                queue.extend(self._close(scope))

    def _begin(self, scope: Scope, name: str) -> _Todo:
        """A task whose turn has come; gives the scopes in which something may follow at once."""
        spec = scope.dag.tasks[name]
        try:
            inputs = resolve(spec, self._around(scope, name))
            if spec.condition and not condition(spec.condition, inputs.parameters):
                return self._end(scope, name, State.SKIPPED, error=f"its condition is false: {spec.condition}")
            scope.tasks[name] = replace(scope.tasks[name], parameters=dict(inputs.parameters))
            if spec.iterator is not None:
                return self._loop(scope, spec, inputs)
        except (ParameterError, ConditionError) as error:
            return self._end(scope, name, State.FAILED, error=str(error))
        match spec.component.body:
            case Dag() as dag:
                self._set(scope, name, State.RUNNING, started_at=now())
                return [(self._open(dag, f"{scope.prefix}{name}.", inputs, TaskOf(scope, name)), None)]
            case Importer() as importer:
                return self._import(scope, name, importer, inputs)
            case Container() as container if is_create_pvc(container.image) or is_delete_pvc(container.image):
                return self._claim(scope, name, container, inputs)
            case Container() as container:
                return self._container(scope, spec, container, inputs)

    def _around(self, scope: Scope, name: str) -> Surroundings:
        def status(task: str) -> Value:
            return final_status(self._recorder.run, task, scope.tasks[task], self._request.status_words)

        return Surroundings(
            scope.inputs, scope.made, status, lambda text, known: self._fill(scope.tasks[name], name, known)(text)
        )

    def _fill(self, task: Task, name: str, parameters: Mapping[str, Value]) -> Callable[[str], str]:
        """What replaces the placeholders in a text by what the task knows before it starts."""
        message = {"inputs": {"parameterValues": parameters, "artifacts": {}}, "outputs": {}}
        runtime = facts(self._recorder.run, self._workspace, name, task.id)
        around = Context(message, lambda _: "", {}, runtime)
        return lambda text: expand_text(text, around)

    def _loop(self, scope: Scope, spec: TaskSpec, inputs: Bundle) -> _Todo:
        assert spec.iterator is not None
        items = loop_items(spec, inputs)
        self._set(scope, spec.name, State.RUNNING, started_at=now())
        # Turns are opened as others end: enough to fill every place, however many there are in all.
        enough = max(8, 2 * self._request.parallelism)
        loop = Loop(scope, spec, inputs, items, min(spec.iterator.limit or enough, enough))
        return self._turn(loop)

    def _turn(self, loop: Loop) -> _Todo:
        """Open the turns of a loop that may be open, or end it."""
        spec, opened = loop.spec, []
        dag = spec.component.body
        assert isinstance(dag, Dag)
        while loop.open < loop.window and loop.next < len(loop.items) and not self._canceling:
            index = loop.next
            loop.next += 1
            loop.open += 1
            path = f"{loop.scope.prefix}{spec.name}[{index}]"
            old = self._earlier.tasks.get(path) if self._earlier else None
            inputs = iteration_inputs(spec, loop.inputs, loop.items[index])
            turn = Task(
                old.id if old else new_id(),
                self._recorder.run.id,
                path,
                old.created_at if old else now(),
                Kind.ITERATION,
                State.RUNNING,
                parameters=dict(inputs.parameters),
                started_at=now(),
            )
            self._recorder.add(turn, again=old is not None)
            self._reopened.add(path)
            opened.append((self._open(dag, f"{path}.", inputs, TurnOf(loop, index, turn)), None))
        if loop.open:
            return opened  # type: ignore[return-value]
        if loop.next < len(loop.items):
            loop.outcomes.add(State.CANCELED)
        outputs = collected(spec.component, [loop.made[index] for index in sorted(loop.made)])
        return self._end(loop.scope, spec.name, outcome(loop.outcomes) or State.SUCCEEDED, outputs, error=loop.error)

    def _claim(self, scope: Scope, name: str, container: Container, inputs: Bundle) -> _Todo:
        """Make or remove the folder that stands for a volume claim, as KFP's driver does it with claims themselves."""
        claim = claim_name(inputs.parameters, scope.tasks[name].id)
        self._set(scope, name, State.RUNNING, started_at=now())
        try:
            if is_create_pvc(container.image):
                self._home.volume(claim).mkdir(parents=True, exist_ok=True)
                return self._end(scope, name, State.SUCCEEDED, Bundle({"name": claim}))
            if not self._home.volume(claim).is_dir():
                return self._end(scope, name, State.FAILED, error=f"there is no volume claim {claim!r}")
            shutil.rmtree(self._home.volume(claim))
        except OSError as error:
            return self._end(scope, name, State.FAILED, error=words_of(error))
        return self._end(scope, name, State.SUCCEEDED)

    def _import(self, scope: Scope, name: str, importer: Importer, inputs: Bundle) -> _Todo:
        task = scope.tasks[name]
        kept = self._kept(scope, name)
        self._set(scope, name, State.RUNNING, started_at=now())
        if kept is not None:
            return self._end(scope, name, State.SUCCEEDED, kept)
        fill = self._fill(task, name, inputs.parameters)
        key = next(iter(scope.dag.tasks[name].component.output_artifacts), "artifact")
        try:
            uri = importer.uri.value if isinstance(importer.uri, Constant) else inputs.parameters[importer.uri.name]
            fresh = import_artifact(
                new_id(),
                key,
                importer.schema_title,
                fill(str(uri)),
                {fill(k): filled(v, fill) for k, v in importer.metadata.items()},
                now(),
                self._workspace if importer.to_workspace else None,
            )
        except KeyError as error:
            return self._end(scope, name, State.FAILED, error=f"it needs {error.args[0]!r}, which it was not given")
        except (ParameterError, OSError) as error:
            return self._end(scope, name, State.FAILED, error=words_of(error))
        if not importer.reimport:
            known = self._store.imported(fresh.uri, fresh.type)
            fresh = next((same for old in known if (same := reused(old, fresh))), fresh)
        return self._end(scope, name, State.SUCCEEDED, Bundle({}, {key: (fresh,)}))

    def _container(self, scope: Scope, spec: TaskSpec, container: Container, inputs: Bundle) -> _Todo:
        name, task = spec.name, scope.tasks[spec.name]
        kept = self._kept(scope, name)
        identity = self._identities[container]
        platform = self._platforms.executors.get(container.label)
        try:
            settings = settings_of(platform, self._request.secrets, scope) if platform else NO_SETTINGS
        except ParameterError as error:
            return self._end(scope, name, State.FAILED, error=str(error))
        runtime = facts(self._recorder.run, self._workspace, name, task.id)
        pipeline = self._recorder.run.pipeline
        parts = ingredients(pipeline, spec, container, identity, inputs, runtime, settings)
        key = fingerprint(parts)
        note = self._no_cache(spec, task)
        scope.tasks[name] = replace(task, fingerprint=key, ingredients=parts, environment=identity, cache_note=note)
        taken = links_of(task, Role.INPUT, inputs)
        if kept is not None:
            self._recorder.change(scope.tasks[name], taken)
            old = self._earlier.tasks[task.path] if self._earlier else task
            again = {
                field: getattr(old, field)
                for field in ("cached_from", "exit_code", "log", "started_at", "finished_at", "attempts", "cache_note")
            }
            state = old.state
            if state is State.SUCCEEDED:
                self._set(scope, name, State.RUNNING)
            return self._end(scope, name, state, kept, **again)
        if not note:
            if key in self._twins:
                self._twins[key].append((scope, name))
                return []
            self._recorder.settle(key)
            since = now() - self._request.max_age if self._request.max_age is not None else None
            found = look_up(self._store, key, since)
            if isinstance(found, Hit):
                return self._end(scope, name, State.CACHED, found.outputs, taken, cached_from=found.origin.id)
            scope.tasks[name] = replace(scope.tasks[name], cache_note=found)
        try:
            cores, memory = asked(container.resources, self._fill(task, name, inputs.parameters))
            image = self._fill(task, name, inputs.parameters)(container.image)
        except (ValueError, KeyError) as error:
            return self._end(scope, name, State.FAILED, error=f"what it asks of the machine can't be read: {error}")
        shared = "" if note else key
        if shared:
            self._twins[shared] = []
        self._recorder.change(scope.tasks[name], taken)
        container = container if image == container.image else replace(container, image=image)
        places, log = self._places(task), self._log(task)
        work = Work(scope, spec, container, inputs, places, log, shared, cores=cores, memory=memory)
        self._ready.append(work)
        return []

    def _no_cache(self, spec: TaskSpec, task: Task) -> str:
        if not self._request.cache:
            return "caching is switched off for this run"
        if task.path in self._request.uncached:
            return "caching is switched off for this task of this run"
        return "" if spec.cache else "the pipeline switches caching off for this task"

    def _kept(self, scope: Scope, name: str) -> Bundle | None:
        """What the task made in an earlier attempt at this run, if it is still there."""
        kept = self._earlier.kept.get(scope.tasks[name].path) if self._earlier else None
        return kept if kept is not None and vanished(kept) is None else None

    def _places(self, task: Task) -> Places:
        run = self._recorder.run
        # A folder of its own for each attempt: what an interrupted one left is never taken for another's.
        root = Path(run.pipeline_root) / run.pipeline / run.id / file_name(task.path) / new_id()
        return Places(root, self._home.work(root.name))

    def _log(self, task: Task) -> Path:
        before = len(task.attempts)
        return self._home.log(self._recorder.run.id, f"{task.path}.{before + 1}" if before else task.path)

    def _close(self, scope: Scope) -> _Todo:
        found = outcome(scope.states.values()) or State.SUCCEEDED
        outputs = dag_outputs(scope.dag, scope.made) if found is State.SUCCEEDED else _NOTHING
        failed = (task for task in scope.tasks.values() if task.state is State.FAILED)
        error = f"task {next(failed).path} failed" if found is State.FAILED else ""
        match scope.parent:
            case None:
                self._close_run(found, outputs, error)
                return []
            case TaskOf(parent, name):
                return self._end(parent, name, found, outputs, error=error)
            case TurnOf(loop, index, record):
                if found is State.SUCCEEDED:
                    loop.made[index] = outputs
                made = links_of(record, Role.OUTPUT, outputs)
                values = dict(outputs.parameters)
                self._recorder.set_task(record, found, made=made, outputs=values, error=error, finished_at=now())
                loop.outcomes.add(found)
                loop.error = loop.error or error
                loop.open -= 1
                return self._turn(loop)

    def _close_run(self, found: State, outputs: Bundle, error: str) -> None:
        for path, task in (self._earlier.tasks if self._earlier else {}).items():
            if path not in self._reopened:  # a loop has fewer turns than before, a condition another branch
                gone = "an earlier attempt at this run came here, the last one did not"
                self._recorder.change(replace(task, state=State.SKIPPED, error=gone))
        if self._deadline_passed and found is not State.SUCCEEDED:
            limit = self._platforms.pipeline.active_deadline
            found, error = State.FAILED, f"it took longer than the {limit} s that its pipeline allows"
        elif self._canceling and found is not State.SUCCEEDED:
            found, error = State.CANCELED, ""
        self._recorder.set_run(found, finished_at=now(), error=error, outputs=dict(outputs.parameters))

    # Doing

    def _start_ready(self) -> None:
        for work in choose(self._ready, self._running, self._machine, self._request.parallelism):
            self._ready.remove(work)
            self._start(work)

    def _start(self, work: Work) -> None:
        work.log.parent.mkdir(parents=True, exist_ok=True)
        work.log.touch()
        task = work.scope.tasks[work.spec.name]
        if work.attempt == 1:
            task = self._set(work.scope, work.spec.name, State.RUNNING, log=str(work.log), started_at=now())
        else:
            task = work.scope.tasks[work.spec.name] = replace(task, started_at=now())
            self._recorder.change(task)
        self._running.append(work)
        platform = self._platforms.executors.get(work.container.label, Platform())
        runtime = facts(self._recorder.run, self._workspace, work.spec.name, task.id)
        try:
            work.process = self._executor.process(job_of(work, platform, self._request.secrets, self._home, runtime))
        except (BarographError, OutputError, OSError) as error:
            clear(work)
            self._messages.put(Result(work, error=words_of(error)))
            return
        if platform.timeout:
            self._after(platform.timeout, _Expired(work))
        hidden = self._request.secrets.values()
        threading.Thread(target=perform, args=(work, self._messages.put, hidden), daemon=True).start()

    def _finish(self, result: Result) -> None:
        work = result.work
        self._running.remove(work)
        scope, name = work.scope, work.spec.name
        if not result.error:
            made = result.outputs
            todo = self._end(scope, name, State.SUCCEEDED, made, exit_code=result.exit_code)
        else:
            error = result.error
            if work.timed_out:
                limit = self._platforms.executors[work.container.label].timeout
                error = f"it took longer than the {limit} s that its pipeline allows"
            retry = work.spec.retry
            if retry is not None and work.attempt <= retry.max_count and not self._canceling:
                self._try_again(work, error, result.exit_code, retry.delay(work.attempt))
                return
            state, error = (State.CANCELED, "") if self._canceling else (State.FAILED, error)
            todo = self._end(scope, name, state, exit_code=result.exit_code, error=error)
        for other, twin in self._twins.pop(work.fingerprint, []):
            todo += self._end(other, twin, State.CANCELED) if self._canceling else self._begin(other, twin)
        self._advance(todo)

    def _try_again(self, work: Work, error: str, exit_code: int | None, delay: float) -> None:
        task = work.scope.tasks[work.spec.name]
        ended = replace(task, finished_at=now(), exit_code=exit_code, error=error)
        task = replace(task, attempts=_attempts(ended))
        log = self._log(task)
        task = replace(task, log=str(log), started_at=now())
        work.scope.tasks[work.spec.name] = task
        self._recorder.change(task)
        following = replace(
            work, places=self._places(task), log=log, attempt=work.attempt + 1, process=None, timed_out=False
        )
        self._waiting.add(following)
        if delay:
            self._after(delay, _Due(following))
        else:
            self._hear(_Due(following))

    def _after(self, seconds: float, message: _Message) -> None:
        timer = threading.Timer(seconds, self._messages.put, [message])
        timer.daemon = True
        self._timers.add(timer)
        timer.start()

    def _cancel(self) -> None:
        for work in self._running:
            if work.process is not None:
                work.process.terminate()
        if self._canceling:
            return
        self._canceling = True
        self._recorder.set_run(State.CANCELING)
        stopped, self._ready, self._waiting = [*self._ready, *self._waiting], deque(), set()
        todo: _Todo = []
        for work in stopped:
            todo += self._end(work.scope, work.spec.name, State.CANCELED)
            for other, twin in self._twins.pop(work.fingerprint, []):
                todo += self._end(other, twin, State.CANCELED)
        self._advance(todo)

    def _abandon(self) -> None:
        """Let go of timers; after an error in the engine itself, leave no process behind."""
        for timer in self._timers:
            timer.cancel()
        self._canceling = True
        for work in self._running:
            if work.process is not None:
                work.process.terminate()
        while self._running:
            message = self._messages.get()
            if isinstance(message, Result):
                self._running.remove(message.work)

    # Recording

    def _set(
        self,
        scope: Scope,
        name: str,
        state: State,
        taken: tuple[Link, ...] = (),
        made: tuple[Link, ...] = (),
        **changes: Any,
    ) -> Task:
        task = self._recorder.set_task(scope.tasks[name], state, taken, made, **changes)
        scope.tasks[name], scope.states[name] = task, state
        if state.ended:
            scope.left -= 1
        return task

    def _end(
        self,
        scope: Scope,
        name: str,
        state: State,
        outputs: Bundle = _NOTHING,
        taken: tuple[Link, ...] = (),
        **changes: Any,
    ) -> _Todo:
        """A task has ended, with these outputs if it ended well; gives where something may follow."""
        changes.setdefault("finished_at", now())
        made: tuple[Link, ...] = ()
        if state.has_outputs:
            scope.made[name] = outputs
            made = links_of(scope.tasks[name], Role.OUTPUT, outputs)
            changes["outputs"] = dict(outputs.parameters)
        self._set(scope, name, state, taken, made, **changes)
        return [(scope, scope.dag.downstream[name])]


def links_of(task: Task, role: Role, bundle: Bundle) -> tuple[Link, ...]:
    """The artifacts of ``bundle`` as inputs or outputs of ``task``."""
    return tuple(
        Link(task.id, role, key, position, artifact)
        for key, several in bundle.artifacts.items()
        for position, artifact in enumerate(several)
    )


def _attempts(task: Task) -> tuple[Mapping[str, Any], ...]:
    """The attempts at a task, the last one included, if its command was started in it."""
    if not task.log or task.state.has_outputs:
        return task.attempts
    last = {
        "started_at": task.started_at and task.started_at.isoformat(),
        "finished_at": task.finished_at and task.finished_at.isoformat(),
        "exit_code": task.exit_code,
        "error": task.error,
        "log": task.log,
    }
    return (*task.attempts, last)


def _kind(spec: TaskSpec) -> Kind:
    if spec.iterator is not None:
        return Kind.LOOP
    match spec.component.body:
        case Dag():
            return Kind.CONDITION if spec.condition else Kind.DAG
        case Importer():
            return Kind.IMPORTER
    return Kind.RUNTIME
