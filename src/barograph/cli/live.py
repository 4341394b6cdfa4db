"""Telling a terminal what a run does, as it changes."""

from time import monotonic

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from barograph.cli.folding import Folded, Row, fit, rows
from barograph.cli.formats import SYMBOLS, duration
from barograph.cli.progress import last_line
from barograph.cli.redaction import Redact
from barograph.cli.terminal import state_counts
from barograph.engine.events import Event, RunChanged, TaskChanged
from barograph.store import Run, Task
from barograph.store.store import now


class LiveProgress:
    """A table that is drawn again four times a second, never higher than the terminal: tasks, states, times and the
    last line of each log."""

    def __init__(self, console: Console, redacted: Redact = str) -> None:
        self._console = console
        self._redacted = redacted
        self._run: Run | None = None
        self._tasks: dict[str, Task] = {}
        self._rows: list[Row] = []
        self._rows_until = 0.0
        self._live = Live(console=console, get_renderable=self._draw, refresh_per_second=4, transient=True)

    def __enter__(self) -> "LiveProgress":
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def tell(self, event: Event) -> None:
        match event:
            case RunChanged(run):
                self._run = run
            case TaskChanged(task):
                self._tasks[task.id] = task

    def _draw(self) -> RenderableType:
        if self._run is None:
            return Text()
        time = now()
        head = Text.assemble(
            (self._run.name, "bold"),
            f"  {self._run.state}  ",
            (duration(self._run.started_at, time), "dim"),
        )
        table = Table.grid(padding=(0, 2))
        table.add_column(no_wrap=True)
        table.add_column(no_wrap=True, justify="right")
        table.add_column(no_wrap=True, overflow="ellipsis", style="dim")
        shown, more = fit(self._current_rows(), self._console.size.height - 2)
        for row in shown:
            match row:
                case Folded(task=task) as loop:
                    took = duration(task.started_at, task.finished_at or time) if task else ""
                    table.add_row(Text(loop.label), took, state_counts(loop.states))
                case Task() as task:
                    sign, style = SYMBOLS[task.state]
                    table.add_row(
                        Text(f"{sign} {task.path}", style),
                        duration(task.started_at, task.finished_at or time),
                        Text(self._redacted(last_line(task))),
                    )
        if more:
            table.add_row(Text(f"... and {more} more", "dim"))
        return Group(head, table)

    def _current_rows(self) -> list[Row]:
        start = monotonic()
        if start >= self._rows_until:
            self._rows = rows(list(self._tasks.values()))
            # Of ten thousand tasks it takes a while, which the engine must not miss.
            self._rows_until = monotonic() + 10 * (monotonic() - start)
        return self._rows
