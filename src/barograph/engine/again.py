"""Taking up a run again that did not end well: what of it stays, and what runs anew.

``resume`` goes on with what was cut short; ``retry`` tries again what failed. Both keep every task that ended well and
rests only on tasks that did: a task that ran although one before it failed (an exit task, say) runs anew with it.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor

from barograph.engine.cache import bundle, vanished
from barograph.engine.inputs import Bundle
from barograph.engine.liveness import INTERRUPTED, Held, held
from barograph.engine.request import Earlier
from barograph.errors import ConfigurationError
from barograph.home import Home
from barograph.ir.graph import Dag, Pipeline
from barograph.ir.graph import Task as TaskSpec
from barograph.ir.values import Value
from barograph.states import State
from barograph.store import Link, Run, Store, Task
from barograph.store.records import DOERS, Kind

_GOOD = (State.SUCCEEDED, State.CACHED, State.SKIPPED)


def check_resumable(run: Run) -> None:
    """Whether ``run`` was cut short.

    Raises:
        ConfigurationError: it was not; the message says what to do instead.
    """
    _check_ended(run)
    if run.state is State.FAILED and run.error != INTERRUPTED:
        raise ConfigurationError(
            f"run {run.name!r} was not cut short, it failed: try again what failed with `barograph retry {run.id[:8]}`"
        )


def check_retriable(run: Run) -> None:
    """Whether ``run`` failed.

    Raises:
        ConfigurationError: it did not; the message says what to do instead.
    """
    _check_ended(run)
    if run.state is State.CANCELED:
        raise ConfigurationError(
            f"run {run.name!r} did not fail, it was canceled: go on with `barograph resume {run.id[:8]}`"
        )


def _check_ended(run: Run) -> None:
    if run.state is State.SUCCEEDED:
        raise ConfigurationError(
            f"run {run.name!r} has succeeded: there is nothing left to do. `barograph run` starts a new one"
        )
    if not run.state.ended:
        raise _still_running(run)


def check_idle(home: Home, run: Run) -> None:
    """Whether no process runs ``run``: one that takes it up again holds it before the record says so.

    Raises:
        ConfigurationError: one does.
    """
    try:
        with held(home, run.id):
            pass
    except Held:
        raise _still_running(run) from None


def _still_running(run: Run) -> ConfigurationError:
    return ConfigurationError(
        f"run {run.name!r} is being run by another process ({run.state}); "
        f"wait for its end, or end it with Ctrl-C where it runs. `barograph show {run.id[:8]}` tells how it stands"
    )


def given_parameters(run: Run) -> dict[str, Value]:
    """The parameters to run it with again. The record has null for what nobody gave: that is left out once more."""
    return {name: value for name, value in run.parameters.items() if value is not None}


def earlier(run: Run, pipeline: Pipeline, store: Store) -> Earlier:
    """What is there of ``run``, as the record has it, and which outputs it keeps.

    Raises:
        ConfigurationError, ArtifactError: an object store that has some of them can't be asked.
    """
    tasks = {task.path: task for task in store.tasks(run.id)}
    candidates = [task for task in tasks.values() if task.state.has_outputs and _makes_outputs(task)]
    links: dict[str, list[Link]] = defaultdict(list)
    for link in store.links([task.id for task in candidates]):
        links[link.task_id].append(link)
    outputs = {task.path: bundle(task, links[task.id]) for task in candidates}
    with ThreadPoolExecutor(16) as pool:  # where they lie in an object store, each is asked for over the network
        gone = dict(zip(outputs, pool.map(vanished, outputs.values()), strict=True))
    present = {path: made for path, made in outputs.items() if gone[path] is None}
    return Earlier(run, tasks, kept(pipeline.dag, tasks, present))


def kept(dag: Dag, tasks: Mapping[str, Task], outputs: Mapping[str, Bundle]) -> dict[str, Bundle]:
    """Those of ``outputs`` that rest on nothing which runs anew. Pure.

    Args:
        dag: the pipeline's root.
        tasks: what the record has, by path.
        outputs: what the tasks that ended well made, by path; without what has vanished since.
    """
    turns: dict[str, list[str]] = defaultdict(list)
    for path, task in tasks.items():
        if task.kind is Kind.ITERATION:
            turns[path.rpartition("[")[0]].append(path)
    memory: dict[str, bool] = {}

    def insides(spec: TaskSpec, inner: Dag, path: str) -> Iterable[tuple[Dag, str]]:
        return [(inner, f"{each}.") for each in (turns[path] if spec.iterator else (path,))]

    def is_whole(spec: TaskSpec, path: str) -> bool:
        """Whether the task, and all in it, ended well and is still there."""
        if path not in memory:
            state, body = tasks[path].state if path in tasks else None, spec.component.body
            match body:
                case _ if state not in _GOOD or state is State.SKIPPED:
                    whole = state is State.SKIPPED
                case Dag():
                    whole = all(
                        is_whole(each, prefix + name)
                        for inner, prefix in insides(spec, body, path)
                        for name, each in inner.tasks.items()
                    )
                case _:
                    whole = path in outputs
            memory[path] = whole
        return memory[path]

    found: dict[str, Bundle] = {}
    todo = deque([(dag, "")])
    while todo:
        around, prefix = todo.popleft()
        shaky = _downstream(around, (name for name, spec in around.tasks.items() if not is_whole(spec, prefix + name)))
        for name, spec in around.tasks.items():
            path = prefix + name
            if name in shaky:
                continue
            if path in outputs:
                found[path] = outputs[path]
            if isinstance(spec.component.body, Dag):
                todo.extend(insides(spec, spec.component.body, path))
    return found


def _downstream(dag: Dag, names: Iterable[str]) -> set[str]:
    """All tasks that wait, directly or not, for one of ``names``."""
    found: set[str] = set()
    todo = deque(names)
    while todo:
        for name in dag.downstream[todo.popleft()]:
            if name not in found:
                found.add(name)
                todo.append(name)
    return found


def _makes_outputs(task: Task) -> bool:
    return task.kind in DOERS
