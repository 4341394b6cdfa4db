"""Which of the waiting tasks fit on the machine now. Pure."""

import os
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from barograph.ir.graph import Resources

_QUANTITY = re.compile(r"(?P<number>\d+(?:\.\d*)?|\.\d+)(?P<unit>m|[kKMGTPE]i?)?")
_UNITS = {"m": 1e-3, "k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "E": 1e18} | {
    f"{prefix}i": 1024.0**power for power, prefix in enumerate("KMGTPE", 1)
}


DEFAULT_PARALLELISM = max(4, os.cpu_count() or 1)
"""How many tasks run at a time unless a user says otherwise."""


@dataclass(frozen=True)
class Machine:
    """What there is to share: cores, bytes of memory, accelerators."""

    cores: float
    memory: int
    accelerators: int = 0


def this_machine() -> Machine:
    """What this process may use of its machine: a container's limits count."""
    allowed = getattr(os, "sched_getaffinity", None)  # not on macOS
    cores = float(len(allowed(0)) if allowed else os.cpu_count() or 1)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    match _limit("cpu.max"):
        case [quota, period] if quota != "max":
            cores = min(cores, int(quota) / int(period))
    match _limit("memory.max"):
        case [limit] if limit != "max":
            memory = min(memory, int(limit))
    return Machine(cores, memory, len(list(Path("/dev").glob("nvidia[0-9]*"))))


def _limit(file: str) -> list[str]:
    # Of cgroups in their second version.
    try:
        return Path("/sys/fs/cgroup", file).read_text(encoding="ascii").split()
    except OSError:
        return []


class Asking(Protocol):
    """Something that asks for cores, bytes of memory and accelerators."""

    cores: float
    memory: int
    accelerators: int


_Asking = TypeVar("_Asking", bound=Asking)


def quantity(text: str) -> float:
    """A Kubernetes quantity as a number: ``500m`` is 0.5, ``4G`` is 4e9, ``2Gi`` is 2 * 1024³; empty is 0.

    Raises:
        ValueError: it is none.
    """
    if not text:
        return 0.0
    match = _QUANTITY.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is no quantity such as 2, 500m, 4G or 512Mi")
    return float(match["number"]) * _UNITS.get(match["unit"] or "", 1.0)


@dataclass(frozen=True)
class Ask:
    """What a task asks of the machine; 0 where it asks for nothing."""

    cores: float = 0.0
    memory: int = 0
    accelerators: int = 0


def asked(resources: Resources, fill: Callable[[str], str] = str) -> Ask:
    """What a task asks for.

    Args:
        resources: as the pipeline says it.
        fill: replaces placeholders.

    Raises:
        ValueError: one of them is no quantity.
        KeyError: a placeholder names what the task has not.
    """
    return Ask(
        quantity(fill(resources.cpu_limit)),
        int(quantity(fill(resources.memory_limit))),
        int(quantity(fill(resources.accelerator_count))),
    )


def choose(waiting: Sequence[_Asking], running: Iterable[Asking], machine: Machine, places: int) -> list[_Asking]:
    """Which of ``waiting``, oldest first, start beside ``running``.

    A task that asks for nothing takes a place and nothing else. One that asks for more than the machine has runs when
    no other that asks runs. None that asks is overtaken by a younger one that asks, so that none waits for ever.

    Args:
        waiting: what could start, oldest first.
        running: what runs.
        machine: what there is.
        places: how many may run at a time.
    """
    busy = list(running)
    cores, memory = sum(work.cores for work in busy), sum(work.memory for work in busy)
    accelerators = sum(work.accelerators for work in busy)
    asking = any(_asks(work) for work in busy)
    free = places - len(busy)
    chosen: list[_Asking] = []
    blocked = False
    for work in waiting:
        if len(chosen) >= free:
            break
        if _asks(work):
            fits = (
                cores + work.cores <= machine.cores
                and memory + work.memory <= machine.memory
                and accelerators + work.accelerators <= machine.accelerators
            )
            if blocked or (asking and not fits):
                blocked = True
                continue
            asking = True
            cores, memory = cores + work.cores, memory + work.memory
            accelerators += work.accelerators
        chosen.append(work)
    return chosen


def _asks(work: Asking) -> bool:
    return bool(work.cores or work.memory or work.accelerators)
