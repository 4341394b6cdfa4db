"""What changed in a run since the last one of its pipeline that went well. Pure."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from barograph.ir.values import text
from barograph.states import State
from barograph.store.records import DOERS, Kind, Role, Task
from barograph.store.store import metrics_of
from barograph.views.compare import compare, direction
from barograph.views.comparison import ArtifactRow, Direction, MetricRow, RunHead, RunRecord, TaskRow, ValueRow
from barograph.views.headline import Name, headline, is_worse, numbers
from barograph.views.sentences import sentences


@dataclass(frozen=True)
class DataChange:
    """Something that came into a run from outside and is not what it was.

    Attributes:
        task: the path of the task that it came in by.
        key: the name of that task's input, or output.
        before, after: the digest of an artifact, or a parameter's value; of several, with commas between them; empty
            for none.
    """

    task: str
    key: str
    before: str
    after: str


@dataclass(frozen=True)
class Regression:
    """The metric that people look at first, which became worse.

    Attributes:
        task: its path, without the numbers of turns: of a task in a loop it is the best of its turns.
        direction: which values are better.
    """

    task: str
    artifact: str
    key: str
    direction: Direction
    before: float
    after: float


@dataclass(frozen=True)
class SinceLastGood:
    """What changed from the last good run to a later one. Rows have two cells: the one's, and the other's.

    Attributes:
        base: the last good run; None where there is none, and so nothing to tell.
        sentences: what matters most, causes before what came of them.
        regression: what became worse, although the run succeeded; None where it did not.
        parameters: those that differ.
        metrics: those that differ.
        tasks: those that only one run has, or that are made of something else: the second cell's ``differences`` say
            what.
        shared: paths of the tasks whose outputs come from the same execution.
        data: what is not the same from outside: what an importer gave, or the run was given; and what a task gave,
            although it was made of the same, which so read something else (or is not reproducible).
    """

    base: RunHead | None = None
    sentences: tuple[str, ...] = ()
    regression: Regression | None = None
    parameters: tuple[ValueRow, ...] = ()
    metrics: tuple[MetricRow, ...] = ()
    tasks: tuple[TaskRow, ...] = ()
    shared: tuple[str, ...] = ()
    data: tuple[DataChange, ...] = ()


def since(base: RunRecord, run: RunRecord) -> SinceLastGood:
    """What changed from ``base``, the last good run, to ``run``."""
    found = compare([base, run])
    before, after = ({task.path: task for task in record.tasks} for record in (base, run))
    given = list(_given(_outside(base), _outside(run)))
    anew: list[DataChange] = []
    for row in found.tasks:
        if _ran_again(row, before.get(row.path), after.get(row.path)):
            artifacts = [each for each in found.artifacts if each.task == row.path and not each.same]
            anew += _made_anew(before[row.path], after[row.path], artifacts)
    return SinceLastGood(
        found.runs[0],
        tuple(sentences(found, base, run, _tasks(given), _tasks(anew))),
        _regression(base, run),
        tuple(row for row in found.parameters if row.differs),
        tuple(row for row in found.metrics if row.differs),
        tuple(row for row in found.tasks if None in row.cells or any(cell and cell.differences for cell in row.cells)),
        tuple(row.path for row in found.tasks if row.shared),
        (*given, *anew),
    )


def _regression(base: RunRecord, run: RunRecord) -> Regression | None:
    if run.run.state is not State.SUCCEEDED:
        return None
    before, after = _numbers(base), _numbers(run)
    name = headline([before, after])
    if name is None or name not in before or name not in after:
        return None
    if not is_worse(name.key, after[name], before[name]):
        return None
    return Regression(*name, direction(name.key), before[name], after[name])


def _numbers(record: RunRecord) -> dict[Name, float]:
    doers = {task.id: task for task in record.tasks if task.kind in DOERS}
    links = [link for link in record.links if link.task_id in doers]
    return numbers(metric for link in links for metric in metrics_of(doers[link.task_id], [link]))


def _tasks(changes: list[DataChange]) -> list[str]:
    return list(dict.fromkeys(change.task for change in changes))


def _outside(record: RunRecord) -> dict[tuple[str, str], str]:
    """The digests of artifacts that no command of the run made, by the task they came in by and their name there."""
    doers = {task.id: task for task in record.tasks if task.kind in DOERS}
    links = [link for link in record.links if link.task_id in doers]
    inside = {link.artifact.id for link in links if link.role is Role.OUTPUT}
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for link in sorted(links, key=lambda link: link.position):
        task = doers[link.task_id]
        if task.kind is Kind.IMPORTER if link.role is Role.OUTPUT else link.artifact.id not in inside:
            found[task.path, link.key].append(link.artifact.digest)
    return {place: ", ".join(digests) for place, digests in found.items()}


def _given(before: dict[tuple[str, str], str], after: dict[tuple[str, str], str]) -> Iterator[DataChange]:
    for task, key in before:
        if (task, key) in after and before[task, key] != after[task, key]:
            yield DataChange(task, key, before[task, key], after[task, key])


def _ran_again(row: TaskRow, before: Task | None, after: Task | None) -> bool:
    """Whether a command ran once for each run, and was made of the same."""
    if row.kind is not Kind.RUNTIME or row.shared or not (before and after and before.ingredients):
        return False
    both_ran = before.state.has_outputs and after.state.has_outputs
    return both_ran and not any(cell and cell.differences for cell in row.cells) and bool(after.ingredients)


def _made_anew(before: Task, after: Task, artifacts: list[ArtifactRow]) -> Iterator[DataChange]:
    """What a command gave that it did not give before."""
    for name in dict.fromkeys((*before.outputs, *after.outputs)):
        one, other = (text(task.outputs[name]) if name in task.outputs else "" for task in (before, after))
        if one != other:
            yield DataChange(after.path, name, one, other)
    for row in artifacts:
        one, other = (", ".join(made.digest for made in cell) for cell in row.cells)
        yield DataChange(after.path, row.key, one, other)
