"""The way through a pipeline and a run's record that makes the nodes and edges of its graph. Pure."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from barograph.engine.inputs import Bundle, loop_items
from barograph.engine.scopes import kind_of
from barograph.errors import ParameterError
from barograph.ir.graph import CHANNEL, ComponentInput, Dag, Pipeline, without_channel
from barograph.ir.graph import Task as TaskSpec
from barograph.states import State
from barograph.store.records import Kind, Link, Role, Task
from barograph.views.edges import Edges
from barograph.views.nodes import ArtifactNode, EdgeKind, Graph, TaskNode, Turns
from barograph.views.recorded import Recorded, all_cached, facts, filled, together, unrecorded
from barograph.views.sources import Inputs, Resolver, Source, root

_FAILED_TURNS = 20


@dataclass(frozen=True)
class _Scope:
    """A DAG that is drawn once, for one or several of its kind in the record.

    Attributes:
        prefix: what the paths of its nodes begin with.
        real: what the paths of its tasks in the record begin with, once for each time that it was run.
        group: path of the node it is in.
        given: where its inputs come from.
        rest: the state of what is not recorded.
    """

    dag: Dag
    prefix: str
    real: tuple[str, ...]
    group: str
    given: Inputs
    rest: State | None

    @property
    def is_single(self) -> bool:
        return len(self.real) <= 1


class Drawing:
    """A graph on its way to being whole."""

    def __init__(self, tasks: Sequence[Task], links: Sequence[Link], turns: int) -> None:
        self._recorded = Recorded(tasks, links)
        self._turns = turns
        self._sources = Resolver()
        self._tasks: dict[str, TaskNode] = {}
        self._artifacts: dict[str, ArtifactNode] = {}
        self._taken: dict[str, ArtifactNode] = {}  # as they are drawn if nothing that is drawn makes them
        self._exports: dict[str, list[str]] = defaultdict(list)
        self._edges = Edges()

    def draw(self, pipeline: Pipeline, rest: State | None, within: str) -> bool:
        """Draw ``pipeline``, or only the group ``within`` of it; gives whether there is such a group."""
        given = root(pipeline.root.input_parameters, pipeline.root.input_artifacts)
        scope = _Scope(pipeline.dag, "", ("",), "", given, rest)
        if within:
            return self._find(scope, within)
        self._dag(scope)
        return True

    def graph(self, within: str) -> Graph:
        """What was drawn."""
        artifacts = {
            key: replace(node, exports=tuple(self._exports[key])) if key in self._exports else node
            for key, node in (self._taken | self._artifacts).items()
        }
        edges = tuple(self._edges.between(self._tasks, artifacts))
        return Graph(within, tuple(self._tasks.values()), tuple(artifacts.values()), edges)

    # Groups

    def _find(self, scope: _Scope, within: str) -> bool:
        """Draw the group ``within``, which may be anywhere in ``scope``."""
        for spec in scope.dag.tasks.values():
            path = scope.prefix + spec.name
            if not isinstance(spec.component.body, Dag) or not within.startswith(path):
                continue
            if within == path:
                self._task(scope, spec)
                return True
            if spec.iterator is None:
                if within.startswith(f"{path}.") and self._find(self._inside(scope, spec), within):
                    return True
                continue
            for number, turn in self._recorded.turns([path]):
                if within == turn.path:
                    self._turn(scope, spec, number, turn)
                    return True
                if within.startswith(f"{turn.path}.") and self._find(self._in_turn(scope, spec, turn), within):
                    return True
        return False

    def _dag(self, scope: _Scope) -> Counter[State]:
        """Draw what is in a DAG; gives the states of the tasks in it that do something."""
        states: Counter[State] = Counter()
        for spec in scope.dag.tasks.values():
            states += self._task(scope, spec)
            for before in spec.upstream:
                self._edges.after(scope.prefix + before, scope.prefix + spec.name)
        return states

    def _task(self, scope: _Scope, spec: TaskSpec) -> Counter[State]:
        path = scope.prefix + spec.name
        records = self._recorded.tasks(prefix + spec.name for prefix in scope.real)
        inputs = self._inputs(scope, spec)
        self._tasks[path] = node = self._node(scope, spec, records, inputs)  # before what is in it
        self._take(path, spec, records, inputs)
        match spec.component.body:
            case Dag() if spec.iterator is not None:
                node, states = self._loop(scope, spec, records, node)
            case Dag() as dag:
                states = self._dag(self._inside(scope, spec))
                self._export(dag, f"{path}.", path)
            case _:
                self._make(scope, spec, records)
                if scope.is_single:
                    return Counter() if node.state is None else Counter({node.state: 1})
                states = Counter(record.state for record in records)
        self._tasks[path] = replace(node, states=dict(states), cached=all_cached(states))
        return states

    def _loop(
        self, scope: _Scope, spec: TaskSpec, records: Sequence[Task], node: TaskNode
    ) -> tuple[TaskNode, Counter[State]]:
        turns = self._recorded.turns(record.path for record in records)
        folded = not scope.is_single or not 0 < len(turns) <= self._turns
        states: Counter[State] = Counter()
        if folded:
            states = self._dag(self._in_all_turns(scope, spec, [turn for _, turn in turns], node))
            self._collect(spec, node.path, f"{node.path}.")
        for number, turn in () if folded else turns:
            states += self._turn(scope, spec, number, turn)
            self._collect(spec, node.path, f"{turn.path}.")
        self._make(scope, spec, records)
        failed = [number for number, turn in turns if turn.state is State.FAILED]
        found = Turns(
            begun=len(turns),
            total=_total(spec, records) if scope.is_single else None,
            states=dict(Counter(turn.state for _, turn in turns)),
            failed=tuple(failed[:_FAILED_TURNS]) if scope.is_single else (),
            folded=folded,
        )
        return replace(node, turns=found), states

    def _turn(self, scope: _Scope, spec: TaskSpec, number: int, turn: Task) -> Counter[State]:
        assert spec.iterator is not None
        assert isinstance(spec.component.body, Dag)
        loop, name = scope.prefix + spec.name, f"{spec.label or spec.name}[{number}]"
        item = turn.parameters.get(spec.iterator.item)
        node = TaskNode(turn.path, loop, name, Kind.ITERATION, spec.component.name, item=item, **facts(turn))
        self._tasks[turn.path] = node
        states = self._dag(self._in_turn(scope, spec, turn))
        self._export(spec.component.body, f"{turn.path}.", turn.path)
        self._tasks[turn.path] = replace(node, states=dict(states), cached=all_cached(states))
        return states

    # Scopes

    def _inside(self, scope: _Scope, spec: TaskSpec) -> _Scope:
        assert isinstance(spec.component.body, Dag)
        path = scope.prefix + spec.name
        records = self._recorded.tasks(prefix + spec.name for prefix in scope.real)
        rest = unrecorded(together(record.state for record in records) if records else scope.rest)
        real = tuple(f"{prefix}{spec.name}." for prefix in scope.real)
        return _Scope(spec.component.body, f"{path}.", real, path, self._inputs(scope, spec), rest)

    def _in_turn(self, scope: _Scope, spec: TaskSpec, turn: Task) -> _Scope:
        inside, prefix = self._inside(scope, spec), f"{turn.path}."
        given, rest = _without_item(spec, inside.given), unrecorded(turn.state)
        return replace(inside, prefix=prefix, real=(prefix,), group=turn.path, given=given, rest=rest)

    def _in_all_turns(self, scope: _Scope, spec: TaskSpec, turns: Sequence[Task], node: TaskNode) -> _Scope:
        inside, real = self._inside(scope, spec), tuple(f"{turn.path}." for turn in turns)
        return replace(inside, real=real, given=_without_item(spec, inside.given), rest=unrecorded(node.state))

    def _inputs(self, scope: _Scope, spec: TaskSpec) -> Inputs:
        return self._sources.inputs(spec, scope.dag, scope.prefix, scope.given)

    # Nodes and edges

    def _node(self, scope: _Scope, spec: TaskSpec, records: Sequence[Task], inputs: Inputs) -> TaskNode:
        path, name, component = scope.prefix + spec.name, spec.label or spec.name, spec.component.name
        condition = spec.told_condition(lambda name: _called(name, inputs))
        node = TaskNode(path, scope.group, name, kind_of(spec), component, scope.rest, condition=condition)
        match records:
            case []:
                return node
            case [record] if scope.is_single:
                return replace(node, **facts(record))
        started = [record.started_at for record in records if record.started_at]
        finished = [record.finished_at for record in records if record.finished_at]
        return replace(
            node,
            state=together(record.state for record in records),
            started_at=min(started, default=None),
            finished_at=max(finished) if len(finished) == len(records) else None,
        )

    def _take(self, path: str, spec: TaskSpec, records: Sequence[Task], inputs: Inputs) -> None:
        """The edges from what the task itself needs, and not only what is in it."""
        needed = _needed(spec)
        for name, sources in inputs.parameters.items():
            for source in sources if needed is None or name in needed else ():
                label = source.key if name.startswith(CHANNEL) else name
                self._edges.add(source.path, path, EdgeKind.PARAMETER, label)
        for name, sources in inputs.artifacts.items():
            for source in sources if needed is None or name in needed else ():
                self._edges.add(_id(source), path, EdgeKind.INPUT, name)
                self._note_taken(source, name, spec, records)

    def _note_taken(self, source: Source, name: str, spec: TaskSpec, records: Sequence[Task]) -> None:
        key = _id(source)
        if key in self._artifacts or (key in self._taken and self._taken[key].made):
            return
        declared = spec.component.input_artifacts.get(name)
        type_, is_list = (declared.schema_title, declared.is_list) if declared else ("system.Artifact", True)
        made = self._recorded.artifacts(self._recorded.tasks([source.path]), Role.OUTPUT, source.key)
        found = made or self._recorded.artifacts(records[:1], Role.INPUT, name)
        self._taken[key] = filled(ArtifactNode(key, "", "", source.key, type_, is_list), found)

    def _make(self, scope: _Scope, spec: TaskSpec, records: Sequence[Task]) -> None:
        """The artifacts that a task makes, or a loop collects."""
        path = scope.prefix + spec.name
        for name, declared in spec.component.output_artifacts.items():
            key = _id(Source(path, name))
            is_list = declared.is_list or spec.iterator is not None
            node = ArtifactNode(key, scope.group, path, name, declared.schema_title, is_list)
            self._artifacts[key] = filled(node, self._recorded.artifacts(records, Role.OUTPUT, name))
            self._edges.add(path, key, EdgeKind.OUTPUT, name)

    def _export(self, dag: Dag, prefix: str, group: str) -> None:
        for outputs in dag.output_artifacts.values():
            for source in self._sources.artifacts(dag, prefix, outputs):
                self._exports[_id(source)].append(group)

    def _collect(self, spec: TaskSpec, loop: str, prefix: str) -> None:
        assert isinstance(spec.component.body, Dag)
        for name in spec.component.output_artifacts:
            outputs = spec.component.body.output_artifacts.get(name, ())
            for source in self._sources.artifacts(spec.component.body, prefix, outputs):
                self._edges.add(_id(source), _id(Source(loop, name)), EdgeKind.ITEM, name)


def _id(source: Source) -> str:
    return f"{source.path}:{source.key}"


def _needed(spec: TaskSpec) -> set[str] | None:
    """The inputs that the task itself needs; None for all of them."""
    if not isinstance(spec.component.body, Dag):
        return None
    needed = spec.condition_inputs()
    if spec.iterator is not None and isinstance(spec.iterator.items, ComponentInput):
        needed.add(spec.iterator.items.name)
    return needed


def _called(name: str, inputs: Inputs) -> str:
    """What an input of a condition is called: ``flip-coin.Output``, or the name of a pipeline's parameter."""
    for source in inputs.parameters.get(name, ()):
        return ".".join(part for part in (source.path, source.key) if part)
    return without_channel(name)


def _without_item(spec: TaskSpec, given: Inputs) -> Inputs:
    # What a turn is for comes from the loop: the loop's own edge tells of it.
    assert spec.iterator is not None
    item: Mapping[str, tuple[Source, ...]] = {spec.iterator.item: ()}
    return Inputs({**given.parameters, **item}, {**given.artifacts, **item})


def _total(spec: TaskSpec, records: Sequence[Task]) -> int | None:
    parameters = records[0].parameters if records else {}
    try:
        return len(loop_items(spec, Bundle(parameters)))
    except (ParameterError, KeyError):
        return None
