"""How values look on a terminal. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from barograph.states import State

SYMBOLS: Mapping[State, tuple[str, str]] = {
    State.PENDING: ("·", "dim"),
    State.RUNNING: ("▶", "cyan"),
    State.SUCCEEDED: ("✓", "green"),
    State.CACHED: ("≡", "green"),
    State.SKIPPED: ("-", "dim"),
    State.FAILED: ("✗", "red"),
    State.CANCELING: ("■", "yellow"),
    State.CANCELED: ("■", "yellow"),
}
"""A sign and a colour for each state."""


def duration(start: datetime | None, end: datetime | None) -> str:
    """The time between, such as ``0.4 s``, ``12 s``, ``3 m 05 s`` or ``2 h 07 m``; empty if it has not started."""
    if start is None or end is None:
        return ""
    seconds = max(0.0, (end - start).total_seconds())
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} m {rest:02d} s"
    return f"{minutes // 60} h {minutes % 60:02d} m"


def ordinal(number: int) -> str:
    """Such as ``1st``, ``2nd`` and ``11th``."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def size(count: int | None) -> str:
    """Bytes in the unit that fits, such as ``5.9 MB``; empty for None."""
    if count is None:
        return ""
    value = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} TB"


def number(value: Any) -> str:
    """A metric's value: four significant digits for a float, anything else as it is."""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def short(digest: str) -> str:
    """The beginning of a digest, enough to tell two apart by eye."""
    return digest.removeprefix("sha256:")[:12]


def tail(lines: Sequence[str], count: int) -> list[str]:
    """The last ``count`` lines that say something."""
    return [line for line in lines if line.strip()][-count:]


def own_lines(lines: Sequence[str]) -> Sequence[str]:
    """What a task printed itself: without the inputs that KFP's executor prints, as indented JSON, before it starts."""
    starts = [number for number, line in enumerate(lines) if line.endswith("Got executor_input:")]
    if not starts:
        return lines
    ends = (number for number, line in enumerate(lines) if number > starts[-1] and line == "}")
    return lines[next(ends, len(lines)) + 1 :]
