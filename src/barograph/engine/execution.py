"""One run on its way to its end: asks the plan what is next, makes it happen, records it.

One thread decides and writes the record; commands are waited for in threads of their own, which hand what came of
them back through a queue. So the record has one writer, and the order of events is the order in the queue.
"""

import shutil
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from barograph.artifacts.uri import is_remote
from barograph.engine.attempt import Result, clear, job_of, perform, settings_of, words_of
from barograph.engine.cache import Hit, look_up, switched_off
from barograph.engine.cancellation import Cancellation
from barograph.engine.capacity import asked, this_machine
from barograph.engine.claims import is_claim, serve
from barograph.engine.events import Listener
from barograph.engine.fingerprint import NO_SETTINGS, fingerprint, ingredients
from barograph.engine.importing import importing
from barograph.engine.inputs import (
    Bundle,
    Surroundings,
    collected,
    dag_outputs,
    iteration_inputs,
    loop_items,
    resolve,
)
from barograph.engine.launcher import OutputError, Places
from barograph.engine.plan import outcome, plan
from barograph.engine.recorder import Recorder, attempts_of, links_of
from barograph.engine.remote import FetchedFirst, remote_inputs
from barograph.engine.request import Earlier, Request
from barograph.engine.runtime import facts, final_status
from barograph.engine.scopes import Loop, Parent, Scope, TaskOf, TurnOf, Work, kind_of
from barograph.engine.workplace import Answered, Canceled, Due, Expired, Message, Workplace, answer_to
from barograph.errors import BarographError, StoreError
from barograph.executors.base import Executor
from barograph.home import Home, file_name
from barograph.ir.conditions import ConditionError, condition
from barograph.ir.graph import Container, Dag, Importer
from barograph.ir.graph import Task as TaskSpec
from barograph.ir.placeholders import Context, expand_text
from barograph.ir.platform import Platform, Platforms
from barograph.ir.values import Value
from barograph.states import State
from barograph.store import Link, Run, Store, Task
from barograph.store.records import Kind, Role
from barograph.store.store import new_id, now

_NOTHING = Bundle()
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
        self._options = request.options
        self._identities = identities
        self._home = home
        self._store = store
        self._executor = executor
        self._earlier = earlier
        self._recorder = Recorder(run, store, listener)
        self._platforms = request.pipeline.platforms or Platforms()
        self._workspace = home.workspace(run.id)
        self._workplace = Workplace(this_machine(), request.options.parallelism)
        self._twins: dict[str, list[tuple[Scope, str]]] = {}  # tasks that wait for another of the same fingerprint
        self._reopened: set[str] = set()
        self._hidden = request.secrets.values()
        self._canceling = False
        self._deadline_passed = False

    def to_the_end(self, inputs: Bundle, cancellation: Cancellation) -> Run:
        """Run the pipeline with ``inputs``, and give its record at the end."""
        try:
            with cancellation.heard_by(lambda: self._workplace.put(Canceled())):
                self._recorder.set_run(State.RUNNING, started_at=now())
                if self._platforms.pipeline.workspace:
                    self._workspace.mkdir(parents=True, exist_ok=True)
                if limit := self._platforms.pipeline.active_deadline:
                    self._workplace.after(limit, Expired(None))
                if cancellation.requested:
                    self._canceling = True
                    self._recorder.set_run(State.CANCELING)
                self._advance([(self._open(self._request.pipeline.dag, "", inputs, None), None)])
                while self._workplace.busy:
                    for work in self._workplace.take():
                        self._start(work)
                    if self._workplace.is_quiet:
                        self._recorder.flush()
                    self._hear(self._workplace.hear())
        finally:
            self._workplace.empty()
            shutil.rmtree(self._home.work(self._recorder.run.id), ignore_errors=True)
        return self._recorder.run

    def _hear(self, message: Message) -> None:
        match message:
            case Result():
                self._finish(message)
            case Due(work):
                self._workplace.wake(work)
            case Expired(Work() as work):
                if work.process is not None and self._workplace.runs(work):
                    work.timed_out = True
                    work.process.terminate()
            case Expired(None):
                self._deadline_passed = True
                self._cancel()
            case Canceled():
                self._cancel()
            case Answered(then, answer):
                self._advance(then(answer))

    # Deciding

    def _open(self, dag: Dag, prefix: str, inputs: Bundle, parent: Parent | None) -> Scope:
        scope = Scope(dag, prefix, inputs, {}, parent)
        for name, spec in dag.tasks.items():
            path = prefix + name
            old = self._earlier.tasks.get(path) if self._earlier else None
            kept = self._earlier.kept.get(path) if self._earlier else None
            if old is not None and kept is not None:
                # It has ended well, and nothing before it runs anew: its record stays as it is.
                self._reopened.add(path)
                scope.tasks[name], scope.states[name], scope.made[name] = old, old.state, kept
                scope.begun.add(name)
                continue
            scope.tasks[name] = self._new(path, kind_of(spec))
            scope.states[name] = State.PENDING
            scope.left += 1
        return scope

    def _new(self, path: str, kind: Kind, **more: Any) -> Task:
        """A new task, or that of an earlier attempt at the run, to start again."""
        old = self._earlier.tasks.get(path) if self._earlier else None
        run = self._recorder.run.id
        if old is None:
            task = Task(new_id(), run, path, now(), kind, **more)
        else:
            self._reopened.add(path)
            task = Task(old.id, run, path, old.created_at, kind, attempts=attempts_of(old), **more)
        self._recorder.add(task, again=old is not None)
        return task

    def _advance(self, todo: _Todo) -> None:
        """Do all that can be done now in these scopes, and in what they are part of once they have ended."""
        queue = deque(todo)
        while queue:
            scope, among = queue.popleft()
            decision = plan(scope.dag, scope.states, scope.begun, among, not self._canceling)
            for name, reason in decision.skip.items():
                self._set(scope, name, State.SKIPPED, error=reason, finished_at=now())
            for name in decision.cancel:
                self._set(scope, name, State.CANCELED, finished_at=now())
            for name in decision.start:
                scope.begun.add(name)
                queue.extend(self._begin(scope, name))
            if scope.left == 0:
                scope.left = -1  # closed: once
                queue.extend(self._close(scope))

    def _begin(self, scope: Scope, name: str) -> _Todo:
        """A task whose turn has come; gives the scopes in which something may follow at once."""
        return self._safely(scope, name, lambda: self._begun(scope, scope.dag.tasks[name]))

    def _safely(self, scope: Scope, name: str, do: Callable[[], _Todo]) -> _Todo:
        """What ``do`` gives; an error in it fails the task."""
        try:
            return do()
        except StoreError:
            raise
        except (BarographError, ConditionError, OSError) as error:
            return self._end(scope, name, State.FAILED, error=words_of(error))
        except Exception as error:  # a bug here must fail the task, not leave the run without an end
            return self._end(scope, name, State.FAILED, error=f"internal error: {error!r}")

    def _begun(self, scope: Scope, spec: TaskSpec) -> _Todo:
        name = spec.name
        inputs = resolve(spec, self._around(scope, name))
        if spec.condition and not condition(spec.condition, inputs.parameters):
            return self._end(scope, name, State.SKIPPED, error=f"its condition is false: {spec.told_condition()}")
        scope.tasks[name] = replace(scope.tasks[name], parameters=dict(inputs.parameters))
        if spec.iterator is not None:
            return self._loop(scope, spec, inputs)
        match spec.component.body:
            case Dag() as dag:
                self._set(scope, name, State.RUNNING, started_at=now())
                return [(self._open(dag, f"{scope.prefix}{name}.", inputs, TaskOf(scope, name)), None)]
            case Importer() as importer:
                return self._import(scope, name, importer, inputs)
            case Container(image=image) if is_claim(image):
                self._set(scope, name, State.RUNNING, started_at=now())
                outputs = serve(image, inputs, scope.tasks[name].id, self._home)
                return self._end(scope, name, State.SUCCEEDED, outputs)
            case Container() as container:
                return self._container(scope, spec, container, inputs)

    def _around(self, scope: Scope, name: str) -> Surroundings:
        def status(task: str) -> Value:
            return final_status(self._recorder.run, task, scope.tasks[task], self._options.final_status)

        return Surroundings(
            scope.inputs, scope.made, status, lambda text, known: self._fill(scope.tasks[name], name, known)(text)
        )

    def _facts(self, task: Task, name: str) -> Mapping[str, str]:
        return facts(self._recorder.run, self._workspace, name, task.id)

    def _fill(self, task: Task, name: str, parameters: Mapping[str, Value]) -> Callable[[str], str]:
        """What replaces the placeholders in a text by what the task knows before it starts."""
        message = {"inputs": {"parameterValues": parameters, "artifacts": {}}, "outputs": {}}
        runtime = self._facts(task, name)
        around = Context(message, lambda _: "", {}, runtime)
        return lambda text: expand_text(text, around)

    def _loop(self, scope: Scope, spec: TaskSpec, inputs: Bundle) -> _Todo:
        assert spec.iterator is not None
        items = loop_items(spec, inputs)
        self._set(scope, spec.name, State.RUNNING, started_at=now())
        # Turns are opened as others end: enough to fill every place, however many there are in all.
        enough = max(8, 2 * self._options.parallelism)
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
            inputs = iteration_inputs(spec, loop.inputs, loop.items[index])
            started = {"state": State.RUNNING, "parameters": dict(inputs.parameters), "started_at": now()}
            turn = self._new(path, Kind.ITERATION, **started)
            opened.append((self._open(dag, f"{path}.", inputs, TurnOf(loop, index, turn)), None))
        if loop.open:
            return opened  # type: ignore[return-value]
        if loop.next < len(loop.items):
            loop.outcomes.add(State.CANCELED)
        outputs = collected(spec.component, [loop.made[index] for index in sorted(loop.made)])
        return self._end(loop.scope, spec.name, outcome(loop.outcomes) or State.SUCCEEDED, outputs, error=loop.error)

    def _import(self, scope: Scope, name: str, importer: Importer, inputs: Bundle) -> _Todo:
        spec, task = scope.dag.tasks[name], scope.tasks[name]
        fill = self._fill(task, name, inputs.parameters)
        workspace = self._workspace if importer.to_workspace else None
        key = next(iter(spec.component.output_artifacts), "artifact")
        log = self._log(task)
        action = importing(importer, key, inputs, fill, workspace, self._store, log)
        # It may read much: in a thread of its own, like a command.
        self._workplace.add(Work(scope, spec, None, inputs, self._places(task), log, action=action))
        return []

    def _container(self, scope: Scope, spec: TaskSpec, container: Container, inputs: Bundle) -> _Todo:
        name, task = spec.name, scope.tasks[spec.name]
        identity = self._identities[container]
        platform = self._platforms.executors.get(container.label)
        settings = settings_of(platform, self._request.secrets, scope) if platform else NO_SETTINGS
        pipeline = self._recorder.run.pipeline
        parts = ingredients(pipeline, spec, container, identity, inputs, self._facts(task, name), settings)
        key = fingerprint(parts)
        note = switched_off(self._options, spec, task.path)
        scope.tasks[name] = replace(task, fingerprint=key, ingredients=parts, environment=identity, cache_note=note)
        if note:
            return self._ready(scope, spec, container, inputs)
        if key in self._twins:
            self._twins[key].append((scope, name))
            return []
        self._recorder.settle(key)
        since = now() - self._options.max_age if self._options.max_age is not None else None
        look, then = partial(look_up, self._store, key, since), partial(self._looked, scope, spec, container, inputs)
        self._twins[key] = []
        if not is_remote(self._recorder.run.pipeline_root):
            return then(answer_to(look))
        self._workplace.ask(look, then)  # it asks over the network
        return []

    def _looked(
        self, scope: Scope, spec: TaskSpec, container: Container, inputs: Bundle, found: Hit | str | Exception
    ) -> _Todo:
        """What to do with a task, now that the cache was looked into."""
        name, task = spec.name, scope.tasks[spec.name]

        def do() -> _Todo:
            if isinstance(found, Exception):
                raise found
            if isinstance(found, Hit):
                taken = links_of(task, Role.INPUT, inputs)
                return self._end(scope, name, State.CACHED, found.outputs, taken, cached_from=found.origin.id)
            scope.tasks[name] = replace(task, cache_note=found)
            return self._ready(scope, spec, container, inputs, task.fingerprint)

        todo = self._end(scope, name, State.CANCELED) if self._canceling else self._safely(scope, name, do)
        return todo + self._released(task.fingerprint) if scope.states[name].ended else todo

    def _ready(self, scope: Scope, spec: TaskSpec, container: Container, inputs: Bundle, shared: str = "") -> _Todo:
        """A task that is to run: it waits for a place. Others wait for it under the fingerprint ``shared``."""
        name, task = spec.name, scope.tasks[spec.name]
        fill = self._fill(task, name, inputs.parameters)
        try:
            asks = asked(container.resources, fill)
            image = fill(container.image)
        except (ValueError, KeyError) as error:
            return self._end(scope, name, State.FAILED, error=f"what it asks of the machine can't be read: {error}")
        self._recorder.change(task, links_of(task, Role.INPUT, inputs))
        container = container if image == container.image else replace(container, image=image)
        work = Work(scope, spec, container, inputs, self._places(task), self._log(task), shared, **vars(asks))
        self._workplace.add(work)
        return []

    def _places(self, task: Task) -> Places:
        run = self._recorder.run
        # A folder of its own for each attempt: what an interrupted one left is never taken for another's.
        names = (run.pipeline, run.id, file_name(task.path), new_id())
        return Places.below(run.pipeline_root, names, self._home.work(run.id, names[-1]), self._home.downloads)

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
        for path, task in (self._earlier.tasks if self._earlier and not self._canceling else {}).items():
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

    def _start(self, work: Work) -> None:
        scope, name = work.scope, work.spec.name
        scope.tasks[name] = replace(scope.tasks[name], log=str(work.log), started_at=now())
        if work.attempt == 1:
            self._set(scope, name, State.RUNNING)
        else:
            self._recorder.change(scope.tasks[name])
        try:
            work.log.parent.mkdir(parents=True, exist_ok=True)
            work.log.touch(mode=0o600)  # what a task prints is its owner's business, until secrets are out of it
            if work.container is not None:
                self._prepare(work, work.container)
            threading.Thread(target=perform, args=(work, self._workplace.put, self._hidden), daemon=True).start()
        except (BarographError, OutputError, OSError) as error:
            self._never_started(work, words_of(error))
        except Exception as error:  # a bug here must fail the task, not leave the run without an end
            self._never_started(work, f"internal error: {error!r}")

    def _prepare(self, work: Work, container: Container) -> None:
        platform = self._platforms.executors.get(container.label, Platform())
        runtime = self._facts(work.scope.tasks[work.spec.name], work.spec.name)
        fetched = remote_inputs(work.inputs)
        mounted = bool(fetched or work.places.uri) and self._executor.can_mount()
        job = job_of(work, container, platform, self._request.secrets, self._home, runtime, mounted)
        process = self._executor.process(job)
        work.process = FetchedFirst(process, fetched, self._home.downloads) if fetched else process
        if platform.timeout:
            work.limit = platform.timeout
            self._workplace.after(work.limit, Expired(work))

    def _never_started(self, work: Work, error: str) -> None:
        clear(work)
        self._workplace.put(Result(work, error=error))

    def _finish(self, result: Result) -> None:
        work = result.work
        self._workplace.leave(work)
        scope, name = work.scope, work.spec.name
        if not result.error and not work.timed_out:
            made = result.outputs
            todo = self._end(scope, name, State.SUCCEEDED, made, exit_code=result.exit_code)
        else:
            error = result.error
            if work.timed_out:
                error = f"it took longer than the {work.limit} s that its pipeline allows"
            retry = work.spec.retry
            if retry is not None and work.attempt <= retry.max_count and not self._canceling:
                self._try_again(work, error, result.exit_code, retry.delay(work.attempt))
                return
            state, error = (State.CANCELED, "") if self._canceling else (State.FAILED, error)
            todo = self._end(scope, name, state, exit_code=result.exit_code, error=error)
        self._advance(todo + self._released(work.fingerprint))

    def _released(self, fingerprint: str) -> _Todo:
        """Tasks that waited for one of the same fingerprint go on, or don't any more."""
        todo: _Todo = []
        for other, twin in self._twins.pop(fingerprint, []):
            todo += self._end(other, twin, State.CANCELED) if self._canceling else self._begin(other, twin)
        return todo

    def _try_again(self, work: Work, error: str, exit_code: int | None, delay: float) -> None:
        task = work.scope.tasks[work.spec.name]
        ended = replace(task, finished_at=now(), exit_code=exit_code, error=error)
        task = work.scope.tasks[work.spec.name] = replace(task, attempts=attempts_of(ended))
        self._recorder.change(task)
        places, log = self._places(task), self._log(task)
        following = replace(work, places=places, log=log, attempt=work.attempt + 1, process=None, timed_out=False)
        if delay > 0:
            self._workplace.rest(following, delay)
        else:
            self._workplace.add(following)

    def _cancel(self) -> None:
        self._workplace.terminate()
        if self._canceling:
            return
        self._canceling = True
        self._recorder.set_run(State.CANCELING)
        todo: _Todo = []
        for work in self._workplace.drop():
            todo += self._end(work.scope, work.spec.name, State.CANCELED)
            todo += self._released(work.fingerprint)
        self._advance(todo)

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
