"""The terminal."""

from rich.console import Console


def console() -> Console:
    """Where the commands print: as wide as the terminal, and wide where there is none, so that nothing is cut."""
    found = Console()
    return found if found.is_terminal else Console(width=max(found.width, 160))
