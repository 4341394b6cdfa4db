"""Python components, compiled by the SDK and run by a process executor in an environment made from packages."""

import json
import subprocess
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from kfp import compiler, dsl

from barograph.executors.base import Exit, Job
from barograph.executors.process import LocalProcess, ProcessExecutor
from barograph.ir.graph import Container


def compiled(function: Callable[..., Any], folder: Path, **options: Any) -> Container:
    """The container of a component that the SDK compiles from ``function``."""
    component = dsl.component(**{"base_image": "python:3.11", **options})(function)
    file = folder / f"{function.__name__}.yaml"
    compiler.Compiler().compile(component, str(file))
    (executor,) = yaml.safe_load(file.read_text())["deploymentSpec"]["executors"].values()
    container = executor["container"]
    return Container(container["image"], tuple(container.get("command", ())), tuple(container.get("args", ())))


@dataclass
class Done:
    """A process that has ended."""

    exit: Exit
    log: str
    work: Path

    @property
    def said(self) -> str:
        """The log without the lines of KFP's executor."""
        lines, skipping = [], False
        for line in self.log.splitlines():
            if line.startswith("[KFP Executor"):
                skipping = line.endswith("Got executor_input:")
            elif not skipping:
                lines.append(line)
            skipping = skipping and line != "}"
        return "\n".join(lines)


@dataclass
class Bench:
    """Runs jobs."""

    folder: Path
    executor: ProcessExecutor
    count: int = 0

    def start(self, body: Callable[[], Any] | Container, env: Mapping[str, str] | None = None) -> "Started":
        container = body if isinstance(body, Container) else compiled(body, self.folder)
        self.count += 1
        work = self.folder / f"task{self.count}"
        (work / "tmp").mkdir(parents=True)
        log = self.folder / f"task{self.count}.log"
        log.touch()
        executor_input = json.dumps({"outputs": {"outputFile": str(work / "out.json")}})
        words = tuple(w.replace("{{$}}", executor_input) for w in (*container.command, *container.args))
        return Started(self.executor.process(Job(container, words, dict(env or {}), work, log)), log, work)

    def run(self, body: Callable[[], Any] | Container, env: Mapping[str, str] | None = None) -> Done:
        return self.start(body, env).join()


class Started:
    """A process that runs in a thread."""

    def __init__(self, process: LocalProcess, log: Path, work: Path) -> None:
        self.process, self.log, self.work = process, log, work
        self._result: Exit | Exception | None = None
        self._thread = threading.Thread(target=self._wait)
        self._thread.start()

    def _wait(self) -> None:
        try:
            self._result = self.process.wait()
        except Exception as error:
            self._result = error

    def join(self, seconds: float = 120) -> Done:
        self._thread.join(seconds)
        assert not self._thread.is_alive()
        if isinstance(self._result, Exception):
            raise self._result
        assert self._result is not None
        return Done(self._result, self.log.read_text(), self.work)


def alive(pid: int) -> bool:
    """Whether there is such a process, zombies aside."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout.strip()
    return bool(state) and not state.startswith("Z")
