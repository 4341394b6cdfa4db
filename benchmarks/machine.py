"""The machine that figures come from, and processes on it."""

import os
import platform
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


def describe() -> str:
    """Processor, cores, memory and Python."""
    info = Path("/proc/cpuinfo").read_text(encoding="utf-8") if Path("/proc/cpuinfo").is_file() else ""
    models = [line.partition(":")[2].strip() for line in info.splitlines() if line.startswith("model name")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    model = models[0] if models else platform.processor()
    return f"{model}, {os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}, {platform.system()}"


@dataclass(frozen=True)
class Ended:
    """How a process went.

    Attributes:
        memory: the most it ever had in memory, in MiB, without its children; 0 where the system does not tell.
    """

    code: int
    seconds: float
    memory: float
    output: str


def measured(command: Sequence[str], folder: Path, env: Mapping[str, str], limit: float) -> Ended | None:
    """Run a command and watch it; None where it took longer than ``limit`` seconds."""
    with (folder / "output.txt").open("w+", encoding="utf-8") as output:
        start, memory = time.monotonic(), 0.0
        process = subprocess.Popen(command, cwd=folder, env=env, stdout=output, stderr=subprocess.STDOUT)
        while process.poll() is None:
            memory = max(memory, high_water(process.pid))
            if time.monotonic() - start > limit:
                process.terminate()
                process.wait()
                return None
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.02)
        seconds = time.monotonic() - start
        output.seek(0)
        return Ended(process.returncode, seconds, memory, output.read())


def high_water(pid: int) -> float:
    """The most that a process ever had in memory, in MiB; 0 where the system does not tell."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 1024
    return 0.0


def held_together(pid: int) -> float:
    """What a process and all its descendants have in memory now, in MiB; pages that they share are counted once.

    0 where the system does not tell.
    """
    held = 0.0
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines():
            if line.startswith("Pss:"):
                held = int(line.split()[1]) / 1024
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()
        held += sum(held_together(int(child)) for child in children)
    return held


def processes_in(folder: Path) -> dict[int, str]:
    """The commands of the processes whose current directory, or a word of whose command, is in ``folder``."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            with suppress(OSError):
                command = (entry / "cmdline").read_bytes().decode(errors="replace").replace("\0", " ").strip()
                if command and (str(folder) in command or Path.readlink(entry / "cwd").is_relative_to(folder)):
                    found[int(entry.name)] = command
    return found
