"""The terminal."""

from collections.abc import Mapping

from rich.console import Console
from rich.table import Table
from rich.text import Text

from barograph.cli.formats import SYMBOLS
from barograph.states import State


def console() -> Console:
    """Where the commands print: as wide as the terminal, and wide where there is none, so that nothing is cut."""
    found = Console()
    return found if found.is_terminal else Console(width=max(found.width, 160))


def plain_table(*headings: str) -> Table:
    """A table without lines."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for heading in headings:
        table.add_column(heading)
    return table


def state_counts(counts: Mapping[State, int]) -> Text:
    """How many are in which state, such as ``✓ 990 SUCCEEDED  ✗ 10 FAILED``."""
    found = Text()
    for state, (sign, style) in SYMBOLS.items():
        if count := counts.get(state):
            found.append("  " if found else "").append(f"{sign} {count} {state}", style)
    return found
