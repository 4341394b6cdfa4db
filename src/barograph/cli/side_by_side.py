"""Runs side by side, as a person reads them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rich.console import Console
from rich.table import Table
from rich.text import Text

from barograph.cli.formats import SYMBOLS, duration, number, short, size
from barograph.cli.terminal import plain_table
from barograph.ir.values import text
from barograph.views.comparison import ArtifactRow, Comparison, Counts, Given, MatrixRow, MetricRow, TaskRow

_ROWS = 40
"""Rows of a table that are shown, if not all are asked for."""
_CLASSES = 20
"""Classes of a confusion matrix that fit on a terminal."""
_ARTIFACTS = 3
"""Artifacts of a list that are shown."""


@dataclass(frozen=True)
class _Row:
    name: str
    cells: Sequence[Text]
    differs: bool


def print_comparison(console: Console, found: Comparison, everything: bool) -> None:
    """Print how the runs differ.

    Args:
        console: the terminal.
        found: the runs side by side.
        everything: whether to show what is the same, too, and tables of any length.
    """
    names = _names(found)
    console.print(_run_table(found))
    for heading, rows in (
        (
            "parameter",
            [_Row(row.name, [_value(cell) for cell in row.cells], row.differs) for row in found.parameters],
        ),
        ("output", [_Row(row.name, [_value(cell) for cell in row.cells], row.differs) for row in found.outputs]),
        ("metric", [_Row(f"{row.task}  {row.artifact}.{row.key}", _metric(row), row.differs) for row in found.metrics]),
        ("artifact", [_Row(f"{row.task}  {row.key}", _digests(row), not row.same) for row in found.artifacts]),
        ("task", [_Row(row.path, _states(row), not row.shared) for row in found.tasks]),
    ):
        if rows:
            _print_rows(console, heading, names, rows, everything)
    for matrix in found.matrices:
        _print_matrix(console, matrix, names)
    reasons = [(row.path, *reason) for row in found.tasks for reason in _reasons(row, names)]
    shown = reasons if everything else reasons[:_ROWS]
    for path, run, sentences in shown:
        console.print(f"\n{path} in {run} differs from that in {names[0]} in:", markup=False, highlight=False)
        for line in "\n".join(sentences).splitlines():
            console.print(f"  {line}", markup=False, highlight=False, soft_wrap=True)
    if more := len(reasons) - len(shown):
        console.print(f"\nand {more} more {_plural('task', more)}: --all", style="dim", highlight=False)


def _names(found: Comparison) -> list[str]:
    """What the runs are called here: by their names, and their ids where two have the same."""
    count = Counter(run.name for run in found.runs)
    return [run.name if count[run.name] == 1 else f"{run.name} {run.id[:8]}" for run in found.runs]


def _table(headings: Iterable[str]) -> Table:
    table = plain_table()
    for heading in headings:
        table.add_column(Text(heading), overflow="fold")
    return table


def _run_table(found: Comparison) -> Table:
    table = _table(("id", "state", "run", "pipeline", "time"))
    for run in found.runs:
        sign, style = SYMBOLS[run.state]
        took = duration(run.started_at, run.finished_at)
        table.add_row(run.id[:8], Text(f"{sign} {run.state}", style), Text(run.name), Text(run.pipeline), took)
    return table


def _print_rows(console: Console, heading: str, names: Sequence[str], rows: Sequence[_Row], everything: bool) -> None:
    """A table of the rows that differ, or of all, and a line that says how many are not in it."""
    differing = [row for row in rows if row.differs]
    shown = rows if everything else differing[:_ROWS]
    console.print()
    if shown:
        table = _table((heading, *names))
        for row in shown:
            table.add_row(Text(row.name), *row.cells)
        console.print(table)
    if everything:
        return
    left = []
    if more := len(differing) - len(shown):
        left.append(f"{more} more {_plural(heading, more)} that differ{'s' if more == 1 else ''}")
    if same := len(rows) - len(differing):
        left.append(f"{same} {_plural(heading, same)} that {'is' if same == 1 else 'are'} the same")
    if left:
        console.print(
            f"and {' and '.join(left)}: --all" if shown else f"{left[0]}: --all", style="dim", highlight=False
        )


def _plural(noun: str, count: int) -> str:
    return noun if count == 1 else f"{noun}s"


def _nothing() -> Text:
    return Text("—", "dim")


def _value(cell: Given | None) -> Text:
    return _nothing() if cell is None else Text(text(cell.value))


def _metric(row: MetricRow) -> list[Text]:
    cells = []
    for place, (cell, delta) in enumerate(zip(row.cells, row.deltas, strict=True)):
        shown = _nothing() if cell is None else Text(number(cell), "bold green" if place in row.best else "")
        cells.append(shown.append(f"  {delta:+.4g}", "dim") if delta else shown)
    return cells


def _digests(row: ArtifactRow) -> list[Text]:
    cells = []
    for made in row.cells:
        words = [f"{short(each.digest)} {size(each.size)}".rstrip() for each in made[:_ARTIFACTS]]
        if len(made) > _ARTIFACTS:
            words.append(f"and {len(made) - _ARTIFACTS} more")
        cells.append(Text("  ".join(words)) if words else _nothing())
    return cells


def _states(row: TaskRow) -> list[Text]:
    cells = []
    for cell in row.cells:
        if cell is None:
            cells.append(_nothing())
            continue
        sign, style = SYMBOLS[cell.state]
        shown = Text(f"{sign} {cell.state}", style)
        if cell.seconds is not None:
            shown.append(f"  {duration(datetime.min, datetime.min + timedelta(seconds=cell.seconds))}", "dim")
        cells.append(shown)
    return cells


def _reasons(row: TaskRow, names: Sequence[str]) -> Iterator[tuple[str, Sequence[str]]]:
    return ((name, cell.differences) for name, cell in zip(names, row.cells, strict=True) if cell and cell.differences)


def _print_matrix(console: Console, matrix: MatrixRow, names: Sequence[str]) -> None:
    """How often each class was taken for which in each run, less the first run's counts."""
    base = matrix.cells[0]
    place = f"{matrix.task}  {matrix.artifact}" + (f" of {matrix.slice}" if matrix.slice else "")
    for name, cell, delta in zip(names, matrix.cells, matrix.deltas, strict=True):
        if base is None or cell is None or (delta is not None and not any(any(row) for row in delta)):
            continue
        accuracies = " -> ".join("none" if each.accuracy is None else number(each.accuracy) for each in (base, cell))
        title = f"\n{place}: accuracy {accuracies}; {name} less {names[0]}:"
        console.print(title, markup=False, highlight=False)
        if delta is None:
            console.print("  their classes are not the same", style="dim")
        elif len(base.labels) <= _CLASSES:
            console.print(_delta_table(base.labels, delta))


def _delta_table(labels: Sequence[str], delta: Counts) -> Table:
    table = _table(("true \\ predicted", *labels))
    for place, (label, row) in enumerate(zip(labels, delta, strict=True)):
        table.add_row(Text(label), *(_delta(count, at == place) for at, count in enumerate(row)))
    return table


def _delta(count: int | float | None, is_right: bool) -> Text:
    if not count:
        return Text("" if count is None else "0", "dim")
    return Text(f"{count:+g}", "green" if (count > 0) is is_right else "red")
