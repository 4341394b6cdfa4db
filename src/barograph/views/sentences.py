"""What is different about a run, in a few plain sentences. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from barograph.ir.values import text
from barograph.states import State
from barograph.store.records import Kind
from barograph.views.comparison import Comparison, RunRecord, ValueRow
from barograph.views.headline import rank

_MOST = 5
_NAMED = 3
"""Parameters, or tasks, that a sentence names."""
_LONGEST = 40
"""Characters of a value."""
_COUNTABLE = 2**53


def sentences(
    found: Comparison, base: RunRecord, run: RunRecord, given: Sequence[str], anew: Sequence[str]
) -> list[str]:
    """What matters most of how ``run`` differs from ``base``: what failed, what was changed, and what came of it.

    Args:
        found: both, compared.
        given: paths of the tasks that were given something else from outside.
        anew: paths of the tasks that gave something else, although they were made of the same.
    """
    failed, metrics = [*_failed(found)][:1], [*_metrics(found)]
    causes = [*_parameters(found), *_code(base, run), *_data(given, anew), *_tasks(found, run)]
    if not (failed or causes):
        causes = ["nothing that it is made of has changed"]
    return [*failed, *causes[: _MOST - len(failed) - len(metrics)], *metrics]


def _failed(found: Comparison) -> Iterator[str]:
    for row in found.tasks:
        before, after = row.cells
        if after and after.state is State.FAILED:
            alike = before and row.kind is Kind.RUNTIME and before.fingerprint == after.fingerprint != ""
            though = ", although nothing that it is made of has changed" if alike else ""
            yield f"{row.path} failed{though}" + (f": {_cut(after.error, 3 * _LONGEST)}" if after.error else "")


def _parameters(found: Comparison) -> Iterator[str]:
    changed = [_parameter(row) for row in found.parameters if row.differs]
    if changed:
        yield _listed(changed)


def _parameter(row: ValueRow) -> str:
    before, after = (None if cell is None else " ".join(text(cell.value).split()) or '""' for cell in row.cells)
    if before is None or after is None:
        value = _cut(before or after or "", _LONGEST)
        return f"{row.name} is new ({value})" if before is None else f"{row.name} is gone (it was {value})"
    start = 0
    if max(len(before), len(after)) > _LONGEST:  # they may differ only at their ends
        alike = next((at for at, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]), _LONGEST)
        start = max(0, alike - _LONGEST // 4)
    shown = [_cut(("…" if start else "") + value[start:], _LONGEST) for value in (before, after)]
    return f"{row.name} {' → '.join(shown)}"


def _code(base: RunRecord, run: RunRecord) -> Iterator[str]:
    """Of the tasks whose own making was changed, and not only what they take."""
    before = {task.path: task.ingredients for task in base.tasks}
    paths: dict[str, list[str]] = defaultdict(list)
    for task in run.tasks:
        if task.ingredients and before.get(task.path) and (how := _how(before[task.path], task.ingredients)):
            paths[how].append(task.path)
    for how, several in paths.items():
        yield f"{_listed(several)} {'runs' if len(several) == 1 else 'run'} {how}"


def _how(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """How else a task runs; empty where it does not."""
    said, more = [], ""
    words, others = ([*(each.get("command") or ()), *(each.get("args") or ())] for each in (old, new))
    if words != others:
        line = _line(words, others)
        said.append("other code" if line else "another command")
        more = f" (source line {line})" if line else ""
    if old.get("environment") != new.get("environment"):
        said.append("in another environment")
        more = more or " (its packages, or its project's source)"
    if any(
        old.get(name) != new.get(name) for name in ("env", "settings", "runtime", "cache_key", "version", "outputs")
    ):
        said.append("with other settings")
    return f"{' '.join(said)} than before{more}" if said else ""


def _line(words: Sequence[str], others: Sequence[str]) -> int:
    """The first line of a source that is another one; 0 where no source is."""
    for one, other in zip(words, others, strict=False):
        if one != other and "\n" in one.strip() and "\n" in other.strip():
            lines = one.splitlines(), other.splitlines()
            same = next((at for at, pair in enumerate(zip(*lines, strict=False)) if pair[0] != pair[1]), None)
            return 1 + (min(map(len, lines)) if same is None else same)
    return 0


def _data(given: Sequence[str], anew: Sequence[str]) -> Iterator[str]:
    if given:
        yield f"{_listed(given)} took in other data than before"
    if anew:
        yield f"{_listed(anew)} gave something else from the same inputs"


def _tasks(found: Comparison, run: RunRecord) -> Iterator[str]:
    new = [row.path for row in found.tasks if row.cells[0] is None]
    gone = [row.path for row in found.tasks if row.cells[1] is None]
    if new:
        yield f"{_listed(new)} {'is' if len(new) == 1 else 'are'} new"
    if gone and run.run.state is State.SUCCEEDED:  # else its turn may not have come
        yield f"{_listed(gone)} {'is' if len(gone) == 1 else 'are'} gone"


def _metrics(found: Comparison) -> Iterator[str]:
    """Of one metric, and how many others of the same artifact became better or worse."""
    changed = [row for row in found.metrics if row.deltas[1]]
    if not changed:
        return
    # Of equals, that of the last task, and of that the one it logged first.
    tasks = list(dict.fromkeys(row.task for row in found.metrics))
    first = min(changed, key=lambda row: (rank(row.key), -tasks.index(row.task)))
    others = [row for row in changed if (row.task, row.artifact) == (first.task, first.artifact) and row is not first]
    better = sum(row.best == (1,) for row in others)
    counts = [f"{count} {word}" for count, word in ((len(others) - better, "worse"), (better, "better")) if count]
    rest = f"; its other metrics: {', '.join(counts)}" if counts else ""
    before, after = map(_number, first.cells)
    yield f"{first.key} of {first.task} {before} → {after} ({_delta(first.deltas[1])}){rest}"


def _number(value: Any) -> str:
    if isinstance(value, float) and not (value.is_integer() and abs(value) < _COUNTABLE):
        return f"{value:.4g}"
    return str(int(value))


def _delta(delta: int | float | None) -> str:
    number = delta or 0
    size = abs(number)
    return ("−" if number < 0 else "+") + (f"{size:.2g}" if isinstance(size, float) and size < 10 else _number(size))


def _listed(words: Sequence[str]) -> str:
    named = list(words[:_NAMED])
    if more := len(words) - len(named):
        named.append(f"{more} more")
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"


def _cut(words: str, longest: int) -> str:
    return words if len(words) <= longest else f"{words[: longest - 1]}…"
